// What a poll costs: its requests and the size of what is kept, for what docs/trigger.md says of it. Through the real
// n8n-core poll context against the sandbox.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { isPending } from '../../nodes/verifik/record/readRecord.ts';
import type { SandboxOptions } from '../../sandbox/server.mts';
import { activePoller, openAccount, requestsOf } from '../support/accounts.mts';
import { DAY, HOUR, MINUTE, advanceClock, startClock, stopClock } from '../support/clock.mts';

beforeEach(startClock);
afterEach(stopClock);

/** Of so many generated validations at each end, those that are pending are completed: a poll may meet them. */
const AT_EACH_END = 300;

/** A trigger that has polled a few quiet minutes, and follows nothing: the filter does not bring it what is pending. */
async function quietTrigger(options: SandboxOptions) {
	const sandbox = await openAccount({
		shape: 'live',
		records: 1_000,
		statusFilter: 'ignored',
		tokenLifetimeS: 100 * 86_400,
		...options,
	});
	for (const order of ['newest', 'oldest'] as const) {
		sandbox.settings.order = order;
		let count = 0;
		for (const record of sandbox.records()) {
			if (count++ === AT_EACH_END) break;
			if (isPending(record)) sandbox.setStatus(record._id as string, 'completed');
		}
	}
	sandbox.settings.order = options.order ?? 'newest';
	const poller = await activePoller(sandbox);
	advanceClock(20 * MINUTE);
	for (let poll = 0; poll < 3; poll++) {
		advanceClock(MINUTE);
		expect((await poller.poll()).error).toBeUndefined();
	}
	/** The requests of the next poll, which has to hand on so many events. */
	const cost = async (events: number) =>
		await requestsOf(sandbox, async () => {
			const { eventKeys, error } = await poller.poll();
			expect(error).toBeUndefined();
			expect(eventKeys).toHaveLength(events);
		});
	/** Lets so much time pass in which so many come in, evenly. */
	const arrive = (spanMs: number, arrivals: number) => {
		const startMs = Date.now();
		advanceClock(spanMs);
		for (let at = 1; at <= arrivals; at++) {
			sandbox.add(1, 'completed', new Date(startMs + (spanMs * at) / arrivals));
		}
	};
	return { sandbox, poller, cost, arrive };
}

type Figures = {
	quiet: number;
	/** by how many are new in a minute: the poll that hands them on, and the next */
	fresh: Array<[arrivals: number, requests: number]>;
	/** pending, and with 250 younger ones after them: where List takes notice of `status`, and where it does not */
	pending: { atNewestEnd: number; withFilter: number; withoutFilter: number };
	/** requests of a poll, ten thousand a day; as measured, give or take two */
	busy: Array<[name: string, spanMs: number, polls: number, requests: number]>;
};

const FIGURES: Record<'newest' | 'oldest', Figures> = {
	newest: {
		quiet: 1,
		fresh: [
			[10, 1],
			[100, 3],
			[1000, 13],
			[3000, 36],
		],
		pending: { atNewestEnd: 3, withFilter: 4, withoutFilter: 51 },
		busy: [
			['minute', MINUTE, 20, 1],
			['hour', HOUR, 5, 7],
			['day', DAY, 1, 116],
		],
	},
	oldest: {
		quiet: 2,
		fresh: [
			[10, 2],
			[100, 3],
			[1000, 13],
			[3000, 36],
		],
		pending: { atNewestEnd: 3, withFilter: 5, withoutFilter: 52 },
		busy: [
			['minute', MINUTE, 20, 2],
			['hour', HOUR, 5, 7],
			['day', DAY, 1, 118],
		],
	},
};

describe.each(['newest', 'oldest'] as const)('on a list that is %s first', (order) => {
	const figures = FIGURES[order];

	test(`a quiet poll takes ${figures.quiet}, on an account of a million validations`, async () => {
		const { cost } = await quietTrigger({ order, records: 1_000_000 });
		for (let poll = 0; poll < 5; poll++) {
			advanceClock(MINUTE);
			expect(await cost(0)).toBe(figures.quiet);
		}
	});

	test.each(figures.fresh)('%i that are new in a minute take %i', async (arrivals, requests) => {
		const { arrive, cost, poller } = await quietTrigger({ order });
		const before = poller.stored.length;
		arrive(MINUTE, arrivals);
		expect(await cost(arrivals)).toBe(requests);
		// for ten minutes they are read again
		advanceClock(MINUTE);
		expect(await cost(0)).toBe(requests);
		expect((poller.stored.length - before) / arrivals).toBeLessThan(120);
		// until there is a validation that is so much younger
		arrive(20 * MINUTE, 1);
		await cost(1);
		advanceClock(MINUTE);
		expect(await cost(0)).toBe(figures.quiet);
		expect(poller.stored.length).toBeLessThan(2_000);
	});

	test('a hundred pending are read with the list, or as two lists, or looked up by ID', async () => {
		const { atNewestEnd, withFilter, withoutFilter } = figures.pending;
		for (const statusFilter of ['working', 'ignored'] as const) {
			const { sandbox, poller, cost } = await quietTrigger({
				order,
				statusFilter,
				shape: 'nested',
			});
			sandbox.add(100, 'processing', new Date());
			await poller.poll();
			advanceClock(MINUTE);
			expect(await cost(0)).toBe(atNewestEnd);
			sandbox.add(250, 'completed', new Date());
			await poller.poll();
			advanceClock(15 * MINUTE);
			await cost(0);
			advanceClock(15 * MINUTE);
			expect(await cost(0)).toBe(statusFilter === 'working' ? withFilter : withoutFilter);
		}
	});

	test.each(figures.busy)(
		'ten thousand a day, polled every %s',
		async (_name, spanMs, polls, requests) => {
			const { arrive, cost, poller } = await quietTrigger({ order });
			const arrivals = Math.round((10_000 * spanMs) / DAY);
			let sum = 0;
			for (let poll = 0; poll < polls; poll++) {
				arrive(spanMs, arrivals);
				sum += await cost(arrivals);
			}
			// a second more or less moves the pages
			expect(Math.abs(sum / polls - requests)).toBeLessThanOrEqual(2);
			expect(poller.stored.length).toBeLessThan(9_000);
		},
	);
});
