// The list of an invented account: generated records, and those that were added, removed or changed since. It stores indexes and
// changes, not records, so a million records need a few megabytes.
import { idOf, indexOf, initialStatus, STATUSES, type Origin, type Status } from './records.mts';

/** Time between two generated validations, unless they are spread over some days. */
const INTERVAL_MS = 7 * 60_000;

const DAY_MS = 24 * 3_600_000;
/** Of records that are spread over days, the last ones are those of the bad week, so that “last 7 days” shows it. */
const BAD_WEEK_DAYS = 7;

export class Store {
	private readonly removed = new Set<number>();
	/** records that were added, or whose status changed */
	private readonly changed = new Map<number, Partial<Origin>>();
	/** indexes in the order of creation; one list for each status, and one for all, made when first asked for */
	private readonly lists = new Map<Status | undefined, number[]>();
	private next: number;

	private readonly seed: number;
	private readonly generated: number;
	private readonly newestAt: Date;
	private readonly intervalMs: number;
	private readonly badWeekFrom: number;

	/**
	 * @param generated how many records there are to begin with
	 * @param newestAt when the newest of them was created
	 * @param days over how many days they are spread evenly, the last seven of which are bad: more documents do not pass.
	 * Left out: one every seven minutes, and no bad week
	 */
	constructor(seed: number, generated: number, newestAt: Date, days?: number) {
		this.seed = seed;
		this.generated = generated;
		this.newestAt = newestAt;
		this.intervalMs = days === undefined ? INTERVAL_MS : (days * DAY_MS) / generated;
		this.badWeekFrom = days === undefined ? Infinity : newestAt.getTime() - BAD_WEEK_DAYS * DAY_MS;
		this.next = generated;
	}

	/** How many records there are, in all or of one status. */
	count(status?: Status): number {
		return this.list(status).length;
	}

	/** Records by their place from the newest, `from` included and `to` not. */
	slice(
		status: Status | undefined,
		from: number,
		to: number,
		order: 'newest' | 'oldest',
	): Origin[] {
		const list = this.list(status);
		const indexes =
			order === 'oldest'
				? list.slice(from, to)
				: list.slice(Math.max(0, list.length - to), Math.max(0, list.length - from)).reverse();
		return indexes.map((index) => this.origin(index));
	}

	find(id: string): Origin | undefined {
		const index = indexOf(id);
		if (index === undefined || index >= this.next || this.removed.has(index)) return undefined;
		const origin = this.origin(index);
		return idOf(this.seed, origin) === id ? origin : undefined;
	}

	/** A new validation, no older than any other: a second newer than the newest, or created when it is said. */
	add(status: Status = 'completed', createdAt?: Date): Origin {
		const index = this.next++;
		const newest = this.createdAt(index - 1).getTime();
		const created = createdAt ? Math.max(createdAt.getTime(), newest) : newest + 1000;
		this.changed.set(index, { status, createdAt: new Date(created) });
		for (const list of this.listsOf(status)) list.push(index);
		return this.origin(index);
	}

	/** Takes a validation out of every list. */
	remove(id: string): boolean {
		const origin = this.find(id);
		if (!origin) return false;
		for (const list of this.listsOf(origin.status)) takeOut(list, origin.index);
		this.removed.add(origin.index);
		return true;
	}

	/** Gives a validation another status, now. */
	setStatus(id: string, status: Status): boolean {
		const origin = this.find(id);
		if (!origin) return false;
		const from = this.lists.get(origin.status);
		if (from) takeOut(from, origin.index);
		const changed = { ...this.changed.get(origin.index), status, changedAt: new Date() };
		this.changed.set(origin.index, changed);
		const to = this.lists.get(status);
		if (to) to.splice(placeOf(to, origin.index), 0, origin.index);
		return true;
	}

	private origin(index: number): Origin {
		const { changedAt } = this.changed.get(index) ?? {};
		const createdAt = this.createdAt(index);
		const isOfBadWeek = index < this.generated && createdAt.getTime() > this.badWeekFrom;
		return { index, createdAt, isOfBadWeek, status: this.statusOf(index), changedAt };
	}

	private createdAt(index: number): Date {
		const known = this.changed.get(index)?.createdAt;
		if (known) return known;
		return new Date(this.newestAt.getTime() - (this.generated - 1 - index) * this.intervalMs);
	}

	private statusOf(index: number): Status {
		return this.changed.get(index)?.status ?? initialStatus(this.seed, index);
	}

	private list(status: Status | undefined): number[] {
		const known = this.lists.get(status);
		if (known) return known;
		const list: number[] = [];
		for (let index = 0; index < this.next; index++) {
			if (this.removed.has(index)) continue;
			if (status === undefined || this.statusOf(index) === status) list.push(index);
		}
		this.lists.set(status, list);
		return list;
	}

	/** The lists that hold a record of this status, as far as they have been made. */
	private listsOf(status: Status): number[][] {
		return [this.lists.get(undefined), this.lists.get(status)].filter((list) => list !== undefined);
	}
}

export function isStatus(value: unknown): value is Status {
	return STATUSES.includes(value as Status);
}

function takeOut(list: number[], index: number): void {
	const place = placeOf(list, index);
	if (list[place] === index) list.splice(place, 1);
}

/** The position of `index` in an ascending list, or where it would have to be inserted. */
function placeOf(list: number[], index: number): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (list[middle]! < index) low = middle + 1;
		else high = middle;
	}
	return low;
}
