// Reads all records of a list that may change meanwhile. Page ranges are fetched ahead, and each is linked to the records that
// were returned before it. Pure: the function that fetches a page is an argument.
import type { Page, VerifikRecord } from '../api/documentLiveness';
import { catchVerifikError, VerifikError } from '../errors/VerifikError';
import { Coverage, type RangeRead } from './coverage';
import { createdAt, ORDER_TOLERANCE_MS } from './createdRange';
import { IdSet } from './idSet';
import { endOf, startOf, type PageRange } from './pageRange';

/** Fetches one page. @param page 1 or more */
export type FetchPage = (page: number, limit: number) => Promise<Page>;

/** How a list is read. */
export type ReadAllOptions = {
	/** records of a page: the largest limit of the server */
	pageSize: number;
	/** how many pages are fetched at the same time, at most */
	concurrency: number;
	/** the present time by the server's clock, in milliseconds since 1970 */
	serverTime: () => number;
	/** gives the event loop a turn if one is due: pages that are there already are not waited for */
	giveTurn?: () => Promise<void>;
	/** the page to begin with. Default: 1 */
	firstPage?: number;
	/** how many more records the reader wants; 0 or less ends the reading. Default: all */
	remaining?: () => number;
	/** whether the reader may stop earlier: then only ten pages, or a quarter of those that were read, are fetched ahead */
	mayEndEarly?: boolean;
	/** how many records a list may have. Default: ten million, whose IDs take 435 MB while their table grows */
	maxRecords?: number;
};

/** With `mayEndEarly`, at least this many pages may be fetched ahead. */
const MIN_AHEAD = 10;

const MAX_RECORDS = 10_000_000;

/** Facts about a reading. Filled in when all records were returned. */
export type ReadSummary = {
	/** whether it is certain that no record that stayed in the list is missing */
	isSure: boolean;
	/** whether records changed places, so that some may be missing */
	hasOrderChanged: boolean;
	/** how many different records were read */
	recordsRead: number;
	/** how many records the server states, if the list has fewer */
	recordsStated?: number;
};

/** A summary to pass to `readAllPages`, which fills it in. */
export function newReadSummary(): ReadSummary {
	return { isSure: true, hasOrderChanged: false, recordsRead: 0 };
}

/**
 * Yields the records of a list in its order, each once (by `_id`). If the reader stops, no more pages are fetched.
 *
 * Records that stay in the list from the first request to the last, in a stable order, are all returned, and the returned
 * ones are always a prefix of them. Records that are added or removed meanwhile are returned at most once. If that is not
 * certain, `summary` says so.
 *
 * @throws VerifikError `pageIgnored` if the server ignores the page, `listTooLarge` if the list has more than `maxRecords`,
 * and those of `fetchPage`, with the page and the number of records read
 */
export async function* readAllPages(
	fetchPage: FetchPage,
	options: ReadAllOptions,
	summary: ReadSummary = newReadSummary(),
): AsyncGenerator<VerifikRecord[], void> {
	const { remaining = () => Infinity, mayEndEarly = false, maxRecords = MAX_RECORDS } = options;
	const reader = new ListReader(fetchPage, options);
	const { coverage } = reader;
	while (!coverage.isAtEnd && remaining() > 0) {
		const wanted = Math.ceil(remaining() / coverage.pageSize);
		const pagesRead = coverage.count / coverage.pageSize;
		const ahead = mayEndEarly ? Math.max(MIN_AHEAD, pagesRead / 4) : Infinity;
		const records = await reader.readNext(Math.min(options.concurrency, wanted, ahead));
		if (records.length > 0) yield records;
		await options.giveTurn?.();
		if (coverage.count > maxRecords) throw new VerifikError('listTooLarge');
	}
	summary.recordsRead = coverage.count;
	summary.isSure = coverage.isSure;
	summary.recordsStated = coverage.recordsStated;
	if (coverage.isSure) summary.hasOrderChanged = await reader.hasOrderChanged();
}

/** Bytes of answers that are held until the earlier ones have come: ten of the largest. Forty usual ones have about 12 MB. */
const MAX_HELD_BYTES = 80_000_000;

/** A range that was requested. */
type Fetched = {
	range: PageRange;
	/** undefined if the answer came too early and there was no room to hold it */
	answer: Promise<RangeRead | undefined>;
	/** size of the answer, once it has come */
	bytes: number;
};

/** Fetches ranges ahead, and passes those that are linked to the coverage, in the list's order. */
class ListReader {
	readonly coverage: Coverage;

	private readonly fetchPage: FetchPage;

	private readonly options: ReadAllOptions;

	private queue: Fetched[] = [];

	/** how many records the first page held, and when it came, by the server's clock */
	private head?: { length: number; readAt: number };

	/** size of the largest answer so far */
	private largestBytes = 1;

	/** when the newest of the records was created, in milliseconds since 1970 */
	private newestCreatedAt = -Infinity;

	constructor(fetchPage: FetchPage, options: ReadAllOptions) {
		this.fetchPage = fetchPage;
		this.options = options;
		this.coverage = new Coverage(options.pageSize, options.firstPage ?? 1);
	}

	/**
	 * Waits for one range.
	 *
	 * @param room how many may be fetched at the same time
	 * @returns its records that were not returned before; none if it is not linked
	 */
	async readNext(room: number): Promise<VerifikRecord[]> {
		const { coverage } = this;
		this.fetchAhead(room);
		const read = (await this.queue[0]!.answer) ?? (await this.fetchAgain());
		if (!coverage.isLinked(read)) {
			// It stays in the queue, since it may be linked to the range that is now read before it.
			coverage.lookBack();
			this.queue.unshift(this.fetch(coverage.place));
			return [];
		}
		const { isPlain } = coverage;
		const records = coverage.take(read);
		this.head ??= { length: records.length, readAt: this.options.serverTime() };
		for (const record of records) {
			this.newestCreatedAt = Math.max(this.newestCreatedAt, createdAt(record) ?? -Infinity);
		}
		const isOnCourse = coverage.idle === 0 && coverage.isPlain === isPlain;
		this.queue = this.queue.filter(({ range }) => isOnCourse && endOf(range) > coverage.place);
		return records;
	}

	/**
	 * Reads the first page of a list of several pages again, and finds out whether records have moved there: records that are
	 * older than this reading but were not returned, or were returned in another order. In a list ordered by `createdAt`
	 * nothing moves.
	 */
	async hasOrderChanged(): Promise<boolean> {
		const { coverage, head, options } = this;
		if (!head || coverage.count <= head.length || options.firstPage !== undefined) return false;
		const { page } = await this.read({ page: 1, limit: head.length });
		// The clock of the server and that of the records may differ: the earlier time counts.
		const latest = Math.min(head.readAt - ORDER_TOLERANCE_MS, this.newestCreatedAt);
		const ids = new IdSet();
		const old = page.records.filter(
			(record) => ids.add(record._id) && (createdAt(record) ?? Infinity) <= latest,
		);
		const positions = old.map(({ _id }) => coverage.ids.positionOf(_id));
		const known = positions.filter((position) => position !== undefined);
		if (known.length === positions.length && isAscending(known)) return false;
		const times = old.map((record) => createdAt(record)!);
		const isByCreation = isAscending(times) || isAscending(times.reverse());
		// After the whole list was read, an unknown old record has moved; before that, it may be from a page that was not read.
		return !isByCreation || (known.length === 0 && coverage.isAtEnd);
	}

	/** Fetches ranges ahead up to the stated end; only the next one if it is not known whether the list goes on. */
	private fetchAhead(room: number): void {
		const { queue, coverage } = this;
		if (queue.length === 0) queue.push(this.fetch(coverage.place));
		const fitting = Math.min(room, MAX_HELD_BYTES / this.largestBytes);
		while (coverage.idle === 0 && queue.length < fitting) {
			const end = endOf(queue.at(-1)!.range);
			if (end >= coverage.stated) return;
			queue.push(this.fetch(end));
		}
	}

	private fetch(place: number): Fetched {
		const { coverage } = this;
		const range = coverage.rangeAt(place);
		const canOverlap = startOf(range) < place || coverage.isPlain || coverage.count === 0;
		const reading = canOverlap ? this.read(range) : this.readBehind(range);
		const fetched: Fetched = { range, bytes: 0, answer: reading.then((read) => hold(read)) };
		const hold = (read: RangeRead) => (this.canHold(fetched, read.page) ? read : undefined);
		// An error of a range fetched ahead is thrown in its turn; without this, it would be an unhandled rejection.
		fetched.answer.catch(() => undefined);
		return fetched;
	}

	/** Whether an answer can be held in memory. That of the first range in the queue always can. */
	private canHold(fetched: Fetched, { bytes = 0 }: Page): boolean {
		this.largestBytes = Math.max(this.largestBytes, bytes);
		const held = this.queue.reduce((sum, one) => sum + one.bytes, bytes);
		if (held > MAX_HELD_BYTES && fetched !== this.queue[0]) return false;
		fetched.bytes = bytes;
		return true;
	}

	/** Reads the first range in the queue once more. */
	private async fetchAgain(): Promise<RangeRead> {
		this.queue[0] = this.fetch(this.coverage.place);
		return (await this.queue[0].answer)!;
	}

	/**
	 * Reads a range that cannot overlap the one before it, since all ranges begin at this place. The page before it is read
	 * before and after: if it is the same, the list did not move, and the range follows it.
	 */
	private async readBehind(range: PageRange): Promise<RangeRead> {
		const rangeBefore = { page: range.page - 1, limit: range.limit };
		const before = await this.read(rangeBefore);
		const read = await this.read(range);
		const after = await this.read(rangeBefore);
		const ids = ({ page }: RangeRead) => JSON.stringify(page.records.map(({ _id }) => _id));
		return ids(before) === ids(after) ? { ...read, before: after.page.records } : read;
	}

	/** Reads a range. @throws VerifikError with the page and the number of records read */
	private async read(range: PageRange): Promise<RangeRead> {
		const asked = Math.min(range.limit, this.options.pageSize);
		const page = await catchVerifikError(this.fetchPage(range.page, asked), (error) => {
			error.addContext({ page: range.page, recordsRead: this.coverage.count });
			throw error;
		});
		const limit = Math.max(range.limit, page.records.length);
		const isLonger = page.records.length > asked;
		return { range: { ...range, limit }, page, isLonger, before: [] };
	}
}

function isAscending(values: number[]): boolean {
	return values.every((value, index) => index === 0 || value >= values[index - 1]!);
}
