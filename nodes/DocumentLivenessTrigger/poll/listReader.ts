// Reads pages of the account's list, and keeps count of places in it from its oldest end, where nothing is added: so a
// place stays valid from one request, and one poll, to the next. All that a poll knows of pages and limits is here.
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

/** A record that can be followed: it has an id, and says when it was created. */
export type ListEntry = {
	id: string;
	createdMs: number;
	/** `createdMs` where the record does not say */
	updatedMs: number;
	record: VerifikRecord;
};

/** One page range of the list, as it was when it was read. */
export type ListPage = {
	range: PageRange;
	/** in the list's order, each with its place counted from the head */
	entries: Array<ListEntry & { index: number }>;
	/** of all records that came, those that cannot be followed too: by which an answer is linked to another */
	keys: string[];
	count: number;
	total?: number;
};

/** n8n's clock is believed before Verifik's if that is further ahead. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** So often a range that is linked is looked for. */
const MAX_LOOKS = 5;

/** More pages than any account has: the server takes no notice of the page. */
export const MAX_PAGE = 2 ** 20;

/** That of a record with an ID has some 60 characters. */
const MAX_KEY_LENGTH = 256;

/** Shorter pages tell nothing of the list. */
const ENOUGH_TO_JUDGE = 10;

export class ListReader {
	isNewestFirst = true;

	/** Whether that was made out; where it could be either way, newest first is assumed, and not remembered. */
	isDirectionSure = false;

	/** Whether the first page and the last were looked at in this poll. */
	hasComparedEnds = false;

	/** Whether the list is in any order at all. */
	hasOrder = true;

	/** Whether the first page is the whole list. */
	isWhole = false;

	pageSize = MAX_LIMIT;

	skippedCount = 0;

	/** when the poll began, by Verifik's clock, which one wrong server cannot carry far ahead */
	clockMs = 0;

	private readonly api: PollApi;

	private total?: number;

	/** how many records were added since the request before the latest */
	private growth = 0;

	private readonly status?: Status;

	/** @param status of the validations that the list is to hold; undefined: the whole list */
	constructor(api: PollApi, status?: Status) {
		this.api = api;
		this.status = status;
	}

	/** The first page, which tells the time and the size of pages. */
	async readHead(): Promise<ListPage> {
		const head = await this.fetch({ page: 1, limit: MAX_LIMIT });
		const now = this.api.now();
		this.clockMs = Math.min(this.api.serverTime() ?? now, now + CLOCK_TOLERANCE_MS);
		const { count, total } = head;
		this.isWhole = count === 0 || (count !== MAX_LIMIT && count >= (total ?? MAX_LIMIT));
		// short though the list may go on: the server cuts the limit
		if (count < MAX_LIMIT && !this.isWhole) this.pageSize = count;
		return head;
	}

	/** @throws VerifikError `unordered` where most of the records cannot be followed, and what the API throws */
	async fetch(range: PageRange): Promise<ListPage> {
		const { records, total } = await this.api.fetchPage(range.page, range.limit, this.status);
		this.growth = Math.max(0, (total ?? 0) - (this.total ?? Infinity));
		this.total = total;
		const first = startOf(range);
		const entries = records.flatMap((record, place) => {
			const entry = toEntry(record);
			return entry ? [{ ...entry, index: first + place }] : [];
		});
		const skipped = records.length - entries.length;
		this.skippedCount += skipped;
		const canJudge = range.page === 1 || records.length >= ENOUGH_TO_JUDGE;
		if (canJudge && skipped > records.length / 2) throw new VerifikError('unordered');
		return { range, entries, keys: records.map(keyOf), count: records.length, total };
	}

	/**
	 * Reads on from a place: the page range that shows the most towards the newest end, with some of what is older. Where
	 * the list has moved so that it is not linked, further towards the oldest end.
	 *
	 * @param place how many records are older than the first that is wanted
	 * @param isLinked whether an answer shares a record with what was read last
	 * @returns undefined after five answers that are not linked
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

	/** How many records are older than the one at that place from the head; negative where no total is stated. */
	ageOf(index: number, { total = 0 }: ListPage): number {
		return this.isNewestFirst ? total - 1 - index : index;
	}

	/** How many records are older than the first that is newer than an answer. */
	placeBeyond(answer: ListPage): number {
		const first = startOf(answer.range);
		return this.isNewestFirst
			? this.ageOf(first, answer) + 1
			: this.ageOf(first + answer.count, answer);
	}

	oldestFirst<Item>(items: Item[]): Item[] {
		return this.isNewestFirst ? items.toReversed() : items;
	}

	/** A short page is the end of a list; behind a full one there may be more, whatever the total says. */
	isNewestEnd({ range, count }: ListPage): boolean {
		if (this.isWhole) return true;
		return this.isNewestFirst ? range.page === 1 : count < Math.min(range.limit, this.pageSize);
	}

	/** Whether a short first page is the whole list, where no total says so. */
	async isHeadWhole({ count, total }: ListPage): Promise<boolean> {
		if (this.isWhole || total !== undefined || count >= MAX_LIMIT) return this.isWhole;
		this.isWhole = (await this.fetch({ page: 2, limit: count })).count === 0;
		return this.isWhole;
	}

	/**
	 * The last page that holds anything, if it is not the first. The total may be missing, or be out of date.
	 *
	 * @throws VerifikError `unordered` where there is no end, and what the API throws
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
		// As many as were added lately may be added before the answer, and push the records away.
		return rangeBefore(Math.max(1, total - place), overlap + this.growth, pageSize);
	}
}

/** A record that was updated meanwhile may have moved: it is another one. The keys of a whole poll are held. */
function keyOf(record: VerifikRecord): string {
	const { _id: id, updatedAt } = record;
	const text = JSON.stringify(typeof id === 'string' ? [id, updatedAt] : record);
	return text.length > MAX_KEY_LENGTH ? fingerprint(text) : text;
}

/** Undefined where a record has no id, or none that can be remembered, or does not say when it was created. */
export function toEntry(record: VerifikRecord): ListEntry | undefined {
	const createdMs = timeOf(record, 'createdAt');
	const { _id: id } = record;
	if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) return undefined;
	if (Number.isNaN(createdMs)) return undefined;
	const updatedMs = timeOf(record, 'updatedAt');
	return { id, createdMs, updatedMs: Number.isNaN(updatedMs) ? createdMs : updatedMs, record };
}
