// What has been read of a list: windows in the order of the list, each linked to the one before it or not. Pure.
//
// Two windows are linked when they share an `_id`. If the order of the list is stable, an unbroken chain of linked
// windows from its head to its end has missed nothing that stayed, whatever came or went meanwhile.
import type { Page, VerifikRecord } from './documentLiveness';
import { endOf, startOf, type Window } from './windows';

/** A window with what came for it. */
export type Read = {
	window: Window;
	page: Page;
	/** whether it reaches the end of the list, by the very same answer */
	isAtEnd: boolean;
};

type Link = { start: number; count: number; isLinked: boolean; isAtEnd: boolean };

/** More than any window holds: a window's number and a record's place in it make one number. */
const WIDTH = 1024;

export class Chain {
	/** different records so far */
	count = 0;

	/** Something stood twice where windows do not overlap: it slid from one to the other. */
	hasRepeats = false;

	/** A window in the middle held less than it should. */
	hasGaps = false;

	/** the windows that held anything */
	private readonly links: Link[] = [];

	/** where each record was first seen: number of the window × WIDTH + place in it */
	private readonly seen = new Map<unknown, number>();

	private end = 0;

	private withNews = 0;

	private withoutNews = 0;

	/** number of the window that was appended last */
	get latest(): number {
		return this.links.length - 1;
	}

	/**
	 * A server that goes round: more windows without anything new, one after the other, than windows with. Additions
	 * can push as much as was read, and a little more where windows overlap, past the reader again; never more.
	 */
	get isGoingRound(): boolean {
		return this.withoutNews > this.withNews + 2;
	}

	/**
	 * Adds the window that follows.
	 *
	 * @param fullSize records that it holds unless it is the last
	 * @returns its records that are new
	 */
	append(read: Read, fullSize: number): VerifikRecord[] {
		const { records } = read.page;
		if (records.length < fullSize && !read.isAtEnd) this.hasGaps = true;
		if (records.length === 0) return [];
		const start = startOf(read.window);
		this.links.push({ start, count: records.length, isLinked: false, isAtEnd: read.isAtEnd });
		const fresh = this.takeIn(records, this.latest);
		if (fresh.length < records.length) {
			this.links[this.latest]!.isLinked = true;
			if (start >= this.end) this.hasRepeats = true;
		}
		this.end = endOf(read.window);
		this.withNews += fresh.length > 0 ? 1 : 0;
		this.withoutNews = fresh.length > 0 ? 0 : this.withoutNews + 1;
		return fresh;
	}

	/** Takes in what was found behind the window with that number; gives what is surely new. */
	insert(records: VerifikRecord[], number: number): VerifikRecord[] {
		const known = records.filter(({ _id }) => _id !== undefined && _id !== null);
		return this.takeIn(known, number, Math.min(this.links[number]!.count, WIDTH - 1));
	}

	/** Numbers of the windows behind which the chain is open; the list's end is part of it unless `isCutShort`. */
	seams(isCutShort: boolean): number[] {
		const open = this.links.flatMap(({ isLinked }, number) =>
			number > 0 && !isLinked ? [number - 1] : [],
		);
		const last = this.links.at(-1);
		return last && !last.isAtEnd && !isCutShort ? [...open, this.latest] : open;
	}

	/** Where the seam behind that window was when it was read, in records from the head. */
	placeOfSeam(number: number): number {
		return this.links[number + 1]?.start ?? this.end;
	}

	/** The window in which a record was first seen, and where it stood then, in records from the head. */
	whereIs(record: VerifikRecord): { number: number; place: number } | undefined {
		const known = this.seen.get(record._id);
		if (known === undefined) return undefined;
		const number = Math.floor(known / WIDTH);
		return { number, place: this.links[number]!.start + (known % WIDTH) };
	}

	private takeIn(records: VerifikRecord[], number: number, at?: number): VerifikRecord[] {
		const fresh = records.filter(({ _id }, index) => {
			// Without an id nothing can be told apart: keep it.
			if (_id === undefined || _id === null) return true;
			if (this.seen.has(_id)) return false;
			this.seen.set(_id, number * WIDTH + (at ?? Math.min(index, WIDTH - 1)));
			return true;
		});
		this.count += fresh.length;
		return fresh;
	}
}
