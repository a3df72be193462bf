// What a poll costs: its requests and the size of what is kept, for what the docs say of it. Through the real n8n-core poll
// context against the sandbox.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { SandboxOptions } from '../../sandbox/server.mts';
import { activePoller, closeAccounts, openAccount, requestsOf } from '../support/accounts.mts';
import { DAY, HOUR, MINUTE, putForward, startClock, stopClock } from '../support/clock.mts';

beforeEach(startClock);
afterEach(async () => {
	await closeAccounts();
	stopClock();
});

const ORDERS = ['newest', 'oldest'] as const;

/** A trigger that has polled a few quiet minutes, on an account in which nothing is pending at the newest end. */
async function quietTrigger(options: SandboxOptions) {
	const sandbox = await openAccount({ shape: 'live', tokenLifetimeS: 100 * 86_400, ...options });
	const isNewestFirst = options.order !== 'oldest';
	const records = isNewestFirst ? sandbox.records() : [...sandbox.records()].toReversed();
	let count = 0;
	for (const { _id } of records) {
		if (count++ > 300) break;
		sandbox.setStatus(_id as string, 'completed');
	}
	const poller = await activePoller(sandbox);
	putForward(20 * MINUTE);
	for (let poll = 0; poll < 3; poll++) {
		putForward(MINUTE);
		expect((await poller.tick()).error).toBeUndefined();
	}
	/** The requests of the next poll, which has to hand on so many events. */
	const cost = async (events: number) =>
		await requestsOf(sandbox, async () => {
			const { eventKeys, error } = await poller.tick();
			expect(error).toBeUndefined();
			expect(eventKeys).toHaveLength(events);
		});
	/** Lets so much time pass in which so many come in, evenly. */
	const arrive = (spanMs: number, arrivals: number) => {
		const startMs = Date.now();
		putForward(spanMs);
		for (let at = 1; at <= arrivals; at++) {
			sandbox.add(1, 'completed', new Date(startMs + (spanMs * at) / arrivals));
		}
	};
	return { sandbox, poller, cost, arrive };
}

const figures: Array<[string, string, number]> = [];

describe.each(ORDERS)('on a list that is %s first', (order) => {
	test('a quiet poll on an account of a million validations', async () => {
		const { cost } = await quietTrigger({ order, records: 1_000_000, statusFilter: 'ignored' });
		const costs: number[] = [];
		for (let poll = 0; poll < 5; poll++) {
			putForward(MINUTE);
			costs.push(await cost(0));
		}
		figures.push([order, 'quiet', Math.max(...costs)]);
	});

	test('a hundred pending', async () => {
		const { sandbox, poller, cost } = await quietTrigger({ order, records: 1000 });
		sandbox.add(100, 'processing', new Date());
		await poller.tick();
		putForward(MINUTE);
		figures.push([order, '100 pending', await cost(0)]);
		sandbox.add(250, 'completed', new Date());
		await poller.tick();
		for (let quarter = 0; quarter < 4; quarter++) {
			putForward(15 * MINUTE);
			figures.push([order, '100 pending, 250 after them', await cost(0)]);
		}
	});

	test.each([10, 100, 1000, 3000])('%i that are new in a minute', async (arrivals) => {
		const { arrive, cost, poller } = await quietTrigger({ order, records: 1000 });
		arrive(MINUTE, arrivals);
		figures.push([order, `${arrivals} new`, await cost(arrivals)]);
		figures.push([order, `${arrivals} new: bytes`, poller.stored.length]);
		putForward(MINUTE);
		figures.push([order, `${arrivals} new: next`, await cost(0)]);
	});

	test.each([
		['minute', MINUTE, 20],
		['hour', HOUR, 5],
		['day', DAY, 1],
	] as const)('ten thousand a day, polled every %s', async (name, spanMs, polls) => {
		const { arrive, cost, poller } = await quietTrigger({ order, records: 1000 });
		const arrivals = Math.round((10_000 * spanMs) / DAY);
		let requests = 0;
		for (let poll = 0; poll < polls; poll++) {
			arrive(spanMs, arrivals);
			requests += await cost(arrivals);
		}
		figures.push([order, `10000 a day by ${name}`, requests / polls]);
		figures.push([order, `10000 a day by ${name}: bytes`, poller.stored.length]);
	});
});

test('figures', () => {
	process.stdout.write(`${figures.map((one) => one.join('\t')).join('\n')}\n`);
});
