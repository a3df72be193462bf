// All records of a list that may change while it is read: pages fetched ahead, given in order, and, where there is any
// sign of movement, joined so that nothing that stayed in the list is missing. Pure: how a page is fetched is handed in.
import { Chain, type Read } from './chain';
import type { Page, VerifikRecord } from './documentLiveness';
import { VerifikFailure } from './errors';
import { joinSeam, type Seam } from './seams';
import { endOf, startOf, windowBeyond, type Window } from './windows';

/** Fetches one page, 1 or more. */
export type FetchPage = (page: number, limit: number) => Promise<Page>;

/** Records that were not given before. Sorted by `place`, batches are in the list's order. */
export type Batch = { place: number; records: VerifikRecord[] };

/** How a list is read. */
export type Wishes = {
	/** records of a page, as many as the server takes */
	limit: number;
	/** pages fetched at once */
	concurrency: number;
	/**
	 * Whether every page is linked to the one before it, without waiting for a sign of movement. Where the server
	 * states no total, most movement gives no sign: there it is always so.
	 */
	thorough?: boolean;
	/** how many more records the reader wants; 0 or less ends the reading. Default: all */
	wanted?: () => number;
};

/** What a reader learns about the reading besides the records. Filled in when the last batch has been given. */
export type Reading = {
	/** records came or went meanwhile */
	hasMoved: boolean;
	/** seams between pages of which it could not be made sure that nothing slipped past */
	openSeams: number;
};

/** How much neighbouring windows of a thorough reading overlap at least, in records. */
const OVERLAP = 2;

/** How often a short first page is compared with itself. */
const LOOKS_AT_HEAD = 4;

/** A list of few records can move so that two pages look the same once, and again. */
const CHECKS_OF_REPEATS = 2;

export function newReading(): Reading {
	return { hasMoved: false, openSeams: 0 };
}

/**
 * Yields the records that were not given before (by `_id`). A reader that stops, stops the fetching.
 *
 * The list ends where the server states it (`pages`, else `total`; the latest statement counts), or with an empty
 * page where it states neither. It never ends quietly before that. When all pages are read, both ends are read again;
 * at any sign that the list moved, each seam between two pages is looked at until it is joined (`seams.ts`).
 *
 * @throws VerifikFailure `repeatedPage` where the server repeats itself, `missingRecords` where it gave fewer
 * records of a list that stood still than it stated, and whatever `fetchPage` throws, with the page and the number of
 * records read
 */
export async function* readPages(
	fetchPage: FetchPage,
	wishes: Wishes,
	reading: Reading = newReading(),
): AsyncGenerator<Batch, void> {
	const wanted = wishes.wanted ?? (() => Infinity);
	const chain = new Chain();
	const windows = new Windows(fetchPage, wishes.limit, () => chain.count);
	const ends: Read[] = [];
	const totals = new Set<number | undefined>();
	let isCutShort = false;

	for await (const read of inOrder(windows, wishes, wanted)) {
		const records = chain.append(read, windows.sizeOf(read.window));
		if (chain.isGoingRound || (await isRepeated(read, ends, windows))) {
			const place = { page: read.window.page, recordsRead: chain.count };
			throw new VerifikFailure('repeatedPage', place);
		}
		totals.add(read.page.total);
		// of all pages that were read, only the first and the last are kept
		ends[ends.length === 0 ? 0 : 1] = read;
		yield { place: chain.latest, records };
		if (wanted() <= 0) {
			isCutShort = !read.isAtEnd;
			break;
		}
	}

	if (ends.length === 2) {
		const isLinking = linksEveryPage(ends[0]!, wishes);
		reading.hasMoved = chain.hasRepeats || totals.size > 1;
		if (!reading.hasMoved && !isLinking) reading.hasMoved = await haveMoved(ends, windows);
		if (reading.hasMoved || chain.hasGaps || isLinking) {
			const before = chain.count;
			for await (const seam of joinAll(chain, windows, wishes.concurrency, isCutShort)) {
				if (!seam.isJoined) reading.openSeams++;
				const records = chain.insert(seam.records, seam.number);
				if (records.length > 0) yield { place: seam.number + 0.5, records };
			}
			if (chain.count > before) reading.hasMoved = true;
		}
	}
	const stated = Math.min(...[...totals].map((total) => total ?? 0));
	const isShort = !isCutShort && !reading.hasMoved && chain.count < stated;
	if (isShort) reading.hasMoved = await haveMoved(ends, windows);
	if (isShort && !reading.hasMoved) {
		throw new VerifikFailure('missingRecords', {
			recordsRead: chain.count,
			recordsStated: stated,
		});
	}
}

/** Fetches windows of one list, and knows what the server makes of a limit. */
class Windows {
	/** largest limit that the server takes, as far as is known */
	most: number;

	private readonly fetchPage: FetchPage;

	private readonly recordsRead: () => number;

	constructor(fetchPage: FetchPage, limit: number, recordsRead: () => number) {
		this.fetchPage = fetchPage;
		this.most = limit;
		this.recordsRead = recordsRead;
	}

	/** How many records a window holds unless it is the last. */
	sizeOf({ limit }: Window): number {
		return Math.min(limit, this.most);
	}

	/** The first page; it tells how many records the server really gives for a page. */
	async readHead(): Promise<Read> {
		const window = { page: 1, limit: this.most };
		let head = await this.read(window);
		const { records, pages, total } = head.page;
		if (records.length === 0 || records.length >= this.most) return head;
		if (pages !== undefined || total !== undefined) {
			// short though the list goes on: the server cut the limit
			if (!head.isAtEnd) this.most = records.length;
			return head;
		}
		// Where nothing is stated, a short page is the whole list if there is nothing behind it, before and after which
		// it is the same; or else the server cut the limit.
		for (let look = 0; look < LOOKS_AT_HEAD; look++) {
			const next = await this.fetch({ page: 2, limit: this.most });
			if (next.records.length > 0) break;
			const again = await this.read(window);
			if (isSame(again.page.records, head.page.records)) return { ...again, isAtEnd: true };
			head = again;
		}
		this.most = Math.max(1, head.page.records.length);
		return { ...head, isAtEnd: false };
	}

	async read(window: Window): Promise<Read> {
		const page = await this.fetch(window);
		return { window, page, isAtEnd: this.reachesEnd(window, page) };
	}

	private reachesEnd(window: Window, { records, pages, total }: Page): boolean {
		if (pages !== undefined) return window.page >= pages;
		if (total !== undefined) return startOf(window) + records.length >= total;
		return records.length < this.sizeOf(window);
	}

	private async fetch({ page, limit }: Window): Promise<Page> {
		try {
			return await this.fetchPage(page, limit);
		} catch (error) {
			throw located(error, { page, recordsRead: this.recordsRead() });
		}
	}
}

/** The windows of a list one after the other, as many ahead of the reader as are wished for. */
async function* inOrder(
	windows: Windows,
	wishes: Wishes,
	wanted: () => number,
): AsyncGenerator<Read, void> {
	const head = await windows.readHead();
	yield head;
	if (head.isAtEnd) return;

	const ahead: Array<Promise<Read>> = [];
	const isLinking = linksEveryPage(head, wishes);
	let next = { page: 1, limit: windows.most };
	let end = endStated(head.page, windows.most);
	let isOver = false;
	while (!isOver) {
		const room = Math.min(wishes.concurrency, Math.ceil(wanted() / windows.most));
		while (ahead.length < room && endOf(next) < (end ?? 0)) push();
		// Beyond what is stated, or where nothing is: one after the other, until the list ends.
		if (ahead.length === 0) push();
		const read = await ahead.shift()!;
		end = endStated(read.page, windows.sizeOf(read.window));
		yield read;
		isOver = ahead.length === 0 && read.isAtEnd;
	}

	function push(): void {
		next = isLinking
			? windowBeyond(endOf(next), OVERLAP, windows.most)
			: { page: next.page + 1, limit: next.limit };
		const read = windows.read(next);
		// What is fetched ahead may go wrong before anybody waits for it; it is told when its turn comes.
		read.catch(() => undefined);
		ahead.push(read);
	}
}

/** Whether pages overlap: as wished, or because there is no total to show movement. Without ids nothing can be linked. */
function linksEveryPage({ page: { records, total } }: Read, { thorough }: Wishes): boolean {
	const haveIds = records.every(({ _id }) => _id !== undefined && _id !== null);
	return haveIds && (thorough === true || total === undefined);
}

/** How many records there are at most, as an answer states it. */
function endStated({ total, pages }: Page, size: number): number | undefined {
	return total ?? (pages === undefined ? undefined : pages * size);
}

/** Whether the head of the list, or the end of what was read of it, looks different now. */
async function haveMoved(ends: Read[], windows: Windows): Promise<boolean> {
	const now = await Promise.all(ends.map(async ({ window }) => await windows.read(window)));
	return now.some(
		({ page }, index) =>
			page.total !== ends[index]!.page.total || !isSame(page.records, ends[index]!.page.records),
	);
}

/** Joins what is open in the chain, some seams at a time. */
async function* joinAll(
	chain: Chain,
	windows: Windows,
	concurrency: number,
	isCutShort: boolean,
): AsyncGenerator<Seam, void> {
	const seams = chain.seams(isCutShort);
	let drift = 0;
	for (let from = 0; from < seams.length; from += concurrency) {
		const some = seams.slice(from, from + concurrency);
		const joined = await Promise.all(
			some.map(
				async (number) =>
					await joinSeam(
						chain,
						number,
						drift,
						windows.most,
						async (window) => await windows.read(window),
					),
			),
		);
		yield* joined;
		drift = joined.findLast(({ isJoined }) => isJoined)?.drift ?? drift;
	}
}

/**
 * Whether a page holds the very same records as the head of the list or the page before, and does so when both are
 * read again: then the server takes no notice of the page. (Once, it can be the list that moved.)
 */
async function isRepeated(read: Read, before: Read[], windows: Windows): Promise<boolean> {
	const { records } = read.page;
	const twin = before.find(
		({ window, page }) =>
			isSame(records, page.records.slice(0, records.length)) &&
			(window.limit === read.window.limit || window.page === 1),
	);
	if (!twin || records.length === 0) return false;
	const { limit } = read.window;
	for (let check = 0; check < CHECKS_OF_REPEATS; check++) {
		const [again, twinAgain] = await Promise.all([
			windows.read(read.window),
			windows.read({ page: twin.window.page, limit }),
		]);
		const { records: now } = again.page;
		if (now.length === 0 || !isSame(now, twinAgain.page.records)) return false;
	}
	return true;
}

function isSame(some: VerifikRecord[], others: VerifikRecord[]): boolean {
	return (
		some.length === others.length &&
		some.every((record, index) => identity(record) === identity(others[index]!))
	);
}

function identity(record: VerifikRecord): string {
	return JSON.stringify(record._id ?? record);
}

/** Whatever went wrong, with where in the list it did. */
function located(error: unknown, place: { page: number; recordsRead: number }): unknown {
	return error instanceof VerifikFailure ? error.with(place) : error;
}
