// What the trigger remembers from one poll to the next. JSON, since n8n stores it.
import type { Status } from '../verifik/documentLiveness';
import { VerifikFailure } from '../verifik/errors';
import type { End, Field, Sorting } from './newestEnd';

export const PENDING = ['new', 'processing'] as const;
const ENDED = ['completed', 'failed'] as const;
const GROUPS = [...PENDING, 'held'] as const;
export type Pending = (typeof PENDING)[number];
export type Ended = (typeof ENDED)[number];

/** Another form of the state gets another number. */
export const VERSION = 1;

/** Times are in milliseconds since 1970, by Verifik's clock. */
export type State = {
	version: typeof VERSION;
	/** whose validations are watched: the credential's id */
	account: string;
	/** when watching began, by n8n's clock, while Verifik has not answered yet */
	blindSince?: number;
	/** the latest times that any record showed */
	latest: Times;
	/** ids by where they stood; `held` have their turn later */
	pending: Record<(typeof GROUPS)[number], string[]>;
	watched: Partial<Record<Ended, Watched>>;
	sortings?: Sorting[];
	ends: Partial<Record<Status, End>>;
};

export type Times = Record<Field, number>;

/**
 * A watched list. What was not seen by the last reading was created after `since`, and after anything that had been
 * seen before that reading.
 */
export type Watched = {
	since: number;
	seen: Times;
	/** when it began to be watched: what was completed before is no news */
	floor: number;
	/** validations that had their turn and may be met again, with their time */
	known: Record<string, number>;
};

/**
 * The state that is kept in n8n's static data.
 *
 * @returns undefined where nothing is kept
 * @throws VerifikFailure `stateUnknown`
 */
export function readState(staticData: object): State | undefined {
	const { state } = staticData as { state?: unknown };
	if (isState(state)) return state;
	if (Object.keys(staticData).length === 0) return undefined;
	throw new VerifikFailure('stateUnknown');
}

/** The state to begin with while Verifik cannot be asked: what happens from now on is news. */
export function stateWithoutAnswers(account: string, now: number): State {
	return {
		version: VERSION,
		account,
		blindSince: now,
		latest: { createdAt: 0, updatedAt: 0 },
		pending: { new: [], processing: [], held: [] },
		watched: {},
		ends: {},
	};
}

/** What is older than that is not looked at any more. */
export function markOf({ since, seen }: Watched): number {
	return Math.min(since, seen.createdAt);
}

export function endedOf(statuses: Status[]): Ended[] {
	return ENDED.filter((status) => statuses.includes(status));
}

export function isPending(status: Status): status is Pending {
	return PENDING.some((pending) => pending === status);
}

function isState(value: unknown): value is State {
	const state = value as State | null;
	return (
		isRecordOf(state, () => true) &&
		state.version === VERSION &&
		typeof state.account === 'string' &&
		isRecordOf(state.latest, Number.isFinite) &&
		isRecordOf(state.ends, ({ page, size }: End) => page > 0 && size > 0) &&
		Array.isArray(state.sortings ?? []) &&
		isRecordOf(state.pending, Array.isArray) &&
		GROUPS.every((group) => group in state.pending) &&
		isRecordOf(
			state.watched,
			({ since, seen, known }: Watched) =>
				Number.isFinite(since) &&
				isRecordOf(seen, Number.isFinite) &&
				isRecordOf(known, Number.isFinite),
		)
	);
}

/** Whether it is an object all of whose values pass. */
function isRecordOf<Value>(
	value: unknown,
	isValid: (value: Value) => boolean,
): value is Record<string, Value> {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		Object.values(value).every((entry) => isValid(entry as Value))
	);
}
