// Mean and quantiles of any number of values in bounded memory: exact at first, then in buckets with a known error. Pure.
import type { Precision } from './figures';

/** So many values are kept as they are, which makes their quantiles exact. */
export const MAX_EXACT = 10_000;

/** How values are put in buckets. */
export type Scale = {
	buckets: number;
	/** undefined for a value that has no bucket */
	bucketOf(value: number): number | undefined;
	/** what stands for all values of a bucket */
	valueOf(bucket: number): number;
	precision: Precision;
};

const SCORE_BUCKETS = 10_000;

/** From 0 to 1 in buckets of the same width, each told by its middle. */
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
/** each bucket reaches so many times as far as the one before it */
const GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const MAX_DURATION_MS = 10 * 366 * 24 * 3_600_000;
const logBucket = (value: number) => Math.ceil(Math.log(value) / Math.log(GROWTH)) + 1;

/**
 * Milliseconds up to ten years, in buckets whose width grows with the value. A bucket is told by the value that is as
 * far from both of its ends, relative to them. Under a millisecond is 0.
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

export class Sample {
	count = 0;

	/** values without a bucket, which count for nothing else */
	outside = 0;

	private sum = 0;

	private exact: number[] | undefined = [];

	private buckets?: Uint32Array;

	private readonly scale: Scale;

	constructor(scale: Scale) {
		this.scale = scale;
	}

	/** @returns whether the value has a bucket */
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
	 * By nearest rank: the smallest value that has so many percent of all at or below it.
	 *
	 * @param percent 1 to 100, a whole number
	 * @returns null where there are no values
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
