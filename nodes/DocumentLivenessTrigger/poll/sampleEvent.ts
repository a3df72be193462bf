// The event that Fetch Test Event shows.
import type { PollApi, PollEvent, TriggerOptions } from './types';

/**
 * The newest validation that fits the chosen events and options, for a test. Knows no state, so it changes none.
 *
 * @throws VerifikFailure `noneToShow` where none of the newest 1,000 fits, and what the API throws
 */
export async function sampleEvent(options: TriggerOptions, api: PollApi): Promise<PollEvent> {
	await Promise.resolve([options, api]);
	throw new Error('not built yet');
}
