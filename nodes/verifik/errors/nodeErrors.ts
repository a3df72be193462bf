// Turns what was thrown into what n8n shows: its own error classes, and the item for those who continue on error.
import { NodeApiError, type IDataObject, type INode } from 'n8n-workflow';

import { VerifikError } from './VerifikError';

/**
 * The error that n8n shows for a call that went wrong. Everything else is n8n's own (a parameter that was refused, an
 * expression that cannot be resolved) and stays as it is.
 *
 * @param itemIndex index of the input item at which it happened; a trigger has none
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): unknown {
	if (!(error instanceof VerifikError)) return error;
	const { message, description, details, hostCause } = error.explanation;
	// Built once and from plain facts: n8n keeps the first NodeApiError it is given, and a raw HTTP error would carry
	// the request's headers.
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
	// n8n replaces a message in which one of its codes stands, even inside a word.
	shown.message = message;
	return shown;
}

/**
 * What stands in the item when the workflow continues on error. These three keys and no other, or n8n does not see
 * that the item belongs to the error branch (n8n-core, handleNodeErrorOutput).
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
