// The panel's fields of Get Report.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { populateField } from '../../panel/fields';
import { REPORT_PRESETS } from '../../verifik/list/calendar';
import { forOperation, timeoutOption } from './fields';
import { CREATED_LABELS } from './filters';

export const DEFAULT_CONCURRENCY = 10;
export const MAX_CONCURRENCY = 20;
export const DEFAULT_RISKIEST = 10;
export const MAX_RISKIEST = 50;

export const PERIODS = [...REPORT_PRESETS, 'custom'] as const;

const forReport = forOperation('report');
const forCustom = { show: { ...forReport, period: ['custom'] } };

const PERIOD_DESCRIPTIONS = {
	last7Days: 'Seven full days before today',
	last30Days: 'Thirty full days before today',
	lastMonth: 'All of the month before this one',
	thisMonth: 'From its first day up to now',
};

const PERIOD_OPTIONS: INodePropertyOptions[] = [
	...(['last7Days', 'last30Days', 'lastMonth', 'thisMonth'] as const).map((preset) => ({
		name: CREATED_LABELS[preset],
		value: preset,
		description: PERIOD_DESCRIPTIONS[preset],
	})),
	{ name: 'Custom', value: 'custom', description: 'From one date to another' },
];

/** As a tool, the dates are a model's to choose, in a workflow the period is the user's. */
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
		description: 'Where the period begins: validations that were created at this time or later',
		displayOptions: forCustom,
	},
	{
		displayName: 'Created Before',
		name: 'createdBefore',
		type: 'dateTime',
		default: '',
		description:
			'Where it ends: validations that were created before this time. A date without a time is its first moment. Empty: up to now.',
		displayOptions: forCustom,
	},
	{
		displayName: 'Compare With Previous Period',
		name: 'comparePrevious',
		type: 'boolean',
		default: true,
		description:
			'Whether to say how the rates have changed: against the month before, the same days of last month (This Month), or as many days before',
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
		description: 'The language of the mail: its texts, dates and numbers',
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
					'Whether to add the mail as binary data too, the file “report.html” in the field “data”, to attach or to store',
				displayOptions: { hide: { '@tool': [true] } },
			},
			{
				displayName: 'Concurrent Requests',
				name: 'concurrency',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: DEFAULT_CONCURRENCY,
				description:
					'How many pages are read at the same time, at most. When Verifik asks to slow down, the node does so by itself.',
			},
			{
				displayName: 'Interval',
				name: 'interval',
				type: 'options',
				options: [
					{
						name: 'Automatic',
						value: 'auto',
						description: 'Days up to 31 days, weeks up to 180, else months',
					},
					{ name: 'Day', value: 'day' },
					{ name: 'Week', value: 'week', description: 'Beginning on Monday' },
					{ name: 'Month', value: 'month' },
				],
				default: 'auto',
				description: 'What the series counts by',
			},
			{
				...populateField,
				description:
					'Related records whose names the riskiest validations are told with. Reports are forwarded: leave it empty to keep names out.',
			},
			{
				displayName: 'Riskiest Validations',
				name: 'riskiest',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 0 },
				default: DEFAULT_RISKIEST,
				description: 'How many of the validations that look riskiest to name, by ID',
			},
			timeoutOption,
		],
	},
];
