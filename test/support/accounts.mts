// A sandbox and a trigger on it, for the engine tests of the trigger.
import { expect } from '@jest/globals';
import type { Status } from '../../sandbox/records.mts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { MINUTE } from './clock.mts';
import { Poller, type Polled, type PollSetup } from './poller.mts';
import { credentialOf, openSandbox } from './sandboxes.mts';

/** No test leaves so much. */
const MAX_POLLS = 100;

/** An account whose newest generated validation is five minutes old, for one test. */
export async function openAccount(options: SandboxOptions = {}): Promise<Sandbox> {
	return await openSandbox({ now: Date.now() - 5 * MINUTE, ...options });
}

export function pollerOf(sandbox: Sandbox, setup: Partial<PollSetup> = {}): Poller {
	return new Poller({
		host: 'default',
		credential: credentialOf(sandbox),
		...setup,
	});
}

/** A trigger whose workflow has been published. */
export async function activePoller(
	sandbox: Sandbox,
	setup: Partial<PollSetup> = {},
): Promise<Poller> {
	const poller = pollerOf(sandbox, setup);
	expect((await poller.activate()).error).toBeUndefined();
	return poller;
}

/** New validations, created now; gives their ids. */
export function add(sandbox: Sandbox, count = 1, status: Status = 'completed'): string[] {
	return sandbox.add(count, status, new Date());
}

export function idsOf(sandbox: Sandbox, status: Status): string[] {
	return [...sandbox.records({ status })].map(({ _id }) => _id as string);
}

/** Polls until nothing more comes; gives the event keys, sorted. */
export async function drain(poller: Poller): Promise<string[]> {
	const all: string[] = [];
	for (let poll = 0; poll < MAX_POLLS; poll++) {
		const { eventKeys, error } = await poller.poll();
		expect(error).toBeUndefined();
		if (eventKeys.length === 0) return all.sort();
		all.push(...eventKeys);
	}
	throw new Error(`After ${MAX_POLLS} polls there was still more.`);
}

/** What a poll gives that has nothing to hand on. */
export const NOTHING: Polled = { items: [], records: [], eventKeys: [] };

/** The requests of a piece of work. */
export async function requestsOf(sandbox: Sandbox, work: () => Promise<unknown>): Promise<number> {
	const before = sandbox.requests.length;
	await work();
	return sandbox.requests.length - before;
}
