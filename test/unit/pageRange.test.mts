// Page and limit as parts of a list.
import { expect, test } from '@jest/globals';

import {
	endOf,
	MIN_OVERLAP,
	nextLookBack,
	rangeBefore,
	rangeBeyond,
	startOf,
	widerOverlap,
} from '../../nodes/verifik/list/pageRange.ts';

const PAGE_SIZES = [10, 11, 12, 20, 50, 100];

test('a range begins and ends where its page does', () => {
	expect([startOf({ page: 3, limit: 99 }), endOf({ page: 3, limit: 99 })]).toEqual([198, 297]);
});

test('a range beyond a place overlaps what is before it, and goes on behind it', () => {
	for (const size of PAGE_SIZES) {
		for (let place = 1; place < 2520; place++) {
			const range = rangeBeyond(place, MIN_OVERLAP, size);
			expect(range.limit).toBeLessThanOrEqual(size);
			expect(startOf(range)).toBeLessThan(place);
			expect(endOf(range)).toBeGreaterThan(place);
		}
	}
});

test('with 20 records a page and more, it overlaps by as much as is asked for', () => {
	for (const [size, overlap] of [20, 50, 100].flatMap((one) => [
		[one, MIN_OVERLAP],
		[one, one / 4],
	])) {
		for (let place = overlap!; place < 2000; place++) {
			const isMultiple = place % 2520 === 0;
			const start = startOf(rangeBeyond(place, overlap!, size!));
			if (!isMultiple) expect(place - start).toBeGreaterThanOrEqual(overlap!);
		}
	}
});

test('where every limit begins a page, a range begins there, too', () => {
	expect(rangeBeyond(2520, MIN_OVERLAP, 10)).toEqual({ page: 253, limit: 10 });
	expect(rangeBefore(2520, MIN_OVERLAP, 10)).toEqual({ page: 252, limit: 10 });
});

test('at the head of a list stands its first page, as long as may be', () => {
	expect(rangeBeyond(0, MIN_OVERLAP, 100)).toEqual({ page: 1, limit: 100 });
});

test('a range before a place overlaps what is behind it, and goes on before it', () => {
	for (const size of PAGE_SIZES) {
		for (let place = 1; place < 2520; place++) {
			const range = rangeBefore(place, MIN_OVERLAP, size);
			expect(startOf(range)).toBeLessThan(place);
			expect(endOf(range)).toBeGreaterThan(place);
		}
	}
});

test('a still list of 10,000 records takes 115 ranges', () => {
	let [place, ranges] = [0, 0];
	for (; place < 10_000; ranges++) place = endOf(rangeBeyond(place, MIN_OVERLAP, 100));
	expect(ranges).toBe(115);
});

test('looks further to the front each time, and overlaps up to a quarter of a page', () => {
	const distances = [0, 0, 0].reduce<number[]>(
		(all) => [...all, nextLookBack(all.at(-1) ?? 0, 100)],
		[],
	);
	expect(distances).toEqual([25, 75, 175]);
	expect([2, 4, 16, 25].map((overlap) => widerOverlap(overlap, 100))).toEqual([4, 8, 25, 25]);
});
