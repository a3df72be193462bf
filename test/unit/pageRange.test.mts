// Which records a page and a limit show, and how ranges overlap.
import { expect, test } from '@jest/globals';

import {
	endOf,
	MIN_OVERLAP,
	rangeBefore,
	rangeBeyond,
	startOf,
	widerOverlap,
	type PageRange,
} from '../../nodes/verifik/list/pageRange.ts';

const PAGE_SIZES = [10, 11, 12, 20, 50, 100];

test('a range begins and ends where its page does', () => {
	expect([startOf({ page: 3, limit: 99 }), endOf({ page: 3, limit: 99 })]).toEqual([198, 297]);
});

/** Places up to 2,520 at which a range does not begin before and end behind, by page size. */
function placesWithout(rangeAt: (place: number, overlap: number, size: number) => PageRange) {
	return PAGE_SIZES.flatMap((size) =>
		Array.from({ length: 2519 }, (_, index) => index + 1).filter((place) => {
			const range = rangeAt(place, MIN_OVERLAP, size);
			return range.limit > size || startOf(range) >= place || endOf(range) <= place;
		}),
	);
}

test('a range beyond a place overlaps what is before it, and goes on behind it', () => {
	expect(placesWithout(rangeBeyond)).toEqual([]);
});

test('with 20 records a page and more, it overlaps by as much as is asked for', () => {
	for (const size of [20, 50, 100]) {
		const places = Array.from({ length: 1900 }, (_, index) => index + 30);
		for (const overlap of [MIN_OVERLAP, size / 4]) {
			const least = Math.min(
				...places.map((place) => place - startOf(rangeBeyond(place, overlap, size))),
			);
			expect(least).toBeGreaterThanOrEqual(overlap);
		}
	}
});

test('where every limit begins a page, a range begins there, too', () => {
	expect(rangeBeyond(2520, MIN_OVERLAP, 10)).toEqual({ page: 253, limit: 10 });
	expect(rangeBefore(2520, MIN_OVERLAP, 10)).toEqual({ page: 252, limit: 10 });
});

test('the range at the head of a list is its first page, with the largest limit', () => {
	expect(rangeBeyond(0, MIN_OVERLAP, 100)).toEqual({ page: 1, limit: 100 });
});

test('a range before a place overlaps what is behind it, and goes on before it', () => {
	expect(placesWithout(rangeBefore)).toEqual([]);
});

test('a list of 10,000 records that does not change takes 115 ranges', () => {
	let [place, ranges] = [0, 0];
	for (; place < 10_000; ranges++) place = endOf(rangeBeyond(place, MIN_OVERLAP, 100));
	expect(ranges).toBe(115);
});

test('ranges overlap by up to a quarter of a page', () => {
	expect([2, 4, 16, 25].map((overlap) => widerOverlap(overlap, 100))).toEqual([4, 8, 25, 25]);
});

test('item 1: an overlap of more than a page has room for, as of a list that grew by billions, takes no time', () => {
	const begin = performance.now();
	expect(rangeBefore(5_000, 5e9, 100)).toEqual(rangeBefore(5_000, 99, 100));
	expect(rangeBeyond(5_000, 5e9, 100)).toEqual(rangeBeyond(5_000, 99, 100));
	// a gross bound: it was more than a minute, and for ever with a number beyond 2 ** 53
	expect(performance.now() - begin).toBeLessThan(5_000);
});
