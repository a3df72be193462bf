// What is thrown when a call to Verifik does not work: what happened, and what was being done.
import {
	describeError,
	type ErrorCode,
	type ErrorContext,
	type ErrorDetails,
	type Explanation,
} from './messages';

/** What all of `verifik/` throws; the nodes turn it into n8n's NodeApiError. */
export class VerifikError extends Error {
	override readonly name = 'VerifikError';

	readonly code: ErrorCode;

	readonly details: ErrorDetails;

	private readonly context: ErrorContext = {};

	/** @param options the `cause`, without anything secret */
	constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
		super(describeError(code, details).message, options);
		this.code = code;
		this.details = details;
	}

	/** What a user reads. */
	get explanation(): Explanation {
		return describeError(this.code, { ...this.details, ...this.context });
	}

	/** Adds what was being done. Called where the error is caught and thrown again. */
	addContext(context: ErrorContext): void {
		Object.assign(this.context, context);
		this.message = this.explanation.message;
	}
}

/**
 * The result of a call or, if it throws a `VerifikError`, the result of `handle`, which may throw the error again. It stands
 * for a `catch`, in which n8n's lint allows only n8n's own errors to be thrown
 * (require-node-api-error of @n8n/eslint-plugin-community-nodes).
 */
export async function catchVerifikError<Result, Instead>(
	call: Promise<Result>,
	handle: (error: VerifikError) => Instead | Promise<Instead>,
): Promise<Result | Instead> {
	return await call.catch(async (error: unknown) => {
		if (error instanceof VerifikError) return await handle(error);
		throw error;
	});
}
