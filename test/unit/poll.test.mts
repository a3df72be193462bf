// Which events come of what happens: on both kinds of hosts, with another choice, by clocks that are wrong.
import { describe, expect, test } from '@jest/globals';

import { DAY, HOUR, MINUTE, SECOND, down } from '../support/simulatedAccount.mts';
import { SimulatedTrigger, USUAL_OPTIONS, type HostKind } from '../support/simulatedTrigger.mts';
import { createMany, pollToEnd, watching } from '../support/watching.mts';

const HOSTS: HostKind[] = ['default', 'durable'];

describe.each(HOSTS)('on a host that is %s', (host) => {
	test('nothing from before the activation comes, and everything after it', async () => {
		const trigger = await watching(200, {}, {}, host);
		trigger.account.create('pending', { ageMs: DAY });
		expect(await trigger.pollLater()).toEqual([]);
		const keys = createMany(trigger, 2);
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test('a restart with a stale state costs no events and doubles none', async () => {
		const trigger = await watching(200, {}, {}, host);
		const first = createMany(trigger, 5);
		expect(await trigger.pollLater()).toEqual(first);
		for (let n = 0; n < 30; n++) await trigger.pollLater();
		const second = createMany(trigger, 5);
		await trigger.activate();
		expect(await trigger.pollLater()).toEqual(second);
		expect(await trigger.pollLater()).toEqual([]);
	});

	test('after a month without polls comes what happened in the month', async () => {
		const trigger = await watching(200, {}, {}, host);
		const keys = createMany(trigger, 1_000, 40 * MINUTE);
		await trigger.activate();
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test('removing a filter does not bring what it kept out', async () => {
		const events = ['notCarriedOut' as const];
		const trigger = await watching(50, {}, { events }, host);
		createMany(trigger, 300, 10 * MINUTE);
		expect(await pollToEnd(trigger)).toEqual([]);
		await trigger.activate();
		createMany(trigger, 30, MINUTE);
		trigger.account.nowMs += MINUTE;
		trigger.options = { ...trigger.options, events: USUAL_OPTIONS.events };
		await trigger.activate();
		trigger.account.nowMs += MINUTE;
		const keys = createMany(trigger, 4);
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test.each([-2 * MINUTE, 0, 30 * MINUTE])(
		'published while Verifik is down, with a clock %d ms ahead, it brings all that comes after',
		async (n8nAheadMs) => {
			const trigger = new SimulatedTrigger({ n8nAheadMs }, {}, host);
			for (let n = 50; n > 0; n--) trigger.account.create('passed', { ageMs: n * MINUTE });
			const pending = trigger.account.create('pending', { ageMs: 5 * DAY });
			trigger.account.nowMs += 5 * MINUTE;
			const api = trigger.account.api();
			await trigger.activate({ ...api, fetchPage: async () => await Promise.reject(down()) });
			trigger.account.nowMs += SECOND;
			const keys = createMany(trigger, 3);
			expect(await trigger.pollLater()).toEqual(keys);
			trigger.account.move('pending', 'notPassed', 0);
			trigger.account.nowMs += HOUR;
			expect(await trigger.pollLater()).toEqual([`${pending}:notPassed`]);
		},
	);
});

test.each(['account', 'nodeId'] as const)(
	'with another %s the trigger starts over',
	async (what) => {
		// Where n8n's clock is behind, the last hour lies after the beginning.
		const trigger = await watching(20, { n8nAheadMs: -HOUR });
		createMany(trigger, 3);
		trigger.options = { ...trigger.options, [what]: 'another' };
		expect(await trigger.pollLater()).toEqual([]);
		const keys = createMany(trigger, 1);
		expect(await trigger.pollLater()).toEqual(keys);
	},
);

test('Did Not Pass can be narrowed to checks, and nothing else is', async () => {
	const trigger = await watching(5, {}, { failedChecks: ['printedCopy'] });
	trigger.account.create('notPassed');
	const id = trigger.account.create('passed');
	expect(await trigger.pollLater()).toEqual([`${id}:passed`]);
	trigger.options = { ...trigger.options, failedChecks: ['printedCopy', 'screenReplay'] };
	await trigger.activate();
	trigger.account.nowMs += SECOND;
	const failing = trigger.account.create('notPassed');
	expect(await trigger.pollLater()).toEqual([`${failing}:notPassed`]);
});

test('a validation of a status that is not documented has no verdict', async () => {
	const trigger = await watching(5);
	const id = trigger.account.create('noVerdict', { overrides: { status: 'archived' } });
	expect(await trigger.pollLater()).toEqual([`${id}:noVerdict`]);
	expect(await trigger.pollLater()).toEqual([]);
	expect(trigger.account.requests).toBe(1);
});

test('failed, then processing, then completed: both outcomes come, each once', async () => {
	const trigger = await watching(150);
	const id = trigger.account.create('notCarriedOut');
	expect(await trigger.pollLater()).toEqual([`${id}:notCarriedOut`]);
	trigger.account.move('notCarriedOut', 'pending', 0);
	expect(await trigger.pollLater()).toEqual([]);
	trigger.account.move('pending', 'passed', 0);
	expect(await trigger.pollLater()).toEqual([`${id}:passed`]);
	expect(await trigger.pollLater()).toEqual([]);
});

test('an event that Maximum per Poll deferred comes though its validation becomes pending again', async () => {
	const trigger = await watching(20, {}, { maximumPerPoll: 1, events: ['received', 'passed'] });
	const id = trigger.account.create('passed');
	expect(await trigger.pollLater()).toEqual([`${id}:received`]);
	expect(await trigger.pollLater()).toEqual([`${id}:passed`]);
	expect(await trigger.pollLater()).toEqual([]);
});

describe('clocks and records that are wrong', () => {
	test.each([DAY, 400 * DAY])(
		'a server and a record %d ms ahead in one poll keep nothing back afterwards',
		async (aheadMs) => {
			const trigger = await watching(150);
			const { account } = trigger;
			account.create('passed', { ageMs: -aheadMs });
			account.variant.dateAheadMs = aheadMs;
			expect(await trigger.pollLater()).toHaveLength(1);
			account.variant.dateAheadMs = 0;
			for (let n = 0; n < 3; n++) {
				const keys = createMany(trigger, 1);
				expect(await trigger.pollLater()).toEqual(keys);
			}
		},
	);

	test('a record of the year 9999 comes once, however often it is met', async () => {
		const trigger = await watching(150);
		const ageMs = trigger.account.nowMs - Date.UTC(9999, 11, 31);
		trigger.account.create('passed', { ageMs });
		expect(await trigger.pollLater()).toHaveLength(1);
		const keys = createMany(trigger, 200, MINUTE);
		expect(await trigger.pollLater()).toEqual(keys);
		expect(await trigger.pollLater()).toEqual([]);
	});

	test.each([-DAY, -HOUR, -5 * MINUTE, 5 * MINUTE, HOUR, DAY])(
		'with n8n, or Verifik, %d ms off nothing is missed and nothing old comes',
		async (offMs) => {
			for (const wrong of [{ n8nAheadMs: offMs }, { dateAheadMs: offMs }]) {
				const trigger = await watching(300, wrong);
				for (let n = 0; n < 3; n++) {
					const keys = createMany(trigger, 120, SECOND);
					expect(await trigger.pollLater()).toEqual(keys);
				}
				expect(await trigger.pollLater()).toEqual([]);
			}
		},
	);

	test('with records dated half an hour back what is new comes from half an hour on', async () => {
		const offMs = 30 * MINUTE;
		const trigger = await watching(300, { dateAheadMs: offMs, n8nAheadMs: offMs });
		trigger.account.nowMs += offMs;
		for (let n = 0; n < 5; n++) {
			const keys = createMany(trigger, 2);
			expect(await trigger.pollLater()).toEqual(keys);
		}
	});

	test('one poll with a clock a day behind makes no later poll read that day again', async () => {
		const trigger = await watching(3_000);
		await trigger.pollLater();
		trigger.account.variant.dateAheadMs = -DAY;
		await trigger.pollLater();
		trigger.account.variant.dateAheadMs = 0;
		await trigger.pollLater();
		await trigger.pollLater();
		expect(trigger.account.requests).toBe(1);
	});

	test('more in ten minutes than a poll has time for is reported, and comes when they have passed', async () => {
		const trigger = await watching(300);
		const keys = createMany(trigger, 2_000);
		const { account } = trigger;
		const api = account.api(() => account.requests >= 8);
		const came = await trigger.pollLater(api);
		expect(came.length).toBeGreaterThan(300);
		await expect(trigger.poll(api)).rejects.toThrow('not have enough time');
		account.nowMs += 10 * MINUTE;
		for (let n = 0; n < 6; n++) came.push(...(await trigger.pollLater(api)));
		expect(came.sort()).toEqual(keys.sort());
	});
});
