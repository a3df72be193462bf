// Fields of the panel that both nodes have, and the words for what can be chosen in them.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { CHECKS, type Check, type Status } from '../verifik/api/documentLiveness';
import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import { VERDICTS, type Verdict } from '../verifik/record/readRecord';

const CHECK_DESCRIPTIONS: Record<Check, string> = {
	screenReplay: 'Finds photos of a screen that shows the document',
	printedCopy: 'Finds photos of a print or a photocopy',
	portraitSubstitution: 'Finds documents with a replaced portrait',
	digitalManipulation: 'Finds edited images',
};

/** The checks to choose from; n8n wants lists in the order of the alphabet. */
export const CHECK_OPTIONS: INodePropertyOptions[] = [...CHECKS].sort().map((check) => ({
	name: CHECK_LABELS[check],
	value: check,
	description: CHECK_DESCRIPTIONS[check],
}));

const VERDICT_DESCRIPTIONS: Record<Verdict, string> = {
	passed: 'The document passed its checks',
	notPassed: 'A check found signs that the document is not genuine',
	notCarriedOut: 'The checks could not run, for example because the photo shows no document',
	pending: 'The checks are not finished',
	unknown: 'The record does not say whether the document passed',
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
	new: 'Received, but not started',
	processing: 'The checks are running',
	completed: 'All checks ran. The verdict shows the result.',
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
	description: 'Include details of these related records, not only their IDs',
};
