// The types of a report's figures, version 1, and the values of its parameters.
import type { Check } from '../api/documentLiveness';
import type { ReportPreset } from '../list/calendar';
import type { Verdict } from '../record/readRecord';

export const LANGUAGES = ['en', 'es', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

export const INTERVALS = ['day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** A share: `value` is `n / of`, and null if `of` is 0. */
export type Rate = { value: number | null; of: number; n: number };

/** Validations by verdict. `checked` = passed + notPassed; the sum of all verdicts is `total`. */
export type Counts = {
	total: number;
	checked: number;
	passed: number;
	notPassed: number;
	notCarriedOut: number;
	pending: number;
	unknown: number;
};

/** `passed` and `notPassed` are shares of `checked`, the others of `total`. */
export type Rates = Record<Verdict, Rate>;

/** How a rate differs from that of the period before. Both are null if one of the rates has no value. */
export type Change = {
	/** percentage points: 0.91 after 0.88 is 3 */
	points: number | null;
	/** whether the 95 % Wilson intervals of the two rates do not overlap; false: too few validations to tell */
	isSignificant: boolean | null;
};

/** From `after` (included) to `before` (not included), ISO 8601 in UTC; days are those of the report's time zone. */
export type PeriodFigures = {
	after: string;
	before: string;
	/** first and last date in it, e.g. 2026-01-31 */
	firstDay: string;
	lastDay: string;
	/** null if it begins or ends within a day */
	days: number | null;
};

export type SeriesRow = Counts & { date: string; after: string; before: string };

/** Outcomes of one check. `run` = passed + notPassed, and `failureRate` is notPassed of run. */
export type CheckFigures = {
	run: number;
	passed: number;
	notPassed: number;
	/** the record has an error such as DOCUMENT_NOT_FOUND */
	notCarriedOut: number;
	/** it was requested, but the record has no result of it */
	unknown: number;
	failureRate: Rate;
};

/** How exact quantiles are: `maxError` is absolute for scores and relative (0.01 is 1 %) for durations. */
export type Precision = { method: 'exact' | 'histogram' | 'logHistogram'; maxError: number };

/** Values from 0 to 1. Quantiles are by nearest rank; all are null if `count` is 0. */
export type ScoreFigures = {
	count: number;
	/** values below 0 or above 1, which are in no other figure */
	outside: number;
	mean: number | null;
	median: number | null;
	p90: number | null;
	p95: number | null;
	/** how many from 0 to under 0.1, to under 0.2 … and from 0.9 to 1 */
	tenths: number[];
	quantiles: Precision;
};

/** Time from `createdAt` to `completedAt`, for records with both. */
type CompletionFigures = {
	count: number;
	/** completed before it was created, or more than ten years after it */
	outside: number;
	medianMs: number | null;
	p95Ms: number | null;
	quantiles: Precision;
};

export type RiskiestRow = {
	id: string | null;
	createdAt: string | null;
	verdict: Verdict;
	failedChecks: Check[] | null;
	riskScore: number | null;
	confidence: number | null;
	/** null without the related records (Populate) */
	applicantName: string | null;
	clientName: string | null;
};

/** For each figure, how many validations of the period do not say what it needs. */
export type NotStated = {
	/** of all read validations: without a date they belong to no period, and are in no other figure */
	createdAt: number;
	verdict: number;
	/** of those that did not pass */
	failedChecks: number;
	riskScore: number;
	confidence: number;
	/** of those with a verdict that is not pending */
	completedAt: number;
	credits: number;
};

export type Figures = {
	reportVersion: 1;
	/** host of the credential's Base URL */
	account: string;
	generatedAt: string;
	timeZone: string;
	language: Language;
	/** `custom` if the user gave the dates */
	preset: ReportPreset | 'custom';
	period: PeriodFigures;
	counts: Counts;
	rates: Rates;
	/** null without a comparison */
	previous: {
		period: PeriodFigures;
		counts: Counts;
		rates: Rates;
		changes: Record<Verdict, Change>;
	} | null;
	series: { interval: Interval; rows: SeriesRow[] };
	checks: Record<Check, CheckFigures>;
	/** checks that were not passed together, the most frequent first */
	combinations: Array<{ checks: Check[]; n: number }>;
	/** image quality warnings and how many validations have them, the most frequent first */
	warnings: Array<{ code: string; n: number }>;
	/** number of warnings that are not in `warnings`, each counted once for a validation */
	otherWarnings: number;
	riskScore: ScoreFigures;
	confidence: ScoreFigures;
	/** only from flat records, whose checks have a probability (high is genuine) instead of a score */
	probabilities: Record<Check, ScoreFigures>;
	completionTime: CompletionFigures;
	/** pending validations by the time since they were created */
	pendingAge: { underOneHour: number; underOneDay: number; older: number };
	/**
	 * `sum` is null if no record says what was charged; `n` is how many do. `outside`: values below 0 or above 1,000, which are
	 * in no other figure
	 */
	credits: { sum: number | null; n: number; outside: number };
	riskiest: RiskiestRow[];
	notStated: NotStated;
	/** whether it is certain that no validation of the period is missing */
	isComplete: boolean;
};
