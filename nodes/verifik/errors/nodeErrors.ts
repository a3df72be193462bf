// Turns what was thrown into what n8n shows: its own error class, or an item for the error branch.
import { NodeApiError, type IDataObject, type INode } from 'n8n-workflow';

import { VerifikError } from './VerifikError';

/**
 * The error that n8n shows for a VerifikError. Any other error is n8n's own (a refused parameter, an expression that cannot
 * be resolved) and is returned unchanged.
 *
 * @param itemIndex of the input item; a trigger has none
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): unknown {
	if (!(error instanceof VerifikError)) return error;
	const { message, description, details, hostCause } = error.explanation;
	// Not made from the HTTP error, which holds the headers of the request.
	const shown = new NodeApiError(
		node,
		{ message },
		{
			message,
			description,
			httpCode: details.httpStatus === undefined ? undefined : String(details.httpStatus),
			itemIndex,
			...(hostCause && { failure: hostFailure(hostCause, details.retryAfterMs) }),
		},
	);
	// Set again, since the constructor replaces a message that contains one of n8n's codes, also within a word
	// (setDescriptiveErrorMessage of NodeError in n8n-workflow).
	shown.message = message;
	return shown;
}

/**
 * The fields of the item when the workflow continues on error. With other keys than these three, n8n does not put the item
 * on the error branch (handleNodeErrorOutput in n8n-core).
 */
export function errorFields(error: unknown): IDataObject {
	if (error instanceof VerifikError) {
		const { message, description, details } = error.explanation;
		return { error: message, message: description, details };
	}
	const { message, description } = error as { message?: string; description?: string | null };
	return { error: message ?? String(error), message: description ?? '', details: {} };
}

type Failure = NonNullable<NonNullable<ConstructorParameters<typeof NodeApiError>[2]>['failure']>;

function hostFailure(cause: Failure['cause'], retryAfterMs?: number): Failure {
	return cause === 'rate-limited' || cause === 'temporarily-unavailable'
		? { cause, ...(retryAfterMs !== undefined && { retryAfterMs }) }
		: ({ cause } as Failure);
}
