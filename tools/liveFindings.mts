// What the answers of a few requests show about List: whether its parameters have an effect, and its order. Pure.
import type { VerifikRecord } from '../nodes/verifik/api/documentLiveness.ts';

/** The answer to one request. */
export type Answer = {
	/** what was asked for, as the report shows it: `page=1&limit=10` */
	request: string;
	/** or why no answer came, e.g. `ECONNREFUSED` */
	httpStatus: number | string;
	hasDate: boolean;
	hasRetryAfter: boolean;
	/** parsed JSON; undefined where none came */
	body?: unknown;
};

/** The answers to the requests of a check, by what each is for. */
export type Answers = {
	firstPage: Answer;
	secondPage: Answer;
	otherLimit: Answer;
	completed: Answer;
	failed: Answer;
	/** undefined where there was no record to ask for */
	one?: Answer;
};

export const LIMIT = 10;
export const OTHER_LIMIT = 5;

const TOOK_EFFECT = 'took effect';
const unknown = (reason: string) => `cannot be told: ${reason}`;
const NO_RECORDS = unknown('the account has no records');

/** The records of a list; undefined where the answer holds none. */
export function listOf(answer: Answer): VerifikRecord[] | undefined {
	const data = (answer.body as { data?: unknown } | null | undefined)?.data;
	if (answer.httpStatus !== 200 || !Array.isArray(data)) return undefined;
	return data.filter(isRecord);
}

/** The one record of an answer to Retrieve; undefined where it holds none. */
export function recordOf(answer: Answer | undefined): VerifikRecord | undefined {
	const data = (answer?.body as { data?: unknown } | null | undefined)?.data;
	return answer?.httpStatus === 200 && isRecord(data) ? data : undefined;
}

export function pageFinding({ firstPage, secondPage }: Answers): string {
	const first = listOf(firstPage) ?? [];
	const second = listOf(secondPage);
	if (!second) return unknown('no list came for page 2');
	if (first.length === 0) return NO_RECORDS;
	if (second.length === 0) return `${TOOK_EFFECT} (page 2 is empty)`;
	const both = shared(first, second);
	if (both === second.length) return 'was ignored: page 2 holds the records of page 1';
	return both === 0 ? TOOK_EFFECT : `${TOOK_EFFECT}, but ${both} records stand on both pages`;
}

export function limitFinding(answers: Answers): string {
	const first = listOf(answers.firstPage) ?? [];
	const other = listOf(answers.otherLimit);
	if (!other) return unknown('no list came for the other limit');
	if (first.length === 0) return NO_RECORDS;
	const second = listOf(answers.secondPage) ?? [];
	const hasMore =
		(totalOf(answers.firstPage) ?? 0) > first.length || shared(first, second) < second.length;
	if (first.length > LIMIT || other.length > OTHER_LIMIT) {
		return `was ignored: ${LIMIT} and ${OTHER_LIMIT} were asked for, ${first.length} and ${other.length} came`;
	}
	if ((first.length < LIMIT && hasMore) || other.length < Math.min(OTHER_LIMIT, first.length)) {
		return `was cut: ${LIMIT} and ${OTHER_LIMIT} were asked for, ${first.length} and ${other.length} came, and there are more`;
	}
	return first.length > OTHER_LIMIT ? TOOK_EFFECT : unknown('the account has too few records');
}

export function statusFinding(answers: Answers): string {
	const completed = listOf(answers.completed);
	const failed = listOf(answers.failed);
	if (!completed || !failed) return unknown('no list came for one of the two statuses');
	if (listOf(answers.firstPage)?.length === 0) return NO_RECORDS;
	const isOther = (wanted: string) => (record: VerifikRecord) =>
		typeof record.status === 'string' && record.status !== wanted;
	if (completed.some(isOther('completed')) || failed.some(isOther('failed'))) {
		return 'was ignored: a list for one status holds records with another';
	}
	if (shared(completed, failed) > 0) {
		return 'was ignored: the lists for two statuses hold the same records';
	}
	return TOOK_EFFECT;
}

/** @param field `createdAt` or `updatedAt` */
export function orderFinding(answers: Answers, field: string): string {
	const first = listOf(answers.firstPage) ?? [];
	const second = listOf(answers.secondPage) ?? [];
	const records = shared(first, second) === 0 ? [...first, ...second] : first;
	const dates = records
		.map((record) => Date.parse(String(record[field])))
		.filter((date) => !Number.isNaN(date));
	const steps = dates.slice(1).map((date, at) => date - dates[at]!);
	if (steps.every((step) => step === 0)) return unknown('too few records with different dates');
	if (steps.every((step) => step <= 0)) return 'newest first';
	return steps.every((step) => step >= 0) ? 'oldest first' : 'neither newest nor oldest first';
}

/** The number of records in the whole list, where the envelope states it. */
function totalOf({ body }: Answer): number | undefined {
	const envelope = body as { pagination?: { total?: unknown }; total?: unknown };
	const total = (envelope.pagination ?? envelope).total;
	return typeof total === 'number' ? total : undefined;
}

/** How many records of `second` stand in `first`, too. */
function shared(first: VerifikRecord[], second: VerifikRecord[]): number {
	const ids = new Set(first.map(({ _id }) => _id));
	return second.filter(({ _id }) => ids.has(_id)).length;
}

function isRecord(value: unknown): value is VerifikRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
