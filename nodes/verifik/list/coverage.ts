// What has been read of a list, and where to read next. What was given is at any moment a prefix of the list, without a
// gap: a page range is taken only if it begins with a record that was given already. Pure.
import type { Page, VerifikRecord } from '../api/documentLiveness';
import { VerifikError } from '../errors/VerifikError';
import { IdSet } from './idSet';
import {
	MIN_OVERLAP,
	narrowerOverlap,
	quarterOf,
	rangeBeyond,
	startOf,
	widerOverlap,
	type PageRange,
} from './pageRange';

/** What came for a page range. */
export type RangeRead = {
	/** its limit is larger than was asked for where `isLonger` */
	range: PageRange;
	page: Page;
	isLonger: boolean;
	/** the records just before the range, where it is known that it followed them */
	before: VerifikRecord[];
};

/** With fewer records a page, ranges do not overlap reliably. */
const MIN_PAGE_SIZE = 10;

/** Idle ranges in a row after which links are given up; and then, after which the page is ignored. */
const MAX_IDLE = 12;
const MAX_IDLE_PLAIN = 15;

export class Coverage {
	/** records that were given */
	count = 0;

	readonly ids = new IdSet();

	/** largest limit that the server takes, as far as is known */
	pageSize: number;

	/** Whether pages follow each other without overlap, since it would show nothing. */
	isPlain = false;

	/** Whether it is sure that nothing slipped past. */
	isSure = true;

	isAtEnd = false;

	/** how many records the server states, where its list ends before that */
	recordsStated?: number;

	/** how far the list goes on, as the latest answer states; behind a full page one record more, if nothing */
	stated = 0;

	/** ranges in a row that brought nothing new at their end, without those repeated; 1 after one that was short */
	idle = 0;

	/** of these ranges, those that showed given records which may have to be gone through once more */
	private repeated = 0;

	/** where the next range has to begin, or a little before */
	place: number;

	/** the nearest place that is known to lie too far behind what was given */
	private tooFar = Infinity;

	/** of records that were given late, since they came in before others: their positions among the given, from and to */
	private readonly late: Array<[from: number, to: number]> = [];

	/** how much further to the front to look if a range is not linked */
	private step: number;

	private overlap = MIN_OVERLAP;

	private latestText = '';

	constructor(pageSize: number, firstPage: number) {
		this.pageSize = pageSize;
		this.place = (firstPage - 1) * pageSize;
		this.step = quarterOf(pageSize);
	}

	rangeAt(place: number): PageRange {
		const { pageSize } = this;
		if (!this.isPlain && this.count > 0) return rangeBeyond(place, this.overlap, pageSize);
		return { page: Math.floor(place / pageSize) + 1, limit: pageSize };
	}

	/**
	 * Whether nothing that stays in the list can be between what was given and this. Only the first few records count:
	 * an ID that stands in the list twice must not link what lies far behind.
	 */
	isLinked({ range, page, isLonger, before }: RangeRead): boolean {
		if (this.isPlain || this.count === 0 || range.page === 1 || isLonger) return true;
		const first = [...before, ...page.records].slice(0, this.overlap);
		return first.some(({ _id }) => this.ids.has(_id));
	}

	/** Looks further to the front for a range that is linked, with more overlap from now on. */
	lookBack(): void {
		this.tooFar = this.place;
		this.place = Math.max(0, this.place - this.step);
		this.step *= 2;
		this.overlap = widerOverlap(this.overlap, this.pageSize);
	}

	/**
	 * Takes a range that is linked.
	 *
	 * @returns its records that were not given before
	 * @throws VerifikError `pageIgnored`
	 */
	take(read: RangeRead): VerifikRecord[] {
		const { range, page, isLonger, before } = read;
		const records = [...before, ...page.records];
		const isFirst = this.count === 0;
		const end = startOf(range) + page.records.length;
		const isLate = !isFirst && this.isInFront(records);
		const sizeBefore = this.ids.size;
		const fresh = this.add(records, end - records.length);
		this.count += fresh.length;
		if (isLate && fresh.length > 0) this.late.push([sizeBefore, this.ids.size]);

		const isShort = page.records.length < range.limit;
		const hasNews = fresh.length > 0 && fresh.at(-1) === records.at(-1);
		const stated = countStated(read, end);
		const isMore = stated !== undefined && stated > end;
		const mayGoOn = isMore || (isFirst && stated !== end);
		if (isLonger && !isFirst) this.readPlainly(records.length);
		if (this.isPlain && !isFirst) {
			// What was stated may have slid to a page that was read, and leave an empty one.
			const hasShrunk = this.stated > this.count && !isMore;
			if (records.length > 0 || hasShrunk) this.isSure = false;
		}
		// A server that takes no notice of the limit may give the whole list at once, again and again.
		this.isAtEnd = isShort ? !mayGoOn || !hasNews : isLonger && !hasNews && !isMore;
		if (this.isAtEnd && (page.total ?? 0) > end) this.recordsStated = page.total;
		if (isFirst && !this.isAtEnd) this.fit(records.length);
		this.stated = Math.max(stated ?? 0, isShort ? 0 : end + 1);
		// A head that is all new belongs to a list that is another one now.
		const isNewHead = !isFirst && range.page === 1 && fresh.length === records.length;
		this.move(end, hasNews, records.at(-1));
		// Behind records that were given late, the others may have to be gone through once more, half a page at a time.
		const isRepeated = fresh.length === 0 && page.records.length > 0;
		if (hasNews && !isNewHead) [this.idle, this.repeated] = [Number(isShort), 0];
		else if (isRepeated && this.repeated < (2 * (this.count - this.pageSize)) / this.pageSize) {
			this.repeated++;
			this.idle = Math.max(1, this.idle);
		} else this.idle++;
		if (this.idle > MAX_IDLE) this.giveUpLinks();
		return fresh;
	}

	/** The records that are new. Those without an ID are known by their place only. */
	private add(records: VerifikRecord[], start: number): VerifikRecord[] {
		if (!records.every(hasId)) {
			this.isPlain = true;
			const text = JSON.stringify(records);
			if (text === this.latestText) return [];
			this.latestText = text;
		}
		return records.filter((record, index) =>
			hasId(record) ? this.ids.add(record._id) : start + index >= this.place,
		);
	}

	/** Goes on behind a range, and as far behind as records follow there that were given. */
	private move(end: number, hasNews: boolean, last?: VerifikRecord): void {
		const known = this.countBehind(last) ?? 0;
		if (hasNews || end >= this.tooFar) this.tooFar = Infinity;
		this.place = end + Math.max(0, Math.min(known, Math.floor((this.tooFar - end) / 2)));
		this.step = quarterOf(this.pageSize);
		this.overlap = narrowerOverlap(this.overlap);
	}

	/** Whether what is new in a range stands in front of records that were given: far from the last of them. */
	private isInFront(records: VerifikRecord[]): boolean {
		const known = records.findLast(({ _id }) => this.ids.has(_id));
		return (this.countBehind(known) ?? Infinity) >= this.pageSize;
	}

	/** How many records that were given follow a given one in the list; undefined where it was given late itself. */
	private countBehind(record?: VerifikRecord): number | undefined {
		const position = this.ids.positionOf(record?._id);
		if (position === undefined) return undefined;
		let count = this.ids.size - 1 - position;
		for (let index = this.late.length - 1; index >= 0; index--) {
			const [from, to] = this.late[index]!;
			if (to <= position) break;
			if (from <= position) return undefined;
			count -= to - from;
		}
		return count;
	}

	/** The first page shows whether the server takes the limit. */
	private fit(length: number): void {
		if (length < MIN_PAGE_SIZE || length > this.pageSize) this.isPlain = true;
		this.pageSize = length;
	}

	private readPlainly(pageSize: number): void {
		this.isPlain = true;
		this.isSure = false;
		this.pageSize = pageSize;
	}

	private giveUpLinks(): void {
		if (this.isPlain && this.idle > MAX_IDLE_PLAIN) {
			// A few records may be all there are, or have become more with every request.
			if (this.pageSize >= MIN_PAGE_SIZE) throw new VerifikError('pageIgnored');
			this.isAtEnd = true;
		}
		this.readPlainly(this.pageSize);
	}
}

/** How many records the list holds, or at least, as an answer states it. A server that states less is not to be trusted. */
function countStated({ range, page }: RangeRead, end: number): number | undefined {
	const { total, pages } = page;
	if (total !== undefined || pages === undefined) return total;
	return pages > range.page ? pages * range.limit : end;
}

function hasId({ _id }: VerifikRecord): boolean {
	return _id !== undefined && _id !== null;
}
