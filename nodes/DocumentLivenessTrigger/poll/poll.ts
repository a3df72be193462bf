// The steps of a poll, in their order. The code outside of this folder calls these functions, and those of state.ts.
import { VerifikError } from '../../verifik/errors/VerifikError';
import { findPlace } from './findPlace';
import { ListReader } from './listReader';
import { lookUp, readPending, type LookUps } from './lookUps';
import { SeenValidations } from './newEvents';
import { nextState } from './nextState';
import { learnOrder } from './listOrder';
import { readForward, type ReadEntry, type ForwardReading } from './readForward';
import { isOwnState, newState, withChoice, type TriggerState } from './state';
import type { PollApi, PollEvent, TriggerOptions } from './types';

/** What a poll returns. */
export type PollResult = {
	/** oldest validation first; to be returned to n8n together with storing `state` */
	events: PollEvent[];
	/** plain JSON, to be stored; the state that was passed in is not changed */
	state: TriggerState;
	/** whether the newest end of the list was reached; if not, the next poll continues where this one ended */
	isAtNewestEnd: boolean;
	/** how many records without an ID or a date were skipped, for the log */
	skippedCount: number;
	/** what ended the poll early after some progress, for the log; the next poll continues */
	interruptedBy?: VerifikError;
};

/** The share of a poll's events that is reserved for look-ups, also if the list brings the maximum. */
const LOOKUP_SHARE = 0.25;

/**
 * The activation: the workflow was published, or n8n was started. No event is new. Without a state of this account and node,
 * reads the list for the first time. With one, only checks that Verifik can be reached (one request), and notes a changed
 * choice of events.
 *
 * @param stored the result of `readState`; undefined if nothing is stored
 * @returns the state to store. If the host does not store it (durable cursors), the caller has to store it elsewhere and pass
 * it to the first poll. Otherwise that poll is the activation, and events before it are not new.
 * @throws VerifikError of the API; nothing has changed. If the user has to correct something (`hostCause`
 * `credential-invalid` or `configuration-invalid`), the caller throws it again. Otherwise it stores
 * `stateWhileUnreachable(stored, options, api.now())` instead of this result.
 */
export async function activate(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	api: PollApi,
): Promise<TriggerState> {
	if (!isOwnState(stored, options)) return (await poll(undefined, options, api)).state;
	const reader = new ListReader(api);
	await reader.readHead();
	return withChoice(stored, options, Math.min(reader.clockMs, api.now()));
}

/**
 * One poll. The caller makes the items of all events first, and then stores the state: if an item cannot be made, the state must
 * not change. Polls must not overlap: while one runs, the next is skipped, until the time of the running one is up (its whole
 * budget, not three quarters of it).
 *
 * Without a state of this account and node, this is the activation, and returns no events. A state from a time when Verifik was
 * not reachable is corrected: its beginning is moved back by as much as n8n's clock is ahead.
 *
 * @throws VerifikError if the poll made no progress; then nothing has changed, and the next poll does the same. `unordered` if
 * the list cannot be followed, `pollTooShort` if a poll has too little time to make progress. A poll that is interrupted
 * after some progress returns that.
 */
export async function poll(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	api: PollApi,
): Promise<PollResult> {
	const isFirst = !isOwnState(stored, options);
	// Before the list, so that the list shows a later moment.
	const pending = isFirst || stored.isUnread ? await readPending(api) : undefined;
	const reader = new ListReader(api);
	const head = await reader.readHead();
	await learnOrder(reader, head, isFirst ? undefined : stored.isNewestFirst);
	const before = stateBefore(stored, options, reader, api.now());
	const validations = new SeenValidations(before, api.now(), isFirst);
	for (const entry of pending?.entries.values() ?? []) validations.follow(entry);
	const place = await findPlace(reader, head, before);
	const { maximumPerPoll } = options;
	const { isStatusFilterTrusted } = before;
	let newsCount = 0;
	const reading = await readForward(reader, place, (fresh) => {
		for (const entry of fresh) newsCount += validations.newEventsOf(entry).length;
		return newsCount >= maximumPerPoll || api.isTimeUp();
	});
	const room = Math.max(Math.ceil(maximumPerPoll * LOOKUP_SHARE), maximumPerPoll - newsCount);
	const canLookUp = !isFirst && !reading.interruptedBy && !api.isTimeUp();
	const lookUps: LookUps = canLookUp
		? await lookUp(api, validations, reading, { isStatusFilterTrusted, room })
		: { events: [], isStatusFilterTrusted: pending?.isTrusted };
	const read = deliver(reading, validations, maximumPerPoll - lookUps.events.length);
	const createdMs = ({ id }: PollEvent) => validations.seen.get(id)![2];
	const events = [...read.events, ...lookUps.events].sort(
		(one, other) => createdMs(one) - createdMs(other),
	);
	const { handled } = read;
	const state = nextState(before, { reader, reading, handled, validations, isFirst });
	state.isStatusFilterTrusted = lookUps.isStatusFilterTrusted ?? isStatusFilterTrusted;
	if (isFirst && reading.isAtNewestEnd) state.watchedSinceMs = before.markMs;

	// Look-ups make progress only by events.
	const isFurther = newestLink(state) !== newestLink(before);
	const hasAdvanced = events.length > 0 || isFurther || state.unconfirmed !== undefined;
	const interruptedBy = reading.interruptedBy ?? lookUps.interruptedBy;
	const isInVain = isFirst || (reading.interruptedBy ? !hasAdvanced : events.length === 0);
	if (interruptedBy && isInVain) throw interruptedBy;
	const { isAtNewestEnd } = reading;
	if (!isFirst && !isAtNewestEnd && !hasAdvanced) throw new VerifikError('pollTooShort');
	return { events, state, isAtNewestEnd, skippedCount: reader.skippedCount, interruptedBy };
}

/** The events that there is room for. Records from the first one without room are not handled. */
function deliver(
	reading: ForwardReading,
	validations: SeenValidations,
	room: number,
): { events: PollEvent[]; handled: ReadEntry[] } {
	const events: PollEvent[] = [];
	const handled: ReadEntry[] = [];
	for (const entry of reading.entries.values()) {
		const news = validations.newEventsOf(entry);
		const taken = validations.take(entry, room - events.length, news);
		events.push(...taken);
		if (taken.length < news.length) {
			reading.isAtNewestEnd = false;
			break;
		}
		handled.push(entry);
	}
	return { events, handled };
}

/** The state that a poll begins with, with times by Verifik's clock. */
function stateBefore(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	{ clockMs, n8nAheadMs }: ListReader,
	nowMs: number,
): TriggerState {
	const startMs = Math.min(clockMs, nowMs);
	if (!isOwnState(stored, options)) return newState(options, startMs);
	const state = withChoice(stored, options, startMs);
	if (!state.isUnread) return state;
	const { watchedSinceMs, markMs } = state;
	return { ...state, watchedSinceMs: watchedSinceMs - n8nAheadMs, markMs: markMs - n8nAheadMs };
}

/** The ID of the newest link. (`older` also changes when records are removed.) */
function newestLink({ resume }: TriggerState): string | undefined {
	return resume?.links.at(-1)?.[0];
}
