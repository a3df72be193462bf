// Adds the records of an account to the figures of a report, page by page. Only what a figure needs is kept in memory, so that a
// million records need as much as a thousand. Pure.
import { CHECKS, type VerifikRecord } from '../api/documentLiveness';
import { beginningOf } from '../http/sanitizeText';
import { createdAt, isWithin, timeOf } from '../list/createdRange';
import {
	fieldsOf,
	numberOf,
	probabilityOf,
	readRecord,
	type Validation,
} from '../record/readRecord';
import { byCheck, CheckTally } from './checkTally';
import type { Figures, Language, NotStated, RiskiestRow } from './figures';
import { periodFigures, type Scope } from './periods';
import { DURATIONS, Sample } from './quantiles';
import { Ranking } from './ranking';
import { changesOf, addToCounts, noCounts, ratesOf } from './rates';
import { ScoreTally } from './scoreTally';
import { Series } from './series';

const HOUR_MS = 3_600_000;

/** Characters of a record's text; longer ones are cut, so that they cannot fill the memory. */
const MAX_TEXT = 256;

/** Credits of one validation at most. Each of the four checks costs one; a sum of extreme numbers would be infinite. */
const MAX_CREDITS = 1_000;

/** What a report is made for. */
export type FoldOptions = {
	scope: Scope;
	/** when the report is made, in milliseconds since 1970 */
	nowMs: number;
	maxRiskiest: number;
	/** whether the riskiest validations have names */
	hasNames: boolean;
};

/** Facts about a report that are not counted. */
export type ReportOrigin = { account: string; language: Language; isComplete: boolean };

/** Adds up the figures of a report. */
export class ReportFold {
	private readonly counts = noCounts();

	private readonly previousCounts = noCounts();

	private readonly series: Series;

	private readonly checks = new CheckTally();

	private readonly riskScore = new ScoreTally();

	private readonly confidence = new ScoreTally();

	private readonly probabilities = byCheck(() => new ScoreTally());

	private readonly durations = new Sample(DURATIONS);

	private readonly pendingAge = { underOneHour: 0, underOneDay: 0, older: 0 };

	private readonly credits = { sum: 0, n: 0, outside: 0 };

	private readonly ranking: Ranking;

	private readonly notStated: NotStated = {
		createdAt: 0,
		verdict: 0,
		failedChecks: 0,
		riskScore: 0,
		confidence: 0,
		completedAt: 0,
		credits: 0,
	};

	private readonly options: FoldOptions;

	constructor(options: FoldOptions) {
		const { calendar, period, interval } = options.scope;
		this.options = options;
		this.series = new Series(calendar, period, interval);
		this.ranking = new Ranking(options.maxRiskiest);
	}

	/** Adds records, in any order and of any time. Each record must be added only once. */
	add(records: VerifikRecord[]): void {
		const { period, previous } = this.options.scope;
		for (const record of records) {
			const time = createdAt(record);
			if (time === undefined) this.notStated.createdAt++;
			else if (isWithin(record, period)) this.addOne(record, time);
			else if (previous && isWithin(record, previous)) {
				addToCounts(this.previousCounts, readRecord(record).verdict);
			}
		}
	}

	/** The figures of all records so far. */
	figures({ account, language, isComplete }: ReportOrigin): Figures {
		const { scope, nowMs } = this.options;
		const { calendar, preset, period, interval } = scope;
		return {
			reportVersion: 1,
			account,
			generatedAt: new Date(nowMs).toISOString(),
			timeZone: calendar.zone,
			language,
			preset,
			period: periodFigures(calendar, period),
			counts: this.counts,
			rates: ratesOf(this.counts),
			previous: this.previousFigures(),
			series: { interval, rows: this.series.rows() },
			...this.checks.figures(),
			riskScore: this.riskScore.figures(),
			confidence: this.confidence.figures(),
			probabilities: byCheck((name) => this.probabilities[name].figures()),
			completionTime: {
				count: this.durations.count,
				outside: this.durations.outside,
				medianMs: this.durations.quantile(50),
				p95Ms: this.durations.quantile(95),
				quantiles: this.durations.precision,
			},
			pendingAge: this.pendingAge,
			credits: { ...this.credits, ...(this.credits.n === 0 && { sum: null }) },
			riskiest: this.ranking.top(),
			notStated: this.notStated,
			isComplete,
		};
	}

	private previousFigures(): Figures['previous'] {
		const { calendar, previous } = this.options.scope;
		if (!previous) return null;
		const rates = ratesOf(this.previousCounts);
		return {
			period: periodFigures(calendar, previous),
			counts: this.previousCounts,
			rates,
			changes: changesOf(ratesOf(this.counts), rates),
		};
	}

	/** @param time when it was created, in milliseconds since 1970, within the period */
	private addOne(record: VerifikRecord, time: number): void {
		const validation = readRecord(record);
		const { verdict, failedChecks, checks, credits } = validation;
		addToCounts(this.counts, verdict);
		this.series.count(time, verdict);
		this.checks.add(validation);
		this.addScores(record, validation);
		for (const name of CHECKS) {
			const probability = probabilityOf(record, checks, name);
			if (probability !== null) this.probabilities[name].add(probability);
		}
		this.addTimes(record, time, verdict);
		if (credits === null) this.notStated.credits++;
		else if (credits < 0 || credits > MAX_CREDITS) this.credits.outside++;
		else {
			this.credits.sum += credits;
			this.credits.n++;
		}
		if (verdict === 'unknown') this.notStated.verdict++;
		if (verdict === 'notPassed' && failedChecks === null) this.notStated.failedChecks++;
	}

	private addScores(record: VerifikRecord, validation: Validation): void {
		const riskScore = numberOf(validation.riskScore) ?? null;
		const confidence = numberOf(validation.confidence) ?? null;
		if (riskScore === null) this.notStated.riskScore++;
		else this.riskScore.add(riskScore);
		if (confidence === null) this.notStated.confidence++;
		else this.confidence.add(confidence);
		const nameOf = (related: unknown, field: string) =>
			this.options.hasNames ? textOf(fieldsOf(related)[field]) : null;
		const row: RiskiestRow = {
			id: textOf(record._id),
			createdAt: textOf(record.createdAt),
			verdict: validation.verdict,
			failedChecks: validation.failedChecks,
			riskScore,
			confidence,
			applicantName: nameOf(record.appRegistration, 'fullName'),
			clientName: nameOf(record.client, 'name'),
		};
		// If the checks could not be carried out, the confidence says nothing about the document.
		if (riskScore !== null || validation.verdict !== 'notCarriedOut') this.ranking.add(row);
	}

	private addTimes(record: VerifikRecord, time: number, verdict: Validation['verdict']): void {
		if (verdict === 'pending') {
			const age = this.options.nowMs - time;
			const group = age < HOUR_MS ? 'underOneHour' : age < 24 * HOUR_MS ? 'underOneDay' : 'older';
			this.pendingAge[group]++;
		}
		const completed = timeOf(record, 'completedAt');
		if (!Number.isNaN(completed)) this.durations.add(completed - time);
		else if (verdict !== 'pending' && verdict !== 'unknown') this.notStated.completedAt++;
	}
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' ? beginningOf(value, MAX_TEXT) : null;
}
