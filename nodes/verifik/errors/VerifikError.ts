// What is thrown when a call to Verifik does not work: what happened, and what was being done.
import {
	describeError,
	type ErrorCode,
	type ErrorContext,
	type ErrorDetails,
	type Explanation,
} from './messages';

/** Thrown everywhere in `verifik/`; the nodes turn it into n8n's own class. */
export class VerifikError extends Error {
	override readonly name = 'VerifikError';

	readonly code: ErrorCode;

	readonly details: ErrorDetails;

	private readonly context: ErrorContext = {};

	/** @param options with the `cause`, from which everything secret was removed */
	constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
		super(describeError(code, details).message, options);
		this.code = code;
		this.details = details;
	}

	/** What a user reads. */
	get explanation(): Explanation {
		return describeError(this.code, { ...this.details, ...this.context });
	}

	/** Adds what was being done, before it is thrown on. */
	addContext(context: ErrorContext): void {
		Object.assign(this.context, context);
		this.message = this.explanation.message;
	}
}

/**
 * What a call gives; or, where it ends with a `VerifikError`, what is made of that. `handle` may throw it on. (n8n's lint
 * for verified nodes lets nothing but n8n's own errors be thrown on in a `catch`.)
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
