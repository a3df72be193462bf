// How the trigger follows pending validations, and what a poll costs: requests, and bytes of the state.
import { describe, expect, test } from '@jest/globals';

import type { PollApi } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import type { ErrorCode } from '../../nodes/verifik/errors/messages.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/simulatedAccount.mts';
import { SimulatedTrigger } from '../support/simulatedTrigger.mts';
import { createMany, following } from '../support/watching.mts';

describe('a validation that cannot be retrieved', () => {
	test.each<ErrorCode>([
		'invalidParameters',
		'forbidden',
		'conflict',
		'unexpectedStatus',
		'serverDown',
		'notJson',
		'notTheApi',
		'unsuccessful',
		'redirected',
		'timedOut',
		'connectionLost',
	])('because of %s stops no other, and is looked up again', async (cause) => {
		const trigger = await following(4);
		const { account } = trigger;
		const [bad] = account.history.map(({ id }) => id);
		const moved = [0.99, 0].map(() => account.move('pending', 'passed', 0.99));
		account.move('pending', 'notPassed', 0);
		const api = account.api();
		const spoilt: PollApi = {
			...api,
			getRecord: async (id) =>
				id === bad ? await Promise.reject(new VerifikError(cause)) : await api.getRecord(id),
		};
		account.nowMs += HOUR;
		expect((await trigger.pollLater(spoilt)).sort()).toEqual(
			moved.map((id) => `${id}:passed`).sort(),
		);
		account.nowMs += HOUR;
		expect(await trigger.pollLater()).toEqual([`${bad}:notPassed`]);
	});

	test('because it was deleted is no longer followed', async () => {
		const trigger = await following(1);
		trigger.account.remove(0);
		trigger.account.nowMs += HOUR;
		expect(await trigger.pollLater()).toEqual([]);
		expect(trigger.account.requests).toBe(2);
		trigger.account.nowMs += HOUR;
		await trigger.pollLater();
		expect(trigger.account.requests).toBe(1);
	});

	test.each<ErrorCode>(['unauthorized', 'rateLimited'])(
		'because of %s ends the poll, which throws if it brought nothing',
		async (cause) => {
			const trigger = await following(5);
			const { account } = trigger;
			let tries = 0;
			const getRecord = async () => {
				tries++;
				return await Promise.reject(new VerifikError(cause));
			};
			account.nowMs += HOUR;
			const before = trigger.state;
			const poll = trigger.pollLater({ ...account.api(), getRecord });
			await expect(poll).rejects.toBeInstanceOf(VerifikError);
			expect(tries).toBe(1);
			expect(trigger.state).toEqual(before);
			const id = account.create('passed');
			expect(await trigger.pollLater({ ...account.api(), getRecord })).toEqual([`${id}:passed`]);
			expect(trigger.result!.interruptedBy?.code).toBe(cause);
		},
	);

	test('like all others of at least three makes the poll throw', async () => {
		for (const count of [2, 3]) {
			const trigger = await following(count);
			trigger.account.nowMs += HOUR;
			const getRecord = async () => await Promise.reject(new VerifikError('serverDown'));
			const poll = trigger.pollLater({ ...trigger.account.api(), getRecord });
			if (count < 3) expect(await poll).toEqual([]);
			else await expect(poll).rejects.toThrow('not available right now');
		}
	});
});

describe('many pending validations', () => {
	test('come within the hour, 50 look-ups a poll, where List takes no notice of status', async () => {
		const trigger = await following(0, { shape: 'flat', hasStatusFilter: false });
		for (let n = 0; n < 300; n++) trigger.account.create('pending');
		await trigger.pollLater();
		for (let n = 0; n < 300; n++) {
			trigger.account.nowMs += MINUTE;
			trigger.account.create('notPassed');
		}
		trigger.account.nowMs += HOUR;
		await trigger.pollLater();
		trigger.account.nowMs += DAY;
		for (let n = 0; n < 300; n++) trigger.account.move('pending', 'passed', 0);
		const came: string[] = [];
		for (let n = 0; n < 7; n++) {
			const part = await trigger.pollLater();
			expect(part.length).toBeLessThanOrEqual(50);
			came.push(...part);
		}
		expect(new Set(came).size).toBe(300);
	});

	test('take turns where a poll cannot look up all: the longest overdue first', async () => {
		const trigger = await following(0, { shape: 'flat', hasStatusFilter: false });
		const ids = Array.from({ length: 120 }, () => trigger.account.create('pending'));
		const came: string[] = [];
		for (let n = 0; n < 4; n++) {
			trigger.account.nowMs += 2 * DAY;
			for (let more = 0; more < 120; more++) trigger.account.create('notPassed');
			came.push(...(await trigger.poll()));
		}
		for (let n = 0; n < 5; n++) trigger.account.move('pending', 'passed', 0.999);
		came.length = 0;
		for (let n = 0; n < 4; n++) {
			trigger.account.nowMs += HOUR;
			came.push(...(await trigger.poll()));
		}
		expect(came.sort()).toEqual(
			ids
				.slice(-5)
				.map((id) => `${id}:passed`)
				.sort(),
		);
	});

	test('and come to their outcome are found though the lists of what is pending take the time of every poll', async () => {
		const trigger = new SimulatedTrigger({ maxPageSize: 10 });
		const { account } = trigger;
		for (let n = 0; n < 60; n++) account.create('pending', { ageMs: 15 * MINUTE });
		for (let n = 0; n < 5; n++) account.create('passed', { ageMs: 12 * MINUTE });
		account.nowMs += SECOND;
		await trigger.activate();
		await trigger.pollLater();
		for (let n = 0; n < 3; n++) {
			const id = account.move('pending', 'passed', 0.5);
			const came = await trigger.pollLater(account.api(() => account.requests >= 6));
			expect(came).toEqual([`${id}:passed`]);
		}
	});

	test('are followed up to 2,000, the newest', async () => {
		const trigger = new SimulatedTrigger();
		for (let n = 2_300; n > 0; n--) {
			trigger.account.create('pending', { ageMs: HOUR + n * MINUTE });
		}
		await trigger.activate();
		await trigger.pollLater();
		expect(trigger.state!.seen.length).toBeLessThanOrEqual(2_000);
	});

	test('have a share of a poll whose maximum the list fills', async () => {
		const trigger = await following(5, {}, { maximumPerPoll: 4 });
		for (let n = 0; n < 3; n++) trigger.account.move('pending', 'passed', 0);
		for (let n = 0; n < 100; n++) trigger.account.create('notPassed');
		trigger.account.nowMs += HOUR;
		const came = await trigger.pollLater();
		expect(came.filter((key) => key.endsWith(':passed'))).toHaveLength(1);
		expect(came).toHaveLength(4);
		for (let n = 0; n < 40; n++) came.push(...(await trigger.pollLater()));
		expect(new Set(came).size).toBe(103);
		expect(came).toHaveLength(103);
	});

	test('and due wait for the next poll where the time is used', async () => {
		const trigger = await following(5);
		const { account } = trigger;
		for (let n = 0; n < 5; n++) account.move('pending', 'passed', 0);
		account.nowMs += HOUR;
		const came = await trigger.pollLater(account.api(() => account.requests >= 3));
		expect(came).toHaveLength(2);
		expect(await trigger.pollLater()).toHaveLength(3);
	});
});

test('the outcome of one that is pending for ten days is noticed within an hour', async () => {
	const trigger = await following(1);
	trigger.account.nowMs += 10 * DAY;
	await trigger.pollLater();
	const id = trigger.account.move('pending', 'passed', 0);
	trigger.account.nowMs += HOUR;
	expect(await trigger.pollLater()).toEqual([`${id}:passed`]);
});

test('one that cannot be retrieved is asked for as seldom as any other', async () => {
	const trigger = await following(1);
	trigger.account.nowMs += 10 * DAY;
	let tries = 0;
	const getRecord = async () => {
		tries++;
		return await Promise.reject(new VerifikError('serverDown'));
	};
	for (let n = 0; n < 30; n++) await trigger.pollLater({ ...trigger.account.api(), getRecord });
	expect(tries).toBe(1);
});

test('a look-up that a wrong clock put off for a day is due', async () => {
	const trigger = await following(1);
	trigger.account.variant.dateAheadMs = DAY;
	trigger.account.variant.n8nAheadMs = DAY;
	await trigger.pollLater();
	trigger.account.nowMs += HOUR;
	await trigger.pollLater();
	trigger.account.variant.dateAheadMs = 0;
	trigger.account.variant.n8nAheadMs = 0;
	trigger.account.move('pending', 'passed', 0);
	expect(await trigger.pollLater()).toHaveLength(1);
});

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

test('a state takes some 50 bytes for what is new, and 65 for what is pending', async () => {
	const trigger = await following(100);
	await trigger.pollLater();
	const quiet = trigger.stateSize;
	for (let n = 0; n < 1_000; n++) trigger.account.create('passed');
	await trigger.pollLater();
	expect((trigger.stateSize - quiet) / 1_000).toBeLessThan(50);
	trigger.account.nowMs += HOUR;
	trigger.account.create('passed');
	await trigger.pollLater();
	expect(trigger.state!.seen.length).toBeLessThan(110);
	expect(trigger.stateSize).toBeLessThan(9_000);
});
