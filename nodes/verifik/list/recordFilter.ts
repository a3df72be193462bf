// Filters records by what the API cannot filter: verdict, failed checks, risk score and creation time. Pure.
import { isWithin, type CreatedRange } from './createdRange';
import type { Check, VerifikRecord } from '../api/documentLiveness';
import { readRecord, type Validation, type Verdict } from '../record/readRecord';

/** A record must match all filters, and any of the values of each. A filter that is missing or empty matches every record. */
export type RecordFilter = {
	verdicts: Verdict[];
	/** at least one of these did not pass */
	failedChecks: Check[];
	/** 0 to 1; matches this score or a higher one */
	minimumRiskScore?: number;
	created: CreatedRange;
};

/** What a filter needs and a record may not say. */
export type Missing = 'verdict' | 'failedChecks' | 'riskScore' | 'createdAt';

/** Whether a record matches; or what is missing to decide, if it matches all other filters. */
export type Match = 'fits' | 'doesNotFit' | { missing: Missing };

/** Whether there is any filter. */
export function hasFilter(filter: RecordFilter): boolean {
	return isNarrowedByRecord(filter) || isNarrowedByDate(filter.created);
}

/** Whether a record matches all filters. */
export function matchRecord(record: VerifikRecord, filter: RecordFilter): Match {
	const { created } = filter;
	const answers: Array<[Missing, boolean | undefined]> = [];
	if (isNarrowedByDate(created)) answers.push(['createdAt', isWithin(record, created)]);
	if (isNarrowedByRecord(filter)) answers.push(...compare(readRecord(record), filter));
	if (answers.some(([, answer]) => answer === false)) return 'doesNotFit';
	const unanswered = answers.find(([, answer]) => answer === undefined);
	return unanswered ? { missing: unanswered[0] } : 'fits';
}

function compare(
	{ verdict, failedChecks, riskScore }: Validation,
	filter: RecordFilter,
): Array<[Missing, boolean | undefined]> {
	const { verdicts, failedChecks: wanted, minimumRiskScore } = filter;
	const isOpen = verdict === 'unknown' && !verdicts.includes('unknown');
	const hasFailed = failedChecks?.some((check) => wanted.includes(check));
	// With any other verdict, no check was failed.
	const mayHaveFailed = verdict === 'notPassed' || verdict === 'unknown';
	const answers: Array<[Missing, boolean | undefined]> = [];
	if (verdicts.length > 0) {
		answers.push(['verdict', isOpen ? undefined : verdicts.includes(verdict)]);
	}
	if (wanted.length > 0) {
		answers.push(['failedChecks', hasFailed ?? (mayHaveFailed ? undefined : false)]);
	}
	if (minimumRiskScore !== undefined) {
		const isHigh = typeof riskScore === 'number' ? riskScore >= minimumRiskScore : undefined;
		answers.push(['riskScore', isHigh]);
	}
	return answers;
}

function isNarrowedByRecord({ verdicts, failedChecks, minimumRiskScore }: RecordFilter): boolean {
	return verdicts.length > 0 || failedChecks.length > 0 || minimumRiskScore !== undefined;
}

function isNarrowedByDate({ after, before }: CreatedRange): boolean {
	return after !== undefined || before !== undefined;
}
