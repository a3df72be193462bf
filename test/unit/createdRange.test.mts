// When the rest of a list that is ordered newest first is too old, and which texts are times.
import { expect, test } from '@jest/globals';

import { NewestFirst, timeOf } from '../../nodes/verifik/list/createdRange.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number) => new Date(minutes * MINUTE_MS).toISOString();
const AFTER = 500 * MINUTE_MS;

/** Pages of ten records; gives at which page the range is behind, counted from 0, or -1. */
function endOfRange(records: Array<Record<string, unknown>>): number {
	const order = new NewestFirst();
	for (let page = 0; page * 10 < records.length; page++) {
		if (order.isBehind(AFTER, records.slice(page * 10, page * 10 + 10))) return page;
	}
	return -1;
}

const minutes = Array.from({ length: 1000 }, (_, index) => 1000 - index);

test('of a list ordered by createdAt the reading ends at the first page that lies behind', () => {
	const records = minutes.map((minute) => ({ createdAt: at(minute) }));
	expect(endOfRange(records)).toBe(51);
});

test('records that are seconds out of order change nothing', () => {
	const records = minutes.map((minute, index) => ({ createdAt: at(minute + (index % 2) * 1.5) }));
	expect(endOfRange(records)).toBeGreaterThan(49);
});

test('after a bulk update, a list sorted by updatedAt is still read to the end of the range', () => {
	// the oldest were updated last, and are at the head
	const updated = minutes
		.slice(900)
		.map((minute) => ({ createdAt: at(minute), updatedAt: at(2000) }));
	const others = minutes
		.slice(0, 900)
		.map((minute) => ({ createdAt: at(minute), updatedAt: at(minute) }));
	const end = endOfRange([...updated, ...others]);
	// ten pages of updated records, then the 500 that are wanted
	expect(end).toBeGreaterThanOrEqual(10 + 50);
});

test('a list in another order is read to its end', () => {
	expect(endOfRange(minutes.toReversed().map((minute) => ({ createdAt: at(minute) })))).toBe(-1);
	expect(endOfRange(minutes.map(() => ({})))).toBe(-1);
});

test('many records of one minute, as an import makes them, show no order', () => {
	const imported = Array.from({ length: 100 }, (_, index) => ({ createdAt: at(1 + index / 1000) }));
	expect(endOfRange([...imported, ...minutes.map((minute) => ({ createdAt: at(minute) }))])).toBe(
		-1,
	);
});

test('item 1: a text that is longer than any date is none, so that reading it takes no time', () => {
	const date = 'Fri Jan 30 2026 02:22:00 GMT-0500 (Colombia Standard Time)';
	expect(timeOf({ createdAt: date }, 'createdAt')).toBe(Date.UTC(2026, 0, 30, 7, 22));
	const long = `${date}${' (x)'.repeat(100_000)}`;
	expect(Date.parse(long)).toBe(Date.parse(date));
	expect(timeOf({ createdAt: long }, 'createdAt')).toBeNaN();
});
