// All records of a list that may change while it is read: page ranges fetched ahead, each linked to what was given before
// it. Pure: how a page is fetched is handed in.
import type { Page, VerifikRecord } from '../api/documentLiveness';
import { catchVerifikError, VerifikError } from '../errors/VerifikError';
import { Coverage, type RangeRead } from './coverage';
import { createdAt, ORDER_TOLERANCE_MS } from './createdRange';
import { IdSet } from './idSet';
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
	/** page to begin with. Default: the first */
	firstPage?: number;
	/** how many more records the reader wants; 0 or less ends the reading. Default: all */
	remaining?: () => number;
	/** Whether the reader may want no more before that: then a quarter of what was read is fetched ahead, or ten pages. */
	mayEndEarly?: boolean;
	/** records after which a list is too large. Default: ten million, whose IDs take 435 MB while their table grows */
	mostRecords?: number;
};

/** How many pages are fetched ahead for a reader that may want none of them, at most, before it has read more. */
const MIN_AHEAD = 10;

const MOST_RECORDS = 10_000_000;

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

/**
 * Yields the records that were not given before (by `_id`), in the list's order. A reader that stops, stops the fetching.
 *
 * What stays in the list from the first request to the last, in a stable order, comes once, and what was given is always
 * a prefix of it; what comes or goes meanwhile comes at most once. Where that cannot be kept, `summary` says so.
 *
 * @throws VerifikError `pageIgnored` where the server takes no notice of the page, `listTooLarge` where the list has more
 * records than can be, and whatever `fetchPage` throws, with the page and the number of records read
 */
export async function* readAllPages(
	fetchPage: FetchPage,
	options: ReadAllOptions,
	summary: ReadSummary = newReadSummary(),
): AsyncGenerator<VerifikRecord[], void> {
	const { remaining = () => Infinity, mayEndEarly = false, mostRecords = MOST_RECORDS } = options;
	const reader = new ListReader(fetchPage, options);
	const { coverage } = reader;
	while (!coverage.isAtEnd && remaining() > 0) {
		const wanted = Math.ceil(remaining() / coverage.pageSize);
		const pagesRead = coverage.count / coverage.pageSize;
		const ahead = mayEndEarly ? Math.max(MIN_AHEAD, pagesRead / 4) : Infinity;
		const records = await reader.readNext(Math.min(options.concurrency, wanted, ahead));
		if (records.length > 0) yield records;
		if (coverage.count > mostRecords) throw new VerifikError('listTooLarge');
	}
	summary.recordsRead = coverage.count;
	summary.isSure = coverage.isSure;
	summary.recordsStated = coverage.recordsStated;
	if (coverage.isSure) summary.hasOrderChanged = await reader.hasOrderChanged();
}

/** Of the answers that came before their turn, at most: what ten of the largest have. Forty real ones have about 12 MB. */
const MAX_HELD_BYTES = 80_000_000;

/** A range that was asked for. */
type Fetched = {
	range: PageRange;
	/** undefined where what came before its turn was too much to hold */
	answer: Promise<RangeRead | undefined>;
	/** of the answer, once it is there */
	bytes: number;
};

/** Fetches ranges ahead, and hands those that are linked to the coverage, in the list's order. */
class ListReader {
	readonly coverage: Coverage;

	private readonly fetchPage: FetchPage;

	private readonly options: ReadAllOptions;

	private queue: Fetched[] = [];

	/** how many records the first page held, and when it came, by the server's clock */
	private head?: { length: number; readAt: number };

	/** of an answer, so far */
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
	 * @param room how many may be fetched at once
	 * @returns its records that were not given before; none where it is not linked
	 */
	async readNext(room: number): Promise<VerifikRecord[]> {
		const { coverage } = this;
		this.fetchAhead(room);
		const read = (await this.queue[0]!.answer) ?? (await this.fetchAgain());
		if (!coverage.isLinked(read)) {
			// It is kept, since it may be linked to what is read before it.
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
	 * Whether the head of a list of several pages holds records that moved there since it was read: some that were not
	 * given although they are older than the reading, or in another order than they were given. In a list ordered by
	 * `createdAt` nothing moves.
	 */
	async hasOrderChanged(): Promise<boolean> {
		const { coverage, head, options } = this;
		if (!head || coverage.count <= head.length || options.firstPage !== undefined) return false;
		const { page } = await this.read({ page: 1, limit: head.length });
		// of two clocks: the server's, and that of the records
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
		// Of a list that was read to its end, an old record cannot be unknown; else it may have moved up from behind.
		return !isByCreation || (known.length === 0 && coverage.isAtEnd);
	}

	/** Fetches as many ranges ahead as are stated; only the next one while it is not known whether the list goes on. */
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
		// What is fetched ahead may go wrong before anybody waits for it; it is told when its turn comes.
		fetched.answer.catch(() => undefined);
		return fetched;
	}

	/** Whether there is room for what came. For the range whose turn it is, there always is. */
	private canHold(fetched: Fetched, { bytes = 0 }: Page): boolean {
		this.largestBytes = Math.max(this.largestBytes, bytes);
		const held = this.queue.reduce((sum, one) => sum + one.bytes, bytes);
		if (held > MAX_HELD_BYTES && fetched !== this.queue[0]) return false;
		fetched.bytes = bytes;
		return true;
	}

	/** Reads the range whose turn it is once more. */
	private async fetchAgain(): Promise<RangeRead> {
		this.queue[0] = this.fetch(this.coverage.place);
		return (await this.queue[0].answer)!;
	}

	/**
	 * Reads a range that begins where every other one does, so that it overlaps none. It follows the page before if that
	 * was the same before and after: then the list stood still.
	 */
	private async readBehind(range: PageRange): Promise<RangeRead> {
		const rangeBefore = { page: range.page - 1, limit: range.limit };
		const before = await this.read(rangeBefore);
		const read = await this.read(range);
		const after = await this.read(rangeBefore);
		const ids = ({ page }: RangeRead) => JSON.stringify(page.records.map(({ _id }) => _id));
		return ids(before) === ids(after) ? { ...read, before: after.page.records } : read;
	}

	/** @throws whatever goes wrong, with where in the list it did */
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
