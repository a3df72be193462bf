// Reads a list from its newest end. The API states neither by what a list is sorted nor in which direction, so that is
// read off the records. Pure: how a page is fetched is handed in.
import { MAX_LIMIT, type Page, type VerifikRecord } from '../verifik/documentLiveness';
import { VerifikFailure } from '../verifik/errors';
import { timeOf } from '../verifik/list/createdRange';
import { endOf, rangeBefore, startOf } from '../verifik/list/pageRange';
import { newReadSummary, readAllPages, type FetchPage } from '../verifik/list/readAllPages';

/** The times by which a list may be sorted. */
export const FIELDS = ['createdAt', 'updatedAt'] as const;
export type Field = (typeof FIELDS)[number];

/** How a list may be sorted: by a field, newest first (`-createdAt`) or oldest first (`createdAt`). */
export type Sorting = Field | `-${Field}`;
const SORTINGS: Sorting[] = ['-createdAt', '-updatedAt', 'createdAt', 'updatedAt'];

/** A list that is sorted by ID or as it was stored is in order but for records of about the same moment. */
export const SAME_MOMENT_MS = 2_000;

/** Where an oldest-first list ended, and with which time, so that the next reading begins there. */
export type End = { page: number; size: number; newest?: number };

/** By how many records neighbouring windows overlap at least. */
const OVERLAP = 2;

/** How often a window that shows nothing known is looked for elsewhere. */
const MOST_LOOKS = 8;

const MOST_AT_ONCE = 4;

/** By what the lists are sorted, as far as the pages so far tell. */
export class Order {
	/** every sorting that the pages agree with */
	sortings: Sorting[];

	constructor(sortings: Sorting[] = SORTINGS) {
		this.sortings = sortings;
	}

	/**
	 * Takes in the records of one answer. A page that contradicts what was known counts for more.
	 *
	 * @throws VerifikFailure `unordered`
	 */
	note(records: VerifikRecord[]): void {
		const holds = (sorting: Sorting) => isSorted(records, sorting);
		const still = this.sortings.filter(holds);
		this.sortings = still.length > 0 ? still : SORTINGS.filter(holds);
		if (this.sortings.length === 0) throw new VerifikFailure('unordered');
	}

	/** Undefined while it could be either. */
	get isNewestFirst(): boolean | undefined {
		const newestFirst = this.sortings.filter((sorting) => sorting.startsWith('-'));
		if (newestFirst.length === this.sortings.length) return true;
		return newestFirst.length === 0 ? false : undefined;
	}

	/** The fields by which the lists may be sorted. */
	get fields(): Field[] {
		return FIELDS.filter((field) => this.sortings.some((sorting) => sorting.endsWith(field)));
	}
}

function isSorted(records: VerifikRecord[], sorting: Sorting): boolean {
	const sign = sorting.startsWith('-') ? -1 : 1;
	const field = sorting.replace('-', '');
	let furthest = -Infinity;
	return records.every((record) => {
		const time = sign * timeOf(record, field);
		furthest = Math.max(furthest, time);
		return time >= furthest - SAME_MOMENT_MS;
	});
}

export type Reading = {
	/** Whether it is sure that nothing slipped past between two pages. */
	isSure: boolean;
	/** of an oldest-first list of more than a page */
	end?: End;
};

/**
 * Hands records to `take`, the newest pages first, until `isEnough` says so of a page or the list is over. A record
 * may be handed over more than once.
 *
 * @param from where the list ended the last time
 * @throws VerifikFailure `unordered`, and whatever `fetchPage` throws
 */
export async function readNewestEnd(
	fetchPage: FetchPage,
	order: Order,
	from: End | undefined,
	take: (records: VerifikRecord[]) => void,
	isEnough: (records: VerifikRecord[]) => boolean,
	serverTime: () => number,
): Promise<Reading> {
	if (from && order.isNewestFirst === false) {
		const known = await readBackwards(fetchPage, order, from, take, isEnough);
		if (known) return known;
	}
	const summary = newReadSummary();
	let count = 0;
	let isDone = false;
	let latest: Page | undefined;
	const fetch: FetchPage = async (page, limit) => (latest = await fetchPage(page, limit));
	const options = {
		pageSize: MAX_LIMIT,
		concurrency: MOST_AT_ONCE,
		serverTime,
		// As many pages at once as have been needed before: a quiet list costs one request.
		remaining: () => (isDone ? 0 : Math.max(1, count)),
	};
	for await (const records of readAllPages(fetch, options, summary)) {
		take(records);
		const isFirst = count === 0;
		count += records.length;
		if (isDone) continue;
		const size = records.length;
		const pages = isFirst && latest ? pagesOf(latest, size) : undefined;
		if (isFirst && pages !== undefined && pages <= 1) continue;
		if (order.isNewestFirst) isDone = isEnough(records);
		if (order.isNewestFirst === false && pages !== undefined) {
			const end = { page: pages, size };
			const known = await readBackwards(fetchPage, order, end, take, isEnough);
			if (known) return known;
		}
	}
	return { isSure: summary.isSure && !summary.hasOrderChanged };
}

/**
 * From the last page of an oldest-first list towards its head. What is added or removed there meanwhile moves the
 * records; so every window has to share a record with the one read before it.
 *
 * @returns undefined where the newest end is not here: the list has turned round
 */
async function readBackwards(
	fetchPage: FetchPage,
	order: Order,
	from: End,
	take: (records: VerifikRecord[]) => void,
	isEnough: (records: VerifikRecord[]) => boolean,
): Promise<Reading | undefined> {
	const { size } = from;
	let end = from.page;
	let page = await fetchPage(end, size);
	const stated = pagesOf(page, size) ?? end;
	if (stated !== end) {
		end = Math.max(1, stated);
		page = await fetchPage(end, size);
	}
	let { records } = page;
	const newest = Math.max(
		...records.flatMap((one) => order.fields.map((field) => timeOf(one, field))),
	);
	// The end may hold too few records to show an order; but it holds nothing older than it did.
	if (order.isNewestFirst !== false || newest < (from.newest ?? -Infinity)) return undefined;
	const here = { page: end, size, ...(records.length > 0 && { newest }) };
	take(records);
	let start = startOf({ page: end, limit: size });
	let looks = 0;
	while (start > 0 && !(records.length > 0 && isEnough(records))) {
		const window = rangeBefore(start, OVERLAP, size);
		const next = await fetchPage(window.page, window.limit);
		take(next.records);
		const canOverlap = records.length > 0 && endOf(window) > start;
		if (!canOverlap || share(records, next.records)) {
			start = startOf(window);
			records = next.records;
			looks = 0;
		} else if (++looks < MOST_LOOKS) {
			start += Math.ceil(size / 2);
		} else {
			return { isSure: false, end: here };
		}
	}
	return { isSure: true, end: here };
}

function pagesOf({ pages, total }: Page, size: number): number | undefined {
	return pages ?? (total === undefined ? undefined : Math.ceil(total / Math.max(1, size)));
}

function share(some: VerifikRecord[], others: VerifikRecord[]): boolean {
	const ids = new Set(some.map(({ _id }) => _id));
	return others.some(({ _id }) => ids.has(_id));
}
