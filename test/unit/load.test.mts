// How the benchmark counts requests at the server.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Load } from '../../bench/load.mts';

/** Requests as pairs of begin and end, counted in the order of time. */
function loadOf(requests: Array<[begin: number, end?: number]>): Load {
	const load = new Load();
	const events = requests.flatMap(([begin, end]) => [
		{ at: begin, count: () => load.begin(begin) },
		...(end === undefined ? [] : [{ at: end, count: () => load.end(end) }]),
	]);
	for (const { count } of events.sort((a, b) => a.at - b.at)) count();
	return load;
}

test('without requests, all counts are 0', () => {
	const load = new Load();
	expect([load.count, load.most, load.mostOverASecond(), load.mostInASecond()]).toEqual([
		0, 0, 0, 0,
	]);
});

test('the busiest second need not begin with a second, nor with a request', () => {
	// 0.3 s of one; then two at once, of which one began long before
	const load = loadOf([
		[0, 300],
		[2000, 4700],
		[4200, 4700],
		[4650, 4700],
	]);
	expect(load).toMatchObject({ count: 4, most: 3 });
	// from 3.7 s to 4.7 s: 1 s of the one, 0.5 s and 0.05 s of the others
	expect(load.mostOverASecond()).toBeCloseTo(1.55);
	expect(load.mostInASecond()).toBe(2);
});

test('a burst counts many at the same time, and few over a second', () => {
	const load = loadOf(Array.from({ length: 20 }, () => [0, 20]));
	expect(load.most).toBe(20);
	expect(load.mostOverASecond()).toBeCloseTo(0.4);
	expect(load.mostInASecond()).toBe(20);
});

test('a request that has not ended counts', () => {
	expect(loadOf([[0], [100]]).mostOverASecond()).toBeCloseTo(2);
});

test('the second that is found is the busiest of all', () => {
	const request = fc
		.tuple(fc.nat(5000), fc.nat(3000))
		.map(([begin, ms]): [number, number] => [begin, begin + ms]);
	fc.assert(
		fc.property(fc.array(request), fc.integer({ min: -1000, max: 8000 }), (requests, start) => {
			const load = loadOf(requests);
			const overlap = ([begin, end]: [number, number]) =>
				Math.max(0, Math.min(end, start + 1000) - Math.max(begin, start));
			const mean = requests.reduce((sum, one) => sum + overlap(one), 0) / 1000;
			const arrived = requests.filter(([begin]) => begin >= start && begin < start + 1000).length;
			expect(load.mostOverASecond()).toBeGreaterThanOrEqual(mean - 1e-9);
			expect(load.mostInASecond()).toBeGreaterThanOrEqual(arrived);
			expect(load.mostOverASecond()).toBeLessThanOrEqual(load.most + 1e-9);
		}),
	);
});
