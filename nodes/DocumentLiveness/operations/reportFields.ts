// The panel's fields of Get Report, and what was chosen in them, checked.
import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { populateField } from '../../panel/fields';
import { choice, choices, parametersOf, time, wholeNumber } from '../../panel/parameters';
import { RELATED, type Related } from '../../verifik/documentLiveness';
import { Calendar, REPORT_PRESETS, type Period } from '../../verifik/list/calendar';
import { INTERVALS, LANGUAGES, type Language } from '../../verifik/report/figures';
import { scopeOf, type Scope } from '../../verifik/report/periods';
import { estimateIntervals, MAX_INTERVALS } from '../../verifik/report/series';
import { isTool } from '../toolOutput';
import { forOperation, readTimeout, timeoutOption } from './fields';
import { CREATED_LABELS } from './filters';

const DEFAULT_CONCURRENCY = 10;
const MAX_CONCURRENCY = 20;
const DEFAULT_RISKIEST = 10;
const MAX_RISKIEST = 50;

/** No validation is older, and none will be made later by this node. */
const MAX_TIME_MS = Date.UTC(2200, 0);

const PERIODS = [...REPORT_PRESETS, 'custom'] as const;
const INTERVAL_CHOICES = ['auto', ...INTERVALS] as const;

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
				typeOptions: { minValue: 1, maxValue: MAX_CONCURRENCY, numberPrecision: 0 },
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
				typeOptions: { minValue: 0, maxValue: MAX_RISKIEST, numberPrecision: 0 },
				default: DEFAULT_RISKIEST,
				description: 'How many of the validations that look riskiest to name, by ID',
			},
			timeoutOption,
		],
	},
];

export type ReportParameters = {
	scope: Scope;
	/** when the report is made, in milliseconds since 1970 */
	nowMs: number;
	language: Language;
	maxRiskiest: number;
	populate: Related[];
	isFileAttached: boolean;
	concurrency: number;
	timeoutMs: number;
	/** all of it as text, to tell whether another input item asks for the same */
	question: string;
};

/**
 * Reads and checks every parameter, so that nothing is sent unless all of them hold.
 *
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readReportParameters(
	context: IExecuteFunctions,
	itemIndex: number,
	nowMs: number,
): ReportParameters {
	const get = parametersOf(context, itemIndex);
	const options = get('options', {}) as IDataObject;
	const { concurrency = DEFAULT_CONCURRENCY, riskiest = DEFAULT_RISKIEST } = options;
	const whole = (label: string, value: unknown, min: number, max: number) =>
		wholeNumber(context, itemIndex, label, value, { min, max });
	const scope = readScope(context, itemIndex, nowMs, options);
	const language = choice(context, itemIndex, 'Language', get('language', 'en'), LANGUAGES);
	return {
		scope,
		nowMs,
		language,
		maxRiskiest: whole('Riskiest Validations', riskiest, 0, MAX_RISKIEST),
		populate: choices(context, itemIndex, 'Populate', options.populate ?? [], RELATED),
		isFileAttached: options.attachFile === true && !isTool(context),
		concurrency: whole('Concurrent Requests', concurrency, 1, MAX_CONCURRENCY),
		timeoutMs: readTimeout(context, options, itemIndex),
		question: JSON.stringify([scope.preset, scope.period, scope.previous, language, options]),
	};
}

function readScope(
	context: IExecuteFunctions,
	itemIndex: number,
	nowMs: number,
	options: IDataObject,
): Scope {
	const get = parametersOf(context, itemIndex);
	const preset = choice(context, itemIndex, 'Period', get('period', 'last7Days'), PERIODS);
	const { interval = 'auto' } = options;
	const calendar = new Calendar(context.getTimezone());
	const period =
		preset === 'custom'
			? readCustomPeriod(context, itemIndex, nowMs)
			: calendar.reportPeriod(preset, nowMs);
	const scope = scopeOf(calendar, preset, period, {
		isCompared: get('comparePrevious', true) === true,
		interval: choice(context, itemIndex, 'Interval', interval, INTERVAL_CHOICES),
	});
	const count = estimateIntervals(period, scope.interval);
	if (count <= MAX_INTERVALS) return scope;
	throw refusal(
		context,
		itemIndex,
		`The period has about ${count} intervals of a ${scope.interval}, and a report has room for ${MAX_INTERVALS}`,
		'Choose a longer Interval under Options, or a shorter period.',
	);
}

function readCustomPeriod(context: IExecuteFunctions, itemIndex: number, nowMs: number): Period {
	const get = parametersOf(context, itemIndex);
	const read = (label: string, name: string) => time(context, itemIndex, label, get(name, ''));
	const after = read('Created After', 'createdAfter');
	const before = read('Created Before', 'createdBefore') ?? nowMs;
	const refuse = (message: string, description: string) =>
		refusal(context, itemIndex, message, description);
	if (after === undefined) {
		throw refuse('A custom period needs a date where it begins', 'Set Created After.');
	}
	if ([after, before].some((ms) => ms < 0 || ms > MAX_TIME_MS)) {
		throw refuse(
			'Created After and Created Before must be dates from 1970 to 2200',
			'A number is taken for milliseconds since 1970.',
		);
	}
	if (after >= before) {
		const dates = [after, before].map((ms) => new Date(ms).toISOString());
		throw refuse(
			`Created Before must be later than Created After (${dates.join(' is not before ')})`,
			'Created Before is where the period ends, and is not part of it: for one day, it is the next day.',
		);
	}
	return { after, before };
}

function refusal(
	context: IExecuteFunctions,
	itemIndex: number,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, {
		itemIndex,
		description: `Nothing was sent to Verifik. ${description}`,
	});
}
