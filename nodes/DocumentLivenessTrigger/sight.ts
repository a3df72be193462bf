// What a poll sees of Verifik's lists: the newest ends of the watched ones, the pending ones as a whole. Pure: the API is
// handed in.
import { timeOf } from '../verifik/list/createdRange';
import {
	hasOtherStatus,
	isValidationId,
	type Page,
	type Status,
	type VerifikRecord,
} from '../verifik/documentLiveness';
import { VerifikFailure } from '../verifik/errors';
import { FIELDS, Order, readNewestEnd, SAME_MOMENT_MS, type Field } from './newestEnd';
import type { Ended, Pending, State, Times, Watched } from './state';

/** Of New and of Processing, so many are followed, the newest. */
export const MOST_PENDING = 1_500;

/**
 * A list is read back to so long before the last poll: a validation may show some time after the moment at which it
 * says it was created, and the clocks of a service differ.
 */
export const OVERLAP_MS = 10 * 60_000;

export type Api = {
	fetchPage(status: Status, page: number, limit: number): Promise<Page>;
	/** undefined: there is no such validation */
	get(id: string): Promise<VerifikRecord | undefined>;
	/** when the latest answer was made, by the server's clock; undefined where it does not say */
	serverTime(): number | undefined;
	/** n8n's clock */
	now(): number;
	/** Whether the poll has to come to an end. Requests fail from then on. */
	isTimeUp(): boolean;
};

/** What a poll sees. */
export class Sight {
	readonly before?: State;

	readonly order: Order;

	readonly latest: Times;

	readonly ends: State['ends'];

	/** by list, then by id */
	readonly met = new Map<Status, Map<string, VerifikRecord>>();

	/** lists that were read as far as they had to be */
	readonly complete = new Set<Status>();

	/** of these, the ones in which something may have slipped past */
	readonly unsure = new Set<Status>();

	/** what cut the poll short when its time was up */
	failure?: unknown;

	/** when the poll began, by the server's clock */
	startedAt = 0;

	/** by how much the server's clock is ahead of n8n's */
	private clockAhead = 0;

	/** validations that stood pending, or had yet to have their turn */
	readonly wasPending: Set<string>;

	private readonly api: Api;

	constructor(api: Api, before: State | undefined) {
		this.api = api;
		this.before = before;
		const { held = [], new: fresh = [], processing = [] } = before?.pending ?? {};
		this.wasPending = new Set([...held, ...fresh, ...processing]);
		this.order = new Order(before?.sortings);
		this.latest = { ...(before?.latest ?? { createdAt: 0, updatedAt: 0 }) };
		this.ends = { ...before?.ends };
	}

	/** since when validations are watched, where nothing could be read at that time; by the server's clock */
	get blindSince(): number | undefined {
		const since = this.before?.blindSince;
		return since === undefined ? undefined : since + this.clockAhead;
	}

	/** Back to where the next poll has to read the lists that this one has read. */
	nextBounds(): Pick<Watched, 'since' | 'seen'> {
		const seenBefore = this.before?.latest ?? { createdAt: 0, updatedAt: 0 };
		const seen = (field: Field) => Math.max(seenBefore[field], this.latest[field] - OVERLAP_MS);
		return {
			since: this.startedAt - OVERLAP_MS,
			seen: { createdAt: seen('createdAt'), updatedAt: seen('updatedAt') },
		};
	}

	async readPending(status: Pending): Promise<void> {
		const list = this.listOf(status);
		await this.read(status, () => list.size >= MOST_PENDING);
	}

	async readEnded(status: Ended): Promise<void> {
		const watched = this.before?.watched[status];
		const isEnough = (records: VerifikRecord[]) => {
			if (watched) return this.isBehind(records, watched.since, watched.seen);
			// all that may count as new at the next poll
			const newest = Math.min(this.startedAt, this.latest.createdAt);
			return this.isBehind(records, Math.min(this.blindSince ?? Infinity, newest - OVERLAP_MS));
		};
		if (await this.inTime(this.read(status, isEnough))) this.complete.add(status);
		// A part of a list is not looked at: its oldest news come first.
		else this.met.delete(status);
	}

	/** Reads a list until all that is looked for has been met, or nothing behind is as old as that. */
	async readBackTo(status: Ended, time: number, isFound: () => boolean): Promise<void> {
		const isEnough = (records: VerifikRecord[]) => isFound() || this.isBehind(records, time);
		await this.inTime(this.read(status, isEnough));
	}

	/**
	 * Whether a piece of work was done before the time was up.
	 *
	 * @throws what went wrong before that
	 */
	async inTime(work: Promise<void>): Promise<boolean> {
		const failure = await work.catch((reason: unknown) => reason);
		if (failure === undefined) return true;
		if (!this.api.isTimeUp()) throw failure;
		this.failure = failure;
		return false;
	}

	listOf(status: Status): Map<string, VerifikRecord> {
		const list = this.met.get(status) ?? new Map<string, VerifikRecord>();
		this.met.set(status, list);
		return list;
	}

	/** Reads a list from its newest end. */
	async read(status: Status, isEnough: (records: VerifikRecord[]) => boolean): Promise<void> {
		const list = this.listOf(status);
		const { isSure, end } = await readNewestEnd(
			async (page, limit) => await this.fetch(status, page, limit),
			this.order,
			this.ends[status],
			(records) => records.forEach((record) => list.set(record._id as string, record)),
			isEnough,
			() => this.api.serverTime() ?? this.api.now(),
		);
		if (!isSure) this.unsure.add(status);
		if (end) this.ends[status] = end;
		else delete this.ends[status];
	}

	/** One validation; undefined where there is none with that id. */
	async get(id: string): Promise<VerifikRecord | undefined> {
		const record = await this.api.get(id);
		if (record && !canBeFollowed(record)) throw new VerifikFailure('unordered');
		return record;
	}

	private async fetch(status: Status, page: number, limit: number): Promise<Page> {
		const answer = await this.api.fetchPage(status, page, limit);
		const { records, total = records.length < limit ? 0 : Infinity } = answer;
		if (this.startedAt === 0) {
			this.startedAt = this.api.serverTime() ?? this.api.now();
			this.clockAhead = this.startedAt - this.api.now();
		}
		if (records.some((record) => hasOtherStatus(record, status))) {
			throw new VerifikFailure('filterIgnored', { page });
		}
		if (!records.every(canBeFollowed)) throw new VerifikFailure('unordered');
		// The order of a list that is one page tells nothing that is needed.
		if (page > 1 || records.length < total) this.order.note(records);
		for (const field of FIELDS) {
			const times = records.map((record) => timeOf(record, field));
			this.latest[field] = Math.max(this.latest[field], ...times.filter((time) => time > 0));
		}
		return answer;
	}

	/** Whether everything behind these records in their list is older than `since`, and than what has been `seen`. */
	private isBehind(records: VerifikRecord[], since: number, seen?: Times): boolean {
		return this.order.fields.every((field) => {
			const oldest = Math.min(...records.map((record) => timeOf(record, field)));
			return oldest < since - SAME_MOMENT_MS && oldest <= (seen?.[field] ?? Infinity);
		});
	}
}

export function createdAt(record: VerifikRecord): number {
	return timeOf(record, 'createdAt');
}

function canBeFollowed(record: VerifikRecord): boolean {
	return (
		typeof record._id === 'string' && isValidationId(record._id) && !Number.isNaN(createdAt(record))
	);
}
