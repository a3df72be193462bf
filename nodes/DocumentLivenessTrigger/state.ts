// What the trigger remembers from one poll to the next. JSON, since n8n stores it.
import type { Status } from '../verifik/documentLiveness';
import { VerifikFailure } from '../verifik/errors';
import type { End, Field, Sorting } from './newestEnd';

export const PENDING = ['new', 'processing'] as const;
export const ENDED = ['completed', 'failed'] as const;
export type Pending = (typeof PENDING)[number];
export type Ended = (typeof ENDED)[number];

/** Another form of the state gets another number. */
export const VERSION = 1;

/** Times are in milliseconds since 1970, by Verifik's clock. */
export type State = {
	version: typeof VERSION;
	/** whose validations are watched: the credential's id */
	account: string;
	/** since when */
	floor: number;
	/** The floor is by n8n's clock, since Verifik had not answered yet. */
	isFloorLocal?: true;
	/** the latest times that any record showed */
	latest: Times;
	/** ids by where they stood; undefined before the first reading */
	pending?: Record<Pending | 'held', string[]>;
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
		floor: now,
		isFloorLocal: true,
		latest: { createdAt: 0, updatedAt: 0 },
		watched: {},
		ends: {},
	};
}

/** What is older than that is not looked at any more. */
export function markOf(watched: Watched | undefined): number {
	return watched ? Math.min(watched.since, watched.seen.createdAt) : 0;
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
		Number.isFinite(state.floor) &&
		isRecordOf(state.latest, Number.isFinite) &&
		isRecordOf(state.ends, ({ page, size }: End) => page > 0 && size > 0) &&
		(state.pending === undefined || isRecordOf(state.pending, Array.isArray)) &&
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
