// How many requests are under way, and how fast a list is read, on simulated lines and servers.
import { describe, expect, test } from '@jest/globals';

import { returnAll, tenConnections, type Line } from '../support/simulatedLine.mts';

const PAGES = 100;

/** A server that needs 20 ms, and bears any number at once. */
const FAST: Line = { roundTrip: 80, serverTime: 20, capacity: Infinity, excess: 'waits' };

/** As the HTTP Request node reads: a page after the other. */
const onePageAfterTheOther = ({ roundTrip, serverTime }: Line) =>
	PAGES * (3 * roundTrip + serverTime);

describe('on a line with a round trip of 80 ms', () => {
	test('is about as fast as ten kept connections', async () => {
		const { time, refusals } = await returnAll(FAST, PAGES);
		const ten = await tenConnections(FAST, PAGES);
		expect(time / ten.time).toBeLessThanOrEqual(1.3);
		expect(onePageAfterTheOther(FAST) / time).toBeGreaterThanOrEqual(12);
		expect(refusals).toBe(0);
	});

	test('is about as fast, too, where times differ by chance', async () => {
		const line = { ...FAST, spread: 0.3 };
		const [all, ten] = [await returnAll(line, PAGES), await tenConnections(line, PAGES)];
		expect(all.time / ten.time).toBeLessThanOrEqual(1.3);
	});

	test('no more than about ten wait at a server that is too slow, when that has shown', async () => {
		const line: Line = { roundTrip: 80, serverTime: 60, capacity: 3, excess: 'waits' };
		const { mean } = await returnAll(line, 300);
		// three more are worked on; before the first answers came, more were sent
		expect(mean).toBeLessThanOrEqual(19);
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
	])('asks no more of a server that needs 20 ms than ten connections do: %o', async (server) => {
		const [all, ten] = [
			await returnAll({ ...line, ...server }, PAGES),
			await tenConnections({ ...line, ...server }, PAGES),
		];
		expect(all.mean).toBeLessThanOrEqual(10);
		expect(all.most).toBeLessThanOrEqual(20);
		expect(all.refusals).toBeLessThanOrEqual(ten.refusals);
	});
});
