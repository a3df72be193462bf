// The trigger through the real n8n-core poll context against the sandbox, on both kinds of hosts.
import { afterEach, describe, expect, test } from '@jest/globals';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.mts';
import { Poller, type PollSetup } from '../support/poller.mts';

const open = new Set<Sandbox>();
afterEach(async () => {
	await Promise.all([...open].map(async (sandbox) => await sandbox.close()));
	open.clear();
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({ now: Date.now() - 60_000, ...options });
	open.add(sandbox);
	return sandbox;
}

const pollerOf = (sandbox: Sandbox, setup: Partial<PollSetup> = {}) =>
	new Poller({
		host: 'default',
		credential: { accessToken: sandbox.token, baseUrl: sandbox.url },
		...setup,
	});
const add = (
	sandbox: Sandbox,
	count = 1,
	status: 'new' | 'processing' | 'completed' = 'completed',
) => sandbox.add(count, status, new Date());

describe.each(['default', 'durable'] as const)('on a %s host', (host) => {
	test('what is completed after activation starts the workflow once', async () => {
		const sandbox = await start();
		const poller = pollerOf(sandbox, { host });
		expect(await poller.activate()).toEqual({ records: [], eventKeys: [] });
		expect((await poller.tick()).eventKeys).toEqual([]);
		const [id] = add(sandbox);
		expect((await poller.tick()).eventKeys).toEqual([`${id}:completed`]);
		expect((await poller.tick()).eventKeys).toEqual([]);
	});

	test('what was pending at activation starts it when it is over, however deep in the list', async () => {
		const sandbox = await start({ records: 2000 });
		const poller = pollerOf(sandbox, { host });
		const pending = [...sandbox.records({ status: 'processing' })].at(-1)!._id as string;
		await poller.activate();
		sandbox.setStatus(pending, 'failed');
		const polled = await poller.tick();
		expect(polled.error).toBeUndefined();
		expect(polled.eventKeys).toEqual([`${pending}:failed`]);
		expect((await poller.tick()).eventKeys).toEqual([]);
	});
});
