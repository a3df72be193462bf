// What has been read of a list, and where to read next. What was given is at any moment a prefix of the list, without a
// gap: a page range is taken only if it begins with a record that was given already. Pure.
import type { Page, VerifikRecord } from '../documentLiveness';
import { VerifikFailure } from '../errors';
import { createdAt } from './createdRange';
import { IdSet } from './idSet';
import {
	MIN_OVERLAP,
	narrowerOverlap,
	nextLookBack,
	rangeBeyond,
	startOf,
	widerOverlap,
	type PageRange,
} from './pageRange';

/** A page range with what came for it. */
export type RangeRead = { range: PageRange; page: Page };

/** With fewer records a page, ranges do not overlap reliably. */
const MIN_PAGE_SIZE = 10;

/** Full ranges in a row without anything new behind what was given, after which a server ignores the page. */
const MAX_REPEATS = 10;

/** Requests in a row without anything new, after which ranges are taken unlinked. */
const MAX_REQUESTS_IN_VAIN = 60;

export class Coverage {
	/** records that were given */
	count = 0;

	readonly ids = new IdSet();

	/** largest limit that the server takes, as far as is known */
	pageSize: number;

	/** Whether pages follow each other without overlap, since it would show nothing. */
	isPlain = false;

	/** Whether every record so far has an ID. */
	hasIds = true;

	/** Whether it is sure that nothing slipped past. */
	isSure = true;

	isAtEnd = false;

	/** Whether more than the first page was needed. */
	hasManyPages = false;

	/** the records that the server states: as the latest answer does, and the fewest of all answers */
	recordsStated = 0;

	fewestStated?: number;

	/** how far the list moved while it was read, in records, at least */
	drift = 0;

	/** when the newest of the records was created, in milliseconds since 1970 */
	newestCreatedAt = -Infinity;

	/** ID of the record behind which the list goes on */
	lastId: unknown;

	/** where what was given ends in the list, as far as is known */
	private end = 0;

	/** how far before that a range is looked for that is linked */
	private backBy = 0;

	private overlap = MIN_OVERLAP;

	/** Whether a range since the latest news was short. */
	private wasShort = false;

	private repeats = 0;

	/** answers since the latest that brought something behind what had been given */
	private requestsInVain = 0;

	private latestText = '';

	/** records of a first page that was short, while it is not known whether the server cuts pages to so few */
	private fewRecords = 0;

	private firstTotal?: number;

	constructor(pageSize: number) {
		this.pageSize = pageSize;
	}

	/** Where the next range has to begin, or a little before. */
	get place(): number {
		return Math.max(0, this.end - this.backBy);
	}

	/** Whether it is known that the list goes on, so that fetching ahead is not in vain. */
	get isGoingOn(): boolean {
		return this.requestsInVain === 0 && !this.wasShort;
	}

	/** Whether a range lies behind, and can bring nothing more. */
	isPast(range: PageRange): boolean {
		return startOf(range) + range.limit <= this.end;
	}

	rangeAt(place: number): PageRange {
		if (!this.isPlain) {
			if (this.fewRecords > 0) return { page: 1, limit: MIN_PAGE_SIZE };
			return rangeBeyond(place, this.overlap, this.pageSize);
		}
		return { page: Math.floor(place / this.pageSize) + 1, limit: this.pageSize };
	}

	/** Whether nothing that stays in the list can be between what was given and this. */
	isLinked({ range, page }: RangeRead): boolean {
		if (this.isPlain || this.count === 0 || range.page === 1) return true;
		return isLinked(page.records, this.ids, this.overlap);
	}

	/** Takes no more heed of links: they show nothing here. */
	readPlainly(pageSize: number): void {
		this.isPlain = true;
		this.pageSize = pageSize;
		this.backBy = 0;
	}

	/** Takes note of an answer, before it is known whether it is linked. */
	note({ range, page: { total, pages } }: RangeRead): void {
		this.recordsStated = total ?? (pages === undefined ? 0 : pages * range.limit);
		this.fewestStated = Math.min(this.fewestStated ?? Infinity, total ?? 0);
		if (++this.requestsInVain > MAX_REQUESTS_IN_VAIN && !this.isPlain) this.giveUpLinks();
	}

	/** Looks further to the front for a range that is linked, with more overlap from now on. */
	lookBack(): void {
		this.backBy = nextLookBack(this.backBy, this.pageSize);
		this.overlap = widerOverlap(this.overlap, this.pageSize);
		this.repeats = 0;
	}

	/** How many records the server states, where that is more than the list held; undefined where it is not. */
	get missingOf(): number | undefined {
		const { fewestStated = 0 } = this;
		return this.isAtEnd && fewestStated - this.count > this.drift ? fewestStated : undefined;
	}

	/**
	 * Takes a range that is linked.
	 *
	 * @returns its records that were not given before
	 * @throws VerifikFailure `pageIgnored`
	 */
	take(read: RangeRead, isFromHere: boolean): VerifikRecord[] {
		const { range, page } = read;
		const { records } = page;
		const isFirst = this.count === 0 && !this.wasShort;
		const [start, before] = [startOf(range), this.ids.size];
		const expected = Math.min(records.length, Math.max(0, this.end - start));
		const fresh = this.add(records, start);
		// of a list that is another one now
		const isNewHead = !isFirst && range.page === 1 && fresh.length === records.length;
		const hasNews = this.endsWithNews(records, start, before) && fresh.length > 0;
		this.drift += Math.abs(expected - (records.length - fresh.length));
		this.count += fresh.length;
		for (const record of fresh) {
			this.newestCreatedAt = Math.max(this.newestCreatedAt, createdAt(record) ?? -Infinity);
		}
		// A range that was fetched for another place and brings nothing says nothing about this one.
		if (!hasNews && !isFromHere) return fresh;

		const isShort = records.length < range.limit;
		const isMore = states(read, isFirst);
		this.move(start + records.length, hasNews, isShort);
		if (hasNews) {
			this.lastId = records.at(-1)!._id;
			this.hasManyPages ||= !isFirst;
			if (!isNewHead) this.requestsInVain = 0;
		}
		if (this.isPlain && !isFirst && (hasNews || !this.hasIds)) this.isSure = false;
		if (this.fewRecords > 0 && this.hasIds && this.isCutToFew(read)) return fresh;
		if (isShort && isMore) this.narrow(records.length, isFirst);
		this.isAtEnd = isShort && (!isMore || (!hasNews && this.wasShort));
		if (isShort || hasNews) this.wasShort = isShort;
		return fresh;
	}

	/** The records that are new. Those without an ID are known by their place only. */
	private add(records: VerifikRecord[], start: number): VerifikRecord[] {
		if (!records.every(hasId)) {
			this.hasIds = false;
			this.isPlain = true;
			const text = JSON.stringify(records);
			const isRepeated = text === this.latestText;
			this.latestText = text;
			if (isRepeated) return [];
		}
		return records.filter((record, index) =>
			hasId(record) ? this.ids.add(record._id) : start + index >= this.end,
		);
	}

	private endsWithNews(records: VerifikRecord[], start: number, before: number): boolean {
		const last = records.at(-1);
		if (!last) return false;
		if (!hasId(last)) return start + records.length > this.end;
		return this.ids.positionOf(last._id)! >= before;
	}

	private move(end: number, hasNews: boolean, isShort: boolean): void {
		this.repeats = hasNews || isShort ? 0 : this.repeats + 1;
		if (this.repeats > MAX_REPEATS) throw new VerifikFailure('pageIgnored');
		if (!hasNews && isShort) this.end = Math.min(this.end, end);
		// Where many records came in at once, what was given is far behind: skip pages, ever more of them.
		else this.end = end + Math.max(0, 2 ** (this.repeats - 2) - 1) * this.pageSize;
		this.backBy = 0;
		this.overlap = narrowerOverlap(this.overlap);
	}

	/** The server may have cut the limit. */
	private narrow(length: number, isFirst: boolean): void {
		if (isFirst && length > 0 && (this.isPlain || length < MIN_PAGE_SIZE)) {
			this.fewRecords = length;
			this.firstTotal = this.fewestStated;
			this.readPlainly(length);
		} else if (!this.isPlain) {
			this.pageSize = Math.min(this.pageSize, Math.max(MIN_PAGE_SIZE, length));
		}
	}

	/**
	 * Where a second page brings something, either the list has grown or the server cuts pages to very few records. A
	 * longer page tells; if there is none, pages are too small to overlap.
	 */
	private isCutToFew({ page: { records, total } }: RangeRead): boolean {
		if (this.isPlain) {
			if (records.length === 0) {
				if ((total ?? 0) !== this.firstTotal) this.isSure = false;
				return false;
			}
			this.isPlain = false;
			this.pageSize = MIN_PAGE_SIZE;
			return true;
		}
		const isCut = records.length <= this.fewRecords;
		if (isCut) {
			this.readPlainly(this.fewRecords);
			this.end = this.count;
		}
		this.isSure = !isCut;
		this.fewRecords = 0;
		return isCut;
	}

	private giveUpLinks(): void {
		this.readPlainly(this.pageSize);
		this.isSure = false;
	}
}

/**
 * Whether records share one with what is known. Only the first few count: an ID that stands in the list twice must not
 * link what lies far behind.
 */
export function isLinked(
	records: VerifikRecord[],
	known: Pick<IdSet, 'has'>,
	overlap: number,
): boolean {
	return records.slice(0, overlap).some(({ _id }) => known.has(_id));
}

/** Whether an answer states that there is more; of a first page also where it states nothing that can be so. */
function states({ range, page: { records, total, pages } }: RangeRead, isFirst: boolean): boolean {
	const end = startOf(range) + records.length;
	if ((total ?? 0) > end || (pages ?? 0) > range.page) return true;
	const isUnstated = (total === undefined && pages === undefined) || (total ?? end) < end;
	return isFirst && isUnstated && records.length > 0;
}

export function hasId({ _id }: VerifikRecord): boolean {
	return _id !== undefined && _id !== null;
}
