// Fields of the panel that several operations have.
import type { INodeProperties } from 'n8n-workflow';

import { outputFields } from '../../shared/output';
import type { ParameterReader } from '../../shared/parameters';

/** The condition that shows a field only with this operation. */
export function forOperation(operation: string) {
	return { resource: ['documentLiveness'], operation: [operation] };
}

/** Output and Selected Fields of an operation; hidden with Full Response, which is not changed. */
export function outputOf(operation: string): INodeProperties[] {
	return outputFields({
		show: forOperation(operation),
		hide: { '/options.fullResponse': [true] },
	});
}

/** What a model has to know to read a record. */
export const RECORD_FOR_MODEL =
	'verdict is the result: passed, notPassed (a check found signs that the document is not genuine), notCarriedOut (the checks could not run, for example because the photo shows no document: ask for a better photo), pending (the checks are not finished) or unknown (the record does not say). failedChecks lists the checks that the document did not pass (screenReplay: photo of a screen, printedCopy: photo of a print, portraitSubstitution: replaced portrait, digitalManipulation: edited image). status only says how far Verifik got (new, processing, completed, failed), and is often null; failed means notCarriedOut, not notPassed. confidence goes from 0 to 1, high is genuine; a higher riskScore is riskier. null means that the record does not say.';

/** Half an hour. */
const DEFAULT_TIMEOUT_S = 1800;

/** A day. Timers of Node.js cannot be longer than about 24 days. */
const MAX_TIMEOUT_S = 86_400;

/** Timeout, one of the options of an operation. */
export const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_TIMEOUT_S,
	description:
		'Maximum time for the whole operation, in seconds. A single request can take up to one minute.',
};

/** The chosen timeout, in milliseconds. @throws NodeOperationError for a value that is not allowed */
export function readTimeout(parameters: ParameterReader, options: { timeout?: unknown }): number {
	const { timeout = DEFAULT_TIMEOUT_S } = options;
	return parameters.seconds('Timeout', timeout, MAX_TIMEOUT_S);
}

const MAX_CONCURRENCY = 40;

/** Concurrent Requests, one of the options of an operation that reads the list. */
export const concurrencyOption: INodeProperties = {
	displayName: 'Concurrent Requests',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: MAX_CONCURRENCY,
	description:
		'Maximum number of pages to read at the same time, from 1 to 40. The node begins with fewer, reads more than 10 only over a slow connection, and slows down when Verifik does or asks for it.',
};

/** How many pages may be read at the same time. @throws NodeOperationError for a value that is not allowed */
export function readConcurrency(
	parameters: ParameterReader,
	options: { concurrency?: unknown },
): number {
	const { concurrency = MAX_CONCURRENCY } = options;
	const range = { min: 1, max: MAX_CONCURRENCY };
	return parameters.wholeNumber('Concurrent Requests', concurrency, range);
}
