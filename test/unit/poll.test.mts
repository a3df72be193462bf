// One poll of the trigger in the cases that have a name. Random schedules are in test/properties/poll.
import { describe, expect, test } from '@jest/globals';

import { sampleEvent } from '../../nodes/DocumentLivenessTrigger/poll/sampleEvent.ts';
import {
	DAY,
	HOUR,
	MINUTE,
	SECOND,
	down,
	type ApiVariant,
	type Outcome,
} from '../support/simulatedAccount.mts';
import { SimulatedTrigger, USUAL_OPTIONS, type HostKind } from '../support/simulatedTrigger.mts';

const OUTCOMES: Outcome[] = ['passed', 'notPassed', 'notCarriedOut', 'noVerdict'];
const HOSTS: HostKind[] = ['default', 'durable'];

/** An account with so many old validations, one a minute, that is watched. */
async function watching(
	count: number,
	variant: Partial<ApiVariant> = {},
	options: Partial<typeof USUAL_OPTIONS> = {},
	host?: HostKind,
): Promise<SimulatedTrigger> {
	const trigger = new SimulatedTrigger(variant, options, host);
	for (let n = count; n > 0; n--) trigger.account.create('passed', { ageMs: n * MINUTE });
	trigger.account.nowMs += SECOND;
	return await trigger.activate();
}

function createMany(trigger: SimulatedTrigger, count: number, apartMs = 10): string[] {
	return Array.from({ length: count }, (_none, number) => {
		trigger.account.nowMs += apartMs;
		const outcome = OUTCOMES[number % 2]!;
		return `${trigger.account.create(outcome)}:${outcome}`;
	});
}

/** Polls until nothing more comes. */
async function pollToEnd(trigger: SimulatedTrigger, budget = Infinity): Promise<string[]> {
	const came: string[] = [];
	const { account } = trigger;
	do came.push(...(await trigger.pollLater(account.api(() => account.requests >= budget))));
	while (!trigger.result!.isAtNewestEnd || trigger.result!.events.length > 0);
	return came;
}

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
			const part = await trigger.tick();
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

	test('is read at its new end when it turns round', async () => {
		const trigger = await watching(401, variant);
		await trigger.pollLater();
		trigger.account.turnRound();
		const keys = createMany(trigger, 2, SECOND);
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test('shows the newest validation that fits as a test event', async () => {
		const trigger = await watching(350, variant);
		const { account } = trigger;
		const id = account.create('notPassed');
		account.nowMs += SECOND;
		for (let n = 0; n < 150; n++) account.create('passed');
		const options = { ...USUAL_OPTIONS, events: ['notPassed' as const] };
		expect(await sampleEvent(options, account.api())).toMatchObject({ id, name: 'notPassed' });
		const none = { ...USUAL_OPTIONS, events: ['notCarriedOut' as const] };
		await expect(sampleEvent(none, account.api())).rejects.toThrow('no validation to show');
	});
});

test.each([true, false])(
	'a list that turns round is read at its new end though its first page shows no order (newest first: %s)',
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

	test('a month away brings the month', async () => {
		const trigger = await watching(200, {}, {}, host);
		const keys = createMany(trigger, 1_000, 40 * MINUTE);
		await trigger.activate();
		expect(await trigger.pollLater()).toEqual(keys);
	});

	test('a filter that is taken away does not bring what it kept out', async () => {
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

test('an event that has to wait for room comes though its validation moves on to pending', async () => {
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

	test('one poll with a clock a day behind makes no later one read the day again', async () => {
		const trigger = await watching(3_000);
		await trigger.pollLater();
		trigger.account.variant.dateAheadMs = -DAY;
		await trigger.pollLater();
		trigger.account.variant.dateAheadMs = 0;
		await trigger.pollLater();
		await trigger.pollLater();
		expect(trigger.account.requests).toBe(1);
	});

	test('more in ten minutes than a poll has time for is said, and comes when they have passed', async () => {
		const trigger = await watching(300);
		const keys = createMany(trigger, 2_000);
		const { account } = trigger;
		const api = account.api(() => account.requests >= 8);
		const came = await trigger.pollLater(api);
		expect(came.length).toBeGreaterThan(300);
		await expect(trigger.tick(api)).rejects.toThrow('not have enough time');
		account.nowMs += 10 * MINUTE;
		for (let n = 0; n < 6; n++) came.push(...(await trigger.pollLater(api)));
		expect(came.sort()).toEqual(keys.sort());
	});
});

describe('ids and records that no service should give', () => {
	test.each(['__proto__', 'constructor', '../../auth/session'])(
		'a validation with the id %s comes once',
		async (id) => {
			const trigger = await watching(20);
			trigger.account.create('passed', { id });
			expect(await trigger.pollLater()).toEqual([`${id}:passed`]);
			expect(await trigger.pollLater()).toEqual([]);
		},
	);

	test('a pending one with an id that would lead elsewhere is never asked for', async () => {
		const trigger = await watching(300);
		trigger.account.create('pending', { id: '../../auth/session' });
		const api = trigger.account.api();
		const getRecord = async () => await Promise.reject(new Error('it was asked for'));
		for (let n = 0; n < 3; n++) {
			const keys = createMany(trigger, 200, MINUTE);
			expect(await trigger.pollLater({ ...api, getRecord })).toEqual(keys);
		}
	});

	test('records without an id or a date are passed over and counted', async () => {
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
		[3, 10],
		[20, 100],
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

	test('a page that is mostly such is said, not passed over', async () => {
		const trigger = await watching(5);
		const before = trigger.stored;
		for (let n = 0; n < 8; n++) {
			trigger.account.create('passed', { overrides: { createdAt: undefined } });
		}
		await expect(trigger.pollLater()).rejects.toThrow('no clear order');
		expect(trigger.stored).toBe(before);
	});

	test('a page of 200,000 records is read', async () => {
		const trigger = await watching(0);
		const { account } = trigger;
		for (let n = 0; n < 200_000; n++) account.create('passed');
		const api = account.api();
		const fetchPage = async () => await api.fetchPage(1, 100, undefined);
		account.variant.maxPageSize = 200_000;
		const all = async () => {
			const { records } = await fetchPage();
			const list: typeof records = [];
			for (let n = 0; n < 2_000; n++)
				for (const record of records) list.push({ ...record, _id: `${String(record._id)}${n}` });
			return { records: list, total: undefined };
		};
		expect(await trigger.pollLater({ ...api, fetchPage: all })).toHaveLength(200_000);
	});

	test('a list in no order is read as a whole up to 1,000, and said beyond', async () => {
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

	test('a server that takes no notice of the page is said', async () => {
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

test('a server that always gives the newest page, oldest first, is said and not read for ever', async () => {
	const trigger = await watching(500, { isNewestFirst: false });
	const { account } = trigger;
	await trigger.pollLater();
	const api = account.api(() => account.requests > 200);
	const fetchPage: typeof api.fetchPage = async () => await api.fetchPage(5, 100);
	await trigger.pollLater({ ...api, fetchPage });
	await expect(trigger.tick({ ...api, fetchPage })).rejects.toThrow('no clear order');
	expect(account.requests).toBeLessThan(20);
});

describe('a poll that does not come to its end', () => {
	test('throws and changes nothing where it came no further', async () => {
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
		'returns what it came to where it came further (newest first: %s)',
		async (isNewestFirst) => {
			const trigger = await watching(300, { isNewestFirst });
			const keys = createMany(trigger, 900, MINUTE);
			const { account } = trigger;
			account.onRequest = (number) => {
				if (number >= 7) throw down();
			};
			const came = await trigger.pollLater();
			expect(came.length).toBeGreaterThan(100);
			expect(trigger.result!.interruptedBy?.explanation.cause).toBe('serverDown');
			account.onRequest = () => undefined;
			came.push(...(await trigger.pollLater()));
			expect(came).toEqual(keys);
		},
	);

	test('a record that was read and jumps to the head does not hide what lies between', async () => {
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

	test('a list that moves at every request brings all that stays in it', async () => {
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
});
