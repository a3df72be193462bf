// All records of a list that may change while it is read: page ranges fetched ahead, each linked to what was given before
// it. Pure: how a page is fetched is handed in.
import type { Page, VerifikRecord } from '../documentLiveness';
import { VerifikFailure } from '../errors';
import { Coverage, type RangeRead } from './coverage';
import { createdAt, ORDER_TOLERANCE_MS } from './createdRange';
import { endOf, startOf, type PageRange } from './pageRange';

/** Fetches one page, 1 or more. */
export type FetchPage = (page: number, limit: number) => Promise<Page>;

/** How a list is read. */
export type ReadAllOptions = {
	/** records of a page, as many as the server takes */
	pageSize: number;
	/** pages fetched at once, at most */
	concurrency: number;
	/** the present time by the server's clock, in milliseconds since 1970 */
	serverTime: () => number;
	/** how many more records the reader wants; 0 or less ends the reading. Default: all */
	remaining?: () => number;
};

/** What a reader learns about the reading besides the records. Filled in when the last of them have been given. */
export type ReadSummary = {
	/** Whether it is sure that no record that stayed in the list is missing. */
	isSure: boolean;
	/** Whether records changed places, so that some may be missing. */
	hasOrderChanged: boolean;
	/** different records */
	recordsRead: number;
	/** how many the server states, where that is more than the list holds */
	recordsStated?: number;
};

export function newReadSummary(): ReadSummary {
	return { isSure: true, hasOrderChanged: false, recordsRead: 0 };
}

/** A range that was asked for, for the place behind which nothing had been given. */
type Planned = { place: number; range: PageRange; answer: Promise<RangeRead> };

/**
 * Yields the records that were not given before (by `_id`), in the list's order. A reader that stops, stops the fetching.
 *
 * What stays in the list from the first request to the last, in a stable order, comes once, and what was given is always
 * a prefix of it; what comes or goes meanwhile comes at most once. Where that cannot be kept, `summary` says so.
 *
 * @throws VerifikFailure `repeatedPage` where the server takes no notice of the page, and whatever `fetchPage` throws, with
 * the page and the number of records read
 */
export async function* readAllPages(
	fetchPage: FetchPage,
	options: ReadAllOptions,
	summary: ReadSummary = newReadSummary(),
): AsyncGenerator<VerifikRecord[], void> {
	const { concurrency, remaining = () => Infinity } = options;
	const coverage = new Coverage(options.pageSize);
	const queue: Planned[] = [];
	let head: VerifikRecord[] | undefined;
	let startedAt = 0;

	while (!coverage.isAtEnd && remaining() > 0) {
		fetchAhead();
		const { place, range, answer } = queue[0]!;
		const read = await answer;
		const isFromHere = place === coverage.place;
		const { pageSize, isPlain } = coverage;
		coverage.note(read);
		if (read.range.limit > range.limit) {
			// The server ignores the limit.
			coverage.readPlainly(read.range.limit);
			queue.length = 0;
			if (range.page > 1) continue;
		}
		if (!coverage.isLinked(read) && !(isFromHere && (await isAdjoining(read)))) {
			if (!isFromHere && coverage.isPast(range)) queue.shift();
			else {
				coverage.miss(isFromHere);
				// kept, since it may be linked to what is read before it
				queue[0]!.place = NaN;
				queue.unshift(plan(coverage.place));
			}
			continue;
		}
		queue.shift();
		if (!head) [head, startedAt] = [read.page.records, options.serverTime()];
		const records = located(range.page, () => coverage.take(read, isFromHere));
		if (coverage.pageSize !== pageSize || coverage.isPlain !== isPlain) queue.length = 0;
		if (records.length > 0) yield records;
	}
	await summarize();

	/** Fetches as many ranges ahead as are stated and wanted. */
	function fetchAhead(): void {
		if (queue.length === 0) queue.push(plan(coverage.place));
		if (coverage.requestsInVain > 0) return;
		const room = Math.min(concurrency, Math.ceil(remaining() / coverage.pageSize));
		for (
			let end = endOf(queue.at(-1)!.range);
			queue.length < room && end < coverage.recordsStated;
			end = endOf(queue.at(-1)!.range)
		) {
			queue.push(plan(end));
		}
	}

	function plan(place: number): Planned {
		const range = coverage.rangeAt(place);
		const answer = fetchRange(range);
		// What is fetched ahead may go wrong before anybody waits for it; it is told when its turn comes.
		answer.catch(() => undefined);
		return { place, range, answer };
	}

	async function fetchRange(range: PageRange): Promise<RangeRead> {
		try {
			const page = await fetchPage(range.page, Math.min(range.limit, options.pageSize));
			const limit = Math.max(range.limit, page.records.length);
			return { range: { ...range, limit }, page };
		} catch (error) {
			throw withPosition(error, range.page);
		}
	}

	/** Of a range that cannot overlap: whether what was given ends where it begins. */
	async function isAdjoining({ range, page }: RangeRead): Promise<boolean> {
		if (startOf(range) !== coverage.place) return false;
		const [before, again] = await Promise.all([
			fetchRange({ ...range, page: range.page - 1 }),
			fetchRange(range),
		]);
		const isSame = page.records[0]?._id === again.page.records[0]?._id;
		return isSame && before.page.records.at(-1)?._id === coverage.lastId;
	}

	/** Where the order of the list changed, its head looks different from what was given. */
	async function summarize(): Promise<void> {
		summary.recordsRead = coverage.count;
		if (coverage.hasManyPages && coverage.hasIds && head) {
			const now = await fetchRange({ page: 1, limit: Math.max(1, head.length) });
			summary.hasOrderChanged = hasOrderChanged(now.page.records, coverage, startedAt);
		}
		summary.isSure = coverage.isSure;
		const { fewestStated = 0 } = coverage;
		const isMissing = coverage.isAtEnd && fewestStated - coverage.count > coverage.drift;
		if (isMissing) summary.recordsStated = fewestStated;
	}

	function located<T>(page: number, work: () => T): T {
		try {
			return work();
		} catch (error) {
			throw withPosition(error, page);
		}
	}

	/** Whatever went wrong, with where in the list it did. */
	function withPosition(error: unknown, page: number): unknown {
		return error instanceof VerifikFailure
			? error.with({ page, recordsRead: coverage.count })
			: error;
	}
}

/**
 * Whether the head of a list holds records that moved there since it was read: some that were not given although they
 * are older than the reading, or in another order than they were given. In a list ordered by `createdAt` nothing moves.
 */
function hasOrderChanged(head: VerifikRecord[], { ids }: Coverage, startedAt: number): boolean {
	const old = head.filter(
		(record) => (createdAt(record) ?? Infinity) < startedAt - ORDER_TOLERANCE_MS,
	);
	const positions = old.map(({ _id }) => ids.positionOf(_id));
	const known = positions.filter((position) => position !== undefined);
	const isAsGiven = known.length === positions.length && isAscending(known);
	if (isAsGiven) return false;
	const times = old.map((record) => createdAt(record)!);
	const isByCreation = isAscending(times) || isAscending(times.reverse());
	return !isByCreation || known.length === 0;
}

function isAscending(values: number[]): boolean {
	return values.every((value, index) => index === 0 || value >= values[index - 1]!);
}
