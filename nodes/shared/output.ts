// The field Output of both nodes, and how a record is formatted for it.
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { VerifikRecord } from '../verifik/api/documentLiveness';
import { select, simplify } from '../verifik/record/simplify';
import { spreadsheetRow } from '../verifik/record/spreadsheetRow';
import type { ParameterReader } from './parameters';

/** Formats a record for the output. */
export type OutputFormat = (record: VerifikRecord) => IDataObject;

const OUTPUTS = ['simplified', 'spreadsheetRow', 'selectedFields', 'raw'] as const;

/** The fields that can be selected, with their labels: those of a simplified record, others of `readRecord`, and raw ones. */
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

/** Output and Selected Fields, shown where `displayOptions` says. */
export function outputFields(
	displayOptions?: INodeProperties['displayOptions'],
): INodeProperties[] {
	return [
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			options: [
				{
					name: 'Simplified',
					value: 'simplified',
					description: 'The ten most important fields',
				},
				{
					name: 'Spreadsheet Row',
					value: 'spreadsheetRow',
					description:
						'Always the same columns, with text instead of lists: for Excel, Google Sheets or a Data Table',
				},
				{
					name: 'Selected Fields',
					value: 'selectedFields',
					description: 'Only the fields you choose',
				},
				{ name: 'Raw', value: 'raw', description: 'Each record exactly as Verifik sent it' },
			],
			default: 'simplified',
			description: 'What to return for each validation',
			builderHint: {
				propertyHint:
					'Keep simplified for conditions (compare verdict with passed, notPassed, notCarriedOut, pending or unknown) and for CRM updates. Use spreadsheetRow before Convert to File, Google Sheets, Excel or Data Table. A Data Table has its own columns id and createdAt, and automatic mapping leaves these two out: map them manually to columns with other names. Use raw only if you need a field of the API that the others do not have.',
			},
			displayOptions,
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
			description: 'Which fields to return for each validation',
			displayOptions: {
				...displayOptions,
				show: { ...displayOptions?.show, output: ['selectedFields'] },
			},
		},
	];
}

/**
 * Reads Output and Selected Fields.
 *
 * @returns how to format a record, and the choice as text
 * @throws NodeOperationError for a value that is not allowed
 */
export function readOutput(parameters: ParameterReader): { shape: OutputFormat; chosen: string } {
	const output = parameters.choice('Output', parameters.get('output', 'simplified'), OUTPUTS);
	if (output !== 'selectedFields') return { shape: SHAPES[output], chosen: output };
	const selected = parameters.get('selectedFields', []);
	const fields = parameters.choices('Selected Fields', selected, Object.keys(SELECTABLE), 1);
	return { shape: (record) => select(record, fields), chosen: fields.join() };
}

const SHAPES: Record<Exclude<(typeof OUTPUTS)[number], 'selectedFields'>, OutputFormat> = {
	simplified: (record) => simplify(record) as IDataObject,
	spreadsheetRow,
	raw: (record) => record as IDataObject,
};
