// A simulated Verifik account for the trigger's tests: validations that are created, change and are removed, a list in some
// order, and a clock that only tests move. Its history has what really happened, even if the records show something else.
import type { EventName, PollApi } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import type { Page, Status, VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How the service behaves; the API's documentation leaves all of it open. */
export type ApiVariant = {
	sortedBy: 'createdAt' | 'updatedAt' | 'insertion';
	isNewestFirst: boolean;
	/** `flat`: with a verdict; `flatOlder`: without one; `unknown`: nothing but an id and dates */
	shape: 'nested' | 'flat' | 'flatOlder' | 'unknown';
	/** what List makes of `status` */
	hasStatusFilter: boolean;
	hasTotal: boolean;
	/** largest page that the server gives */
	maxPageSize: number;
	/** by how much the Date header is ahead of what records say */
	dateAheadMs: number;
	/** by how much n8n's clock is ahead of what records say */
	n8nAheadMs: number;
};

const USUAL: ApiVariant = {
	sortedBy: 'createdAt',
	isNewestFirst: true,
	shape: 'nested',
	hasStatusFilter: true,
	hasTotal: true,
	maxPageSize: 100,
	dateAheadMs: 0,
	n8nAheadMs: 0,
};

export type Outcome = Exclude<EventName, 'received'>;
export type Stage = Outcome | 'pending';

/** From when to when a validation was at a stage, by the true time. */
export type StatusPeriod = {
	id: string;
	stage: Stage;
	fromMs: number;
	toMs: number;
	createdMs: number;
	/** since when the service shows it */
	visibleMs: number;
	/** when it was updated last during that time */
	updatedMs: number;
};

export type CreateOptions = {
	/** how long ago it says it was created */
	ageMs?: number;
	/** how long it takes to show */
	lagMs?: number;
	id?: string;
	/** fields that differ from what they should be; undefined: left out */
	overrides?: Record<string, unknown>;
	/** no validation that can be followed: it has no history */
	isPoison?: boolean;
};

type Validation = {
	id: string;
	number: number;
	createdMs: number;
	updatedMs: number;
	visibleMs: number;
	period: StatusPeriod;
	overrides: Record<string, unknown>;
	isPoison: boolean;
	shown?: VerifikRecord;
};

export class SimulatedAccount {
	/** the true time */
	nowMs = Date.UTC(2026, 0, 31, 12);

	readonly variant: ApiVariant;

	readonly history: StatusPeriod[] = [];

	requests = 0;

	/** called before each request, with its number since `requests` was set back; may throw */
	onRequest: (number: number) => void = () => undefined;

	private all: Validation[] = [];

	private sorted?: Validation[];

	private count = 0;

	private latestVisibleMs = 0;

	constructor(variant: Partial<ApiVariant> = {}) {
		this.variant = { ...USUAL, ...variant };
	}

	get size(): number {
		return this.all.length;
	}

	create(stage: Stage, options: CreateOptions = {}): string {
		const { ageMs = 0, lagMs = 0, overrides = {}, isPoison = false } = options;
		const number = this.count++;
		const id = options.id ?? idOf(number);
		const createdMs = this.nowMs - ageMs;
		const visibleMs = this.nowMs + lagMs;
		const shown = this.shownAs(stage);
		const period = {
			id,
			stage: shown,
			fromMs: createdMs,
			toMs: Infinity,
			createdMs,
			visibleMs,
			updatedMs: createdMs,
		};
		if (!isPoison) this.history.push(period);
		const updatedMs = createdMs;
		this.all.push({ id, number, createdMs, updatedMs, visibleMs, period, overrides, isPoison });
		this.latestVisibleMs = Math.max(this.latestVisibleMs, visibleMs);
		this.sorted = undefined;
		return id;
	}

	/** Moves a validation to another stage. @param share chooses it among those at `from` */
	move(from: Stage, to: Stage, share: number): string | undefined {
		const some = this.all.filter(
			({ period, visibleMs, isPoison }) =>
				!isPoison && period.stage === from && visibleMs <= this.nowMs,
		);
		const validation = some[Math.floor(share * some.length)];
		const stage = this.shownAs(to);
		if (!validation || stage === validation.period.stage) return undefined;
		validation.period.toMs = this.nowMs;
		validation.period = { ...validation.period, stage, fromMs: this.nowMs, toMs: Infinity };
		this.history.push(validation.period);
		this.update(validation);
		return validation.id;
	}

	remove(from: number, count = 1): void {
		for (const { period } of this.all.splice(Math.floor(from * this.all.length), count)) {
			period.toMs = this.nowMs;
		}
		this.sorted = undefined;
	}

	/** Updates old records without an effect on their stage. */
	touch(share: number, count: number): void {
		const from = Math.floor(share * this.all.length);
		for (const validation of this.all.slice(from, from + count)) this.update(validation);
	}

	/** From now on the list is in the reverse order. */
	turnRound(): void {
		this.variant.isNewestFirst = !this.variant.isNewestFirst;
		this.sorted = undefined;
	}

	api(isTimeUp: () => boolean = () => false): PollApi {
		return {
			fetchPage: async (page, limit, status) => await this.fetchPage(page, limit, status),
			getRecord: async (id) => await this.getRecord(id),
			serverTime: () => Math.floor((this.nowMs + this.variant.dateAheadMs) / SECOND) * SECOND,
			now: () => this.n8nTime(),
			isTimeUp,
		};
	}

	/** The newest records, as List shows them. */
	newest(count: number): VerifikRecord[] {
		const list = this.list();
		const some = this.variant.isNewestFirst ? list.slice(0, count) : list.slice(-count);
		return some.map((one) => this.show(one));
	}

	n8nTime(): number {
		return this.nowMs + this.variant.n8nAheadMs;
	}

	private async fetchPage(
		page: number,
		limit: number,
		status?: Status,
	): Promise<Pick<Page, 'records' | 'total'>> {
		this.answer();
		if (page < 1 || limit < 1) throw new VerifikError('invalidParameters');
		const size = Math.min(limit, this.variant.maxPageSize);
		const list = this.list(status);
		const records = list.slice((page - 1) * size, page * size).map((one) => this.show(one));
		return { records, total: this.variant.hasTotal ? list.length : undefined };
	}

	private async getRecord(id: string): Promise<VerifikRecord | undefined> {
		this.answer();
		const validation = this.all.find((one) => one.id === id);
		return validation && this.show(validation);
	}

	private answer(): void {
		this.requests++;
		this.onRequest(this.requests);
		this.nowMs += 40;
	}

	private list(status?: Status): Validation[] {
		this.sorted ??= this.sort();
		const isAllVisible = this.latestVisibleMs <= this.nowMs;
		const visible = isAllVisible
			? this.sorted
			: this.sorted.filter(({ visibleMs }) => visibleMs <= this.nowMs);
		if (!status || !this.variant.hasStatusFilter) return visible;
		return visible.filter(({ period }) => statusOf(period.stage) === status);
	}

	private sort(): Validation[] {
		const { sortedBy, isNewestFirst } = this.variant;
		const sign = isNewestFirst ? -1 : 1;
		const field = sortedBy === 'updatedAt' ? 'updatedMs' : 'createdMs';
		const list = [...this.all];
		if (sortedBy !== 'insertion') {
			// Among equal times, by ID.
			list.sort((one, other) => sign * (one[field] - other[field] || (one.id < other.id ? -1 : 1)));
		} else if (isNewestFirst) list.reverse();
		return list;
	}

	private update(validation: Validation): void {
		validation.updatedMs = this.nowMs;
		validation.period.updatedMs = this.nowMs;
		validation.shown = undefined;
		this.sorted = undefined;
	}

	private show(validation: Validation): VerifikRecord {
		validation.shown ??= this.recordOf(validation);
		return validation.shown;
	}

	private recordOf({ id, createdMs, updatedMs, period, overrides }: Validation): VerifikRecord {
		const dates = { createdAt: iso(createdMs), updatedAt: iso(updatedMs) };
		const fields = FIELDS[this.variant.shape](period.stage, period.fromMs);
		return { _id: id, ...dates, ...fields, ...overrides };
	}

	/** What can be known of a stage from a record of that shape. */
	private shownAs(stage: Stage): Stage {
		const { shape } = this.variant;
		if (shape === 'unknown') return 'noVerdict';
		return shape === 'flatOlder' && (stage === 'passed' || stage === 'notPassed')
			? 'noVerdict'
			: stage;
	}
}

const FIELDS: Record<ApiVariant['shape'], (stage: Stage, sinceMs: number) => VerifikRecord> = {
	nested: (stage, sinceMs) => ({
		status: statusOf(stage),
		...(stage !== 'pending' && { completedAt: iso(sinceMs) }),
		...((stage === 'passed' || stage === 'notPassed') && {
			validationResults: { screenReplay: { passed: stage === 'passed', score: 0.5 } },
		}),
	}),
	flat: (stage) => ({ ...flatOf(stage), ...LIVE[stage] }),
	flatOlder: (stage) => flatOf(stage),
	unknown: () => ({ overallScore: 0.5 }),
};

const LIVE: Partial<Record<Stage, VerifikRecord>> = {
	passed: { isLive: true },
	notPassed: { isLive: false },
};

function flatOf(stage: Stage): VerifikRecord {
	const errors = stage === 'notCarriedOut' ? { screenReplayErrors: ['DOCUMENT_NOT_FOUND'] } : {};
	const score = stage === 'pending' || stage === 'notCarriedOut' ? {} : { screenReplayScore: 3.1 };
	return { validateScreenReplay: true, validatePrintedCopy: false, ...errors, ...score };
}

function statusOf(stage: Stage): Status {
	if (stage === 'pending') return 'processing';
	return stage === 'notCarriedOut' ? 'failed' : 'completed';
}

/** IDs that are in no order. */
function idOf(number: number): string {
	const scattered = Math.imul(number + 1, 0x9e3779b1) >>> 0;
	return scattered.toString(16).padStart(8, '0') + number.toString(16).padStart(16, '0');
}

function iso(time: number): string {
	return new Date(time).toISOString();
}

export const down = () => new VerifikError('serverDown', { httpStatus: 503 });
