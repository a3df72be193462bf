// What starts a workflow, through the real n8n-core poll context against the sandbox: on both kinds of hosts, in every
// shape of records, whether List takes notice of `status` or not. Random schedules are in test/properties.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import {
	activePoller,
	add,
	drain,
	idsOf,
	NOTHING,
	openAccount,
	requestsOf,
} from '../support/accounts.mts';
import {
	DAY,
	HOUR,
	MINUTE,
	advanceClock,
	SECOND,
	startClock,
	stopClock,
} from '../support/clock.mts';
import type { HostMode } from '../support/poller.mts';
import { outcomeKeys } from '../support/outcomes.mts';
import { SHAPES } from '../support/shapes.mts';

beforeEach(startClock);
afterEach(stopClock);

const HOSTS: HostMode[] = ['default', 'durable'];
const FILTERS = ['working', 'ignored'] as const;
const VARIANTS = HOSTS.flatMap((host) =>
	SHAPES.flatMap((shape) => FILTERS.map((statusFilter) => ({ host, shape, statusFilter }))),
);

describe.each(VARIANTS)(
	'on a host that is $host, with $shape records and a status filter that is $statusFilter',
	({ host, shape, statusFilter }) => {
		const variant = { shape, statusFilter };

		test('an outcome after the activation starts the workflow once', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			expect(await poller.poll()).toEqual(NOTHING);
			const ids = [...add(sandbox, 3), ...add(sandbox, 3, 'failed')];
			expect((await poller.poll()).eventKeys.sort()).toEqual(outcomeKeys(sandbox, ids));
			expect(await poller.poll()).toEqual(NOTHING);
		});

		test('what was pending at the newest end at activation starts it when it is over', async () => {
			const sandbox = await openAccount(variant);
			const ids = add(sandbox, 5, 'processing');
			const poller = await activePoller(sandbox, { host });
			expect(await poller.poll()).toEqual(NOTHING);
			advanceClock(HOUR);
			ids.forEach((id) => sandbox.setStatus(id, 'completed'));
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		});

		test('a burst of 1,234 comes whole, the oldest first', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			advanceClock(MINUTE);
			const ids = add(sandbox, 1234);
			const { eventKeys, records } = await poller.poll();
			expect([...eventKeys].sort()).toEqual(outcomeKeys(sandbox, ids));
			const dates = records.map(({ createdAt }) => createdAt as string);
			expect(dates).toEqual([...dates].sort());
			expect(await poller.poll()).toEqual(NOTHING);
		});

		test('Maximum per Poll leaves the rest for the next polls, and skips nothing', async () => {
			const sandbox = await openAccount(variant);
			const parameters = { options: { maximumPerPoll: 50 } };
			const poller = await activePoller(sandbox, { host, parameters });
			const ids = add(sandbox, 20, 'processing');
			expect(await poller.poll()).toEqual(NOTHING);
			ids.forEach((id) => sandbox.setStatus(id, 'failed'));
			ids.push(...sandbox.add(120));
			advanceClock(5 * MINUTE);
			const { eventKeys } = await poller.poll();
			expect(eventKeys).toHaveLength(50);
			expect([...eventKeys, ...(await drain(poller))].sort()).toEqual(outcomeKeys(sandbox, ids));
		});

		test('Received is an event of its own, seen at once or before the outcome', async () => {
			const sandbox = await openAccount(variant);
			const events = ['received', 'passed', 'notPassed', 'notCarriedOut', 'noVerdict'];
			const poller = await activePoller(sandbox, { host, parameters: { events } });
			const [pending] = add(sandbox, 1, 'new') as [string];
			expect((await poller.poll()).eventKeys).toEqual([`${pending}:received`]);
			sandbox.setStatus(pending, 'processing');
			expect(await poller.poll()).toEqual(NOTHING);
			const [finished] = add(sandbox) as [string];
			sandbox.setStatus(pending, 'completed');
			advanceClock(MINUTE);
			expect(await drain(poller)).toEqual(
				[`${finished}:received`, ...outcomeKeys(sandbox, [pending, finished])].sort(),
			);
		});

		test('a workflow that is published while Verifik is down watches from that moment on', async () => {
			const sandbox = await openAccount(variant);
			await sandbox.goDown();
			const poller = await activePoller(sandbox, { host });
			const { error } = await poller.poll();
			expect(error?.message).toMatch(/^No server answers at 127\.0\.0\.1/);
			advanceClock(MINUTE);
			const ids = add(sandbox, 3);
			await sandbox.comeUp();
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		});

		test('Verifik was down at the first publication, then n8n was restarted: nothing is missed', async () => {
			const sandbox = await openAccount(variant);
			await sandbox.goDown();
			const poller = await activePoller(sandbox, { host });
			expect((await poller.poll()).error).toBeDefined();
			advanceClock(MINUTE);
			const ids = add(sandbox, 3);
			await poller.restart();
			await sandbox.comeUp();
			ids.push(...add(sandbox, 3, 'failed'));
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		});

		test('n8n that is restarted before the first poll, with or without Verifik, misses nothing', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			advanceClock(MINUTE);
			const ids = add(sandbox, 4);
			await sandbox.goDown();
			await poller.restart();
			await sandbox.comeUp();
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		});

		test('a restart with a stale state costs requests, never events, and brings none twice', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			const ids = add(sandbox, 2);
			expect((await poller.poll()).eventKeys.sort()).toEqual(outcomeKeys(sandbox, ids));
			for (let minute = 0; minute < 20; minute++) {
				advanceClock(MINUTE);
				expect(await poller.poll()).toEqual(NOTHING);
			}
			await poller.restart();
			const more = add(sandbox, 150);
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, more));
		});

		test('what happened while it was unpublished comes when it is published again', async () => {
			const sandbox = await openAccount({ ...variant, tokenLifetimeS: 100 * 86_400 });
			const poller = await activePoller(sandbox, { host });
			const ids: string[] = [];
			for (const awayMs of [0, DAY, 30 * DAY]) {
				advanceClock(awayMs);
				const came = add(sandbox, 130);
				expect(await poller.activate(host === 'durable' ? 'update' : 'activate')).toEqual(NOTHING);
				expect(await drain(poller)).toEqual(outcomeKeys(sandbox, came));
				ids.push(...came);
			}
			expect(new Set(ids).size).toBe(390);
		});

		test('a changed choice of events: what only the new one wants counts from the publication on', async () => {
			const sandbox = await openAccount(variant);
			const parameters: IDataObject = { events: ['notCarriedOut'] };
			const poller = await activePoller(sandbox, { host, parameters });
			const [early] = add(sandbox) as [string];
			const [failed] = add(sandbox, 1, 'failed') as [string];
			expect((await poller.poll()).eventKeys).toEqual(
				outcomeKeys(sandbox, [failed]).filter((key) => key.endsWith('notCarriedOut')),
			);
			advanceClock(2 * MINUTE);
			parameters.events = ['passed', 'notPassed', 'notCarriedOut', 'noVerdict'];
			await poller.activate(host === 'durable' ? 'update' : 'activate');
			advanceClock(SECOND * 2);
			const ids = add(sandbox, 3);
			const keys = await drain(poller);
			expect(keys).toEqual(outcomeKeys(sandbox, ids));
			expect(keys.some((key) => key.startsWith(early))).toBe(false);
		});

		test('another credential starts over, and so does a node that is added again under the name', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			for (const node of [
				{ credentials: { verifikApi: { id: '2', name: 'Other account' } } },
				{ id: 'another node' },
			]) {
				add(sandbox, 30);
				advanceClock(DAY);
				poller.setup.node = node;
				// With durable cursors the new node has a cursor of its own; on default hosts it finds the old state.
				await poller.activate();
				advanceClock(MINUTE);
				const ids = add(sandbox, 2);
				expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
			}
		});

		test('a poll that does not succeed changes nothing, and says why and how long to wait', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			const ids = add(sandbox, 5);
			const { stored } = poller;
			sandbox.faults.list = [{ kind: 'rateLimit', retryAfterS: 600 }];
			const { error, records } = await poller.poll();
			expect(records).toEqual([]);
			expect(error?.message).toBe('Verifik received too many requests from this account');
			expect(error?.httpCode).toBe('429');
			expect(error?.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 600_000 });
			expect(poller.stored).toBe(stored);
			sandbox.faults.list = [];
			expect(await drain(poller)).toEqual(outcomeKeys(sandbox, ids));
		});

		test('faults of all kinds on the way lose nothing and double nothing', async () => {
			const sandbox = await openAccount(variant);
			const poller = await activePoller(sandbox, { host });
			sandbox.faults.list = [
				{ kind: 'serverDown', rate: 0.1, retryAfterS: 0 },
				{ kind: 'rateLimit', rate: 0.1, retryAfterS: 0 },
				{ kind: 'truncated', rate: 0.05 },
				{ kind: 'reset', rate: 0.05 },
				{ kind: 'removeBetween', rate: 0.1 },
			];
			const ids: string[] = [];
			const delivered: string[] = [];
			for (let round = 0; round < 5; round++) {
				ids.push(...add(sandbox, 60));
				delivered.push(...(await poller.poll()).eventKeys);
				advanceClock(MINUTE);
			}
			sandbox.faults.list = [];
			delivered.push(...(await drain(poller)));
			expect(new Set(delivered).size).toBe(delivered.length);
			const due = outcomeKeys(sandbox, ids);
			expect(due.filter((key) => !delivered.includes(key))).toEqual([]);
			expect(due.length).toBeGreaterThan(250);
		});
	},
);

describe('records that cannot be followed stop nothing', () => {
	const findings: Array<[string, (id: string) => IDataObject | undefined]> = [
		['one record without a date', () => ({ createdAt: undefined })],
		['one record without an ID', () => ({ _id: undefined })],
		['one record with an unusual ID', () => ({ _id: '../users?x=1' })],
		['__proto__ as an ID', () => ({ _id: '__proto__' })],
		['an ID that is too long to be remembered', () => ({ _id: 'x'.repeat(1_000) })],
		['a record of a fifth status', () => ({ status: 'archived' })],
	];
	test.each(findings)('%s', async (_what, fieldsOf) => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox);
		const [odd] = add(sandbox) as [string];
		sandbox.alter(odd, fieldsOf(odd)!);
		const ids = add(sandbox, 3);
		const keys = await drain(poller);
		expect(keys.filter((key) => ids.some((id) => key.startsWith(id)))).toEqual(
			outcomeKeys(sandbox, ids),
		);
		advanceClock(MINUTE);
		expect(await requestsOf(sandbox, async () => await poller.poll())).toBe(1);
		expect(await poller.poll()).toEqual(NOTHING);
	});

	test.each([400, 403, 409, 410, 500])(
		'one validation whose Retrieve answers %i',
		async (status) => {
			const sandbox = await openAccount({ records: 400 });
			const followed = idsOf(sandbox, 'processing');
			const poller = await activePoller(sandbox);
			sandbox.faults.list = [{ kind: 'status', status, on: 'retrieve', times: 1 }];
			advanceClock(3 * HOUR);
			followed.forEach((id) => sandbox.setStatus(id, 'completed'));
			const ids = [...followed, ...add(sandbox, 3)];
			const first = await poller.poll();
			expect(first.error).toBeUndefined();
			const keys = [...first.eventKeys];
			for (let hour = 0; hour < 4; hour++) {
				advanceClock(HOUR + MINUTE);
				keys.push(...(await drain(poller)));
			}
			expect(keys.sort()).toEqual(outcomeKeys(sandbox, ids));
		},
	);
});
