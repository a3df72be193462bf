// Counts scores from 0 to 1: their number, mean, quantiles, and ten bars. Pure.
import type { ScoreFigures } from './figures';
import { Sample, SCORES } from './quantiles';

const BARS = 10;

/** Counts scores. */
export class ScoreTally {
	private readonly sample = new Sample(SCORES);

	private readonly tenths = new Array<number>(BARS).fill(0);

	add(score: number): void {
		if (!this.sample.add(score)) return;
		this.tenths[Math.min(BARS - 1, Math.floor(score * BARS))]!++;
	}

	figures(): ScoreFigures {
		const { sample, tenths } = this;
		return {
			count: sample.count,
			outside: sample.outside,
			mean: sample.mean,
			median: sample.quantile(50),
			p90: sample.quantile(90),
			p95: sample.quantile(95),
			tenths,
			quantiles: sample.precision,
		};
	}
}
