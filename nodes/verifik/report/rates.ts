// Counts by verdict, their rates, and whether two rates differ significantly. Pure.
import { VERDICTS, type Verdict } from '../record/readRecord';
import type { Change, Counts, Rate, Rates } from './figures';

/** 95 % of the normal distribution are within this many standard deviations. */
const Z = 1.959963984540054;

/** Counts before the first validation. */
export function noCounts(): Counts {
	return { total: 0, checked: 0, ...byVerdict(() => 0) };
}

/** Counts one more validation. */
export function addToCounts(counts: Counts, verdict: Verdict): void {
	counts.total++;
	counts[verdict]++;
	if (isOfChecked(verdict)) counts.checked++;
}

/** `n` as a share of `of`. */
export function rateOf(n: number, of: number): Rate {
	return { value: of === 0 ? null : n / of, of, n };
}

/** The rate of each verdict. */
export function ratesOf(counts: Counts): Rates {
	return byVerdict((verdict) =>
		rateOf(counts[verdict], isOfChecked(verdict) ? counts.checked : counts.total),
	);
}

/** How the rate of each verdict differs from that of the period before. */
export function changesOf(rates: Rates, previous: Rates): Record<Verdict, Change> {
	return byVerdict((verdict) => changeOf(rates[verdict], previous[verdict]));
}

/**
 * The 95 % confidence interval of a rate (Wilson's score interval, 1927, without continuity correction).
 *
 * @param rate `of` is 1 or more
 */
export function wilsonInterval({ n, of }: Rate): [low: number, high: number] {
	const share = n / of;
	const scale = 1 + Z ** 2 / of;
	const middle = (share + Z ** 2 / (2 * of)) / scale;
	const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
	return [middle - half, middle + half];
}

function changeOf(now: Rate, before: Rate): Change {
	if (now.value === null || before.value === null) return { points: null, isSignificant: null };
	const [low, high] = wilsonInterval(now);
	const [lowBefore, highBefore] = wilsonInterval(before);
	return {
		// Rounded, so that the changes of passed and not passed are exactly opposite.
		points: Number(((now.value - before.value) * 100).toFixed(9)),
		isSignificant: low > highBefore || lowBefore > high,
	};
}

function isOfChecked(verdict: Verdict): boolean {
	return verdict === 'passed' || verdict === 'notPassed';
}

function byVerdict<Value>(of: (verdict: Verdict) => Value): Record<Verdict, Value> {
	const entries = VERDICTS.map((verdict) => [verdict, of(verdict)]);
	return Object.fromEntries(entries) as Record<Verdict, Value>;
}
