// How a poll reads the list: in whatever order it is, and whatever becomes of it meanwhile.
import { describe, expect, test } from '@jest/globals';

import { sampleEvent } from '../../nodes/DocumentLivenessTrigger/poll/sampleEvent.ts';
import { DAY, HOUR, MINUTE, SECOND, down } from '../support/simulatedAccount.mts';
import { SimulatedTrigger, USUAL_OPTIONS } from '../support/simulatedTrigger.mts';
import { createMany, pollToEnd, watching } from '../support/watching.mts';

const orders = (['createdAt', 'updatedAt', 'insertion'] as const).flatMap((sortedBy) =>
	[true, false].map((isNewestFirst) => ({ sortedBy, isNewestFirst })),
);

describe.each(orders)('a list that is %j', (variant) => {
	test.each([0, 1, 99, 100, 101, 500])(
		'brings what is new in an account of %d validations, once',
		async (size) => {
			const trigger = await watching(size, variant);
			expect(await trigger.pollLater()).toEqual([]);
			const keys = createMany(trigger, 3, SECOND);
			expect(await trigger.pollLater()).toEqual(keys);
			expect(await trigger.pollLater()).toEqual([]);
		},
	);

	test('brings 1,100 of the very same moment, once', async () => {
		const trigger = await watching(300, variant);
		const keys = createMany(trigger, 1_100, 0);
		expect((await trigger.pollLater()).sort()).toEqual(keys.sort());
		expect(await trigger.pollLater()).toEqual([]);
	});

	test('brings a backlog of 3,000 with the time of 12 requests a poll, every poll a part', async () => {
		const trigger = await watching(300, variant);
		const keys = createMany(trigger, 3_000, 30 * SECOND);
		const { account } = trigger;
		const came: string[] = [];
		while (came.length < keys.length) {
			const part = await trigger.pollLater(account.api(() => account.requests >= 12));
			expect(part.length).toBeGreaterThan(0);
			came.push(...part);
		}
		expect(came.sort()).toEqual(keys.sort());
	});

	test('brings 100 events at most 7 at a time, without skipping or doubling one', async () => {
		const trigger = await watching(300, variant, { maximumPerPoll: 7 });
		const keys = createMany(trigger, 100, SECOND);
		const { account } = trigger;
		const came: string[] = [];
		while (came.length < keys.length) {
			const part = await trigger.poll();
			expect(part.length).toBeLessThanOrEqual(7);
			expect(part.length).toBeGreaterThan(0);
			came.push(...part);
			account.nowMs += MINUTE;
		}
		expect(came).toEqual(keys);
	});

	test('brings what shows up four minutes after it was created', async () => {
		const trigger = await watching(300, variant);
		const id = trigger.account.create('passed', { lagMs: 4 * MINUTE });
		const keys = createMany(trigger, 150, SECOND);
		expect(await trigger.pollLater()).toHaveLength(keys.length);
		const came: string[] = [];
		for (let n = 0; n < 5; n++) came.push(...(await trigger.pollLater()));
		expect(came).toEqual([`${id}:passed`]);
	});

	test('goes on when half of what was read last is deleted', async () => {
		for (const count of [10, 250, 1_500]) {
			const trigger = await watching(2_000, variant);
			createMany(trigger, 30, SECOND);
			await trigger.pollLater();
			trigger.account.nowMs += HOUR;
			await trigger.pollLater();
			const { size } = trigger.account;
			trigger.account.remove((size - 15 - count / 2) / size, count);
			const keys = createMany(trigger, 3, SECOND);
			expect(await trigger.pollLater()).toEqual(keys);
		}
	});

	test('brings the news among 600 old validations that are updated at once, and none of those', async () => {
		const trigger = await watching(1_500, variant);
		await trigger.pollLater();
		trigger.account.nowMs += HOUR;
		trigger.account.touch(0.1, 300);
		const keys = createMany(trigger, 5, 0);
		trigger.account.touch(0.4, 300);
		expect((await trigger.pollLater()).sort()).toEqual(keys.sort());
		trigger.account.nowMs += HOUR;
		expect(await trigger.pollLater()).toEqual([]);
		await trigger.pollLater();
		expect(trigger.account.requests).toBeLessThanOrEqual(2);
	});

	test('brings the news when every old validation is updated at once', async () => {
		const trigger = await watching(3_000, variant);
		await trigger.pollLater();
		trigger.account.nowMs += HOUR;
		trigger.account.touch(0, 1_501);
		const keys = createMany(trigger, 5);
		trigger.account.touch(1_499.5 / trigger.account.size, 1_501);
		expect((await trigger.pollLater()).sort()).toEqual(keys.sort());
		// Only where it is ordered by that time are all of them in the way.
		if (variant.sortedBy !== 'updatedAt') {
			expect(trigger.account.requests).toBeLessThanOrEqual(25);
		}
	});

	test('brings what was created on one day and completed on the next, while it catches up', async () => {
		const trigger = await watching(300, variant);
		const { account } = trigger;
		const id = account.create('pending');
		createMany(trigger, 400, MINUTE);
		const api = account.api(() => account.requests >= 5);
		await trigger.pollLater(api);
		expect(trigger.result!.isAtNewestEnd).toBe(false);
		account.nowMs += DAY;
		account.move('pending', 'passed', 0);
		createMany(trigger, 400, MINUTE);
		const came: string[] = [];
		for (let n = 0; n < 12; n++) came.push(...(await trigger.pollLater(api)));
		expect(came.filter((key) => key === `${id}:passed`)).toHaveLength(1);
	});

	test('brings each validation once where List takes no notice of status', async () => {
		const shapes = ['flat', 'flatOlder', 'unknown'] as const;
		for (const shape of shapes) {
			const trigger = await watching(50, { ...variant, shape, hasStatusFilter: false });
			const id = trigger.account.create('notCarriedOut');
			const outcome = shape === 'unknown' ? 'noVerdict' : 'notCarriedOut';
			expect(await trigger.pollLater()).toEqual([`${id}:${outcome}`]);
			expect(await trigger.pollLater()).toEqual([]);
		}
	});

	test('is read to its end where no total is stated, or the limit is cut', async () => {
		for (const cut of [
			{ hasTotal: false },
			{ maxPageSize: 10 },
			{ hasTotal: false, maxPageSize: 20 },
		]) {
			const trigger = await watching(250, { ...variant, ...cut });
			const keys = createMany(trigger, 70, SECOND);
			expect(await trigger.pollLater()).toEqual(keys);
			trigger.account.nowMs += HOUR;
			expect(await trigger.pollLater()).toEqual([]);
		}
	});

	test('is read at its new end when its order is reversed', async () => {
		const trigger = await watching(401, variant);
		await trigger.pollLater();
		trigger.account.turnRound();
		const keys = createMany(trigger, 2, SECOND);
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test.each([true, false])(
		'shows the newest validation that fits as a test event (total stated: %s)',
		async (hasTotal) => {
			const trigger = await watching(450, { ...variant, hasTotal });
			const { account } = trigger;
			const id = account.create('notPassed');
			account.nowMs += SECOND;
			for (let n = 0; n < 150; n++) account.create('passed');
			const options = { ...USUAL_OPTIONS, events: ['notPassed' as const] };
			expect(await sampleEvent(options, account.api())).toMatchObject({ id, name: 'notPassed' });
			const none = { ...USUAL_OPTIONS, events: ['notCarriedOut' as const] };
			await expect(sampleEvent(none, account.api())).rejects.toThrow('no validation to show');
		},
	);
});

test.each([true, false])(
	'a list whose order is reversed is read at its new end though its first page shows no order (newest first: %s)',
	async (isNewestFirst) => {
		const trigger = new SimulatedTrigger({ isNewestFirst });
		for (let n = 0; n < 150; n++) trigger.account.create('passed', { ageMs: DAY });
		for (let n = 400; n > 0; n--) trigger.account.create('passed', { ageMs: n * MINUTE });
		for (let n = 0; n < 120; n++) trigger.account.create('passed');
		trigger.account.nowMs += HOUR;
		await trigger.activate();
		await trigger.pollLater();
		trigger.account.turnRound();
		const keys = createMany(trigger, 2, SECOND);
		expect(await trigger.pollLater()).toEqual(keys);
	},
);

test.each([true, false])(
	'a list in the order of insertion, of more than 1,000 whose dates are 20 s off, is read (newest first: %s)',
	async (isNewestFirst) => {
		const trigger = new SimulatedTrigger({ sortedBy: 'insertion', isNewestFirst });
		const { account } = trigger;
		const offMs = (n: number) => ((n * 7_919) % 41) * 500;
		for (let n = 1_200; n > 0; n--) {
			account.create('passed', { ageMs: MINUTE + n * 5 * SECOND + offMs(n) });
		}
		await trigger.activate();
		for (let poll = 0; poll < 3; poll++) {
			const ids = [1, 2, 3].map((n) => account.create('passed', { ageMs: offMs(n) }));
			const came = await trigger.pollLater();
			expect(came.sort()).toEqual(ids.map((id) => `${id}:passed`).sort());
		}
	},
);

test.each([true, false])(
	'one record with a wrong date at the far end of a page does not stand for the page (newest first: %s)',
	async (isNewestFirst) => {
		const trigger = new SimulatedTrigger({ sortedBy: 'insertion', isNewestFirst });
		const { account } = trigger;
		for (let n = 0; n < 300; n++) account.create('passed', { ageMs: DAY });
		account.nowMs += SECOND;
		await trigger.activate({
			...account.api(),
			fetchPage: async () => await Promise.reject(down()),
		});
		const keys = createMany(trigger, 140, SECOND);
		account.create('passed', { ageMs: 3 * DAY });
		keys.push(...createMany(trigger, 99, SECOND));
		expect((await trigger.pollLater()).sort()).toEqual(keys.sort());
	},
);

test.each([true, false])(
	'a short list that grows while its ends are compared is read at its new end (total stated: %s)',
	async (hasTotal) => {
		// The page that was the last one is then newer than the first was.
		for (let request = 1; request <= 6; request++) {
			const trigger = await watching(0, { maxPageSize: 10, hasTotal });
			const { account } = trigger;
			createMany(trigger, 8);
			await trigger.pollLater();
			account.nowMs += DAY;
			const keys = createMany(trigger, 3);
			account.onRequest = (number) => {
				if (number === request) keys.push(...createMany(trigger, 28));
			};
			const came = await trigger.pollLater();
			account.onRequest = () => undefined;
			keys.push(...createMany(trigger, 3));
			came.push(...(await pollToEnd(trigger)));
			expect(came.sort()).toEqual(keys.sort());
		}
	},
);

test('a record that was read and moves to the head does not hide what lies between', async () => {
	const trigger = await watching(300, { sortedBy: 'updatedAt' });
	const { account } = trigger;
	const keys = createMany(trigger, 180, MINUTE);
	account.onRequest = (number) => {
		if (number !== 4) return;
		keys.push(...createMany(trigger, 150));
		account.touch(305 / account.size, 1);
	};
	const came = await trigger.pollLater();
	account.onRequest = () => undefined;
	came.push(...(await pollToEnd(trigger)));
	expect(came.sort()).toEqual(keys.sort());
});

test('a list that changes at every request brings all that stays in it', async () => {
	for (const isNewestFirst of [true, false]) {
		const trigger = await watching(500, { isNewestFirst });
		const { account } = trigger;
		const keys = createMany(trigger, 1_000, 10 * SECOND);
		account.onRequest = () => {
			keys.push(...createMany(trigger, 6, 10));
			account.remove(0.2, 6);
		};
		const came = await trigger.pollLater(account.api(() => account.requests > 60));
		account.onRequest = () => undefined;
		came.push(...(await pollToEnd(trigger)));
		expect(new Set(came).size).toBe(came.length);
		expect(came.sort()).toEqual(keys.sort());
	}
});
