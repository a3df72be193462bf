// Which part of a list has been read, and where to read next. The records that were returned are always a prefix of the list,
// without a gap: a page range is taken only if it begins with a record that was returned before (it is linked). Pure.
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

/** The answer for a page range. */
export type RangeRead = {
	/** its limit is larger than the requested one if `isLonger` */
	range: PageRange;
	page: Page;
	/** whether the page has more records than requested */
	isLonger: boolean;
	/** the records just before the range, if it is known that it follows them */
	before: VerifikRecord[];
};

/** With fewer records on a page, ranges do not overlap reliably. */
const MIN_PAGE_SIZE = 10;

/** Ranges in a row without new records, after which ranges need not be linked; and then, after which reading ends. */
const MAX_IDLE = 12;
const MAX_IDLE_PLAIN = 15;

/** The part of a list that has been read. */
export class Coverage {
	/** how many records were returned */
	count = 0;

	readonly ids = new IdSet();

	/** the largest limit that the server accepts, as far as is known */
	pageSize: number;

	/** whether pages are read without overlap, since it would show nothing */
	isPlain = false;

	/** whether it is certain that no record was missed */
	isSure = true;

	isAtEnd = false;

	/** how many records the server states, if its list has fewer */
	recordsStated?: number;

	/** end of the list, as the latest answer states it; if it states none, one record after a full page */
	stated = 0;

	/** ranges in a row without a new record at their end, except `repeated` ones; 1 after a range that was short */
	idle = 0;

	/** of these ranges, how many had only returned records that may have to be read once more */
	private repeated = 0;

	/** the next range has to begin here or a little before; counted from 0 */
	place: number;

	/** the nearest place that is known to be too far behind the returned records */
	private tooFar = Infinity;

	/** positions (in the order of returning, from and to) of records that were returned late: they are in front of others */
	private readonly late: Array<[from: number, to: number]> = [];

	/** how much further to the front the next range begins if a range is not linked */
	private step: number;

	private overlap = MIN_OVERLAP;

	private latestText = '';

	constructor(pageSize: number, firstPage: number) {
		this.pageSize = pageSize;
		this.place = (firstPage - 1) * pageSize;
		this.step = quarterOf(pageSize);
	}

	/** The range to read at a place, counted from 0. */
	rangeAt(place: number): PageRange {
		const { pageSize } = this;
		if (!this.isPlain && this.count > 0) return rangeBeyond(place, this.overlap, pageSize);
		return { page: Math.floor(place / pageSize) + 1, limit: pageSize };
	}

	/**
	 * Whether there is no gap between the returned records and this range. Only its first few records count, since a record that
	 * is in the list twice must not link a range far behind.
	 */
	isLinked({ range, page, isLonger, before }: RangeRead): boolean {
		if (this.isPlain || this.count === 0 || range.page === 1 || isLonger) return true;
		const first = [...before, ...page.records].slice(0, this.overlap);
		return first.some(({ _id }) => this.ids.has(_id));
	}

	/** Moves the next range further to the front, with more overlap from now on. */
	lookBack(): void {
		this.tooFar = this.place;
		this.place = Math.max(0, this.place - this.step);
		this.step *= 2;
		this.overlap = widerOverlap(this.overlap, this.pageSize);
	}

	/**
	 * Takes a range that is linked.
	 *
	 * @returns its records that were not returned before
	 * @throws VerifikError `pageIgnored` if the server returns the same records for every page
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
			// If the list has fewer records than stated before, some may have moved to a page that was already read.
			const hasShrunk = this.stated > this.count && !isMore;
			if (records.length > 0 || hasShrunk) this.isSure = false;
		}
		// A server that ignores the limit may return the whole list each time.
		this.isAtEnd = isShort ? !mayGoOn || !hasNews : isLonger && !hasNews && !isMore;
		if (this.isAtEnd && (page.total ?? 0) > end) this.recordsStated = page.total;
		if (isFirst && !this.isAtEnd) this.fit(records.length);
		this.stated = Math.max(stated ?? 0, isShort ? 0 : end + 1);
		// If the first page has only new records, the list is another one now.
		const isNewHead = !isFirst && range.page === 1 && fresh.length === records.length;
		this.move(end, hasNews, records.at(-1));
		// After records that were returned late, the others may have to be read once more, half a page at a time.
		const isRepeated = fresh.length === 0 && page.records.length > 0;
		if (hasNews && !isNewHead) [this.idle, this.repeated] = [Number(isShort), 0];
		else if (isRepeated && this.repeated < (2 * (this.count - this.pageSize)) / this.pageSize) {
			this.repeated++;
			this.idle = Math.max(1, this.idle);
		} else this.idle++;
		if (this.idle > MAX_IDLE) this.giveUpLinks();
		return fresh;
	}

	/** Adds the records, and returns the new ones. Those without an ID are recognized only by their place. */
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

	/** Moves the place behind a range, and behind the returned records that follow it. */
	private move(end: number, hasNews: boolean, last?: VerifikRecord): void {
		const known = this.countBehind(last) ?? 0;
		if (hasNews || end >= this.tooFar) this.tooFar = Infinity;
		this.place = end + Math.max(0, Math.min(known, Math.floor((this.tooFar - end) / 2)));
		this.step = quarterOf(this.pageSize);
		this.overlap = narrowerOverlap(this.overlap);
	}

	/** Whether the new records of a range are in front of returned records, and far from the last of these. */
	private isInFront(records: VerifikRecord[]): boolean {
		const known = records.findLast(({ _id }) => this.ids.has(_id));
		return (this.countBehind(known) ?? Infinity) >= this.pageSize;
	}

	/** How many returned records follow this one in the list; undefined if it was returned late itself, or not at all. */
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

	/** Takes the length of the first page as the page size: the server may cut the limit. */
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
			// A short page may be the whole list, so that is no reason to throw.
			if (this.pageSize >= MIN_PAGE_SIZE) throw new VerifikError('pageIgnored');
			this.isAtEnd = true;
		}
		this.readPlainly(this.pageSize);
	}
}

/** The number of records in the list as an answer states it; with `pages` only, the least number that is possible. */
function countStated({ range, page }: RangeRead, end: number): number | undefined {
	const { total, pages } = page;
	if (total !== undefined || pages === undefined) return total;
	return pages > range.page ? pages * range.limit : end;
}

function hasId({ _id }: VerifikRecord): boolean {
	return _id !== undefined && _id !== null;
}
