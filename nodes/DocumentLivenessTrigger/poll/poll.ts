// The order of a poll's steps. This is the door of the folder: the host's part calls these functions and `readState`.
import type { PollApi, PollResult, TriggerOptions, TriggerState } from './types';

/**
 * What the host runs when the workflow is activated (published, or n8n started): nothing is news. Without a state of
 * this account and node it makes the first reading; with one it only sees whether Verifik can be asked (one request),
 * and notes a changed choice of events.
 *
 * @param stored what `readState` gave; undefined: nothing is kept
 * @returns the state to keep from now on. Where the host does not store it (durable cursors), it has to be kept
 * elsewhere and given to the first poll: without it, that poll is the activation, and what came in between is no news.
 * @throws VerifikFailure what the API throws; nothing is changed. If it is the user's to mend (`hostCause`
 * `credential-invalid` or `configuration-invalid`), throw it on. If not: with a stored state of this account and node
 * (`isOwnState`) go on with that one; without one keep `stateWhileUnreachable(options, api.now())`.
 */
export async function activate(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	api: PollApi,
): Promise<TriggerState> {
	await Promise.resolve([stored, options, api]);
	throw new Error('not built yet');
}

/**
 * One poll. Make the items of all events first, then store the state together with them: if an item cannot be made,
 * the state has to stay as it was. Polls must not overlap: while one runs, the next returns null, but only until the
 * running one's time (its whole budget, not three quarters) has passed.
 *
 * Without a state of this account and node this is the activation, and gives no events. A state that was made while
 * Verifik was down is corrected by itself: the beginning is moved back by as much as n8n's clock turns out to be ahead.
 *
 * @throws VerifikFailure where the poll came no further than the one before; then nothing is changed, and the next one
 * does the same. `unordered` where the list cannot be followed. A poll that fails after it came further returns that.
 */
export async function poll(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	api: PollApi,
): Promise<PollResult> {
	await Promise.resolve([stored, options, api]);
	throw new Error('not built yet');
}
