// What a report counts at the edges of its periods.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { mailOf } from '../../nodes/verifik/report/mail/index.ts';
import { foldOf, reportOf } from '../support/reportSample.mts';

describe('A report', () => {
	const nowMs = Date.parse('2026-11-24T14:00:00Z');
	const pendingAt = (...times: number[]) =>
		times.map((time) => ({ status: 'new', createdAt: new Date(time).toISOString() }));

	test('counts what was created at the first moment of a day with that day, and leaves out its own end', () => {
		// Bogota is five hours behind UTC, the whole year
		const midnight = (day: number) => Date.UTC(2026, 10, day, 5);
		const { series, counts, previous } = reportOf(
			pendingAt(midnight(17) - 1, midnight(17), midnight(18) - 1, midnight(18), midnight(24)),
			{ nowMs },
		);
		expect(series.rows.map(({ date, total }) => [date, total]).slice(0, 3)).toEqual([
			['2026-11-17', 2],
			['2026-11-18', 1],
			['2026-11-19', 0],
		]);
		expect([counts.total, previous!.counts.total]).toEqual([3, 1]);
	});

	test('of this month at its first moment is about its first day', () => {
		const figures = reportOf([], { nowMs: Date.UTC(2026, 4, 1), zone: 'UTC', preset: 'thisMonth' });
		expect(figures.period).toMatchObject({ firstDay: '2026-05-01', lastDay: '2026-05-01' });
		expect(figures.previous!.period).toMatchObject({
			firstDay: '2026-04-01',
			lastDay: '2026-04-01',
		});
		expect(mailOf(figures).text).toMatch(
			/^Document checks, May 1, 2026$[^]*^Compared with Apr 1, 2026$/m,
		);
	});

	test('shows opposite changes of passed and not passed', () => {
		const checkedAt = (day: number, count: number, passed: number) =>
			Array.from({ length: count }, (_, index) => ({
				createdAt: new Date(Date.UTC(2026, 10, day, 12)).toISOString(),
				status: 'completed',
				validationResults: { printedCopy: { passed: index < passed } },
			}));
		const records = [...checkedAt(20, 2000, 1041), ...checkedAt(12, 2000, 1000)];
		const figures = reportOf(records, { nowMs });
		expect(figures.previous!.changes).toMatchObject({
			passed: { points: 2.05, isSignificant: false },
			notPassed: { points: -2.05, isSignificant: false },
			pending: { points: 0, isSignificant: false },
		});
		const { text } = mailOf(figures);
		expect(text).toContain('(1,041 of 2,000; +2.1 points, too few to tell)');
		expect(text).toContain('(959 of 2,000; −2.1 points, too few to tell)');
		expect(text).toMatch(/^Pending: .* Change 0.0 points \(unchanged\)$/m);
	});

	test('has only keys that its documentation explains', () => {
		const page = readFileSync('docs/report.md', 'utf8');
		const figures = reportOf(pendingAt(nowMs), { nowMs });
		const keys = Object.keys({ ...figures, ...mailOf(figures), ...figures.previous });
		expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
	});

	test('says how long validations have been pending', () => {
		const hour = 3_600_000;
		const { pendingAge } = reportOf(
			pendingAt(
				nowMs - 1,
				nowMs - hour + 1,
				nowMs - hour,
				nowMs - 24 * hour + 1,
				nowMs - 24 * hour,
			),
			{ nowMs, preset: 'thisMonth' },
		);
		expect(pendingAge).toEqual({ underOneHour: 2, underOneDay: 2, older: 1 });
	});

	test.each([
		[[1e308, 2, 1e308], { sum: 2, n: 1, outside: 2 }, /^Credits used: Value 2 /m],
		[[1e308, 1e308], { sum: null, n: 0, outside: 2 }, /^Credits used: Value not stated/m],
		[
			[-1e308, '-1', 1001, 0, '1000'],
			{ sum: 1000, n: 2, outside: 3 },
			/^Credits used: Value 1,000 /m,
		],
	])(
		'counts charges that no validation costs as outside, and has a finite sum: %j',
		(charges, credits, line) => {
			const createdAt = new Date(nowMs - 2 * 86_400_000).toISOString();
			const records = charges.map((chargesCount) => ({ createdAt, isLive: true, chargesCount }));
			const figures = reportOf(records, { nowMs });
			expect(figures.credits).toEqual(credits);
			expect(figures.notStated.credits).toBe(0);
			const { text } = mailOf(figures);
			expect(text).toMatch(line);
			expect(text).toContain(`${credits.outside} values lay outside their range`);
			expect(text).not.toContain('∞');
		},
	);

	test('item 3: holds no more than the beginning of a text, however many records have long ones', () => {
		setFlagsFromString('--expose-gc');
		const collect = runInNewContext('gc') as () => void;
		const long = (what: string) => Buffer.alloc(1_000_000, what).toString('latin1');
		const fold = foldOf({ nowMs });
		collect();
		const before = process.memoryUsage().heapUsed;
		for (let n = 0; n < 60; n++) {
			fold.add([
				{
					_id: long(`id ${n} `),
					status: 'completed',
					riskScore: n,
					createdAt: new Date(nowMs - 2 * 86_400_000).toISOString(),
					validateScreenReplay: true,
					aggregateWarnings: [long(`warning ${n} `)],
				},
			]);
		}
		collect();
		expect(process.memoryUsage().heapUsed - before).toBeLessThan(15_000_000);
		const figures = fold.figures({ account: 'a', language: 'en', isComplete: true });
		expect(figures.warnings).toHaveLength(50);
		expect(JSON.stringify(figures).length).toBeLessThan(100_000);
	});
});
