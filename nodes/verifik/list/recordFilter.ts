// Narrows a list by what the API cannot filter: verdict, failed checks, risk score and date. Pure.
import { isWithin, type CreatedRange } from './createdRange';
import type { Check, VerifikRecord } from '../api/documentLiveness';
import { readRecord, type Validation, type Verdict } from '../record/readRecord';

/** All of what is named must hold; of several values in one, any. What is left out or empty filters nothing. */
export type RecordFilter = {
	verdicts: Verdict[];
	/** at least one of these did not pass */
	failedChecks: Check[];
	/** 0 to 1; this one or higher */
	minimumRiskScore?: number;
	created: CreatedRange;
};

/** What a record may not say, though it is filtered by. */
export type Missing = 'verdict' | 'failedChecks' | 'riskScore' | 'createdAt';

/** Whether a record fits; or what it does not say, where nothing else speaks against it. */
export type Match = 'fits' | 'doesNotFit' | { missing: Missing };

export function hasFilter(filter: RecordFilter): boolean {
	return isNarrowedByRecord(filter) || isNarrowedByDate(filter.created);
}

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
	// what was not carried out, or is still to come, has not failed any check
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
