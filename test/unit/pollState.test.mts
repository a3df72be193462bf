// The trigger's poll in the cases that have a name. Random schedules are in test/properties/pollState.
import { describe, expect, test } from '@jest/globals';

import {
	begin,
	newestEvent,
	poll,
	type Wishes,
} from '../../nodes/DocumentLivenessTrigger/pollState.ts';
import { MOST_PENDING, type Api } from '../../nodes/DocumentLivenessTrigger/sight.ts';
import { readState, type State } from '../../nodes/DocumentLivenessTrigger/state.ts';
import type { Page, Status } from '../../nodes/verifik/documentLiveness.ts';
import { World, type Nature } from '../support/world.mts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A trigger that is active, and whose state goes through JSON between two polls. */
class Trigger {
	readonly world: World;

	wishes: Wishes = {
		account: 'one',
		statuses: ['completed', 'failed'],
		maximum: Infinity,
		isPopulated: false,
		isWanted: () => true,
	};

	json = '{}';

	constructor(nature: Partial<Nature> = {}) {
		this.world = new World({
			sortedBy: 'createdAt',
			newestFirst: true,
			shape: 'nested',
			envelope: 'pages',
			most: 100,
			dateAhead: 0,
			n8nAhead: 0,
			...nature,
		});
	}

	get api(): Api {
		return {
			fetchPage: async (...args) => await this.world.fetchPage(...args),
			get: async (id) => await this.world.get(id),
			serverTime: () => this.world.serverTime(),
			now: () => this.world.n8nTime(),
			isTimeUp: () => false,
		};
	}

	get state(): State | undefined {
		return readState(JSON.parse(this.json) as object);
	}

	async activate(): Promise<this> {
		const state = await begin(this.state, this.wishes, this.api);
		this.json = JSON.stringify({ state });
		return this;
	}

	/** @returns keys of the events; the number of requests is the world's */
	async poll(): Promise<string[]> {
		this.world.now += MINUTE;
		this.world.requests = 0;
		const { events, state } = await poll(this.state, this.wishes, this.api);
		this.json = JSON.stringify({ state });
		return events.map(({ id, status }) => `${id}:${status}`);
	}

	/** What stands in that state, as event keys, in the order of the diary. */
	standing(status: Status): string[] {
		return this.world.diary
			.filter((stay) => stay.status === status && stay.to === Infinity)
			.map(({ id }) => `${id}:${status}`);
	}

	create(count: number, status: Status = 'completed', age = 0): void {
		for (let n = 0; n < count; n++) this.world.create(status, age);
	}
}

const natures: Array<Partial<Nature>> = (['createdAt', 'updatedAt'] as const).flatMap((sortedBy) =>
	[true, false].flatMap((newestFirst) =>
		(['nested', 'flat'] as const).map((shape) => ({ sortedBy, newestFirst, shape })),
	),
);

describe.each(natures)('a list that is %j', (nature) => {
	test('brings over 1,000 of the very same moment between two polls, once', async () => {
		const trigger = new Trigger(nature);
		trigger.create(300, 'completed', HOUR);
		await trigger.activate();
		const old = new Set(trigger.standing('completed'));
		trigger.create(1_100);
		expect((await trigger.poll()).sort()).toEqual(
			trigger
				.standing('completed')
				.filter((key) => !old.has(key))
				.sort(),
		);
		trigger.create(1);
		expect(await trigger.poll()).toEqual(trigger.standing('completed').slice(-1));
		expect(await trigger.poll()).toEqual([]);
	});

	test('brings the first one of an account that was empty at activation', async () => {
		const trigger = await new Trigger(nature).activate();
		expect(await trigger.poll()).toEqual([]);
		trigger.create(1);
		expect(await trigger.poll()).toEqual(trigger.standing('completed'));
		expect(await trigger.poll()).toEqual([]);
	});

	test('brings nothing when old validations are touched, or slide to the front as others are deleted', async () => {
		const trigger = new Trigger(nature);
		trigger.create(500, 'completed', HOUR);
		await trigger.activate();
		trigger.create(5);
		expect(await trigger.poll()).toHaveLength(5);
		trigger.world.now += HOUR;
		trigger.create(5);
		expect(await trigger.poll()).toHaveLength(5);
		trigger.world.touch(0, 450);
		expect(await trigger.poll()).toEqual([]);
		for (let n = 0; n < 10; n++) trigger.world.remove(0.99);
		expect(await trigger.poll()).toEqual([]);
		trigger.create(2);
		expect(await trigger.poll()).toHaveLength(2);
	});

	test('brings what is over after weeks', async () => {
		const trigger = new Trigger(nature);
		trigger.create(1, 'processing');
		trigger.create(250);
		await trigger.activate();
		for (let week = 0; week < 3; week++) {
			trigger.world.now += 7 * 24 * HOUR;
			trigger.create(60);
			expect(await trigger.poll()).toHaveLength(60);
		}
		trigger.world.move('processing', 'failed', 0);
		expect(await trigger.poll()).toEqual(trigger.standing('failed'));
		expect(await trigger.poll()).toEqual([]);
	});

	test('costs at most 4 requests when nothing is new, with 100 pending', async () => {
		const trigger = new Trigger(nature);
		for (let n = 0; n < 2_000; n++) {
			trigger.create(1, n % 2 ? 'completed' : 'failed', 20 * HOUR - n * 30_000);
		}
		trigger.create(50, 'new', HOUR);
		trigger.create(50, 'processing', HOUR);
		await trigger.activate();
		for (let n = 0; n < 3; n++) {
			expect(await trigger.poll()).toEqual([]);
			expect(trigger.world.requests).toBeLessThanOrEqual(4);
		}
		// and again a while after a burst of one moment
		trigger.create(500);
		expect(await trigger.poll()).toHaveLength(500);
		trigger.world.now += 20 * MINUTE;
		await trigger.poll();
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.world.requests).toBeLessThanOrEqual(4);
	});
});

test.each([true, false])(
	'a list that moves at every request brings all that stay in it (newest first: %s)',
	async (newestFirst) => {
		const trigger = new Trigger({ newestFirst, most: 10 });
		const { world } = trigger;
		trigger.create(200, 'processing', 9 * HOUR);
		for (let n = 0; n < 300; n++) trigger.create(1, 'completed', HOUR + n * MINUTE);
		await trigger.activate();
		const old = new Set(trigger.standing('completed'));
		for (let n = 0; n < 200; n++) {
			world.now += 5 * MINUTE;
			trigger.create(1);
		}
		// As many leave what is new as come in behind it, so that the totals do not show it.
		let requests = 0;
		world.onRequest = (_number, list) => {
			requests += list === 'completed' ? 1 : 0;
			if (requests < 4 || requests > 14) return;
			for (let n = 0; n < 6; n++) {
				world.remove(newestFirst ? 0.85 : 0.999);
				world.move('processing', 'completed', 0);
			}
		};
		const came = [...(await trigger.poll())];
		world.onRequest = () => undefined;
		for (let n = 0; n < 3; n++) came.push(...(await trigger.poll()));
		expect(new Set(came).size).toBe(came.length);
		expect(
			trigger.standing('completed').filter((key) => !old.has(key) && !came.includes(key)),
		).toEqual([]);
	},
);

test('a status that is reached again after the validation stood pending comes again', async () => {
	const trigger = new Trigger();
	trigger.create(200, 'completed', 48 * HOUR);
	await trigger.activate();
	for (let time = 0; time < 2; time++) {
		trigger.world.move('completed', 'processing', 0);
		expect(await trigger.poll()).toEqual([]);
		trigger.world.move('processing', 'completed', 0);
		expect(await trigger.poll()).toEqual(trigger.standing('completed').slice(-1));
		expect(await trigger.poll()).toEqual([]);
	}
});

test.each(['createdAt', 'updatedAt'] as const)(
	'lists that begin to be sorted the other way round (by %s) are read at their new end',
	async (sortedBy) => {
		for (const newestFirst of [true, false]) {
			const trigger = new Trigger({ sortedBy, newestFirst });
			// the last page holds a single record, which shows no order
			for (let n = 0; n < 401; n++) trigger.create(1, 'completed', 9 * HOUR - n * MINUTE);
			await trigger.activate();
			expect(await trigger.poll()).toEqual([]);
			trigger.world.nature.newestFirst = !newestFirst;
			trigger.create(1);
			expect(await trigger.poll()).toEqual(trigger.standing('completed').slice(-1));
		}
	},
);

test('a validation that is deleted while it is pending is forgotten', async () => {
	const trigger = new Trigger();
	trigger.create(1, 'processing');
	await trigger.activate();
	trigger.world.remove(0);
	expect(await trigger.poll()).toEqual([]);
	expect(trigger.state?.pending).toEqual({ new: [], processing: [], held: [] });
	await trigger.poll();
	expect(trigger.world.requests).toBe(4);
});

test.each([-30 * MINUTE, -5 * MINUTE, 5 * MINUTE, 30 * MINUTE])(
	'n8n whose clock is %d ms off misses nothing that happens after the activation, and brings nothing from before',
	async (n8nAhead) => {
		const trigger = new Trigger({ n8nAhead });
		trigger.create(50);
		trigger.world.now += 5_000;
		const { stateWithoutAnswers } = await import('../../nodes/DocumentLivenessTrigger/state.ts');
		const state = stateWithoutAnswers('one', trigger.world.n8nTime());
		trigger.json = JSON.stringify({ state });
		trigger.world.now += 5_000;
		trigger.create(3);
		const old = new Set(trigger.standing('completed').slice(0, 50));
		expect((await trigger.poll()).sort()).toEqual(
			trigger
				.standing('completed')
				.filter((key) => !old.has(key))
				.sort(),
		);
	},
);

describe('a list that cannot be followed', () => {
	test.each<[string, (page: Page) => void]>([
		['is in no order', ({ records }) => records.sort((one) => (String(one._id) < '8' ? -1 : 1))],
		['does not say when', ({ records }) => records.forEach((record) => delete record.createdAt)],
		['has no ids', ({ records }) => records.forEach((record) => delete record._id)],
	])('because it %s is told, not guessed', async (_what, spoil) => {
		const trigger = new Trigger();
		for (let n = 0; n < 300; n++) trigger.create(1, 'completed', n * MINUTE);
		await trigger.activate();
		const { api, wishes } = trigger;
		const spoilt: Api = {
			...api,
			async fetchPage(...args) {
				const page = await api.fetchPage(...args);
				spoil(page);
				return page;
			},
		};
		await expect(poll(trigger.state, wishes, spoilt)).rejects.toThrow(
			'The order of the list cannot be made out',
		);
	});
});

describe('the state', () => {
	test('stays under 200 kB at 10,000 validations a day, however often it is polled', async () => {
		for (const interval of [MINUTE, HOUR, 24 * HOUR]) {
			const trigger = new Trigger();
			trigger.create(150, 'completed', HOUR);
			await trigger.activate();
			let [largest, came, made] = [0, 0, 0];
			const days = interval < HOUR ? 0.25 : 2;
			for (let polls = 0; polls < (days * 24 * HOUR) / interval; polls++) {
				const count = Math.floor((10_000 * (polls + 1) * interval) / (24 * HOUR)) - made;
				// each is pending for an hour
				for (let n = 0; n < count; n++) {
					trigger.world.now += (interval - MINUTE) / count;
					trigger.world.create('processing');
					made++;
					if (made > 417) trigger.world.move('processing', 'completed', 0);
				}
				if (interval === MINUTE) trigger.world.now += MINUTE - 1;
				came += (await trigger.poll()).length;
				largest = Math.max(largest, trigger.json.length);
			}
			expect(largest).toBeLessThan(200_000);
			process.stdout.write(
				`  polled every ${interval / MINUTE} min: ${came} events, state of ${largest} bytes at most\n`,
			);
			expect(came).toBeGreaterThan(made * 0.8);
		}
	}, 300_000);

	test('follows so many pending validations, the newest, and no more', async () => {
		const trigger = new Trigger();
		trigger.create(MOST_PENDING + 300, 'processing', HOUR);
		await trigger.activate();
		trigger.world.now += MINUTE;
		trigger.create(1, 'processing');
		const [newest] = trigger.standing('processing').slice(-1);
		for (let n = 0; n < 3; n++) {
			expect(await trigger.poll()).toEqual([]);
			expect(trigger.state!.pending.processing.length).toBeLessThanOrEqual(MOST_PENDING);
			expect(trigger.json.length).toBeLessThan(200_000);
		}
		trigger.world.move('processing', 'completed', 0.9999);
		expect(await trigger.poll()).toEqual([newest!.replace('processing', 'completed')]);
	});
});

test('a test event is the newest of all that is asked for', async () => {
	const trigger = new Trigger();
	trigger.create(10, 'completed', HOUR);
	trigger.create(1, 'failed', MINUTE);
	const { id, status } = await newestEvent(trigger.wishes, trigger.api);
	expect([`${id}:${status}`]).toEqual(trigger.standing('failed'));
});
