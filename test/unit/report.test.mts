// What a report counts at the edges of its periods.
import { describe, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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
