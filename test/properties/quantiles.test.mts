// Quantiles in bounded memory against a full sort, and the intervals of rates against their definition.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	DURATIONS,
	MAX_EXACT,
	Sample,
	SCORES,
	type Scale,
} from '../../nodes/verifik/report/quantiles.ts';
import {
	changesOf,
	addToCounts,
	noCounts,
	ratesOf,
	wilsonInterval,
} from '../../nodes/verifik/report/rates.ts';

const PERCENTS = [1, 25, 50, 90, 95, 99, 100];

/** By nearest rank, from all values in order. */
function sortedQuantile(values: number[], percent: number): number {
	const sorted = values.toSorted((one, other) => one - other);
	return sorted[Math.ceil((percent * sorted.length) / 100) - 1]!;
}

function sampleOf(scale: Scale, values: number[]): Sample {
	const sample = new Sample(scale);
	for (const value of values) sample.add(value);
	return sample;
}

const scores = fc.double({ min: 0, max: 1, noNaN: true });
const durations = fc.oneof(
	fc.integer({ min: 0, max: 100_000 }),
	fc.integer({ min: 0, max: 10 * 366 * 86_400_000 }),
);

/** More values than are kept, made of a few hundred. */
const many = (value: fc.Arbitrary<number>) =>
	fc
		.array(value, { minLength: 100, maxLength: 400 })
		.map((some) =>
			Array.from({ length: MAX_EXACT + 1 }, (_, at) => some[(at * at) % some.length]!),
		);

describe('A quantile', () => {
	test('is that of a full sort, for as many values as are kept', () => {
		fc.assert(
			fc.property(fc.array(scores, { minLength: 1, maxLength: 300 }), (values) => {
				const sample = sampleOf(SCORES, values);
				for (const percent of PERCENTS) {
					expect(sample.quantile(percent)).toBe(sortedQuantile(values, percent));
				}
				expect(sample.precision).toEqual({ method: 'exact', maxError: 0 });
			}),
		);
	});

	test('is exact for 10,000 values, and has a bound from the next one on', () => {
		const values = Array.from({ length: 10_000 }, (_, at) => ((at * 7919) % 10_000) / 9999);
		const sample = sampleOf(SCORES, values);
		expect(sample.precision.method).toBe('exact');
		for (const percent of PERCENTS) {
			expect(sample.quantile(percent)).toBe(sortedQuantile(values, percent));
		}
		sample.add(0.5);
		expect([sample.count, sample.precision.method]).toEqual([10_001, 'histogram']);
	});

	test('of more scores is within half of a ten-thousandth of it', () => {
		fc.assert(
			fc.property(many(scores), (values) => {
				const sample = sampleOf(SCORES, values);
				expect(sample.precision).toEqual({ method: 'histogram', maxError: 0.00005 });
				for (const percent of PERCENTS) {
					const error = Math.abs(sample.quantile(percent)! - sortedQuantile(values, percent));
					expect(error).toBeLessThanOrEqual(0.00005 + 1e-12);
				}
			}),
			{ numRuns: 30 },
		);
	});

	test('of more durations is within one percent of it', () => {
		fc.assert(
			fc.property(many(durations), (values) => {
				const sample = sampleOf(DURATIONS, values);
				expect(sample.precision).toEqual({ method: 'logHistogram', maxError: 0.01 });
				for (const percent of PERCENTS) {
					const exact = sortedQuantile(values, percent);
					const error = Math.abs(sample.quantile(percent)! - exact);
					expect(error).toBeLessThanOrEqual(exact * 0.01 * (1 + 1e-9));
				}
			}),
			{ numRuns: 30 },
		);
	});

	test('leaves out what is of no scale, and counts it', () => {
		const sample = sampleOf(SCORES, [-0.01, 0, 1, 1.01, NaN, Infinity]);
		expect([sample.count, sample.outside, sample.mean]).toEqual([2, 4, 0.5]);
		const times = sampleOf(DURATIONS, [-1, 0, 1, 11 * 366 * 86_400_000]);
		expect([times.count, times.outside, times.quantile(100)]).toEqual([2, 2, 1]);
		expect(new Sample(SCORES).quantile(50)).toBeNull();
		expect(new Sample(SCORES).mean).toBeNull();
	});
});

describe('A rate', () => {
	test('has the interval by which Wilson defines it: where the count is 1.96 deviations away', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (of, some) => {
				const n = some % (of + 1);
				for (const bound of wilsonInterval({ value: n / of, of, n })) {
					const away = Math.abs(n / of - bound);
					const deviation = Math.sqrt(Math.max(0, bound * (1 - bound)) / of);
					expect(away).toBeCloseTo(1.959963984540054 * deviation, 6);
				}
			}),
		);
		// a textbook's
		const [low, high] = wilsonInterval({ value: 0.8, of: 10, n: 8 });
		expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.4902', '0.9433']);
	});

	test('differs from another by more than chance only where the intervals are apart', () => {
		const countsOf = (passed: number, notPassed: number) => {
			const counts = noCounts();
			for (let n = 0; n < passed; n++) addToCounts(counts, 'passed');
			for (let n = 0; n < notPassed; n++) addToCounts(counts, 'notPassed');
			return ratesOf(counts);
		};
		expect(changesOf(countsOf(9, 1), countsOf(5, 5)).passed.isSignificant).toBe(false);
		expect(changesOf(countsOf(900, 100), countsOf(500, 500)).passed).toEqual({
			points: expect.closeTo(40, 9),
			isSignificant: true,
		});
		expect(changesOf(countsOf(500, 500), countsOf(900, 100)).passed).toEqual({
			points: expect.closeTo(-40, 9),
			isSignificant: true,
		});
		expect(changesOf(countsOf(9, 1), countsOf(0, 0)).passed).toEqual({
			points: null,
			isSignificant: null,
		});
	});
});
