// Reads pages of the account's list. Places are counted from the oldest end, where nothing is added, so a place stays valid from
// one request, and one poll, to the next. Everything about pages and limits in a poll is here.
import { timeOf } from '../../verifik/list/createdRange';
import {
	MAX_ID_LENGTH,
	MAX_LIMIT,
	type Status,
	type VerifikRecord,
} from '../../verifik/api/documentLiveness';
import { VerifikError } from '../../verifik/errors/VerifikError';
import {
	MIN_OVERLAP,
	quarterOf,
	rangeBefore,
	rangeBeyond,
	startOf,
	type PageRange,
} from '../../verifik/list/pageRange';
import { fingerprint } from '../../verifik/token/fingerprint';
import type { PollApi } from './types';

/** A record that can be followed: it has an ID and a creation time. */
export type ListEntry = {
	id: string;
	createdMs: number;
	/** `createdMs` if the record does not say */
	updatedMs: number;
	record: VerifikRecord;
};

/** One page range of the list, as it was when it was read. */
export type ListPage = {
	range: PageRange;
	/** in the list's order; `index` is counted from the head of the list */
	entries: Array<ListEntry & { index: number }>;
	/** identify all records of the page, also those that cannot be followed; pages with a common key are linked */
	keys: string[];
	count: number;
	total?: number;
};

const MINUTE_MS = 60_000;

/** If Verifik's clock is further ahead of n8n's than this, n8n's clock is used. */
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;

/** How many ranges are tried to find a linked one. */
const MAX_LOOKS = 5;

/** More pages than any account has: a server that still returns records ignores the page. */
export const MAX_PAGE = 2 ** 20;

/** The key of a usual record has about 60 characters. */
const MAX_KEY_LENGTH = 256;

/** A shorter page, except the first, is not enough to judge the list by. */
const ENOUGH_TO_JUDGE = 10;

/** Reads one list during one poll. */
export class ListReader {
	isNewestFirst = true;

	/** whether `isNewestFirst` was found out; if not, it is assumed, and not stored */
	isDirectionSure = false;

	/** whether this poll has compared the first page with the last */
	hasComparedEnds = false;

	/** whether the list is ordered by a date */
	hasOrder = true;

	/** whether the first page is the whole list */
	isWhole = false;

	pageSize = MAX_LIMIT;

	skippedCount = 0;

	private readonly api: PollApi;

	/** when the first page was read, as the answer says */
	private statedMs = 0;

	/** the same by n8n's clock */
	private nowMs = 0;

	/** the latest date of the records that were read; dates ahead of n8n's clock do not count */
	private newestMs = 0;

	private total?: number;

	/** how many records were added between the latest two requests */
	private growth = 0;

	private readonly status?: Status;

	/** @param status reads only validations with this status; undefined: the whole list */
	constructor(api: PollApi, status?: Status) {
		this.api = api;
		this.status = status;
	}

	/** The time by Verifik's clock, in milliseconds since 1970: not before the dates of records, since an answer may be dated wrongly. */
	get clockMs(): number {
		return Math.max(this.statedMs, this.newestMs);
	}

	/** By how much n8n's clock is ahead of Verifik's, in milliseconds: 0 if it is not, or if the answer is dated wrongly. */
	get n8nAheadMs(): number {
		const isDatedWrongly = this.newestMs > this.statedMs + MINUTE_MS;
		return isDatedWrongly ? 0 : Math.max(0, this.nowMs - this.statedMs);
	}

	/** Reads the first page, and finds out Verifik's time and the page size. @throws VerifikError as `fetch` does */
	async readHead(): Promise<ListPage> {
		const head = await this.fetch({ page: 1, limit: MAX_LIMIT });
		this.nowMs = this.api.now();
		const { nowMs } = this;
		this.statedMs = Math.min(this.api.serverTime() ?? nowMs, nowMs + CLOCK_TOLERANCE_MS);
		const { count, total } = head;
		this.isWhole = count === 0 || (count !== MAX_LIMIT && count >= (total ?? MAX_LIMIT));
		// A short page that is not the whole list: the server cuts the limit.
		if (count < MAX_LIMIT && !this.isWhole) this.pageSize = count;
		return head;
	}

	/** Reads a page range. @throws VerifikError `unordered` if most records cannot be followed, and those of the API */
	async fetch(range: PageRange): Promise<ListPage> {
		const { records, total } = await this.api.fetchPage(range.page, range.limit, this.status);
		this.growth = Math.max(0, (total ?? 0) - (this.total ?? Infinity));
		this.total = total;
		const first = startOf(range);
		const now = this.api.now();
		const entries = records.flatMap((record, place) => {
			const entry = toEntry(record);
			for (const dateMs of entry ? [entry.createdMs, entry.updatedMs] : []) {
				if (dateMs <= now) this.newestMs = Math.max(this.newestMs, dateMs);
			}
			return entry ? [{ ...entry, index: first + place }] : [];
		});
		const skipped = records.length - entries.length;
		this.skippedCount += skipped;
		const canJudge = range.page === 1 || records.length >= ENOUGH_TO_JUDGE;
		if (canJudge && skipped > records.length / 2) throw new VerifikError('unordered');
		return { range, entries, keys: records.map(keyOf), count: records.length, total };
	}

	/**
	 * Reads on from a place: the page range that reaches furthest to the newest end, and has some older records too. If it is not
	 * linked because the list has moved, tries ranges further towards the oldest end.
	 *
	 * @param place how many records are older than the first wanted one
	 * @param isLinked whether a page has a record in common with those read last
	 * @returns undefined after five pages that are not linked
	 */
	async readOn(
		place: number,
		isLinked: (answer: ListPage) => boolean,
		overlap = MIN_OVERLAP,
	): Promise<ListPage | undefined> {
		let back = 0;
		for (let look = 0; look < MAX_LOOKS; look++) {
			const answer = await this.fetch(this.rangeFrom(place - back, overlap));
			// of a page of 100: 25, 75, 175 …
			back = back * 2 + quarterOf(this.pageSize);
			if (isLinked(answer)) return answer;
		}
		return undefined;
	}

	/** How many records are older than the one at this index from the head; negative if the server states no total. */
	ageOf(index: number, { total = 0 }: ListPage): number {
		return this.isNewestFirst ? total - 1 - index : index;
	}

	/** How many records are older than the first one that is newer than a page. */
	placeBeyond(answer: ListPage): number {
		const first = startOf(answer.range);
		return this.isNewestFirst
			? this.ageOf(first, answer) + 1
			: this.ageOf(first + answer.count, answer);
	}

	/** The items of a page, in the list's order, sorted oldest first. */
	oldestFirst<Item>(items: Item[]): Item[] {
		return this.isNewestFirst ? items.toReversed() : items;
	}

	/** Whether a page is at the newest end. A short page is the end of a list; after a full one there may be more. */
	isNewestEnd({ range, count }: ListPage): boolean {
		if (this.isWhole) return true;
		return this.isNewestFirst ? range.page === 1 : count < Math.min(range.limit, this.pageSize);
	}

	/** Whether the first page is the whole list; reads the second page if the server states no total. */
	async isHeadWhole({ count, total }: ListPage): Promise<boolean> {
		if (this.isWhole || total !== undefined || count >= MAX_LIMIT) return this.isWhole;
		this.isWhole = (await this.fetch({ page: 2, limit: count })).count === 0;
		return this.isWhole;
	}

	/**
	 * Reads the last page that has records; undefined if that is the first. The stated total may be missing or wrong.
	 *
	 * @throws VerifikError `unordered` if the list has no end, and those of the API
	 */
	async readLastPage(): Promise<ListPage | undefined> {
		const { total, pageSize: limit } = this;
		const read = async (page: number) => {
			if (page > MAX_PAGE) throw new VerifikError('unordered');
			const answer = await this.fetch({ page, limit });
			return answer.count > 0 ? answer : undefined;
		};
		let [near, far] = [1, Math.max(2, Math.ceil((total ?? 0) / limit))];
		let last: ListPage | undefined;
		for (let answer = await read(far); answer; answer = await read(far)) {
			last = answer;
			if (total !== undefined) return last;
			[near, far] = [far, far * 2];
		}
		while (far - near > 1) {
			const middle = Math.floor((near + far) / 2);
			const answer = await read(middle);
			if (answer) [near, last] = [middle, answer];
			else far = middle;
		}
		return last;
	}

	private rangeFrom(place: number, overlap: number): PageRange {
		const { total = 0, pageSize } = this;
		if (!this.isNewestFirst) return rangeBeyond(Math.max(0, place), overlap, pageSize);
		// As many records as were added lately may be added before the answer, and move the wanted ones.
		return rangeBefore(Math.max(1, total - place), overlap + this.growth, pageSize);
	}
}

/** Identifies a record. With `updatedAt`, since an updated record may have moved. Short, since a poll holds all its keys. */
function keyOf(record: VerifikRecord): string {
	const { _id: id, updatedAt } = record;
	const text = JSON.stringify(typeof id === 'string' ? [id, updatedAt] : record);
	return text.length > MAX_KEY_LENGTH ? fingerprint(text) : text;
}

/** The entry of a record; undefined if it has no usable ID or no creation time. */
export function toEntry(record: VerifikRecord): ListEntry | undefined {
	const createdMs = timeOf(record, 'createdAt');
	const { _id: id } = record;
	if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) return undefined;
	if (Number.isNaN(createdMs)) return undefined;
	const updatedMs = timeOf(record, 'updatedAt');
	return { id, createdMs, updatedMs: Number.isNaN(updatedMs) ? createdMs : updatedMs, record };
}
