// How the trigger follows pending validations, and how many bytes its state takes.
import { describe, expect, test } from '@jest/globals';

import type { PollApi } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import type { ErrorCode } from '../../nodes/verifik/errors/messages.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/simulatedAccount.mts';
import { SimulatedTrigger } from '../support/simulatedTrigger.mts';
import { following } from '../support/watching.mts';

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

	test('since a proxy answers for days that there is none is followed all the same, and stops no poll', async () => {
		const trigger = await following(4);
		const { account } = trigger;
		const moved = [0.99, 0].map((share) => account.move('pending', 'passed', share));
		const notFound = async () => undefined;
		for (let hours = 0; hours < 99; hours++) {
			account.nowMs += HOUR;
			expect(await trigger.pollLater({ ...account.api(), getRecord: notFound })).toEqual([]);
		}
		account.nowMs += HOUR;
		expect((await trigger.pollLater()).sort()).toEqual(moved.map((id) => `${id}:passed`).sort());
	});

	test('because it was deleted is no longer followed after a hundred look-ups', async () => {
		const trigger = await following(1);
		trigger.account.remove(0);
		const requests: number[] = [];
		for (let polls = 0; polls < 102; polls++) {
			trigger.account.nowMs += HOUR;
			expect(await trigger.pollLater()).toEqual([]);
			requests.push(trigger.account.requests);
		}
		expect(requests).toEqual([...Array.from({ length: 100 }, () => 2), 1, 1]);
	});

	test('because it was deleted, like many others, is not looked up by every poll', async () => {
		const trigger = await following(40);
		trigger.account.remove(0, 20);
		let requests = 0;
		for (let polls = 0; polls < 120; polls++) {
			trigger.account.nowMs += MINUTE;
			await trigger.pollLater();
			requests += trigger.account.requests;
		}
		expect(requests).toBeLessThan(1_000);
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
