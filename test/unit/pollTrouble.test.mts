// IDs, records and servers that should not be, and polls that do not finish: what is reported, and what still comes.
import { describe, expect, test } from '@jest/globals';

import { DAY, HOUR, MINUTE, down } from '../support/simulatedAccount.mts';
import { SimulatedTrigger } from '../support/simulatedTrigger.mts';
import { createMany, watching } from '../support/watching.mts';

describe('IDs and records that no service should give', () => {
	test.each(['__proto__', 'constructor', '../../auth/session'])(
		'a validation with the id %s comes once',
		async (id) => {
			const trigger = await watching(20);
			trigger.account.create('passed', { id });
			expect(await trigger.pollLater()).toEqual([`${id}:passed`]);
			expect(await trigger.pollLater()).toEqual([]);
		},
	);

	test('a pending one with an id that would lead to another path is never requested', async () => {
		const trigger = await watching(300);
		trigger.account.create('pending', { id: '../../auth/session' });
		const api = trigger.account.api();
		const getRecord = async () => await Promise.reject(new Error('it was asked for'));
		for (let n = 0; n < 3; n++) {
			const keys = createMany(trigger, 200, MINUTE);
			expect(await trigger.pollLater({ ...api, getRecord })).toEqual(keys);
		}
	});

	test('records without an id or a date are skipped and counted', async () => {
		const trigger = await watching(200);
		for (const overrides of [
			{ _id: 7 },
			{ _id: '' },
			{ createdAt: 'today' },
			{ createdAt: null },
		]) {
			trigger.account.create('passed', { overrides });
		}
		const keys = createMany(trigger, 2);
		expect(await trigger.pollLater()).toEqual(keys);
		expect(trigger.result!.skippedCount).toBe(4);
	});

	test.each([
		[5, 10],
		[40, 100],
	])('%d of them in a row do not stop a reading by %d a page', async (count, maxPageSize) => {
		for (const isNewestFirst of [true, false]) {
			for (let offset = 0; offset < 10; offset++) {
				const trigger = await watching(200, { isNewestFirst, maxPageSize });
				const keys = createMany(trigger, 3 * maxPageSize + offset);
				for (let n = 0; n < count; n++) {
					trigger.account.nowMs += 10;
					trigger.account.create('passed', { overrides: { _id: null } });
				}
				keys.push(...createMany(trigger, 3 * maxPageSize));
				expect(await trigger.pollLater()).toEqual(keys);
			}
		}
	});

	test.each([
		[0, 2],
		[5, 8],
	])('a page of %d others and %d of them is reported, not skipped', async (others, count) => {
		const trigger = await watching(others);
		const before = trigger.stored;
		for (let n = 0; n < count; n++) {
			trigger.account.create('passed', { overrides: { createdAt: undefined } });
		}
		await expect(trigger.pollLater()).rejects.toThrow('no clear order');
		expect(trigger.stored).toBe(before);
	});

	test('a list in no order is read as a whole up to 1,000, and reported beyond', async () => {
		for (const size of [300, 1_300]) {
			const trigger = new SimulatedTrigger({ sortedBy: 'insertion' });
			for (let n = 0; n < size; n++) {
				trigger.account.create('passed', { ageMs: (1 + ((n * 7_919) % 1_009)) * HOUR });
			}
			if (size > 1_000) {
				await trigger.activate();
				await expect(trigger.pollLater()).rejects.toThrow('no clear order');
				continue;
			}
			await trigger.activate();
			const keys = createMany(trigger, 3);
			expect(await trigger.pollLater()).toEqual(keys);
		}
	});

	test('a server that ignores the page is reported', async () => {
		for (const isNewestFirst of [true, false]) {
			const trigger = await watching(500, { isNewestFirst });
			trigger.account.nowMs += DAY;
			createMany(trigger, 300);
			const api = trigger.account.api();
			const fetchPage: typeof api.fetchPage = async (_page, limit, status) =>
				await api.fetchPage(1, limit, status);
			const pollTwice = async () => {
				await trigger.pollLater({ ...api, fetchPage });
				await trigger.pollLater({ ...api, fetchPage });
			};
			await expect(pollTwice()).rejects.toThrow('no clear order');
		}
	});
});

test('a server that always gives the newest page, oldest first, is reported and not read for ever', async () => {
	const trigger = await watching(500, { isNewestFirst: false });
	const { account } = trigger;
	await trigger.pollLater();
	const api = account.api(() => account.requests > 200);
	const fetchPage: typeof api.fetchPage = async () => await api.fetchPage(5, 100);
	await trigger.pollLater({ ...api, fetchPage });
	await expect(trigger.poll({ ...api, fetchPage })).rejects.toThrow('no clear order');
	expect(account.requests).toBeLessThan(20);
});

describe('a poll that does not finish', () => {
	test('throws and changes nothing where it made no progress', async () => {
		const trigger = await watching(300);
		await trigger.pollLater();
		const before = trigger.state;
		const keys = createMany(trigger, 3);
		const api = trigger.account.api();
		const fetchPage = async () => await Promise.reject(down());
		await expect(trigger.pollLater({ ...api, fetchPage })).rejects.toThrow('HTTP 503');
		expect(trigger.state).toEqual(before);
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test.each([true, false])(
		'returns what it read where it made progress (newest first: %s)',
		async (isNewestFirst) => {
			const trigger = await watching(300, { isNewestFirst });
			const keys = createMany(trigger, 900, MINUTE);
			const { account } = trigger;
			account.onRequest = (number) => {
				if (number >= 7) throw down();
			};
			const came = await trigger.pollLater();
			expect(came.length).toBeGreaterThan(100);
			expect(trigger.result!.interruptedBy?.code).toBe('serverDown');
			account.onRequest = () => undefined;
			came.push(...(await trigger.pollLater()));
			expect(came).toEqual(keys);
		},
	);
});
