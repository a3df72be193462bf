// The trigger through the real n8n-core poll context against the sandbox, on both kinds of hosts. Random schedules are
// in test/properties/pollState; here is what a user does, and what only real requests show.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.mts';
import type { Status } from '../../sandbox/records.mts';
import { Poller, type PollSetup } from '../support/poller.mts';

const open = new Set<Sandbox>();
afterEach(async () => {
	await Promise.all([...open].map(async (sandbox) => await sandbox.close()));
	open.clear();
});

const MINUTE = 60_000;

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({ now: Date.now() - 5 * MINUTE, ...options });
	open.add(sandbox);
	return sandbox;
}

const pollerOf = (sandbox: Sandbox, setup: Partial<PollSetup> = {}) =>
	new Poller({
		host: 'default',
		credential: { accessToken: sandbox.token, baseUrl: sandbox.url },
		...setup,
	});

async function active(sandbox: Sandbox, setup: Partial<PollSetup> = {}): Promise<Poller> {
	const poller = pollerOf(sandbox, setup);
	expect((await poller.activate()).error).toBeUndefined();
	return poller;
}

const add = (sandbox: Sandbox, count = 1, status: Status = 'completed') =>
	sandbox.add(count, status, new Date());
const keys = (ids: string[], status: Status = 'completed') => ids.map((id) => `${id}:${status}`);
const idsOf = (sandbox: Sandbox, status: Status) =>
	[...sandbox.records({ status })].map(({ _id }) => _id as string);

/** Polls until nothing more comes. */
async function drain(poller: Poller): Promise<string[]> {
	const all: string[] = [];
	for (;;) {
		const { eventKeys, error } = await poller.tick();
		expect(error).toBeUndefined();
		if (eventKeys.length === 0) return all;
		all.push(...eventKeys);
	}
}

describe.each(['default', 'durable'] as const)('on a host that is %s', (host) => {
	test('what is completed after the activation starts the workflow once', async () => {
		const sandbox = await start();
		const poller = await active(sandbox, { host });
		expect((await poller.tick()).eventKeys).toEqual([]);
		const [id] = add(sandbox);
		expect((await poller.tick()).eventKeys).toEqual([`${id}:completed`]);
		expect((await poller.tick()).eventKeys).toEqual([]);
	});

	test('what was pending at the activation starts it when it is over, however deep in the list', async () => {
		const sandbox = await start({ records: 2000 });
		const poller = await active(sandbox, { host });
		const deep = idsOf(sandbox, 'processing').at(-1)!;
		sandbox.setStatus(deep, 'failed');
		expect((await poller.tick()).eventKeys).toEqual([`${deep}:failed`]);
		expect((await poller.tick()).eventKeys).toEqual([]);
	});

	test('a burst of 1,234 comes whole, the oldest first', async () => {
		const sandbox = await start();
		const poller = await active(sandbox, { host });
		const ids = add(sandbox, 1234);
		const { eventKeys, records } = await poller.tick();
		expect([...eventKeys].sort()).toEqual(keys(ids).sort());
		const dates = records.map(({ createdAt }) => createdAt as string);
		expect(dates).toEqual([...dates].sort());
		expect((await poller.tick()).eventKeys).toEqual([]);
	});

	test('Maximum per Poll leaves the rest for the next polls, in order and complete', async () => {
		const sandbox = await start();
		const parameters = { options: { maximumPerPoll: 50 } };
		const poller = await active(sandbox, { host, parameters });
		const late = idsOf(sandbox, 'new');
		late.forEach((id) => sandbox.setStatus(id, 'completed'));
		const ids = sandbox.add(120);
		const first = await poller.tick();
		expect(first.eventKeys).toHaveLength(50);
		const all = [...first.eventKeys, ...(await drain(poller))];
		expect([...all].sort()).toEqual(keys([...late, ...ids]).sort());
		expect(all.filter((key) => ids.some((id) => key.startsWith(id)))).toEqual(keys(ids));
	});

	test('a workflow that is published while Verifik is down starts to watch at that moment', async () => {
		const sandbox = await start();
		await sandbox.goDown();
		const poller = pollerOf(sandbox, { host });
		expect(await poller.activate()).toEqual({ records: [], eventKeys: [] });
		const { error } = await poller.tick();
		expect(error?.message).toMatch(/^Nothing answers at 127\.0\.0\.1/);
		await sandbox.comeUp();
		const ids = add(sandbox, 3);
		expect((await drain(poller)).sort()).toEqual(keys(ids).sort());
	});

	test('n8n that is restarted, with Verifik down when it comes up, goes on where it was', async () => {
		const sandbox = await start();
		const poller = await active(sandbox, { host });
		const before = add(sandbox, 2);
		expect((await poller.tick()).eventKeys).toHaveLength(before.length);
		const ids = add(sandbox, 500);
		await sandbox.goDown();
		if (host === 'default') expect((await poller.activate('init')).error).toBeUndefined();
		await sandbox.comeUp();
		expect((await drain(poller)).sort()).toEqual(keys(ids).sort());
	});

	test('what happened while it was deactivated comes when it is published again', async () => {
		const sandbox = await start();
		const poller = await active(sandbox, { host });
		const [first] = add(sandbox);
		expect((await poller.tick()).eventKeys).toEqual([`${first}:completed`]);
		const ids = add(sandbox, 130);
		expect(await poller.activate()).toEqual({ records: [], eventKeys: [] });
		expect((await drain(poller)).sort()).toEqual(keys(ids).sort());
	});

	test('a status that is chosen later begins when the workflow is published with it', async () => {
		const sandbox = await start();
		const parameters: IDataObject = { statuses: ['completed'] };
		const poller = await active(sandbox, { host, parameters });
		add(sandbox, 1, 'failed');
		const [completed] = add(sandbox);
		expect((await poller.tick()).eventKeys).toEqual([`${completed}:completed`]);
		parameters.statuses = ['completed', 'failed'];
		const meanwhile = add(sandbox);
		await poller.activate();
		const failed = add(sandbox, 2, 'failed');
		expect((await poller.tick()).eventKeys.sort()).toEqual(
			[...keys(meanwhile), ...keys(failed, 'failed')].sort(),
		);
	});

	test('New and Processing start it too, once each', async () => {
		const sandbox = await start();
		const parameters = { statuses: ['new', 'processing', 'completed', 'failed'] };
		const poller = await active(sandbox, { host, parameters });
		const [id] = add(sandbox, 1, 'new') as [string];
		for (const status of ['new', 'processing', 'completed'] as const) {
			sandbox.setStatus(id, status);
			expect((await poller.tick()).eventKeys).toEqual([`${id}:${status}`]);
			expect((await poller.tick()).eventKeys).toEqual([]);
		}
	});

	test('a poll that did not work out changes nothing, and says why and how long to wait', async () => {
		const sandbox = await start();
		const poller = await active(sandbox, { host });
		const ids = add(sandbox, 150);
		const { stored } = poller;
		sandbox.faults.list = [{ kind: 'rateLimit', retryAfterS: 600, page: 2 }];
		const { error, records } = await poller.tick();
		expect(records).toEqual([]);
		expect(error?.message).toBe('Verifik receives more requests from this account than it allows');
		expect(error?.httpCode).toBe('429');
		expect(error?.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 600_000 });
		expect(poller.stored).toBe(stored);
		sandbox.faults.list = [];
		expect((await drain(poller)).sort()).toEqual(keys(ids).sort());
	});

	test('faults of all kinds on the way lose nothing and double nothing', async () => {
		const sandbox = await start();
		const poller = await active(sandbox, { host });
		sandbox.faults.list = [
			{ kind: 'serverDown', rate: 0.1 },
			{ kind: 'rateLimit', rate: 0.1, retryAfterS: 0 },
			{ kind: 'truncated', rate: 0.1 },
			{ kind: 'reset', rate: 0.1 },
			{ kind: 'replaceBetween', rate: 0.2 },
			{ kind: 'finishBetween', rate: 0.2 },
		];
		const delivered: string[] = [];
		for (let round = 0; round < 8; round++) {
			add(sandbox, 60);
			delivered.push(...(await poller.tick()).eventKeys);
		}
		sandbox.faults.list = [];
		const before = new Set(delivered);
		delivered.push(...(await drain(poller)));
		expect(new Set(delivered).size).toBe(delivered.length);
		expect(before.size).toBeGreaterThan(0);
		const since = Date.now() - MINUTE / 2;
		const had = [...sandbox.records({ status: 'completed' })]
			.filter(({ createdAt }) => Date.parse(createdAt as string) > since)
			.map(({ _id }) => `${_id}:completed`);
		expect(had.length).toBeGreaterThan(300);
		expect(had.filter((key) => !delivered.includes(key))).toEqual([]);
	});
});

describe('what a user has to mend is told when the workflow is published', () => {
	test.each([
		['a token that is not accepted', { accessToken: 'unknown' }, /did not accept the access token/],
		['no token', { accessToken: '' }, /holds no access token/],
		['a Base URL that is none', { baseUrl: 'verifik' }, /is not a web address/],
	])('%s', async (_what, credential, message) => {
		const sandbox = await start();
		const poller = pollerOf(sandbox);
		Object.assign(poller.setup.credential, credential);
		expect((await poller.activate()).error?.message).toMatch(message);
		expect(poller.stored).toBe('{}');
	});

	test('also where it has been active before', async () => {
		const sandbox = await start();
		const poller = await active(sandbox);
		poller.setup.credential.accessToken = 'unknown';
		expect((await poller.activate()).error?.message).toBe(
			'Verifik did not accept the access token',
		);
	});

	test('a state of another version is refused, with the way to reset it', async () => {
		const sandbox = await start();
		const poller = await active(sandbox);
		const { state } = JSON.parse(poller.stored) as { state: IDataObject };
		for (const strange of [{ state: { ...state, version: 2 } }, { state: 'x' }, { other: true }]) {
			poller.stored = JSON.stringify(strange);
			const { error } = await poller.activate();
			expect(error?.message).toBe('What the trigger remembered of earlier polls cannot be read');
			expect(error?.description).toContain('delete the trigger from the workflow, add it again');
			expect(poller.stored).toBe(JSON.stringify(strange));
		}
	});

	test.each<[IDataObject, RegExp]>([
		[{ statuses: [] }, /^Statuses must be any of: /],
		[{ statuses: ['done'] }, /^Statuses is \["done"\]/],
		[{ options: { maximumPerPoll: 0 } }, /^Maximum per Poll is 0/],
		[{ options: { minimumRiskScore: 'high' } }, /^Minimum Risk Score is "high"/],
		[{ options: { onlyFailedChecks: true, checks: [] } }, /^Checks is \[\]/],
	])('a parameter that cannot be used: %j', async (parameters, message) => {
		const sandbox = await start();
		const { error } = await pollerOf(sandbox, { parameters }).activate();
		expect(error?.message).toMatch(message);
		expect(sandbox.requests).toEqual([]);
	});
});

test('a server that takes no notice of the status is not scanned, but told', async () => {
	const sandbox = await start();
	const poller = await active(sandbox);
	sandbox.faults.list = [{ kind: 'ignoreStatus' }];
	const { error } = await poller.tick();
	expect(error?.message).toBe('Verifik gave validations of other statuses than the one asked for');
	expect(sandbox.requests.length).toBeLessThan(8);
});

test('two polls at a time: the second gives nothing, and asks for nothing', async () => {
	const sandbox = await start();
	const poller = await active(sandbox);
	const [id] = add(sandbox);
	sandbox.settings.latencyMs = 50;
	const before = sandbox.requests.length;
	const polls = await Promise.all([poller.tick(), poller.tick()]);
	expect(polls.map(({ eventKeys }) => eventKeys)).toEqual([[`${id}:completed`], []]);
	expect(sandbox.requests.length).toBe(before + 4);
});

test('a poll that runs out of time hands on what is complete, and the next one the rest', async () => {
	const sandbox = await start();
	const poller = await active(sandbox, { budgetMs: 2_000 });
	const [id] = add(sandbox);
	const [failed] = add(sandbox, 1, 'failed');
	// the lists are asked for in this order: New, Processing, Completed, Failed
	let lists = 0;
	sandbox.faults.draw = () => (++lists === 4 ? [{ kind: 'hang' }] : []);
	const cut = await poller.tick();
	expect(cut).toEqual({ records: cut.records, eventKeys: [`${id}:completed`] });
	expect((await poller.tick()).eventKeys).toEqual([`${failed}:failed`]);
});

describe('the item', () => {
	test('is simplified, with the key of the event', async () => {
		const sandbox = await start();
		const poller = await active(sandbox);
		const [id] = add(sandbox);
		const [item] = (await poller.tick()).records;
		expect(Object.keys(item!)).toEqual([
			...['id', 'status', 'verdict', 'failedChecks', 'riskScore', 'confidence', 'client'],
			...['appRegistration', 'imageUrl', 'createdAt', 'eventKey'],
		]);
		expect(item).toMatchObject({ id, status: 'completed', eventKey: `${id}:completed` });
	});

	test('is the record as it came where Simplify is off, of either shape', async () => {
		for (const shape of ['nested', 'flat'] as const) {
			const sandbox = await start({ shape });
			const poller = await active(sandbox, { parameters: { output: 'raw' } });
			const [id] = add(sandbox);
			const [item] = (await poller.tick()).records;
			const [record] = sandbox.records({ status: 'completed' });
			expect(item).toEqual({ ...record, eventKey: `${id}:completed` });
		}
	});

	test('holds the related records also where it was deep in the list', async () => {
		const sandbox = await start({ records: 2000 });
		const parameters = { populate: ['appRegistration'] };
		const poller = await active(sandbox, { parameters });
		const deep = idsOf(sandbox, 'processing').at(-1)!;
		sandbox.setStatus(deep, 'completed');
		const [item] = (await poller.tick()).records;
		expect(item).toMatchObject({ id: deep, appRegistration: { email: expect.any(String) } });
	});

	test('of the flat shape is found deep in the list, too, and its key says where', async () => {
		const sandbox = await start({ records: 2000, shape: 'flat' });
		const poller = await active(sandbox);
		const deep = idsOf(sandbox, 'processing').at(-1)!;
		sandbox.setStatus(deep, 'failed');
		expect(await drain(poller)).toEqual([`${deep}:failed`]);
	});
});

describe('options', () => {
	test.each<[IDataObject, (record: IDataObject) => boolean]>([
		[{ onlyFailedChecks: true }, ({ failedChecks }) => (failedChecks as string[]).length > 0],
		[
			{ onlyFailedChecks: true, checks: ['printedCopy'] },
			({ failedChecks }) => (failedChecks as string[]).includes('printedCopy'),
		],
		[{ minimumRiskScore: 0.5 }, ({ riskScore }) => (riskScore as number) >= 0.5],
		[{ minimumRiskScore: '0.8' }, ({ riskScore }) => (riskScore as number) >= 0.8],
	])('%j', async (options, isWanted) => {
		const sandbox = await start();
		const [all, some] = [await active(sandbox), await active(sandbox, { parameters: { options } })];
		add(sandbox, 300);
		add(sandbox, 5, 'failed');
		const { records } = await all.tick();
		expect(records).toHaveLength(305);
		const wanted = records.filter((record) => record.failedChecks !== null && isWanted(record));
		expect(wanted.length).toBeGreaterThan(0);
		expect((await some.tick()).records).toEqual(wanted);
	});
});

describe('Fetch Test Event', () => {
	test('shows the newest validation that fits, and leaves the state alone', async () => {
		const sandbox = await start({ records: 1000 });
		const poller = await active(sandbox, { parameters: { options: { onlyFailedChecks: true } } });
		const { stored } = poller;
		const ids = add(sandbox, 30);
		const { records } = await poller.test();
		expect(records).toHaveLength(1);
		expect(records[0]).toMatchObject({ verdict: 'notPassed' });
		expect(poller.stored).toBe(stored);
		const came = await drain(poller);
		expect(came.every((key) => ids.some((id) => key.startsWith(id)))).toBe(true);
	});

	test('works before the workflow was ever published, oldest first as well', async () => {
		for (const order of ['newest', 'oldest'] as const) {
			const sandbox = await start({ records: 1000, order });
			const [id] = sandbox.add(1);
			expect((await pollerOf(sandbox).test()).eventKeys).toEqual([`${id}:completed`]);
		}
	});

	test('says what to do where there is none', async () => {
		const sandbox = await start({ records: 0 });
		const { error } = await pollerOf(sandbox).test();
		expect(error?.message).toBe('There is no validation to show as a test event');
	});
});

describe('cost', () => {
	test.each(['newest', 'oldest'] as const)(
		'a quiet poll takes 4 requests on an account of a million records, %s first',
		async (order) => {
			const sandbox = await start({ records: 1_000_000, order, now: Date.now() - 30 * MINUTE });
			// of the generated records, 100,000 are pending; a hundred are plenty
			for (const status of ['new', 'processing'] as const) {
				for (const id of idsOf(sandbox, status).slice(50)) sandbox.setStatus(id, 'completed');
			}
			const poller = await active(sandbox);
			for (let poll = 0; poll < 3; poll++) {
				const before = sandbox.requests.length;
				expect((await poller.tick()).eventKeys).toEqual([]);
				expect(sandbox.requests.length - before).toBeLessThanOrEqual(4);
			}
			const [id] = add(sandbox);
			expect((await poller.tick()).eventKeys).toEqual([`${id}:completed`]);
		},
	);
});
