// Fields of the panel that both nodes have, and the words for what can be chosen in them.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { CHECKS, type Check, type Status } from '../verifik/documentLiveness';
import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import { VERDICTS, type Verdict } from '../verifik/record/readRecord';

const CHECK_DESCRIPTIONS: Record<Check, string> = {
	screenReplay: 'Was a screen photographed that shows the document?',
	printedCopy: 'Was a print or a photocopy photographed?',
	portraitSubstitution: 'Was the portrait swapped?',
	digitalManipulation: 'Was the picture edited?',
};

/** The checks to choose from; n8n wants lists in the order of the alphabet. */
export const CHECK_OPTIONS: INodePropertyOptions[] = [...CHECKS].sort().map((check) => ({
	name: CHECK_LABELS[check],
	value: check,
	description: CHECK_DESCRIPTIONS[check],
}));

const VERDICT_DESCRIPTIONS: Record<Verdict, string> = {
	passed: 'The document passed the checks',
	notPassed: 'A check found signs that the document is not genuine',
	notCarriedOut:
		'The checks could not be done, for example because no document was found in the photo',
	pending: 'The checks are still to come',
	unknown: 'The record does not say',
};

/** The verdicts to choose from, in the order of the alphabet. */
export const VERDICT_OPTIONS: INodePropertyOptions[] = VERDICTS.map((verdict) => ({
	name: VERDICT_LABELS[verdict],
	value: verdict,
	description: VERDICT_DESCRIPTIONS[verdict],
})).sort((one, other) => one.name.localeCompare(other.name));

/** A status to choose. */
export function statusOption(status: Status): INodePropertyOptions {
	return { name: STATUS_LABELS[status], value: status, description: STATUS_DESCRIPTIONS[status] };
}

const STATUS_DESCRIPTIONS: Record<Status, string> = {
	new: 'Received, not yet started',
	processing: 'Checks are running',
	completed: 'All checks ran. The verdict tells what came of them.',
	failed: 'Verifik could not carry out the checks',
};

export const populateField: INodeProperties = {
	displayName: 'Populate',
	name: 'populate',
	type: 'multiOptions',
	options: [
		{
			name: 'App Registration',
			value: 'appRegistration',
			description: 'The applicant: full name, email and status',
		},
		{ name: 'Client', value: 'client', description: 'The Verifik client: name and email' },
	],
	default: [],
	description: 'Related records to include in full instead of only their ID',
};
