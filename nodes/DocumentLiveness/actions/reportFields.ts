// The panel's fields of Get Report.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { populateField } from '../../shared/fields';
import { REPORT_PRESETS } from '../../verifik/list/calendar';
import { concurrencyOption, forOperation, timeoutOption } from './fields';
import { CREATED_LABELS } from './filters';

export const DEFAULT_RISKIEST = 10;
export const MAX_RISKIEST = 50;

export const PERIODS = [...REPORT_PRESETS, 'custom'] as const;

const forReport = forOperation('report');
const forCustom = { show: { ...forReport, period: ['custom'] } };

const PERIOD_DESCRIPTIONS = {
	last7Days: 'The seven full days before today',
	last30Days: 'The thirty full days before today',
	lastMonth: 'The whole month before this one',
	thisMonth: 'From the first day of this month until now',
};

const PERIOD_OPTIONS: INodePropertyOptions[] = [
	...(['last7Days', 'last30Days', 'lastMonth', 'thisMonth'] as const).map((preset) => ({
		name: CREATED_LABELS[preset],
		value: preset,
		description: PERIOD_DESCRIPTIONS[preset],
	})),
	{ name: 'Custom', value: 'custom', description: 'From one date to another' },
];

/** The field Period. Its default differs: in a workflow the user chooses a period, as a tool the model gives dates. */
function periodField(
	preset: (typeof PERIODS)[number],
	displayOptions: INodeProperties['displayOptions'],
): INodeProperties {
	return {
		displayName: 'Period',
		name: 'period',
		type: 'options',
		options: PERIOD_OPTIONS,
		default: preset,
		description: "When the validations were created, in the workflow's time zone",
		displayOptions,
	};
}

export const reportProperties: INodeProperties[] = [
	periodField('last7Days', { show: forReport, hide: { '@tool': [true] } }),
	periodField('custom', { show: { ...forReport, '@tool': [true] } }),
	{
		displayName: 'Created After',
		name: 'createdAfter',
		type: 'dateTime',
		required: true,
		default: '',
		description: 'Start of the period: validations created at this time or later',
		displayOptions: forCustom,
	},
	{
		displayName: 'Created Before',
		name: 'createdBefore',
		type: 'dateTime',
		default: '',
		description:
			'End of the period: validations created before this time. A date without a time means the start of that day. Leave empty for now.',
		displayOptions: forCustom,
	},
	{
		displayName: 'Compare With Previous Period',
		name: 'comparePrevious',
		type: 'boolean',
		default: true,
		description:
			'Whether to compare the rates with the period before: with the month before (Last Month), the same days of last month (This Month), or the same number of days before (other periods)',
		displayOptions: { show: forReport },
	},
	{
		displayName: 'Language',
		name: 'language',
		type: 'options',
		options: [
			{ name: 'English', value: 'en' },
			{ name: 'Español', value: 'es' },
			{ name: 'Português', value: 'pt' },
		],
		default: 'en',
		description: 'The language of the email: its texts, dates and numbers',
		displayOptions: { show: forReport },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: forReport },
		options: [
			{
				displayName: 'Attach File',
				name: 'attachFile',
				type: 'boolean',
				default: true,
				description:
					'Whether to also add the email as a file (“report.html”, in the binary field “data”) that you can attach or store',
				displayOptions: { hide: { '@tool': [true] } },
			},
			concurrencyOption,
			{
				displayName: 'Interval',
				name: 'interval',
				type: 'options',
				options: [
					{
						name: 'Automatic',
						value: 'auto',
						description: 'Days for up to 31 days, weeks for up to 180 days, otherwise months',
					},
					{ name: 'Day', value: 'day' },
					{ name: 'Week', value: 'week', description: 'Starts on Monday' },
					{ name: 'Month', value: 'month' },
				],
				default: 'auto',
				description: 'How to group the numbers over time',
			},
			{
				...populateField,
				description:
					'Include details of these related records in the list of the riskiest validations. Leave empty to keep names out of reports that you forward.',
			},
			{
				displayName: 'Riskiest Validations',
				name: 'riskiest',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 0 },
				default: DEFAULT_RISKIEST,
				description: 'How many of the riskiest validations to list, by ID',
			},
			timeoutOption,
		],
	},
];
