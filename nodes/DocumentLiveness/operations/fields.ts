// Fields of the panel that several operations have.
import type { INodeProperties } from 'n8n-workflow';

import { outputFields } from '../../panel/output';
import { DEFAULT_TIMEOUT_MS } from '../../verifik/client';

/** Output and Selected Fields of an operation; a full response is one item as it came. */
export function outputOf(operation: string): INodeProperties[] {
	return outputFields({
		show: { operation: [operation] },
		hide: { '/options.fullResponse': [true] },
	});
}

/** What a model has to know to read a record. */
export const RECORD_FOR_MODEL =
	'verdict says what came of it: passed, notPassed (a check found signs that the document is not genuine), notCarriedOut (the checks could not be done, for example because there is no document in the photo: ask for a better one), pending (the checks are still to come) or unknown (the record does not say). failedChecks names the checks that it did not pass (screenReplay: a photographed screen, printedCopy: a print, portraitSubstitution: a swapped portrait, digitalManipulation: an edited picture). status is only how far Verifik got (new, processing, completed, failed), and often null; failed means notCarriedOut, not notPassed. confidence goes from 0 to 1, high is genuine; a higher riskScore is riskier. null means that the record does not say.';

/** Timeout, among the options of an operation. */
export const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: DEFAULT_TIMEOUT_MS,
	description:
		'How long the whole operation may take, in milliseconds. A single request has at most a minute of it.',
};
