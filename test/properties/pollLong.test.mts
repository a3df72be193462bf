// Long simulations of the trigger: days of polls, and far more in one poll than usual.
import { expect, test } from '@jest/globals';

import { DAY, HOUR, MINUTE } from '../support/simulatedAccount.mts';
import { createMany, following, watching } from '../support/watching.mts';

test('a validation that is pending for a day is looked up about 100 times, at first every minute', async () => {
	const trigger = await following(0);
	trigger.account.create('pending');
	let lookUps = 0;
	for (let n = 0; n < 24 * 60; n++) {
		await trigger.pollLater();
		lookUps += trigger.account.requests - 1;
	}
	expect(lookUps).toBeLessThan(130);
	trigger.account.move('pending', 'passed', 0);
	trigger.account.nowMs += HOUR;
	expect(await trigger.pollLater()).toHaveLength(1);
});

test('200 manual reviews a day are all delivered by a daily poll', async () => {
	const trigger = await following(0);
	let delivered = 0;
	for (let day = 0; day < 12; day++) {
		for (let n = 0; n < 200; n++) {
			trigger.account.create('pending');
			if (day > 2) trigger.account.move('pending', 'passed', 0);
		}
		trigger.account.nowMs += DAY;
		delivered += (await trigger.poll()).length;
	}
	for (let n = 0; n < 40; n++) {
		trigger.account.nowMs += HOUR;
		delivered += (await trigger.poll()).length;
	}
	expect(delivered).toBe(9 * 200);
});

test('a backlog of 40,000 takes two polls of 337 requests', async () => {
	const trigger = await following(0);
	const keys = new Set(createMany(trigger, 40_000, MINUTE));
	const { account } = trigger;
	const api = account.api(() => account.requests >= 337);
	const came = [...(await trigger.pollLater(api)), ...(await trigger.pollLater(api))];
	expect(came).toHaveLength(40_000);
	expect(came.every((key) => keys.has(key))).toBe(true);
	expect(trigger.result!.isAtNewestEnd).toBe(true);
});

// more than a call can have arguments
test('a page of 130,000 records is read', async () => {
	const trigger = await watching(0);
	const { account } = trigger;
	for (let n = 0; n < 100; n++) account.create('passed');
	const api = account.api();
	const fetchPage = async () => {
		const { records } = await api.fetchPage(1, 100, undefined);
		const copies = Array.from({ length: 1_300 }, (_none, n) =>
			records.map((record) => ({ ...record, _id: `${String(record._id)}${n}` })),
		);
		return { records: copies.flat(), total: undefined };
	};
	expect(await trigger.pollLater({ ...api, fetchPage })).toHaveLength(130_000);
});
