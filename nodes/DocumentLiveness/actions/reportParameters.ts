// What was chosen in the fields of Get Report, checked before anything is sent.
import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import {
	readChoice,
	readChoices,
	parametersOf,
	readTime,
	readWholeNumber,
} from '../../shared/parameters';
import { RELATED, type Related } from '../../verifik/api/documentLiveness';
import { Calendar, type Period } from '../../verifik/list/calendar';
import { INTERVALS, LANGUAGES, type Language } from '../../verifik/report/figures';
import { scopeOf, type Scope } from '../../verifik/report/periods';
import { estimateIntervals, MAX_INTERVALS } from '../../verifik/report/series';
import { isTool } from '../aiTool';
import { readConcurrency, readTimeout } from './fields';
import { DEFAULT_RISKIEST, MAX_RISKIEST, PERIODS } from './reportFields';

const INTERVAL_CHOICES = ['auto', ...INTERVALS] as const;

/** No validation is older than 1970, and none of a later year is made. */
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
	const { riskiest = DEFAULT_RISKIEST } = options;
	const whole = (label: string, value: unknown, min: number, max: number) =>
		readWholeNumber(context, itemIndex, label, value, { min, max });
	const scope = readScope(context, itemIndex, nowMs, options);
	const language = readChoice(context, itemIndex, 'Language', get('language', 'en'), LANGUAGES);
	return {
		scope,
		nowMs,
		language,
		maxRiskiest: whole('Riskiest Validations', riskiest, 0, MAX_RISKIEST),
		populate: readChoices(context, itemIndex, 'Populate', options.populate ?? [], RELATED),
		isFileAttached: options.attachFile === true && !isTool(context),
		concurrency: readConcurrency(context, options, itemIndex),
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
	const preset = readChoice(context, itemIndex, 'Period', get('period', 'last7Days'), PERIODS);
	const { interval = 'auto' } = options;
	const calendar = new Calendar(context.getTimezone());
	const period =
		preset === 'custom'
			? readCustomPeriod(context, itemIndex, nowMs)
			: calendar.reportPeriod(preset, nowMs);
	const scope = scopeOf(calendar, preset, period, {
		isCompared: get('comparePrevious', true) === true,
		interval: readChoice(context, itemIndex, 'Interval', interval, INTERVAL_CHOICES),
	});
	const count = estimateIntervals(period, scope.interval);
	if (count <= MAX_INTERVALS) return scope;
	throw refusal(
		context,
		itemIndex,
		`The period has about ${count} intervals of one ${scope.interval}, but a report can have at most ${MAX_INTERVALS}`,
		'Choose a longer Interval under Options, or a shorter period.',
	);
}

function readCustomPeriod(context: IExecuteFunctions, itemIndex: number, nowMs: number): Period {
	const get = parametersOf(context, itemIndex);
	const read = (label: string, name: string) => readTime(context, itemIndex, label, get(name, ''));
	const after = read('Created After', 'createdAfter');
	const before = read('Created Before', 'createdBefore') ?? nowMs;
	const refuse = (message: string, description: string) =>
		refusal(context, itemIndex, message, description);
	if (after === undefined) {
		throw refuse('A custom period needs a start date', 'Set Created After.');
	}
	if ([after, before].some((ms) => ms < 0 || ms > MAX_TIME_MS)) {
		throw refuse(
			'Created After and Created Before must be dates from 1970 to 2200',
			'A number is read as milliseconds since 1970.',
		);
	}
	if (after >= before) {
		const dates = [after, before].map((ms) => new Date(ms).toISOString());
		throw refuse(
			`Created Before must be later than Created After (${dates.join(' is not before ')})`,
			'Created Before is the end of the period and is not part of it. For a single day, use the next day.',
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
