// Reads the parameters of Get Report, and checks them before anything is sent.
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { parametersOf, type ParameterReader } from '../../shared/parameters';
import { RELATED, type Related } from '../../verifik/api/documentLiveness';
import { Calendar, type Period } from '../../verifik/list/calendar';
import { INTERVALS, LANGUAGES, type Language } from '../../verifik/report/figures';
import { scopeOf, type Scope } from '../../verifik/report/periods';
import { estimateIntervals, MAX_INTERVALS } from '../../verifik/report/series';
import { isTool } from '../aiTool';
import { readConcurrency, readTimeout } from './fields';
import { DEFAULT_RISKIEST, MAX_RISKIEST, PERIODS } from './reportFields';

const INTERVAL_CHOICES = ['auto', ...INTERVALS] as const;

/** The year 2200; a later date is a slip, such as microseconds for milliseconds. */
const MAX_TIME_MS = Date.UTC(2200, 0);

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
	/** all parameters as text, to find input items that ask for the same */
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
	const parameters = parametersOf(context, itemIndex);
	const { get } = parameters;
	const options = get('options', {}) as IDataObject;
	const { riskiest = DEFAULT_RISKIEST } = options;
	const scope = readScope(parameters, new Calendar(context.getTimezone()), nowMs, options);
	const language = parameters.choice('Language', get('language', 'en'), LANGUAGES);
	return {
		scope,
		nowMs,
		language,
		maxRiskiest: parameters.wholeNumber('Riskiest Validations', riskiest, {
			min: 0,
			max: MAX_RISKIEST,
		}),
		populate: parameters.choices('Populate', options.populate ?? [], RELATED),
		isFileAttached: options.attachFile === true && !isTool(context),
		concurrency: readConcurrency(parameters, options),
		timeoutMs: readTimeout(parameters, options),
		question: JSON.stringify([scope.preset, scope.period, scope.previous, language, options]),
	};
}

function readScope(
	parameters: ParameterReader,
	calendar: Calendar,
	nowMs: number,
	options: IDataObject,
): Scope {
	const { get } = parameters;
	const preset = parameters.choice('Period', get('period', 'last7Days'), PERIODS);
	const { interval = 'auto' } = options;
	const period =
		preset === 'custom'
			? readCustomPeriod(parameters, nowMs)
			: calendar.reportPeriod(preset, nowMs);
	const scope = scopeOf(calendar, preset, period, {
		isCompared: get('comparePrevious', true) === true,
		interval: parameters.choice('Interval', interval, INTERVAL_CHOICES),
	});
	const count = estimateIntervals(period, scope.interval);
	if (count <= MAX_INTERVALS) return scope;
	throw parameters.conflict(
		`The period has about ${count} intervals of one ${scope.interval}, but a report can have at most ${MAX_INTERVALS}`,
		'Choose a longer Interval under Options, or a shorter period.',
	);
}

function readCustomPeriod(parameters: ParameterReader, nowMs: number): Period {
	const read = (label: string, name: string) => parameters.time(label, parameters.get(name, ''));
	const after = read('Created After', 'createdAfter');
	const before = read('Created Before', 'createdBefore') ?? nowMs;
	if (after === undefined) {
		throw parameters.conflict('A custom period needs a start date', 'Set Created After.');
	}
	if ([after, before].some((ms) => ms < 0 || ms > MAX_TIME_MS)) {
		throw parameters.conflict(
			'Created After and Created Before must be dates from 1970 to 2200',
			'A number is read as milliseconds since 1970.',
		);
	}
	if (after >= before) {
		const dates = [after, before].map((ms) => new Date(ms).toISOString());
		throw parameters.conflict(
			`Created Before must be later than Created After (${dates.join(' is not before ')})`,
			'Created Before is the end of the period and is not part of it. For a single day, use the next day.',
		);
	}
	return { after, before };
}
