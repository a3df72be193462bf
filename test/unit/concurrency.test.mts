// How many requests are under way: the rules, and what they make of simulated lines and servers.
import { describe, expect, test } from '@jest/globals';

import { Concurrency } from '../../nodes/verifik/http/concurrency.ts';
import { returnAll, tenConnections, type Line } from '../support/simulatedLine.mts';

const PAGES = 100;

/** A server that needs 20 ms, and bears any number at once. */
const FAST: Line = { roundTrip: 80, serverTime: 20, capacity: Infinity, excess: 'waits' };

/** As the HTTP Request node reads: a page after the other. */
const onePageAfterTheOther = ({ roundTrip, serverTime }: Line) =>
	PAGES * (3 * roundTrip + serverTime);

describe('on a line with a round trip of 80 ms', () => {
	test('is as fast as ten kept connections, give or take', async () => {
		const { time, refusals } = await returnAll(FAST, PAGES);
		const ten = await tenConnections(FAST, PAGES);
		expect(time / ten.time).toBeLessThanOrEqual(1.3);
		expect(onePageAfterTheOther(FAST) / time).toBeGreaterThanOrEqual(12);
		expect(refusals).toBe(0);
	});

	test('and so where times differ by chance', async () => {
		const line = { ...FAST, spread: 0.3 };
		const [all, ten] = [await returnAll(line, PAGES), await tenConnections(line, PAGES)];
		expect(all.time / ten.time).toBeLessThanOrEqual(1.3);
	});

	test('a short list is one request', async () => {
		expect(await returnAll(FAST, 0.5)).toMatchObject({ requests: 1, time: 260, most: 1 });
	});
});

describe.each([0, 40, 80, 160, 300])('on a line with a round trip of %i ms', (roundTrip) => {
	const line = { ...FAST, roundTrip };

	test.each([
		...([3, 10, 50].map((capacity) => ({ capacity, excess: 'refused' })) as Array<Partial<Line>>),
		...([3, 10, 50].map((capacity) => ({ capacity, excess: 'waits' })) as Array<Partial<Line>>),
	])('asks no more of a server than ten connections do: %o', async (server) => {
		const [all, ten] = [
			await returnAll({ ...line, ...server }, PAGES),
			await tenConnections({ ...line, ...server }, PAGES),
		];
		expect(all.mean).toBeLessThanOrEqual(10);
		expect(all.most).toBeLessThanOrEqual(20);
		expect(all.refusals).toBeLessThanOrEqual(ten.refusals);
	});
});
