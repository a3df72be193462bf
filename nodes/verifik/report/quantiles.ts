// Mean and quantiles of any number of values in limited memory: first exact, then from buckets with a known error. Pure.
import type { Precision } from './figures';

/** Up to this many values are kept, so that quantiles are exact. */
export const MAX_EXACT = 10_000;

/** How values are put into buckets. */
export type Scale = {
	buckets: number;
	/** undefined for a value that has no bucket */
	bucketOf(value: number): number | undefined;
	/** the value that represents all values of a bucket */
	valueOf(bucket: number): number;
	precision: Precision;
};

const SCORE_BUCKETS = 10_000;

/** Values from 0 to 1 in buckets of the same width, each represented by its middle. */
export const SCORES: Scale = {
	buckets: SCORE_BUCKETS,
	bucketOf: (value) =>
		value >= 0 && value <= 1
			? Math.min(SCORE_BUCKETS - 1, Math.floor(value * SCORE_BUCKETS))
			: undefined,
	valueOf: (bucket) => (bucket + 0.5) / SCORE_BUCKETS,
	precision: { method: 'histogram', maxError: 0.5 / SCORE_BUCKETS },
};

const RELATIVE_ERROR = 0.01;
/** The upper end of a bucket is this factor above that of the one before. */
const GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const MAX_DURATION_MS = 10 * 366 * 24 * 3_600_000;
const logBucket = (value: number) => Math.ceil(Math.log(value) / Math.log(GROWTH)) + 1;

/**
 * Milliseconds up to ten years, in buckets whose width grows with the value. A bucket is represented by the value with the same
 * relative distance to both of its ends. Values below a millisecond count as 0.
 */
export const DURATIONS: Scale = {
	buckets: logBucket(MAX_DURATION_MS) + 1,
	bucketOf: (value) => {
		if (!(value >= 0 && value <= MAX_DURATION_MS)) return undefined;
		return value < 1 ? 0 : logBucket(value);
	},
	valueOf: (bucket) => (bucket === 0 ? 0 : (2 * GROWTH ** (bucket - 1)) / (GROWTH + 1)),
	precision: { method: 'logHistogram', maxError: RELATIVE_ERROR },
};

/** A sample of values on a scale. */
export class Sample {
	count = 0;

	/** number of values without a bucket, which are in no other figure */
	outside = 0;

	private sum = 0;

	private exact: number[] | undefined = [];

	private buckets?: Uint32Array;

	private readonly scale: Scale;

	constructor(scale: Scale) {
		this.scale = scale;
	}

	/** Adds a value. @returns whether it has a bucket */
	add(value: number): boolean {
		const bucket = this.scale.bucketOf(value);
		if (bucket === undefined) {
			this.outside++;
			return false;
		}
		this.count++;
		this.sum += value;
		if (this.buckets) this.buckets[bucket]!++;
		else this.exact!.push(value);
		if (this.exact && this.count > MAX_EXACT) this.moveToBuckets(this.exact);
		return true;
	}

	get mean(): number | null {
		return this.count === 0 ? null : this.sum / this.count;
	}

	get precision(): Precision {
		return this.exact ? { method: 'exact', maxError: 0 } : this.scale.precision;
	}

	/**
	 * A quantile by nearest rank: the smallest value with at least `percent` of all values at or below it.
	 *
	 * @param percent 1 to 100, a whole number
	 * @returns null if there are no values
	 */
	quantile(percent: number): number | null {
		if (this.count === 0) return null;
		const rank = Math.ceil((percent * this.count) / 100);
		if (this.exact) return this.exact.sort((one, other) => one - other)[rank - 1]!;
		let reached = 0;
		const bucket = this.buckets!.findIndex((count) => (reached += count) >= rank);
		return this.scale.valueOf(bucket);
	}

	private moveToBuckets(values: number[]): void {
		this.buckets = new Uint32Array(this.scale.buckets);
		for (const value of values) this.buckets[this.scale.bucketOf(value)!]!++;
		this.exact = undefined;
	}
}
