// Every figure of a report agrees with what an independent computation finds over the whole list, whatever the shape of
// the records, the zone and the period.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Counts, Figures, Rate, ScoreFigures } from '../../nodes/verifik/report/figures.ts';
import {
	Calendar,
	REPORT_PRESETS,
	type Period,
	type ReportPreset,
} from '../../nodes/verifik/list/calendar.ts';
import { VERDICTS } from '../../nodes/verifik/record/readRecord.ts';
import { CHECKS, knownValidations, type Known, type Truth } from '../support/knownValidations.mts';
import { reportOf } from '../support/reportSample.mts';

const ZONES = ['UTC', 'America/Bogota', 'America/Santiago', 'Europe/Madrid', 'Asia/Kathmandu'];
const RUNS = { numRuns: 100 };
const DAY_MS = 86_400_000;

/** around days on which clocks are changed, ends of months and of the year */
const nows = fc
	.tuple(
		fc.constantFrom(
			'2026-03-29',
			'2026-04-06',
			'2026-09-06',
			'2026-10-25',
			'2027-01-03',
			'2026-03-01',
		),
		fc.integer({ min: 0, max: 2 * DAY_MS }),
	)
	.map(([date, ms]) => Date.parse(date) + ms);

const accounts = nows.chain((nowMs) =>
	fc.record({
		nowMs: fc.constant(nowMs),
		zone: fc.constantFrom(...ZONES),
		preset: fc.constantFrom(...REPORT_PRESETS),
		byHand: fc.option(
			fc.record({
				daysBack: fc.integer({ min: 0, max: 60 }),
				days: fc.integer({ min: 1, max: 40 }),
				isWhole: fc.boolean(),
			}),
			{ nil: undefined },
		),
		interval: fc.constantFrom('auto', 'day', 'week', 'month' as const),
		isCompared: fc.boolean(),
		known: fc.array(
			knownValidations(
				fc.oneof(
					{ weight: 12, arbitrary: fc.integer({ min: nowMs - 75 * DAY_MS, max: nowMs }) },
					{ weight: 1, arbitrary: fc.constant(undefined) },
				),
			),
			// by itself it would be ten at most
			{ maxLength: 60, size: 'max' },
		),
	}),
);

type Account = {
	nowMs: number;
	zone: string;
	preset: ReportPreset;
	/** a period of whole days or not, instead of the preset */
	byHand?: { daysBack: number; days: number; isWhole: boolean };
	interval: 'auto' | 'day' | 'week' | 'month';
	isCompared: boolean;
	known: Known[];
};

const report = ({ known, ...account }: Account) =>
	reportOf(
		known.map(({ record }) => record),
		{ ...account, ...(account.byHand && { period: periodOf(account, account.byHand) }) },
	);

/** What is not of whole days begins at no full minute, so that it cannot be a day's beginning. */
function periodOf(
	{ nowMs, zone }: Pick<Account, 'nowMs' | 'zone'>,
	{ daysBack, days, isWhole }: NonNullable<Account['byHand']>,
): Period {
	const calendar = new Calendar(zone);
	if (isWhole) {
		const first = calendar.dayAt(nowMs) - daysBack;
		return { after: calendar.startOfDay(first), before: calendar.startOfDay(first + days) };
	}
	const after = Math.floor(nowMs / 60_000) * 60_000 - daysBack * DAY_MS - 1;
	return { after, before: after + days * DAY_MS };
}

/** The date that a clock in the zone shows. */
const dateOf = (ms: number, zone: string) =>
	new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(ms);
const addDays = (date: string, days: number) =>
	new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
const monthBefore = (month: string) => addDays(`${month}-01`, -1).slice(0, 7);

/** Whether a validation is of the period or of the one before it, by the dates that clocks show. */
function partOf(account: Account, ms: number): 'now' | 'before' | undefined {
	const { preset, byHand, nowMs, zone } = account;
	const [today, date] = [dateOf(nowMs, zone), dateOf(ms, zone)];
	if (byHand?.isWhole) {
		const first = addDays(today, -byHand.daysBack);
		if (date >= addDays(first, byHand.days) || date < addDays(first, -byHand.days))
			return undefined;
		return date >= first ? 'now' : 'before';
	}
	if (byHand) {
		const { after, before } = periodOf(account, byHand);
		if (ms >= before || ms < after - byHand.days * DAY_MS) return undefined;
		return ms >= after ? 'now' : 'before';
	}
	const [month, thisMonth] = [date.slice(0, 7), today.slice(0, 7)];
	if (preset === 'thisMonth') {
		if (month === thisMonth) return ms < nowMs ? 'now' : undefined;
		const isSameDays = date.slice(8) < today.slice(8);
		const time = (at: number) =>
			new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'medium' }).format(at);
		const isSameDay = date.slice(8) === today.slice(8) && time(ms) < time(nowMs);
		return month === monthBefore(thisMonth) && (isSameDays || isSameDay) ? 'before' : undefined;
	}
	if (preset === 'lastMonth') {
		const last = monthBefore(thisMonth);
		return month === last ? 'now' : month === monthBefore(last) ? 'before' : undefined;
	}
	const days = preset === 'last7Days' ? 7 : 30;
	if (date >= today || date < addDays(today, -2 * days)) return undefined;
	return date >= addDays(today, -days) ? 'now' : 'before';
}

function truthsOf(account: Account, part: 'now' | 'before'): Truth[] {
	return account.known
		.map(({ truth }) => truth)
		.filter(({ createdMs }) => createdMs !== undefined && partOf(account, createdMs) === part);
}

function countsOf(truths: Truth[]): Counts {
	const of = (verdict: Truth['verdict']) =>
		truths.filter((truth) => truth.verdict === verdict).length;
	return {
		total: truths.length,
		checked: of('passed') + of('notPassed'),
		passed: of('passed'),
		notPassed: of('notPassed'),
		notCarriedOut: of('notCarriedOut'),
		pending: of('pending'),
		unknown: of('unknown'),
	};
}

function expectScores(found: ScoreFigures, values: Array<number | undefined>): void {
	const stated = values.filter((value) => value !== undefined);
	const inside = stated.filter((value) => value >= 0 && value <= 1).sort((a, b) => a - b);
	const at = (percent: number) => inside[Math.ceil((inside.length * percent) / 100) - 1] ?? null;
	expect(found).toMatchObject({
		count: inside.length,
		outside: stated.length - inside.length,
		median: at(50),
		p90: at(90),
		p95: at(95),
		tenths: Array.from(
			{ length: 10 },
			(_, bar) =>
				inside.filter((value) => Math.min(9, Math.floor(Math.round(value * 10_000) / 1000)) === bar)
					.length,
		),
		quantiles: { method: 'exact', maxError: 0 },
	});
	if (inside.length === 0) expect(found.mean).toBeNull();
	else {
		const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
		expect(found.mean).toBeCloseTo(mean, 9);
	}
}

function each(check: (account: Account, figures: Figures, truths: Truth[]) => void): void {
	fc.assert(
		fc.property(accounts as fc.Arbitrary<Account>, (account) => {
			check(account, report(account), truthsOf(account, 'now'));
		}),
		RUNS,
	);
}

/** Where a rate lies with 95 % confidence: between the roots of the equation that Wilson's interval solves. */
function intervalOf({ n, of }: Rate): [low: number, high: number] {
	const z2 = 1.959963984540054 ** 2;
	const [a, b, c] = [of + z2, -(2 * n + z2), (n * n) / of];
	const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
	return [(-b - root) / (2 * a), (-b + root) / (2 * a)];
}

describe('A report agrees with an independent computation', () => {
	test('on the counts and rates of the period and of the one before it', () => {
		each((account, { counts, rates, previous, notStated }, truths) => {
			expect(counts).toEqual(countsOf(truths));
			expect(rates.passed).toEqual({
				value: counts.checked === 0 ? null : counts.passed / counts.checked,
				of: counts.checked,
				n: counts.passed,
			});
			for (const verdict of ['notCarriedOut', 'pending', 'unknown'] as const) {
				expect(rates[verdict]).toMatchObject({ n: counts[verdict], of: counts.total });
			}
			const before = account.isCompared ? countsOf(truthsOf(account, 'before')) : undefined;
			expect(previous?.counts).toEqual(before);
			for (const verdict of previous ? VERDICTS : []) {
				const [now, then] = [rates[verdict], previous!.rates[verdict]];
				const { points, isSignificant } = previous!.changes[verdict];
				if (now.of === 0 || then.of === 0) expect([points, isSignificant]).toEqual([null, null]);
				else {
					expect(points).toBeCloseTo((100 * now.n) / now.of - (100 * then.n) / then.of, 6);
					const [[low, high], [lowThen, highThen]] = [intervalOf(now), intervalOf(then)];
					expect(isSignificant).toBe(low > highThen || lowThen > high);
				}
			}
			const undated = account.known.filter(({ truth }) => truth.createdMs === undefined);
			expect(notStated.createdAt).toBe(undated.length);
		});
	});

	test('on the series, whose intervals fill the period without a gap', () => {
		each((account, { series, period, counts }, truths) => {
			const { rows } = series;
			const bounds = rows.flatMap(({ after, before }) => [after, before]);
			expect([bounds[0], bounds.at(-1)]).toEqual([period.after, period.before]);
			for (let at = 1; at < rows.length; at++) expect(rows[at]!.after).toBe(rows[at - 1]!.before);
			const keyOf = (date: string) => {
				if (series.interval === 'day') return date;
				if (series.interval === 'month') return date.slice(0, 7);
				return addDays(date, -((new Date(date).getUTCDay() + 6) % 7));
			};
			for (const { date, after: _, before: __, ...row } of rows) {
				const here = truths.filter(
					({ createdMs }) => keyOf(dateOf(createdMs!, account.zone)) === keyOf(date),
				);
				expect(row).toEqual(countsOf(here));
			}
			expect(rows.reduce((sum, { total }) => sum + total, 0)).toBe(counts.total);
		});
	});

	test('on checks, combinations and warnings', () => {
		each((_account, { checks, combinations, warnings }, truths) => {
			for (const name of CHECKS) {
				const of = (outcome: string) =>
					truths.filter(({ outcomes }) => outcomes[name] === outcome).length;
				const run = of('passed') + of('notPassed');
				expect(checks[name]).toEqual({
					run,
					passed: of('passed'),
					notPassed: of('notPassed'),
					notCarriedOut: of('notCarriedOut'),
					unknown: of('unknown'),
					failureRate: {
						value: run === 0 ? null : of('notPassed') / run,
						of: run,
						n: of('notPassed'),
					},
				});
			}
			const failedOf = ({ outcomes }: Truth) =>
				CHECKS.filter((name) => outcomes[name] === 'notPassed').join();
			for (const { checks: names, n } of combinations) {
				const same = truths.filter(
					(truth) => truth.verdict === 'notPassed' && failedOf(truth) === names.join(),
				);
				expect(n).toBe(same.length);
			}
			const ns = combinations.map(({ n }) => n);
			expect(ns).toEqual(ns.toSorted((one, other) => other - one));
			const all = combinations.reduce((sum, { n }) => sum + n, 0);
			expect(all).toBe(truths.filter(({ verdict }) => verdict === 'notPassed').length);
			const codes = [...new Set(truths.flatMap((truth) => truth.warnings))];
			const ranked = codes
				.map((code) => ({ code, n: truths.filter((one) => one.warnings.includes(code)).length }))
				.sort((one, other) => other.n - one.n || (one.code < other.code ? -1 : 1));
			expect(warnings).toEqual(ranked);
		});
	});

	test('on scores, probabilities, times and credits', () => {
		each(({ nowMs }, figures, truths) => {
			expectScores(
				figures.riskScore,
				truths.map(({ riskScore }) => riskScore),
			);
			expectScores(
				figures.confidence,
				truths.map(({ confidence }) => confidence),
			);
			for (const name of CHECKS) {
				expectScores(
					figures.probabilities[name],
					truths.map(({ probabilities }) => probabilities[name]),
				);
			}
			const took = truths.map(({ tookMs }) => tookMs).filter((ms) => ms !== undefined);
			const inside = took.filter((ms) => ms >= 0).sort((a, b) => a - b);
			expect(figures.completionTime).toMatchObject({
				count: inside.length,
				outside: took.length - inside.length,
				medianMs: inside[Math.ceil(inside.length / 2) - 1] ?? null,
				p95Ms: inside[Math.ceil((inside.length * 95) / 100) - 1] ?? null,
			});
			const charged = truths.map(({ credits }) => credits).filter((n) => n !== undefined);
			expect(figures.credits).toEqual({
				sum: charged.length === 0 ? null : charged.reduce((sum, n) => sum + n, 0),
				n: charged.length,
				outside: 0,
			});
			const ages = truths
				.filter(({ verdict }) => verdict === 'pending')
				.map(({ createdMs }) => nowMs - createdMs!);
			expect(figures.pendingAge).toEqual({
				underOneHour: ages.filter((ms) => ms < 3_600_000).length,
				underOneDay: ages.filter((ms) => ms >= 3_600_000 && ms < DAY_MS).length,
				older: ages.filter((ms) => ms >= DAY_MS).length,
			});
		});
	});

	test('on the riskiest validations, in whatever order the records come', () => {
		each((account, { riskiest, notStated }, truths) => {
			const riskOf = ({ riskScore = -9, confidence = 9 }: Truth) =>
				[-riskScore, confidence] as const;
			const ranked = truths
				.filter(
					({ riskScore, confidence, verdict }) =>
						riskScore !== undefined || (confidence !== undefined && verdict !== 'notCarriedOut'),
				)
				.sort((one, other) => {
					const [[risk, trust], [otherRisk, otherTrust]] = [riskOf(one), riskOf(other)];
					const ofOneTime = one.id < other.id ? -1 : 1;
					const age = other.createdMs! - one.createdMs!;
					return risk - otherRisk || trust - otherTrust || age || ofOneTime;
				});
			expect(riskiest.map(({ id }) => id)).toEqual(ranked.slice(0, 10).map(({ id }) => id));
			const reversed = report({ ...account, known: account.known.toReversed() });
			expect(reversed.riskiest).toEqual(riskiest);
			const without = (key: 'riskScore' | 'confidence' | 'credits') =>
				truths.filter((truth) => truth[key] === undefined).length;
			const isOver = ({ verdict }: Truth) => verdict !== 'pending' && verdict !== 'unknown';
			expect(notStated).toEqual({
				createdAt: account.known.filter(({ truth }) => truth.createdMs === undefined).length,
				verdict: truths.filter(({ verdict }) => verdict === 'unknown').length,
				failedChecks: 0,
				riskScore: without('riskScore'),
				confidence: without('confidence'),
				completedAt: truths.filter((truth) => isOver(truth) && truth.tookMs === undefined).length,
				credits: without('credits'),
			});
		});
	});
});
