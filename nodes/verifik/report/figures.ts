// What a report says: the shape of its figures, version 1. Types and the names of what can be chosen.
import type { Check } from '../api/documentLiveness';
import type { ReportPreset } from '../list/calendar';
import type { Verdict } from '../record/readRecord';

export const LANGUAGES = ['en', 'es', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

export const INTERVALS = ['day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** A share, with what it is of. `value` is `n / of`, and null when `of` is 0. */
export type Rate = { value: number | null; of: number; n: number };

/** Validations by what came of them. `checked` = passed + notPassed; all verdicts together are `total`. */
export type Counts = {
	total: number;
	checked: number;
	passed: number;
	notPassed: number;
	notCarriedOut: number;
	pending: number;
	unknown: number;
};

/** `passed` and `notPassed` are of checked, the others of all that were created. */
export type Rates = Record<Verdict, Rate>;

/** How a rate differs from that of the period before. Both null where one of the rates has no value. */
export type Change = {
	/** percentage points: 0.91 after 0.88 is 3 */
	points: number | null;
	/** Whether the 95 % Wilson intervals of the two rates are apart; false: there are too few validations to tell. */
	isSignificant: boolean | null;
};

/** From `after` (included) to `before` (not included), ISO 8601 in UTC; days are of the report's time zone. */
export type PeriodFigures = {
	after: string;
	before: string;
	/** first and last date in it, e.g. 2026-01-31 */
	firstDay: string;
	lastDay: string;
	/** null where it begins or ends within a day */
	days: number | null;
};

export type SeriesRow = Counts & { date: string; after: string; before: string };

/** Outcomes of one check. `run` = passed + notPassed, and `failureRate` is notPassed of run. */
export type CheckFigures = {
	run: number;
	passed: number;
	notPassed: number;
	/** it holds an error such as DOCUMENT_NOT_FOUND */
	notCarriedOut: number;
	/** it was asked for, and the record does not say what came of it */
	unknown: number;
	failureRate: Rate;
};

/** How exact a quantile is: `maxError` is absolute for a score, and relative (0.01 is 1 %) for a duration. */
export type Precision = { method: 'exact' | 'histogram' | 'logHistogram'; maxError: number };

/** Values from 0 to 1. Quantiles are by nearest rank; all null when `count` is 0. */
export type ScoreFigures = {
	count: number;
	/** values under 0 or over 1, which are in no other figure */
	outside: number;
	mean: number | null;
	median: number | null;
	p90: number | null;
	p95: number | null;
	/** how many from 0 to under 0.1, to under 0.2 … and from 0.9 to 1 */
	tenths: number[];
	quantiles: Precision;
};

/** From `createdAt` to `completedAt`, where a record has both. */
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
	/** null unless related records are included in full */
	applicantName: string | null;
	clientName: string | null;
};

/** How many validations of the period do not say what a figure needs. */
export type NotStated = {
	/** of all that were read: they are of no period, and in no other figure */
	createdAt: number;
	verdict: number;
	/** of those that did not pass */
	failedChecks: number;
	riskScore: number;
	confidence: number;
	/** of those that are neither pending nor without verdict */
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
	/** `custom` where it was given by hand */
	preset: ReportPreset | 'custom';
	period: PeriodFigures;
	counts: Counts;
	rates: Rates;
	/** null where nothing is compared */
	previous: {
		period: PeriodFigures;
		counts: Counts;
		rates: Rates;
		changes: Record<Verdict, Change>;
	} | null;
	series: { interval: Interval; rows: SeriesRow[] };
	checks: Record<Check, CheckFigures>;
	/** checks that were failed together, the most frequent first */
	combinations: Array<{ checks: Check[]; n: number }>;
	/** image-quality warnings by how many validations have them, the most frequent first */
	warnings: Array<{ code: string; n: number }>;
	/** how many more warnings there were than `warnings` has room for, each counted once a validation */
	otherWarnings: number;
	riskScore: ScoreFigures;
	confidence: ScoreFigures;
	/** of flat records, whose checks have a probability (high is genuine) instead of a score */
	probabilities: Record<Check, ScoreFigures>;
	completionTime: CompletionFigures;
	/** by the time since they were created */
	pendingAge: { underOneHour: number; underOneDay: number; older: number };
	/** sum is null where no record says what was charged */
	credits: { sum: number | null; n: number };
	riskiest: RiskiestRow[];
	notStated: NotStated;
	/** Whether it is sure that no validation of the period is missing. */
	isComplete: boolean;
};
