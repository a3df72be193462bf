// How a list is read page by page: unchanged, changing, and from servers that are not to be trusted. The random schedules are in
// test/properties/readAllPages.
import { describe, expect, test } from '@jest/globals';

import type { Page, VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import {
	newReadSummary,
	readAllPages,
	type FetchPage,
	type ReadAllOptions,
} from '../../nodes/verifik/list/readAllPages.ts';

type Envelope = 'pages' | 'total' | 'bare';

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 0, 31);

/** Numbers from `from` up to, not with, `to`. */
const range = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => from + index);

/** Numbers from here on are records that come in while a list is read. */
const NEWER = 100_000;

/** The first of a list is the newest. */
const record = (number: number): VerifikRecord => ({
	_id: number,
	createdAt: new Date(NOW + (number >= NEWER ? number : -number - 10) * MINUTE_MS).toISOString(),
});

/** A list that `change` changes before each answer. */
function serve(
	list: number[],
	settings: {
		envelope?: Envelope;
		most?: number;
		total?: number;
		pages?: number;
		change?: (list: number[], request: number) => void;
	} = {},
) {
	const { envelope = 'pages', most = 100, change } = settings;
	const asked: Array<[number, number]> = [];
	const fetchPage: FetchPage = async (page, limit): Promise<Page> => {
		asked.push([page, limit]);
		change?.(list, asked.length);
		const size = Math.min(limit, most);
		const records = list.slice((page - 1) * size, page * size).map(record);
		const { total = list.length, pages = Math.ceil(list.length / size) } = settings;
		return {
			body: { data: records },
			records,
			...(envelope !== 'bare' && { total }),
			...(envelope === 'pages' && { pages }),
		};
	};
	return { asked, fetchPage };
}

async function readAll(fetchPage: FetchPage, options: Partial<ReadAllOptions> = {}) {
	const summary = newReadSummary();
	const records: VerifikRecord[] = [];
	let failure: VerifikError | undefined;
	const all = { pageSize: 100, concurrency: 4, serverTime: () => NOW, ...options };
	try {
		for await (const batch of readAllPages(fetchPage, all, summary)) records.push(...batch);
	} catch (error) {
		if (!(error instanceof VerifikError)) throw error;
		failure = error;
	}
	return { ids: records.map(({ _id }) => _id), records, failure, summary };
}

/** The summary of a reading without anything to report. */
const fine = (recordsRead: number) => ({
	isSure: true,
	hasOrderChanged: false,
	recordsRead,
	recordsStated: undefined,
});

describe.each<Envelope>(['pages', 'total', 'bare'])('a list with the envelope "%s"', (envelope) => {
	test.each([0, 1, 7, 99, 100, 101, 200, 250, 1234])(
		'of %i records is read to its end, each once and in order, with nothing to report',
		async (count) => {
			for (const concurrency of [1, 3, 20]) {
				const { fetchPage } = serve(range(0, count), { envelope });
				const { ids, failure, summary } = await readAll(fetchPage, { concurrency });
				expect({ ids, failure, summary }).toEqual({
					ids: range(0, count),
					failure: undefined,
					summary: fine(count),
				});
			}
		},
	);

	test.each([10, 12, 50])('is read whole when the server cuts the limit to %i', async (most) => {
		const { fetchPage } = serve(range(0, 223), { envelope, most });
		const { ids, summary } = await readAll(fetchPage);
		expect(ids).toEqual(range(0, 223));
		expect(summary).toEqual(fine(223));
	});

	test.each([2510, 2520, 2521, 2600, 5000, 5100])(
		'of %i records is read whole ten at a time, though no page overlaps what is behind record 2,520',
		async (count) => {
			for (const concurrency of [1, 10]) {
				const { fetchPage } = serve(range(0, count), { envelope, most: 10 });
				const { ids, summary } = await readAll(fetchPage, { concurrency });
				expect(ids).toEqual(range(0, count));
				expect(summary).toEqual(fine(count));
			}
		},
	);

	test.each([1, 2, 7, 9])(
		'is read whole, and the reading is not sure, when the server cuts the limit to %i',
		async (most) => {
			const { fetchPage } = serve(range(0, 123), { envelope, most });
			const { ids, summary } = await readAll(fetchPage);
			expect(ids).toEqual(range(0, 123));
			expect(summary.isSure).toBe(false);
		},
	);
});

describe('requests', () => {
	test.each([
		['pages', 0, 1],
		['pages', 99, 1],
		['pages', 100, 2],
		['total', 99, 1],
		['bare', 0, 1],
		['bare', 99, 2],
		['pages', 150, 3],
		['pages', 10_000, 116],
	] as Array<[Envelope, number, number]>)(
		'of a list with "%s" and %i records are %i, of more than one page with its head once more',
		async (envelope, count, requests) => {
			const { asked, fetchPage } = serve(range(0, count), { envelope });
			await readAll(fetchPage);
			expect(asked).toHaveLength(requests);
		},
	);

	test('are as many at once as wished, and never more', async () => {
		const { fetchPage } = serve(range(0, 3000));
		let [active, most] = [0, 0];
		await readAll(
			async (page, limit) => {
				most = Math.max(most, ++active);
				await new Promise((next) => setImmediate(next));
				active--;
				return await fetchPage(page, limit);
			},
			{ concurrency: 7 },
		);
		expect(most).toBe(7);
	});

	test('stop when the reader stops', async () => {
		const { asked, fetchPage } = serve(range(0, 10_000));
		const options = { pageSize: 100, concurrency: 5, serverTime: () => NOW };
		for await (const records of readAllPages(fetchPage, options)) {
			if (records[0]?._id !== 0) break;
		}
		const { length } = asked;
		await new Promise((next) => setImmediate(next));
		expect(asked).toHaveLength(length);
		expect(length).toBeLessThanOrEqual(7);
	});

	test('item 3: are repeated where ten of the largest answers came before their turn, and are fewer from then on', async () => {
		const read = async (bytes: number) => {
			const { asked, fetchPage } = serve(range(0, 20_000));
			let [active, mostAfterwards] = [0, 0];
			const fetchLarge = async (page: number, limit: number) => {
				const [isFirst, isSecond] = [asked.length === 0, asked.length === 1];
				active++;
				if (asked.length > 80) mostAfterwards = Math.max(mostAfterwards, active);
				const answer = { ...(await fetchPage(page, limit)), bytes: isFirst ? 300_000 : bytes };
				// all the others come first
				for (let turn = 0; turn < (isSecond ? 50 : 1); turn++) {
					await new Promise((next) => setImmediate(next));
				}
				active--;
				return answer;
			};
			const { ids } = await readAll(fetchLarge, { concurrency: 40 });
			expect(ids).toEqual([...Array(20_000).keys()]);
			return { requests: asked.length, mostAfterwards };
		};
		const [small, large] = [await read(300_000), await read(8_000_000)];
		expect(small.mostAfterwards).toBe(40);
		// 39 came before the second one, and ten of them were held
		expect(large.requests - small.requests).toBe(29);
		expect(large.mostAfterwards).toBe(10);
	});

	test('are no more than what is wanted needs', async () => {
		const { asked, fetchPage } = serve(range(0, 10_000));
		let left = 250;
		const options = { pageSize: 100, concurrency: 10, serverTime: () => NOW };
		for await (const records of readAllPages(fetchPage, { ...options, remaining: () => left })) {
			left -= records.length;
		}
		expect(asked.map(([page]) => page)).toEqual([1, 2, 3, 1]);
	});

	test.each([
		['ten for two that are wanted', 2, 13, 43],
		['a quarter of those that were wanted', 60, 84, 109],
	])(
		'are few ahead where the reader may want no more at any time: %s',
		async (_what, pages, few, many) => {
			const read = async (mayEndEarly: boolean) => {
				const { asked, fetchPage } = serve(range(0, 20_000));
				let left = pages * 100;
				const remaining = () => (left > 0 ? Infinity : 0);
				const options = { pageSize: 100, concurrency: 40, serverTime: () => NOW, remaining };
				for await (const records of readAllPages(fetchPage, { ...options, mayEndEarly })) {
					left -= records.length;
				}
				return asked.length;
			};
			expect([await read(true), await read(false)]).toEqual([few, many]);
		},
	);
});

test.each([
	[500, 4],
	[250, 1],
	[205, 1],
	[200, 1],
])(
	'a reading may begin with a later page: of %i records with the third, in %i requests',
	async (count, requests) => {
		const { asked, fetchPage } = serve(range(0, count));
		const { ids, summary } = await readAll(fetchPage, { firstPage: 3 });
		expect(ids).toEqual(range(200, count));
		expect(summary).toEqual(fine(count - 200));
		expect(asked).toHaveLength(requests);
	},
);

describe('a server that is not to be trusted', () => {
	test('that ignores the page is noticed, whatever it states', async () => {
		for (const stated of [{}, { pages: 3 }, { total: 300 }]) {
			let requests = 0;
			const same: FetchPage = async (_page, limit) => {
				requests++;
				return { body: { data: [] }, records: range(0, limit).map(record), ...stated };
			};
			const { failure } = await readAll(same);
			expect(failure?.code).toBe('pageIgnored');
			expect(requests).toBeLessThan(20);
		}
	});

	test('that repeats its pages without saying where the list ends is noticed', async () => {
		const circle: FetchPage = async (page, limit) => {
			const numbers = page % 2 ? range(0, 100) : range(98, 198);
			return { body: { data: [] }, records: numbers.slice(0, limit).map(record) };
		};
		const { failure, summary } = await readAll(circle);
		expect(failure?.code === 'pageIgnored' || !summary.isSure).toBe(true);
	});

	test('that repeats records without ids is noticed', async () => {
		const records = range(0, 100).map((a) => ({ a }));
		const same = async (): Promise<Page> => ({ body: { data: [] }, records });
		expect((await readAll(same)).failure?.code).toBe('pageIgnored');
	});

	test.each([10, 25, 100, 150])(
		'that ignores the limit and gives %i is read page by page, and the reading is not sure',
		async (size) => {
			const fetchPage: FetchPage = async (page) => {
				const records = range(0, 480)
					.slice((page - 1) * size, page * size)
					.map(record);
				return { body: { data: [] }, records, total: 480 };
			};
			const { ids, summary, failure } = await readAll(fetchPage);
			expect(failure).toBeUndefined();
			expect(ids).toEqual(range(0, 480));
			expect(summary.isSure).toBe(false);
		},
	);

	test.each([40, 100, 480])(
		'that gives the whole list of %i at once, whatever is asked for, is read to its end',
		async (count) => {
			for (const stated of [{}, { total: count }]) {
				const records = range(0, count).map(record);
				const whole: FetchPage = async () => ({ body: { data: [] }, records, ...stated });
				const { ids, failure } = await readAll(whole);
				expect(failure).toBeUndefined();
				expect(ids).toEqual(range(0, count));
			}
		},
	);

	test.each([
		[99, true],
		[250, false],
	])(
		'whose %i records lack IDs is read page by page, and the reading is not sure where there is a second page',
		async (count, isSure) => {
			const { fetchPage } = serve(range(0, count), { envelope: 'total' });
			const { records, summary } = await readAll(async (page, limit) => {
				const answer = await fetchPage(page, limit);
				const bare = answer.records.map(({ _id, ...rest }) => ({ ...rest, number: _id }));
				return { ...answer, records: bare };
			});
			expect(records.map(({ number }) => number)).toEqual(range(0, count));
			expect(summary.isSure).toBe(isSure);
		},
	);

	test('records without an id are all kept, each once', async () => {
		const all = [{ a: 1 }, { a: 1 }, { a: 2 }];
		const fetchPage: FetchPage = async (page) => {
			const records = all.slice((page - 1) * 2, page * 2);
			return { body: { data: [] }, records, pages: 2 };
		};
		const { records } = await readAll(fetchPage, { pageSize: 2, concurrency: 1 });
		expect(records).toEqual(all);
	});

	test('what goes wrong on a page says which, and how many records had been read', async () => {
		const { fetchPage } = serve(range(0, 1000));
		const { ids, failure } = await readAll(
			async (page, limit) => {
				if (page === 3) throw new VerifikError('serverDown', { httpStatus: 502 });
				return await fetchPage(page, limit);
			},
			{ concurrency: 1 },
		);
		expect(ids).toHaveLength(196);
		expect(failure?.explanation.description).toContain('page 3, after 196 records');
	});

	test('item 3: a list without end is told in words when it has more records than any can have', async () => {
		let requests = 0;
		const fetchPage: FetchPage = async (page, limit) => {
			if (++requests > 100) throw new Error('it went on');
			const records = range((page - 1) * limit, page * limit).map(record);
			return { body: { data: records }, records, total: 1e9 };
		};
		const { failure } = await readAll(fetchPage, { maxRecords: 1_000 });
		expect(failure).toMatchObject({ code: 'listTooLarge' });
	});

	test('item 1: long IDs that differ only at their ends take no more time than others', async () => {
		const idOf = (number: number) => `${'x'.repeat(8_000)}${number}`;
		const fetchPage: FetchPage = async (page, limit) => {
			const records = range((page - 1) * limit, Math.min(11_000, page * limit)).map((number) => ({
				...record(number),
				_id: idOf(number),
			}));
			return { body: { data: records }, records, total: 11_000 };
		};
		const begin = performance.now();
		const { failure } = await readAll(fetchPage, { pageSize: 10_000 });
		expect(failure).toBeUndefined();
		// a gross bound: it was more than ten seconds
		expect(performance.now() - begin).toBeLessThan(5_000);
	});
});

describe('a list that changes', () => {
	test('gives a record that slid to the next page once', async () => {
		const { fetchPage } = serve(range(0, 150), {
			change: (list, request) => request === 2 && list.unshift(NEWER),
		});
		const { ids, summary } = await readAll(fetchPage);
		expect(ids).toEqual(range(0, 150));
		expect(summary).toEqual(fine(150));
	});

	test('gives what a removal pulled over the end of a page, where it belongs', async () => {
		const { fetchPage } = serve(range(0, 500), {
			change: (list, request) => request === 3 && list.splice(0, 5),
		});
		const { ids, summary } = await readAll(fetchPage, { concurrency: 1 });
		expect(ids).toEqual(range(0, 500));
		expect(summary).toEqual(fine(500));
	});

	test('of which a thousand records are added at once is read on where it was', async () => {
		const { asked, fetchPage } = serve(range(0, 3000), {
			change: (list, request) => request === 5 && list.unshift(...range(NEWER, NEWER + 1000)),
		});
		const { ids, summary } = await readAll(fetchPage);
		expect(ids.filter((id) => Number(id) < NEWER)).toEqual(range(0, 3000));
		expect(new Set(ids).size).toBe(ids.length);
		expect(summary).toMatchObject({ isSure: true, hasOrderChanged: false });
		expect(asked.length).toBeLessThan(75);
	});

	test.each<[string, Array<[page: number, move: (list: number[]) => unknown]>]>([
		['one is removed before it', [[253, (list) => list.splice(5, 1)]]],
		['ten are removed before it', [[253, (list) => list.splice(5, 10)]]],
		['one is added before it', [[253, (list) => list.unshift(NEWER)]]],
		['one is removed before the page before it', [[252, (list) => list.splice(5, 1)]]],
		['one is replaced', [[253, (list) => list.splice(2515, 1) && list.unshift(NEWER)]]],
		[
			'five are removed before it and three added after it',
			[
				[253, (list) => list.splice(5, 5)],
				[252, (list) => list.unshift(NEWER + 2, NEWER + 1, NEWER)],
			],
		],
		[
			'one is removed before the page before it is read again',
			[
				[252, () => undefined],
				[252, (list) => list.splice(5, 1)],
			],
		],
	])(
		'around the page behind record 2,520, ten at a time, loses nothing: %s',
		async (_what, steps) => {
			for (const concurrency of [1, 10]) {
				const [list, left] = [range(0, 2600), [...steps]];
				const { asked, fetchPage } = serve(list, {
					most: 10,
					change: (now) => {
						const [page, limit] = asked.at(-1)!;
						if (limit === 10 && page === left[0]?.[0]) left.shift()![1](now);
					},
				});
				const { ids, summary } = await readAll(fetchPage, { concurrency });
				expect(left).toEqual([]);
				const stayed = list.filter((number) => number < NEWER);
				const isStayed = new Set<unknown>(stayed);
				expect(ids.filter((id) => isStayed.has(id))).toEqual(stayed);
				expect(summary).toMatchObject({ isSure: true, hasOrderChanged: false });
			}
		},
	);

	test('that is another one at every request comes to an end, and the reading is not sure', async () => {
		let next = NEWER;
		const { fetchPage } = serve(range(0, 1000), {
			change: (list) => list.splice(0, 1000, ...range(next, (next += 1000))),
		});
		const { summary, failure } = await readAll(fetchPage);
		expect(failure).toBeUndefined();
		expect(summary.isSure).toBe(false);
	});

	test('whose records change places while they are read is reported, and each comes once', async () => {
		// as a list sorted by updatedAt does when older records are updated
		const { fetchPage } = serve(range(0, 1000), {
			change: (list, request) => {
				if (request === 4) list.unshift(...list.splice(600, 150));
			},
		});
		const { ids, summary } = await readAll(fetchPage, { concurrency: 1 });
		expect(new Set(ids).size).toBe(ids.length);
		expect(summary.hasOrderChanged).toBe(true);
	});

	test('into whose head an older record comes, in its place by date, has not changed its order', async () => {
		const { fetchPage } = serve(
			range(0, 400).filter((number) => number !== 5),
			{ change: (list, request) => request === 3 && list.splice(5, 0, 5) },
		);
		expect((await readAll(fetchPage)).summary.hasOrderChanged).toBe(false);
	});

	test('of which the reader stopped early, and whose head is gone, has not changed its order', async () => {
		const { fetchPage } = serve(range(0, 97), {
			change: (list, request) => request === 3 && list.splice(0, 96),
		});
		let wanted = 60;
		const options = { pageSize: 50, concurrency: 1, remaining: () => wanted };
		const summary = newReadSummary();
		const all = { serverTime: () => NOW, ...options };
		for await (const batch of readAllPages(fetchPage, all, summary)) wanted -= batch.length;
		expect(summary.hasOrderChanged).toBe(false);
	});
});

describe('what an independent simulation found in the reader before', () => {
	test('1: one record removed before one request and 70 before the next: the order of the list is kept', async () => {
		const change = (list: number[], request: number) => {
			if (request === 3) list.splice(10, 1);
			if (request === 4) list.splice(20, 70);
		};
		const { fetchPage } = serve(range(0, 300), { change });
		const { ids } = await readAll(fetchPage, { concurrency: 1 });
		expect(ids).toEqual(range(0, 300));
	});

	test('1: one record removed at every request, ten in flight: every one that stays, in order', async () => {
		for (let seed = 0; seed < 5; seed++) {
			const list = range(0, 5000);
			const change = (now: number[], request: number) =>
				now.splice((request * 7919 + seed * 104_729) % now.length, 1);
			const { fetchPage } = serve(list, { change });
			const { ids, summary } = await readAll(fetchPage, { concurrency: 10 });
			const stayed = new Set(list);
			expect(ids.filter((id) => stayed.has(id as number))).toEqual(list);
			expect(ids).toEqual([...ids].sort((one, other) => Number(one) - Number(other)));
			expect(summary.isSure).toBe(true);
		}
	});

	test('2: additions and removals that balance are neither lost nor taken for missing records', async () => {
		for (let seed = 0; seed < 20; seed++) {
			let next = NEWER;
			const list = range(0, 500);
			const change = (now: number[], request: number) => {
				if ((request + seed) % 3 !== 0) return;
				now.splice((request * 7919 + seed * 104_729) % now.length, 1);
				now.unshift(next++);
			};
			const { fetchPage } = serve(list, { change });
			const { ids, summary, failure } = await readAll(fetchPage);
			expect(failure).toBeUndefined();
			const given = new Set(ids);
			expect(list.filter((number) => number < NEWER && !given.has(number))).toEqual([]);
			expect(summary).toMatchObject({ isSure: true, recordsStated: undefined });
		}
	});

	test('3: a total that counts more than the list holds costs a request or two, and is reported', async () => {
		const { asked, fetchPage } = serve(range(0, 3), { total: 10_000, pages: 100 });
		const { ids, summary, failure } = await readAll(fetchPage);
		expect(failure).toBeUndefined();
		expect(ids).toEqual(range(0, 3));
		expect(summary).toEqual({ ...fine(3), recordsStated: 10_000 });
		expect(asked.length).toBeLessThanOrEqual(3);
	});

	test('3: an _id that is twice in a list that does not change comes once, and is no reason to refuse', async () => {
		for (const at of [6, 99, 350]) {
			const list = range(0, 400);
			list.splice(at, 0, 5);
			const { fetchPage } = serve(list);
			const { ids, summary, failure } = await readAll(fetchPage);
			expect(failure).toBeUndefined();
			expect(ids).toEqual(range(0, 400));
			expect(summary).toEqual(fine(400));
		}
	});

	test('3: a total that is too low does not cut the list', async () => {
		const { fetchPage } = serve(range(0, 450), { total: 300, pages: 3 });
		const { ids, summary } = await readAll(fetchPage);
		expect(ids).toEqual(range(0, 450));
		expect(summary).toEqual(fine(450));
	});

	test('6: a list that is drained to nothing costs few requests, and is no reason to be unsure', async () => {
		const { asked, fetchPage } = serve(range(0, 5000), {
			change: (list, request) => request === 20 && list.splice(0, 5000),
		});
		const { summary, failure } = await readAll(fetchPage, { concurrency: 1 });
		expect(failure).toBeUndefined();
		expect(summary.isSure).toBe(true);
		expect(asked.length).toBeLessThan(35);
	});

	test('7: a billion pages that are stated and empty cost few requests', async () => {
		for (const count of [0, 100, 250]) {
			const { asked, fetchPage } = serve(range(0, count), { total: count, pages: 1e9 });
			const { ids } = await readAll(fetchPage, { concurrency: 10 });
			expect(ids).toEqual(range(0, count));
			expect(asked.length).toBeLessThan(25);
		}
		let requests = 0;
		const { ids } = await readAll(async (page) => {
			requests++;
			const records = page === 1 ? range(0, 100).map(record) : [];
			return { body: { data: [] }, records, pages: 1e9 };
		});
		expect(ids).toEqual(range(0, 100));
		expect(requests).toBeLessThan(90);
	});
});
