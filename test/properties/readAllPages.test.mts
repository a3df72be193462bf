// Return All on a list that changes while it is read: random schedules, judged by an independent oracle.
//
//        what changes                    what answers                      what reads
//   ┌─────────────────────┐       ┌────────────────────────┐       ┌────────────────────────┐
//   │ the list, newest    │       │ the server: pages of   │ page, │ readAllPages: up to    │
//   │ first: 9 8 7 … 1 0  │       │ `maxPageSize` at most; │ limit │ `concurrency` requests │
//   │                     │ slice │ its totals are right,  │◄──────│ at once, each with a   │
//   │ before any request: │──────►│ late, low, high, or    │       │ way there and back by  │
//   │ addFirst, addLast,  │       │ not stated; it may     │──────►│ the simulated clock,   │
//   │ insert, remove,     │       │ ignore limit or page   │ page  │ so that answers come   │
//   │ replace             │       │                        │       │ in any order           │
//   └──────────┬──────────┘       └────────────────────────┘       └───────────┬────────────┘
//              │ `stayed`: in the list from the first request to the last      │ `given`
//              └──────────────────────────► check ◄────────────────────────────┘
//
//   two are added in front between page 1 and page 2 of three records each:
//   [9 8 7] 6 5 4 3      11 10 9 [8 7 6] 5 4      8 and 7 come again, and are given once
//   two are removed in front instead:
//   [9 8 7] 6 5 4 3       7 6 5 [4 3]             6 and 5 are on no page that was read: they have to be found
//
// Promise: what stays in the list from the first request to the last comes out complete, in order and once, or the
// reading says that it is not sure. SCHEDULES and SEED in the environment change how many are run, and which.
//
// Where a reading may be not sure:
// - the server ignores `limit` or `page`, cuts pages to fewer than ten, or records lack IDs: plain pages;
// - the first page held fewer than ten, the list moved, and no right total said that these were all: that looks like a
//   server that cuts pages to so few.
// What is left out:
// - a server that ignores `page` may be refused with `pageIgnored`;
// - a record without an ID that comes twice from a list that moved: nobody can know it again;
// - servers that cut below ten state right totals and pages, and a low total never is just the length of a page that was
//   cut: nobody could distinguish those from a list that ends there. So it is with low `pages` and no total;
// - records without an ID are not in a list twice: they are two;
// - where a server cuts pages to ten, no page overlaps what is behind record 2,520: it counts if the page before it was
//   the same before and after. What left in front in between, and came back in time, nobody can know;
// - a list grows by one change only, at most by two records a request, for 400 requests: one that grew faster had no end.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	readMovingList,
	type ListChange,
	type ReadResult,
	type ReadOptions,
	type Server,
} from '../support/movingList.mts';

const SEED = Number(process.env.SEED ?? 20260131);
const SCHEDULES = Number(process.env.SCHEDULES ?? 20_000);

/** How many requests a change that goes on all the time lasts: a list that grew faster than it is read had no end. */
const STEADY_REQUESTS = 400;

type ListSchedule = { server: Server; options: ReadOptions };

const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const few = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.nat(150));

const change: fc.Arbitrary<ListChange> = fc.oneof(
	fc.record({ kind: fc.constantFrom('addFirst', 'addLast'), count: few }),
	fc.record({ kind: fc.constantFrom('insert', 'remove'), at: share, count: few }),
	fc.record({ kind: fc.constant('replace'), at: share }),
) as fc.Arbitrary<ListChange>;

const changes = fc.array(fc.record({ request: fc.integer({ min: 1, max: 60 }), change }), {
	maxLength: 10,
});

const steady = fc
	.record({ every: fc.integer({ min: 1, max: 10 }), change })
	.map(({ every, change: one }) => ({
		every,
		until: STEADY_REQUESTS,
		change: 'count' in one ? { ...one, count: Math.min(one.count, 2) } : one,
	}));

const often = <T,>(usual: T, ...others: T[]) =>
	fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

/** Undefined all but once in so many times. (`fc.option` with a frequency is undefined only once in so many.) */
const rarely = <T,>(times: number, arbitrary: fc.Arbitrary<T>) =>
	fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const schedules: fc.Arbitrary<ListSchedule> = fc
	.record({
		pageSize: fc.constantFrom(10, 20, 50, 100),
		// hundredths
		pages: fc.oneof(
			{ weight: 6, arbitrary: fc.integer({ min: 0, max: 600 }) },
			{ weight: 1, arbitrary: fc.integer({ min: 0, max: 3000 }) },
		),
		// where pages are cut to ten, none overlaps what is behind record 2,520
		long: rarely(100, fc.integer({ min: 2400, max: 3000 })),
		cut: often(100, 4, 10, 12, 50),
		envelope: fc.constantFrom('pages', 'total', 'pagesOnly', 'bare'),
		totals: often('right', 'lagging', 'low', 'high'),
		ids: often('hex', 'number', 'object'),
		withoutId: often(0, 0, 0, 1, 7),
		twice: often(0, 0, 5),
		ignores: often(undefined, undefined, undefined, undefined, 'limit', 'page'),
		changes: fc.oneof({ weight: 4, arbitrary: changes }, fc.constant([])),
		steady: rarely(2, steady),
		latencies: fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 8 }),
		concurrency: fc.integer({ min: 1, max: 40 }),
		maxRecords: rarely(6, fc.integer({ min: 1, max: 300 })),
		until: rarely(6, share),
	})
	.map(({ pageSize, pages, long, cut, concurrency, maxRecords, until, totals, ...rest }) => {
		const size = Math.min(pageSize, cut);
		const count = size === 10 && long !== undefined ? long : Math.round((pages / 100) * size);
		// a page that is cut, and said to be the only one, is a list that ends there
		const isHidden = (rest.envelope === 'pagesOnly' && totals === 'low') || cut < 10;
		return {
			server: {
				...rest,
				// pages of a few records with nothing stated look like a list that ended meanwhile
				envelope: cut < 10 ? 'pages' : rest.envelope,
				count,
				maxPageSize: cut,
				// a record without an ID that is there twice is two records
				twice: rest.withoutId > 0 ? 0 : rest.twice,
				totals: isHidden ? 'right' : totals,
			} as Server,
			options: {
				pageSize,
				concurrency,
				maxRecords,
				until: until === undefined ? undefined : Math.floor(until * count),
			},
		};
	});

/** A list that is read ten records at a time. */
const tenAtATime = (server: Partial<Server>, concurrency: number): ListSchedule => ({
	server: {
		count: 100,
		maxPageSize: 100,
		envelope: 'pages',
		totals: 'right',
		ids: 'hex',
		withoutId: 0,
		twice: 0,
		changes: [],
		latencies: [[0, 0]],
		...server,
	},
	options: { pageSize: 10, concurrency },
});

/** Schedules found before, whose lists were read whole in a reading that was not sure. */
const UNSURE: ListSchedule[] = [
	tenAtATime(
		{
			count: 40,
			maxPageSize: 12,
			envelope: 'pagesOnly',
			changes: [{ request: 8, change: { kind: 'addFirst', count: 85 } }],
			steady: { every: 1, until: STEADY_REQUESTS, change: { kind: 'addFirst', count: 2 } },
			latencies: [
				[4, 4],
				[3, 6],
				[5, 3],
				[9, 1],
				[2, 2],
			],
		},
		4,
	),
	tenAtATime(
		{
			count: 82,
			changes: [
				{ request: 1, change: { kind: 'addFirst', count: 10 } },
				{ request: 17, change: { kind: 'addFirst', count: 58 } },
			],
			steady: { every: 8, until: STEADY_REQUESTS, change: { kind: 'remove', at: 0, count: 2 } },
		},
		1,
	),
];

/** Whether the server has all that a reading needs to be sure. */
function canBeSure({ ids: _ids, withoutId, ignores, maxPageSize }: Server): boolean {
	return withoutId === 0 && ignores === undefined && maxPageSize >= 10;
}

function check({ server, options }: ListSchedule, result: ReadResult): void {
	const { given, stayed, error, summary, hasMoved, countAtFirst } = result;
	if (server.ignores === 'page') {
		if (error) expect(error).toMatchObject({ code: 'pageIgnored' });
		if (error) return;
	}
	expect(error).toBeUndefined();
	const isStopped = options.maxRecords !== undefined || options.until !== undefined;
	if (canBeSure(server)) {
		const isStated = server.envelope !== 'bare' && server.totals === 'right';
		const isLikeCutToFew = countAtFirst < 10 && hasMoved && !isStated;
		if (!isLikeCutToFew) expect(summary.isSure).toBe(true);
		expect(summary.hasOrderChanged).toBe(false);
		if (server.totals === 'right') expect(summary.recordsStated).toBeUndefined();
	}
	if (!hasMoved) expect(summary.hasOrderChanged).toBe(false);
	// without an ID nobody can know a record again
	if (server.withoutId === 0 || !hasMoved) expect(new Set(given).size).toBe(given.length);
	if (!summary.isSure) return;
	const stays = new Set(stayed);
	const old = [...new Set(given.filter((number) => stays.has(number)))];
	// complete and in order: all of it, or of a reading that stopped what comes first
	expect(old).toEqual(isStopped ? stayed.slice(0, old.length) : stayed);
	if (options.maxRecords !== undefined && options.until === undefined) {
		const enough = Math.min(options.maxRecords, stayed.length);
		expect(given.length).toBeGreaterThanOrEqual(enough);
	}
}

test(`what stays in a list comes out complete, in order and once, or the reading is not sure (seed ${SEED}, ${SCHEDULES} schedules)`, async () => {
	const sum = { schedules: 0, records: 0, requests: 0, unsure: 0, reordered: 0, refused: 0 };
	await fc.assert(
		fc.asyncProperty(schedules, async (schedule) => {
			const result = await readMovingList(schedule.server, schedule.options);
			sum.schedules++;
			sum.records += result.given.length;
			sum.requests += result.requests;
			if (!result.summary.isSure) sum.unsure++;
			if (result.summary.hasOrderChanged) sum.reordered++;
			if (result.error) sum.refused++;
			check(schedule, result);
		}),
		{ seed: SEED, numRuns: SCHEDULES, examples: UNSURE.map((schedule) => [schedule]) },
	);
	// lost, doubled or out of order in a reading that is sure: none, or it would not have come here
	process.stdout.write(`  seed ${SEED}: ${JSON.stringify(sum)}\n`);
}, 36_000_000);
