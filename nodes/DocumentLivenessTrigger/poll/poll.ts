// The order of a poll's steps. This is the door of the folder: the host's part calls these functions and `readState`.
import { VerifikError } from '../../verifik/errors/VerifikError';
import { findPlace } from './findPlace';
import { ListReader } from './listReader';
import { lookUp, readPending, type LookUps } from './lookUps';
import { SeenValidations } from './newEvents';
import { nextState } from './nextState';
import { learnOrder } from './order';
import { readForward, type ReadEntry, type ForwardReading } from './readForward';
import { isOwnState, newState, withChoice } from './state';
import type { PollApi, PollEvent, PollResult, Resume, TriggerOptions, TriggerState } from './types';

/** Of the events of a poll, so many are for look-ups: a list that brings the maximum must not leave them out. */
const LOOKUP_SHARE = 0.25;

/**
 * What the host runs when the workflow is activated (published, or n8n started): nothing is news. Without a state of
 * this account and node it makes the first reading; with one it only sees whether Verifik can be asked (one request),
 * and notes a changed choice of events.
 *
 * @param stored what `readState` gave; undefined: nothing is kept
 * @returns the state to keep from now on. Where the host does not store it (durable cursors), it has to be kept
 * elsewhere and given to the first poll: without it, that poll is the activation, and what came in between is no news.
 * @throws VerifikError what the API throws; nothing is changed. If it is the user's to mend (`hostCause`
 * `credential-invalid` or `configuration-invalid`), throw it on. If not, keep
 * `stateWhileUnreachable(stored, options, api.now())` in place of what this gives.
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
 * One poll. Make the items of all events first, then store the state together with them: if an item cannot be made,
 * the state has to stay as it was. Polls must not overlap: while one runs, the next returns null, but only until the
 * running one's time (its whole budget, not three quarters) has passed.
 *
 * Without a state of this account and node this is the activation, and gives no events. A state that was made while
 * Verifik was down is corrected by itself: the beginning is moved back by as much as n8n's clock turns out to be ahead.
 *
 * @throws VerifikError where the poll came no further than the one before; then nothing is changed, and the next one
 * does the same. `unordered` where the list cannot be followed, `pollTooShort` where a poll has not the time to get
 * further. A poll that fails after it came further returns that.
 */
export async function poll(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	api: PollApi,
): Promise<PollResult> {
	const isFirst = !isOwnState(stored, options);
	// Before the list, so that what it shows is later.
	const pending = isFirst || stored.isUnread ? await readPending(api) : undefined;
	const reader = new ListReader(api);
	const head = await reader.readHead();
	const before = stateBefore(stored, options, reader.clockMs, api.now());
	const validations = new SeenValidations(before, reader.clockMs, isFirst);
	for (const entry of pending?.entries.values() ?? []) validations.follow(entry);
	await learnOrder(reader, head, before.isNewestFirst);
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
	const state = nextState(before, { reader, reading, handled: read.handled, validations });
	state.isStatusFilterTrusted = lookUps.isStatusFilterTrusted ?? isStatusFilterTrusted;
	if (isFirst && reading.isAtNewestEnd) state.watchedSinceMs = before.markMs;

	// Look-ups come further by their events only.
	const hasAdvanced = events.length > 0 || isFurther(state.resume, before.resume);
	const interruptedBy = reading.interruptedBy ?? lookUps.interruptedBy;
	const isInVain = isFirst || (reading.interruptedBy ? !hasAdvanced : events.length === 0);
	if (interruptedBy && isInVain) throw interruptedBy;
	const { isAtNewestEnd } = reading;
	if (!isFirst && !isAtNewestEnd && !hasAdvanced) throw new VerifikError('pollTooShort');
	return { events, state, isAtNewestEnd, skippedCount: reader.skippedCount, interruptedBy };
}

/** Hands on what there is room for. From the first record on that finds none, nothing counts as read. */
function deliver(
	reading: ForwardReading,
	validations: SeenValidations,
	room: number,
): { events: PollEvent[]; handled: ReadEntry[] } {
	const events: PollEvent[] = [];
	const handled: ReadEntry[] = [];
	for (const entry of reading.entries.values()) {
		const newsCount = validations.newEventsOf(entry).length;
		const taken = validations.take(entry, room - events.length);
		events.push(...taken);
		if (taken.length < newsCount) {
			reading.isAtNewestEnd = false;
			break;
		}
		handled.push(entry);
	}
	return { events, handled };
}

/** The state that a poll begins with, whose beginning is right by Verifik's clock. */
function stateBefore(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	clockMs: number,
	nowMs: number,
): TriggerState {
	const startMs = Math.min(clockMs, nowMs);
	if (!isOwnState(stored, options)) return newState(options, startMs);
	const state = withChoice(stored, options, startMs);
	if (!state.isUnread) return state;
	const shiftMs = Math.min(0, clockMs - nowMs);
	const { watchedSinceMs, markMs } = state;
	return { ...state, watchedSinceMs: watchedSinceMs + shiftMs, markMs: markMs + shiftMs };
}

/** Whether the place is another record's: how many are older changes without reading too. */
function isFurther(after: Resume | undefined, before: Resume | undefined): boolean {
	return after?.links.at(-1)?.[0] !== before?.links.at(-1)?.[0];
}
