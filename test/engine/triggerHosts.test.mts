// What n8n's hosts do around a poll: activation or regular poll, polls that overlap or are due together, time that runs out, two
// processes, states of other versions. Through the real n8n-core poll context against the sandbox.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { IDataObject, WorkflowActivateMode } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox/server.mts';
import {
	activePoller,
	add,
	drain,
	NOTHING,
	openAccount,
	pollerOf,
	requestsOf,
} from '../support/accounts.mts';
import {
	DAY,
	HOUR,
	MINUTE,
	advanceClock,
	SECOND,
	setClock,
	startClock,
	stopClock,
} from '../support/clock.mts';
import type { HostMode, Poller } from '../support/poller.mts';
import { outcomeKeys } from '../support/outcomes.mts';
import { until } from '../support/until.mts';

beforeEach(startClock);
afterEach(stopClock);

const HOSTS: HostMode[] = ['default', 'durable'];
const MODES: WorkflowActivateMode[] = ['activate', 'init', 'update', 'leadershipChange'];

describe.each(HOSTS)('on a host that is %s', (host) => {
	test.each(MODES)(
		'an activation is one in whatever mode n8n makes it: with Verifik down it does not fail (%s)',
		async (mode) => {
			// If the trigger took it for a regular poll, n8n removed it after five tries but showed the workflow as active.
			const sandbox = await openAccount();
			const poller = await activePoller(sandbox, { host });
			const early = add(sandbox, 2);
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, early));
			await sandbox.goDown();
			expect(await poller.activate(mode)).toEqual(NOTHING);
			advanceClock(MINUTE);
			const ids = add(sandbox, 2);
			await sandbox.comeUp();
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		},
	);

	test('published anew with another choice while Verifik is down: the choice counts from then on', async () => {
		const sandbox = await openAccount({ shape: 'live' });
		const parameters: IDataObject = { events: ['notCarriedOut'] };
		const poller = await activePoller(sandbox, { host, parameters });
		const [before] = add(sandbox) as [string];
		expect(await poller.poll()).toEqual(NOTHING);
		advanceClock(2 * MINUTE);
		await sandbox.goDown();
		parameters.events = ['passed', 'notPassed'];
		expect(await poller.activate('update')).toEqual(NOTHING);
		advanceClock(2 * MINUTE);
		const ids = add(sandbox, 4);
		advanceClock(DAY);
		await sandbox.comeUp();
		const keys = await drain(poller);
		expect(keys).toEqual(outcomeKeys(sandbox, ids));
		expect(keys.join()).not.toContain(before);
	});

	test('what another step of the workflow wrote in place of a state is no state', async () => {
		// a step that clears all of the workflow's static data
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host });
		const ids = add(sandbox, 2);
		const data = JSON.parse(poller.staticData) as { global: IDataObject };
		expect(Object.keys(data.global)).toHaveLength(1);
		for (const key of Object.keys(data.global)) data.global[key] = null;
		poller.staticData = JSON.stringify(data);
		if (host === 'default') await poller.restart();
		expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
	});

	test('a filter that is taken away does not bring what it kept back', async () => {
		// an old state came back, and 2,916 old validations with it
		const sandbox = await openAccount({ shape: 'live' });
		const parameters: IDataObject = { options: { failedChecks: ['printedCopy'] } };
		const poller = await activePoller(sandbox, { host, parameters });
		for (let hour = 0; hour < 5; hour++) {
			add(sandbox, 100);
			await poller.poll();
			advanceClock(60 * MINUTE);
		}
		parameters.options = {};
		await poller.activate('update');
		advanceClock(SECOND);
		const ids = add(sandbox, 2);
		expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
	});

	test('a poll that overlaps another gives nothing, and asks for nothing', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host });
		const ids = add(sandbox);
		sandbox.settings.latencyMs = 50;
		const polls = await Promise.all([poller.poll(), poller.poll()]);
		expect(polls.flatMap(({ eventKeys }) => eventKeys)).toEqual(outcomeKeys(sandbox, ids));
		expect(polls[1]).toEqual(NOTHING);
	});

	test.each([
		['', 0],
		[", also when n8n's clock is set back an hour meanwhile", -HOUR],
		[", also when n8n's clock is set forward an hour meanwhile", HOUR],
	])(
		'a poll that hangs blocks the trigger for its own time only, and what it gives later is not used%s',
		async (_what, setByMs) => {
			const sandbox = await openAccount();
			const poller = await activePoller(sandbox, { host });
			const ids = add(sandbox);
			const hanging = await hangingPoll(poller, sandbox);
			setClock(setByMs);
			expect(await poller.poll()).toEqual(NOTHING);
			advanceClock(host === 'default' ? 5 * MINUTE : 36 * SECOND);
			const next = await poller.poll();
			expect(next.eventKeys).toEqual(outcomeKeys(sandbox, ids));
			expect(await hanging.end()).toMatchObject({ items: [] });
			expect(await poller.poll()).toEqual(NOTHING);
		},
	);

	test('a workflow that is published again does not wait for a poll that hangs', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host });
		const hanging = await hangingPoll(poller, sandbox);
		expect(await poller.activate('update')).toEqual(NOTHING);
		const ids = add(sandbox);
		expect((await poller.poll()).eventKeys).toEqual(outcomeKeys(sandbox, ids));
		expect(await hanging.end()).toMatchObject({ items: [] });
	});

	test('a workflow that is published again polls at once, however many polls gave nothing before', async () => {
		// on default hosts the stored state is older than those polls, which makes it no overtaken one
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host });
		for (let poll = 0; poll < 3; poll++) expect(await poller.poll()).toEqual(NOTHING);
		expect(await poller.activate('update')).toEqual(NOTHING);
		const ids = add(sandbox);
		expect((await poller.poll()).eventKeys).toEqual(outcomeKeys(sandbox, ids));
	});

	test('a backlog larger than the time of one poll makes progress with every poll, and comes whole', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host, budgetMs: 3_000 });
		const ids = add(sandbox, 3000);
		advanceClock(DAY);
		sandbox.settings.latencyMs = 100;
		const keys: string[] = [];
		let polls = 0;
		while (keys.length < ids.length) {
			const { eventKeys, error } = await poller.poll();
			expect(error).toBeUndefined();
			expect(eventKeys.length).toBeGreaterThan(0);
			keys.push(...eventKeys);
			polls++;
		}
		expect(keys.sort()).toEqual(outcomeKeys(sandbox, ids));
		expect(polls).toBeGreaterThan(1);
	});

	test('Fetch Test Event reads no state and keeps none', async () => {
		const sandbox = await openAccount({ records: 1000 });
		const poller = await activePoller(sandbox, { host });
		const ids = add(sandbox, 30);
		const { stored, staticData } = poller;
		const { eventKeys } = await poller.test();
		expect(eventKeys).toHaveLength(1);
		expect(outcomeKeys(sandbox, ids)).toContain(eventKeys[0]);
		expect([poller.stored, poller.staticData]).toEqual([stored, staticData]);
		expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
	});

	test('a state of another version is refused, with the way to reset it', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host });
		await poller.poll();
		add(sandbox);
		await poller.poll();
		const { state } = JSON.parse(poller.stored) as { state: IDataObject };
		for (const strange of [{ state: { ...state, version: 1 } }, { state: 'x' }, { other: true }]) {
			poller.stored = JSON.stringify({ pollCount: 9, ...strange });
			const kept = poller.stored;
			for (const { error } of [await poller.activate(), await poller.poll()]) {
				expect(error?.message).toBe('The trigger cannot read what it saved in earlier polls');
				expect(error?.description).toContain('delete the trigger from the workflow, add it again');
			}
			expect(poller.stored).toBe(kept);
		}
	});

	test('the state holds no record, no name and no token', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, {
			host,
			parameters: { populate: ['appRegistration', 'client'] },
		});
		add(sandbox, 20);
		await poller.poll();
		expect(`${poller.stored}${poller.staticData}`).not.toMatch(/@|http|Ficticia|eyJ/);
	});
});

describe('with durable cursors', () => {
	const durable = { host: 'durable' } as const;

	test.each([2_500, 299_999, 300_001])(
		'a poll that is given %d ms is none at publication: it starts the workflow',
		async (budgetMs) => {
			const sandbox = await openAccount();
			const poller = await activePoller(sandbox, { ...durable, budgetMs });
			const ids = add(sandbox);
			expect((await poller.poll()).eventKeys).toEqual(outcomeKeys(sandbox, ids));
		},
	);

	test.each([false, true])(
		'a poll before n8n has stored the activation goes on from it (Verifik down then: %s)',
		async (isDown) => {
			const sandbox = await openAccount();
			const poller = pollerOf(sandbox, durable);
			if (isDown) await sandbox.goDown();
			await poller.activate();
			if (isDown) await sandbox.comeUp();
			// n8n stores it once all nodes of the workflow are registered, and polls before
			poller.staticData = '{}';
			const ids = add(sandbox);
			expect((await poller.poll()).eventKeys).toEqual(outcomeKeys(sandbox, ids));
			expect(await poller.poll()).toEqual(NOTHING);
		},
	);

	test('polls that are due together with the same cursor do not both start the workflow', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, durable);
		const empty = poller.stored;
		const first = outcomeKeys(sandbox, add(sandbox));
		expect((await poller.poll(empty)).eventKeys).toEqual(first);
		expect(await poller.poll(empty)).toEqual(NOTHING);

		const cursor = poller.stored;
		const second = outcomeKeys(sandbox, add(sandbox));
		expect((await poller.poll(cursor)).eventKeys).toEqual(second);
		expect(await poller.poll(cursor)).toEqual(NOTHING);
		expect(await poller.poll(empty)).toEqual(NOTHING);

		const third = outcomeKeys(sandbox, add(sandbox));
		expect((await poller.poll()).eventKeys).toEqual(third);
	});

	test.each([
		['', 0],
		[", also when n8n's clock is set back an hour meanwhile", -HOUR],
		[", and not before when n8n's clock is set forward an hour meanwhile", HOUR],
	])('what n8n did not store in a minute comes again%s', async (_what, setByMs) => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, durable);
		const keys = outcomeKeys(sandbox, add(sandbox));
		const cursor = poller.stored;
		expect((await poller.poll(cursor)).eventKeys).toEqual(keys);
		setClock(setByMs);
		expect(await poller.poll(cursor)).toEqual(NOTHING);
		advanceClock(61 * SECOND);
		expect((await poller.poll(cursor)).eventKeys).toEqual(keys);
	});

	test('two mains: what came between the activation in one and the first poll in the other comes', async () => {
		const sandbox = await openAccount();
		const pending = add(sandbox, 1, 'processing');
		const poller = await activePoller(sandbox, durable);
		expect(poller.stored).toBe('{}');
		sandbox.setStatus(pending[0]!, 'completed');
		const ids = [...pending, ...add(sandbox, 2)];
		await poller.restart();
		expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		// and the beginning is not gone back to
		await poller.restart();
		expect(await poller.poll()).toEqual(NOTHING);
		await poller.activate('update');
		expect(await drain(poller)).toEqual([]);
	});
});

describe('what a user has to correct is reported when the workflow is published', () => {
	test.each([
		['a token that is not accepted', { accessToken: 'unknown' }, /did not accept the access token/],
		['no token', { accessToken: '' }, /has no access token/],
		['a Base URL that is none', { baseUrl: 'verifik' }, /is not a web address/],
	])('%s', async (_what, credential, message) => {
		const sandbox = await openAccount();
		for (const host of HOSTS) {
			const poller = pollerOf(sandbox, { host });
			Object.assign(poller.setup.credential, credential);
			expect((await poller.activate()).error?.message).toMatch(message);
			expect([poller.stored, poller.staticData]).toEqual(['{}', '{}']);
		}
	});

	test('what a user has to correct is reported also if the workflow was active before', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox);
		poller.setup.credential.accessToken = 'unknown';
		expect((await poller.activate()).error?.message).toBe(
			'Verifik did not accept the access token',
		);
	});

	test.each<[IDataObject, RegExp]>([
		[{ events: [] }, /^Trigger On must be any of: received, passed/],
		[{ events: ['completed'] }, /^Trigger On must be .* \(it is \["completed"\]\)/],
		[{ output: 'table' }, /^Output must be one of/],
		[{ options: { maximumPerPoll: 0 } }, /^Maximum per Poll must be 1 or more/],
		[{ options: { failedChecks: ['glare'] } }, /^Failed Checks must be any of/],
	])('a parameter that cannot be used: %j', async (parameters, message) => {
		const sandbox = await openAccount();
		const { error } = await pollerOf(sandbox, { parameters }).activate();
		expect(error?.message).toMatch(message);
		expect(sandbox.requests).toEqual([]);
	});
});

test('one server with a wrong clock, a day ahead in one poll, costs no event', async () => {
	for (const aheadMs of [DAY, 7_900 * 365 * DAY]) {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox);
		sandbox.settings.clockAheadMs = aheadMs;
		const [dated] = sandbox.add(1, 'completed', new Date(Date.now() + DAY)) as [string];
		await poller.poll();
		sandbox.settings.clockAheadMs = 0;
		sandbox.remove(dated);
		const keys: string[] = [];
		const ids: string[] = [];
		for (let hour = 0; hour < 3; hour++) {
			ids.push(...sandbox.add(1, 'completed'));
			keys.push(...(await poller.poll()).eventKeys);
			advanceClock(60 * MINUTE);
		}
		expect(keys.sort()).toEqual(outcomeKeys(sandbox, ids));
	}
});

describe.each(HOSTS)('one wrong answer in the middle, on a host that is %s', (host) => {
	const completed = (id: string, more: IDataObject = {}) => {
		const createdAt = new Date(Date.now() - SECOND).toISOString();
		return { _id: id, status: 'completed', isLive: true, createdAt, updatedAt: createdAt, ...more };
	};

	test.each<[string, (newest: IDataObject) => IDataObject]>([
		['the list of another account', () => completed('b'.repeat(24))],
		['only the newest validation of the list', (newest) => newest],
	])('loses no event: %s', async (_what, recordOf) => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host });
		expect(await poller.poll()).toEqual(NOTHING);
		const ids = add(sandbox, 2);
		advanceClock(HOUR);
		ids.push(...add(sandbox));
		const newest = [...sandbox.records()].find(({ _id }) => _id === ids.at(-1)) as IDataObject;
		const body = JSON.stringify({ data: [recordOf(newest)], pagination: { total: 1, pages: 1 } });
		sandbox.faults.list = [{ kind: 'notJson', on: 'list', times: 1, body }];
		const { error, eventKeys } = await poller.poll();
		expect(error).toBeUndefined();
		const keys = [...eventKeys, ...(await drain(poller))];
		expect(keys).toEqual(expect.arrayContaining(outcomeKeys(sandbox, ids)));
	});

	test.each<[string, () => IDataObject]>([
		['of another validation', () => completed('b'.repeat(24))],
		['of nothing', () => ({})],
	])('a record %s in place of one that is looked up gives it no result', async (_what, record) => {
		const sandbox = await openAccount({ records: 0, shape: 'nested', statusFilter: 'ignored' });
		const poller = await activePoller(sandbox, { host });
		const [pending] = add(sandbox, 1, 'processing') as [string];
		expect(await poller.poll()).toEqual(NOTHING);
		advanceClock(HOUR);
		add(sandbox, 150);
		const body = JSON.stringify({ data: record() });
		sandbox.faults.list = [{ kind: 'notJson', on: 'retrieve', times: 1, body }];
		const keys: string[] = [];
		const pollForHours = async () => {
			for (let hour = 0; hour < 3; hour++) {
				keys.push(...(await drain(poller)));
				advanceClock(HOUR);
			}
		};
		await pollForHours();
		sandbox.faults.list = [];
		sandbox.setStatus(pending, 'failed');
		await pollForHours();
		const own = keys.filter((key) => key.startsWith(pending));
		expect(own).toEqual(outcomeKeys(sandbox, [pending]));
	});

	test.each([
		['a day ago', -DAY],
		['of 1970', -56 * 365 * DAY],
	])(
		'with a Date %s, after a publication while Verifik was down, brings no older validation',
		async (_what, clockAheadMs) => {
			const sandbox = await openAccount({ records: 30 });
			await sandbox.goDown();
			const poller = await activePoller(sandbox, { host });
			await sandbox.comeUp();
			sandbox.settings.clockAheadMs = clockAheadMs;
			const { error, eventKeys } = await poller.poll();
			expect(error).toBeUndefined();
			sandbox.settings.clockAheadMs = 0;
			expect([...eventKeys, ...(await drain(poller))]).toEqual([]);
		},
	);

	test('with a Date of 1970, at a publication with another choice, brings nothing that the old one kept back', async () => {
		const sandbox = await openAccount({ shape: 'nested' });
		const parameters: IDataObject = { events: ['notCarriedOut'] };
		const poller = await activePoller(sandbox, { host, parameters });
		add(sandbox, 5);
		expect(await poller.poll()).toEqual(NOTHING);
		advanceClock(HOUR);
		parameters.events = ['passed', 'notPassed', 'noVerdict'];
		sandbox.settings.clockAheadMs = -56 * 365 * DAY;
		expect((await poller.activate('update')).error).toBeUndefined();
		sandbox.settings.clockAheadMs = 0;
		expect(await drain(poller)).toEqual([]);
	});
});

test.each(HOSTS)(
	"n8n's clock that is set back while a poll waits does not keep it beyond its time (%s)",
	async (host) => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { host, budgetMs: 2_000 });
		const ids = add(sandbox);
		sandbox.faults.list = [{ kind: 'rateLimit', retryAfterS: 1, times: 1 }];
		const polled = poller.poll();
		await until('a request is refused', () => sandbox.faults.applied.rateLimit === 1);
		setClock(-HOUR);
		// a gross bound: without an end, it would be an hour
		const isOver = await Promise.race([
			polled.then(() => true),
			setTimeout(6_000, false, { ref: false }),
		]);
		setClock(HOUR);
		const keys = [...(await polled).eventKeys, ...(await drain(poller))];
		expect(keys).toEqual(outcomeKeys(sandbox, ids));
		expect(isOver).toBe(true);
	},
	20_000,
);

test.each(HOSTS)(
	"n8n's clock that is set forward while a poll waits takes nothing of its time (%s)",
	async (host) => {
		const sandbox = await openAccount();
		const parameters: IDataObject = { options: { downloadImage: true } };
		const poller = await activePoller(sandbox, { host, parameters });
		const ids = add(sandbox);
		sandbox.faults.list = [{ kind: 'rateLimit', retryAfterS: 1, times: 1 }];
		const polled = poller.poll();
		await until('a request is refused', () => sandbox.faults.applied.rateLimit === 1);
		setClock(HOUR);
		const { error, eventKeys, items } = await polled;
		expect(error).toBeUndefined();
		expect(eventKeys).toEqual(outcomeKeys(sandbox, ids));
		expect(items).toMatchObject([{ binary: { data: expect.any(Object) } }]);
	},
);

test('a server whose answer to List is in no order is reported, and nothing is handed on', async () => {
	const sandbox = await openAccount({ records: 3000 });
	const requests = await requestsOf(sandbox, async () => {
		for (const record of sandbox.records()) {
			const hash = Number.parseInt((record._id as string).slice(8, 14), 16);
			const date = new Date(Date.now() - (hash % 1000) * DAY).toISOString();
			sandbox.alter(record._id as string, { createdAt: date, updatedAt: date });
		}
		const poller = await activePoller(sandbox);
		const { error } = await poller.poll();
		expect(error?.message).toBe('The list has no clear order');
	});
	expect(requests).toBeLessThan(15);
});

/** The next request is not answered until `end`; then its connection is cut, and the client may ask again. */
async function hangingPoll(poller: Poller, sandbox: Sandbox) {
	sandbox.faults.list = [{ kind: 'hang', times: 1 }];
	const polled = poller.poll();
	await until('a request hangs', () => sandbox.faults.applied.hang === 1);
	return {
		async end() {
			await sandbox.goDown();
			await sandbox.comeUp();
			return await polled;
		},
	};
}
