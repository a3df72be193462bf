// Fields of the panel that both nodes have, and their options.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Check, Status } from '../verifik/api/documentLiveness';
import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import type { Verdict } from '../verifik/record/readRecord';

/**
 * Values to choose from, in the alphabetical order of their labels, which n8n's lint asks for
 * (node-param-options-type-unsorted-items).
 */
export function optionsOf<Value extends string>(
	labels: Record<Value, string>,
	descriptions: Record<Value, string>,
): INodePropertyOptions[] {
	return (Object.keys(labels) as Value[])
		.map((value) => ({ name: labels[value], value, description: descriptions[value] }))
		.sort((one, other) => one.name.localeCompare(other.name));
}

const CHECK_DESCRIPTIONS: Record<Check, string> = {
	screenReplay: 'Finds photos of a screen that shows the document',
	printedCopy: 'Finds photos of a print or a photocopy',
	portraitSubstitution: 'Finds documents with a replaced portrait',
	digitalManipulation: 'Finds edited images',
};

export const CHECK_OPTIONS = optionsOf(CHECK_LABELS, CHECK_DESCRIPTIONS);

const VERDICT_DESCRIPTIONS: Record<Verdict, string> = {
	passed: 'The document passed its checks',
	notPassed: 'A check found signs that the document is not genuine',
	notCarriedOut: 'The checks could not run, for example because the photo shows no document',
	pending: 'The checks are not finished',
	unknown: 'The record does not say whether the document passed',
};

export const VERDICT_OPTIONS = optionsOf(VERDICT_LABELS, VERDICT_DESCRIPTIONS);

const STATUS_DESCRIPTIONS: Record<Status, string> = {
	new: 'Received, but not started',
	processing: 'The checks are running',
	completed: 'All checks ran. The verdict shows the result.',
	failed: 'Verifik could not carry out the checks',
};

export const STATUS_OPTIONS = optionsOf(STATUS_LABELS, STATUS_DESCRIPTIONS);

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
