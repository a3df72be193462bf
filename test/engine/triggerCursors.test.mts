// Hosts with durable cursors read the cursor of a poll before it begins, and store it after it has ended; polls that are
// due at once (after a restart, for one) may be given the same one.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { Poller } from '../support/poller.mts';

let sandbox: Sandbox;
let poller: Poller;
beforeEach(async () => {
	sandbox = await startSandbox({ now: Date.now() - 60_000 });
	const credential = { accessToken: sandbox.token, baseUrl: sandbox.url };
	poller = new Poller({ host: 'durable', credential });
	await poller.activate();
});
afterEach(async () => {
	jest.useRealTimers();
	await sandbox.close();
});

const add = () => sandbox.add(1, 'completed', new Date()).map((id) => `${id}:completed`);

test('two polls that are given the same cursor do not both start the workflow', async () => {
	const first = add();
	const empty = poller.stored;
	expect((await poller.tick(empty)).eventKeys).toEqual(first);
	expect((await poller.tick(empty)).eventKeys).toEqual([]);

	const second = add();
	const cursor = poller.stored;
	expect((await poller.tick(cursor)).eventKeys).toEqual(second);
	expect((await poller.tick(cursor)).eventKeys).toEqual([]);
	expect((await poller.tick(empty)).eventKeys).toEqual([]);

	const third = add();
	expect((await poller.tick()).eventKeys).toEqual(third);
});

test('what n8n did not store in a minute comes again', async () => {
	const keys = add();
	const cursor = poller.stored;
	expect((await poller.tick(cursor)).eventKeys).toEqual(keys);
	jest.useFakeTimers({ advanceTimers: true, now: Date.now() + 61_000 });
	expect((await poller.tick(cursor)).eventKeys).toEqual(keys);
});
