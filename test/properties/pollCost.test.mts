// How many requests a poll costs, with backlogs of thousands, and lists that grow or shrink meanwhile.
import { describe, expect, test } from '@jest/globals';

import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { HOUR, MINUTE, SECOND } from '../support/simulatedAccount.mts';
import { SimulatedTrigger } from '../support/simulatedTrigger.mts';
import { createMany, following } from '../support/watching.mts';

describe.each([true, false])('a poll costs (newest first: %s)', (isNewestFirst) => {
	async function costs(count: number): Promise<number> {
		const trigger = await following(0, { isNewestFirst });
		await trigger.pollLater();
		trigger.account.nowMs += HOUR;
		await trigger.pollLater();
		for (let n = 0; n < count; n++) trigger.account.create('passed');
		expect(await trigger.pollLater()).toHaveLength(count);
		return trigger.account.requests;
	}

	test('one request, or two, when nothing is new', async () => {
		expect(await costs(0)).toBe(isNewestFirst ? 1 : 2);
	});

	test.each([
		[10, 2],
		[100, 3],
		[1_000, 13],
		[3_000, 36],
	])('for %d new in a minute %d requests at most', async (count, most) => {
		expect(await costs(count)).toBeLessThanOrEqual(most);
	});

	test.each([
		[0, 37],
		[1, 38],
		[3, 46],
		[10, 43],
		[30, 60],
		[45, 80],
	])(
		'for a backlog of 3,000 while %d are added at every request %d at most',
		async (added, most) => {
			const trigger = await following(0, { isNewestFirst });
			const { account } = trigger;
			let created = 0;
			const create = (count: number) => {
				for (let n = 0; n < count; n++) {
					account.nowMs += 100;
					account.create('passed');
					created++;
				}
			};
			create(3_000);
			account.onRequest = () => create(added);
			const came = await trigger.pollLater(account.api(() => account.requests > most));
			const requests = account.requests;
			account.onRequest = () => undefined;
			came.push(...(await trigger.pollLater()));
			expect(new Set(came).size).toBe(created);
			expect(came).toHaveLength(created);
			expect(requests).toBeLessThanOrEqual(most);
		},
	);

	test.each([10, 100, 300])(
		'seven requests at most to find the place of a backlog again when %d are deleted before it',
		async (count) => {
			const trigger = await following(0, { isNewestFirst }, { maximumPerPoll: 50 });
			const { account } = trigger;
			createMany(trigger, 3_000, MINUTE);
			for (let n = 0; n < 20; n++) await trigger.pollLater();
			account.remove(0.1, count);
			expect(await trigger.pollLater()).toHaveLength(50);
			expect(account.requests).toBeLessThanOrEqual(7);
		},
	);

	test('three requests to go on with a backlog when three of the records read last are deleted', async () => {
		const trigger = await following(0, { isNewestFirst }, { maximumPerPoll: 50 });
		const { account } = trigger;
		createMany(trigger, 3_000, MINUTE);
		for (let n = 0; n < 20; n++) await trigger.pollLater();
		account.remove((trigger.state!.resume!.older - 1.5) / account.size, 3);
		expect(await trigger.pollLater()).toHaveLength(50);
		expect(account.requests).toBeLessThanOrEqual(3);
	});

	test('13 requests at most to go on when all that was read of a backlog is deleted', async () => {
		const trigger = await following(0, { isNewestFirst }, { maximumPerPoll: 50 });
		const { account } = trigger;
		createMany(trigger, 300, MINUTE);
		await trigger.pollLater();
		account.remove(0, 100);
		expect(await trigger.pollLater()).toHaveLength(50);
		expect(account.requests).toBeLessThanOrEqual(13);
	});

	test('few requests to find the beginning in a long list, where no record is known', async () => {
		const trigger = new SimulatedTrigger({ isNewestFirst });
		const { account } = trigger;
		for (let n = 3_000; n > 0; n--) account.create('passed', { ageMs: n * MINUTE });
		account.nowMs += SECOND;
		const fetchPage = async () => await Promise.reject(new VerifikError('serverDown'));
		await trigger.activate({ ...account.api(), fetchPage });
		for (let n = 0; n < 3_400; n++) {
			account.nowMs += 10 * SECOND;
			account.create('passed');
		}
		expect(await trigger.pollLater()).toHaveLength(3_400);
		expect(account.requests).toBeLessThanOrEqual(60);
	});

	test('three requests, or four, with 90 pending that were seen lately', async () => {
		const trigger = await following(90, { isNewestFirst });
		trigger.account.nowMs += HOUR;
		await trigger.pollLater();
		trigger.account.nowMs += 10 * MINUTE;
		await trigger.pollLater();
		expect(trigger.account.requests).toBeLessThanOrEqual(isNewestFirst ? 3 : 4);
	});
});
