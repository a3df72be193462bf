// Fields of the panel that several operations have.
import type { INodeProperties } from 'n8n-workflow';

import { simplifyField } from '../../panel/fields';
import { DEFAULT_TIMEOUT_MS } from '../../verifik/client';

/** How an operation hands records on: Simplify in a workflow, Output and Selected Fields as a tool. */
export function outputFields(operation: string): INodeProperties[] {
	return [
		{
			...simplifyField,
			displayOptions: {
				show: { operation: [operation] },
				hide: { '/options.fullResponse': [true], '@tool': [true] },
			},
		},
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			options: [
				{ name: 'Raw', value: 'raw', description: 'Each record as Verifik gave it' },
				{
					name: 'Selected Fields',
					value: 'selectedFields',
					description: 'Only the fields that you choose',
				},
				{
					name: 'Simplified',
					value: 'simplified',
					description: 'The ten fields that most questions are about',
				},
			],
			default: 'simplified',
			description: 'What of each record the model gets to see; never an image',
			displayOptions: { show: { operation: [operation], '@tool': [true] } },
		},
		{
			displayName: 'Selected Fields',
			name: 'selectedFields',
			type: 'multiOptions',
			options: Object.entries(SELECTABLE)
				.map(([value, name]) => ({ name, value }))
				.sort((one, other) => one.name.localeCompare(other.name)),
			default: ['id', 'verdict', 'failedChecks'],
			required: true,
			description: 'The fields of each record that the model gets to see',
			displayOptions: {
				show: { operation: [operation], output: ['selectedFields'], '@tool': [true] },
			},
		},
	];
}

/** What a model has to know to read a record. */
export const RECORD_FOR_MODEL =
	'verdict says what came of it: passed, notPassed (a check found signs that the document is not genuine), notCarriedOut (the checks could not be done, for example because there is no document in the photo: ask for a better one), pending (the checks are still to come) or unknown (the record does not say). failedChecks names the checks that it did not pass (screenReplay: a photographed screen, printedCopy: a print, portraitSubstitution: a swapped portrait, digitalManipulation: an edited picture). status is only how far Verifik got (new, processing, completed, failed), and often null; failed means notCarriedOut, not notPassed. confidence goes from 0 to 1, high is genuine; a higher riskScore is riskier. null means that the record does not say.';

/** What of a record can be selected, with its label: the fields of the simplified one, what else is read, and raw ones. */
export const SELECTABLE = {
	id: 'ID',
	status: 'Status',
	verdict: 'Verdict',
	failedChecks: 'Failed Checks',
	riskScore: 'Risk Score',
	confidence: 'Confidence',
	client: 'Client',
	appRegistration: 'App Registration',
	imageUrl: 'Image URL',
	createdAt: 'Created At',
	checks: 'Checks',
	credits: 'Credits',
	warnings: 'Warnings',
	completedAt: 'Completed At',
	imageSaved: 'Image Saved',
	updatedAt: 'Updated At',
};

/** Full Response, among the options of an operation that gives one validation. */
export const fullResponseOption: INodeProperties = {
	displayName: 'Full Response',
	name: 'fullResponse',
	type: 'boolean',
	default: false,
	description:
		'Whether to return the answer as it came: the record under data, with the signature that certifies it',
	displayOptions: { hide: { '@tool': [true] } },
};

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
