// Fields of the panel that both nodes have, and the words for what can be chosen in them.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { CHECKS, type Check, type Status } from '../verifik/documentLiveness';
import type { Verdict } from '../verifik/record/readRecord';

export const CHECK_NAMES: Record<Check, string> = {
	screenReplay: 'Screen Replay',
	printedCopy: 'Printed Copy',
	portraitSubstitution: 'Portrait Substitution',
	digitalManipulation: 'Digital Manipulation',
};

const CHECK_DESCRIPTIONS: Record<Check, string> = {
	screenReplay: 'Was a screen photographed that shows the document?',
	printedCopy: 'Was a print or a photocopy photographed?',
	portraitSubstitution: 'Was the portrait swapped?',
	digitalManipulation: 'Was the picture edited?',
};

/** The checks to choose from; n8n wants lists in the order of the alphabet. */
export const CHECK_OPTIONS: INodePropertyOptions[] = [...CHECKS].sort().map((check) => ({
	name: CHECK_NAMES[check],
	value: check,
	description: CHECK_DESCRIPTIONS[check],
}));

/** What came of a validation. */
export const VERDICT_NAMES: Record<Verdict, string> = {
	passed: 'Passed',
	notPassed: 'Did Not Pass',
	notCarriedOut: 'Could Not Be Carried Out',
	pending: 'Pending',
	unknown: 'Unknown',
};

/** A status to choose. */
export function statusOption(status: Status): INodePropertyOptions {
	return { name: STATUS_NAMES[status], value: status, description: STATUS_DESCRIPTIONS[status] };
}

export const STATUS_NAMES: Record<Status, string> = {
	new: 'New',
	processing: 'Processing',
	completed: 'Completed',
	failed: 'Failed',
};

const STATUS_DESCRIPTIONS: Record<Status, string> = {
	new: 'Received, not yet started',
	processing: 'Checks are running',
	completed: 'All checks ran. The verdict tells what came of them.',
	failed: 'Verifik could not carry out the validation',
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

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};
