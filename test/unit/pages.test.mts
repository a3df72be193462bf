import { describe, expect, test } from '@jest/globals';

import type { Page, VerifikRecord } from '../../nodes/verifik/documentLiveness.ts';
import { VerifikFailure } from '../../nodes/verifik/errors.ts';
import { newReading, readPages, type FetchPage, type Wishes } from '../../nodes/verifik/pages.ts';

const record = (id: number): VerifikRecord => ({ _id: String(id) });
const range = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => record(from + index));

type Envelope = 'pages' | 'total' | 'bare';

/** A list of `count` records that stands still, with what the envelope states; the server takes limits up to `most`. */
function server(count: number, envelope: Envelope, most = 100) {
	const asked: Array<[number, number]> = [];
	const fetchPage: FetchPage = async (page, limit): Promise<Page> => {
		asked.push([page, limit]);
		const size = Math.min(limit, most);
		const records = range(0, count).slice((page - 1) * size, page * size);
		return {
			body: { data: records },
			records,
			...(envelope !== 'bare' && { total: count }),
			...(envelope === 'pages' && { pages: Math.ceil(count / size) }),
		};
	};
	return { asked, fetchPage };
}

async function readAll(fetchPage: FetchPage, wishes: Partial<Wishes> = {}) {
	const reading = newReading();
	const batches: Array<{ place: number; records: VerifikRecord[] }> = [];
	let failure: VerifikFailure | undefined;
	try {
		const all = { limit: 100, concurrency: 4, ...wishes };
		for await (const batch of readPages(fetchPage, all, reading)) batches.push(batch);
	} catch (error) {
		if (!(error instanceof VerifikFailure)) throw error;
		failure = error;
	}
	const ids = batches
		.sort((one, other) => one.place - other.place)
		.flatMap(({ records }) => records.map(({ _id }) => _id));
	return { ids, failure, ...reading };
}

const idsOf = (records: VerifikRecord[]) => records.map(({ _id }) => _id);
const scripted = (...pages: Array<Partial<Page>>): FetchPage => {
	return async (page) => {
		const records = pages[page - 1]?.records ?? [];
		return { body: { data: records }, records, ...pages[page - 1] };
	};
};

describe.each<Envelope>(['pages', 'total', 'bare'])('a list with the envelope "%s"', (envelope) => {
	test.each([0, 1, 99, 100, 101, 200, 250, 1234])(
		'of %i records is read to its end, each once and in order',
		async (count) => {
			for (const concurrency of [1, 3, 20]) {
				const { fetchPage } = server(count, envelope);
				expect(await readAll(fetchPage, { concurrency })).toEqual({
					ids: idsOf(range(0, count)),
					failure: undefined,
					hasMoved: false,
					openSeams: 0,
				});
			}
		},
	);

	test.each([1, 2, 7, 50])('is read whole when the server cuts the limit to %i', async (most) => {
		for (const thorough of [false, true]) {
			const { fetchPage } = server(123, envelope, most);
			expect((await readAll(fetchPage, { thorough })).ids).toEqual(idsOf(range(0, 123)));
		}
	});

	test.each([0, 1, 100, 101, 1234])('of %i records is read whole when thorough', async (count) => {
		const { fetchPage } = server(count, envelope);
		expect(await readAll(fetchPage, { thorough: true })).toMatchObject({
			ids: idsOf(range(0, count)),
			failure: undefined,
			hasMoved: false,
			openSeams: 0,
		});
	});
});

describe('requests', () => {
	test.each([
		['pages', 0, [1]],
		['pages', 100, [1]],
		['pages', 300, [1, 2, 3, 1, 3]],
		['total', 0, [1]],
		['total', 300, [1, 2, 3, 1, 3]],
		['bare', 0, [1]],
	] as Array<[Envelope, number, number[]]>)(
		'with "%s" and %i records: pages %j, both ends twice',
		async (envelope, count, pages) => {
			const { asked, fetchPage } = server(count, envelope);
			await readAll(fetchPage);
			expect(asked.map(([page]) => page)).toEqual(pages);
			expect(asked.every(([, limit]) => limit === 100)).toBe(true);
		},
	);

	test('overlap where the server states no total, since movement would show no sign there', async () => {
		const { asked, fetchPage } = server(300, 'bare');
		await readAll(fetchPage);
		const ends = asked.map(([page, limit]) => page * limit);
		asked.slice(1).forEach(([page, limit], at) => {
			expect((page - 1) * limit).toBeLessThan(ends[at]!);
		});
	});

	test('of a thorough reading of 10,000 records are 14 to 18 % more', async () => {
		const { asked, fetchPage } = server(10_000, 'pages');
		await readAll(fetchPage, { thorough: true });
		expect(asked.length).toBeGreaterThanOrEqual(101);
		expect(asked.length).toBeLessThanOrEqual(118);
	});

	test('are as many at once as wished, and never more', async () => {
		const { fetchPage } = server(3000, 'pages');
		let [underWay, most] = [0, 0];
		await readAll(
			async (page, limit) => {
				most = Math.max(most, ++underWay);
				await new Promise((next) => setImmediate(next));
				underWay--;
				return await fetchPage(page, limit);
			},
			{ concurrency: 7 },
		);
		expect(most).toBe(7);
	});

	test('stop when the reader stops', async () => {
		const { asked, fetchPage } = server(10_000, 'pages');
		const pages = readPages(fetchPage, { limit: 100, concurrency: 5 });
		for await (const { place } of pages) if (place === 1) break;
		const { length } = asked;
		await new Promise((next) => setTimeout(next, 20));
		expect(asked).toHaveLength(length);
		expect(length).toBeLessThanOrEqual(7);
	});

	test('are no more than what is wanted needs', async () => {
		const { asked, fetchPage } = server(10_000, 'pages');
		let left = 250;
		for await (const { records } of readPages(fetchPage, {
			limit: 100,
			concurrency: 10,
			wanted: () => left,
		})) {
			left -= records.length;
		}
		expect(asked.map(([page]) => page)).toEqual([1, 2, 3, 1, 3]);
	});
});

describe('a server that is not to be trusted', () => {
	test('that ignores the page is noticed, whatever it states', async () => {
		for (const stated of [{}, { pages: 3 }, { total: 300 }]) {
			for (const thorough of [false, true]) {
				const same: FetchPage = async (_page, limit) => ({
					body: { data: [] },
					records: range(0, limit),
					...stated,
				});
				const { failure } = await readAll(same, { thorough });
				expect(failure?.explanation).toMatchObject({ cause: 'repeatedPage' });
				expect(failure?.message).toContain('page 2');
			}
		}
	});

	test('that goes round in circles without saying where the list ends is noticed', async () => {
		const circle = async (page: number): Promise<Page> => {
			const records = page % 2 ? range(0, 100) : range(100, 200);
			return { body: { data: records }, records };
		};
		expect((await readAll(circle)).failure?.explanation.cause).toBe('repeatedPage');
	});

	test('that repeats records without ids is noticed', async () => {
		const same = async (): Promise<Page> => ({ body: { data: [] }, records: [{ a: 1 }] });
		expect((await readAll(same)).failure?.explanation.cause).toBe('repeatedPage');
	});

	test('that gives fewer records than it states is never taken for complete', async () => {
		const fetchPage = scripted(
			{ records: range(0, 100), total: 250, pages: 3 },
			{ records: [], total: 250, pages: 3 },
			{ records: [], total: 250, pages: 3 },
		);
		const { failure } = await readAll(fetchPage);
		expect(failure?.message).toBe('Verifik states 250 records but gave 100');
	});

	test('that states one page and more records than fit is not taken for complete', async () => {
		const fetchPage = scripted({ records: range(0, 100), total: 250, pages: 1 });
		expect((await readAll(fetchPage)).failure?.explanation.cause).toBe('missingRecords');
	});

	test('an empty page in the middle is not the end where more is stated', async () => {
		const fetchPage = scripted(
			{ records: range(0, 100), pages: 3 },
			{ records: [], pages: 3 },
			{ records: range(200, 250), pages: 3 },
		);
		const { ids, openSeams } = await readAll(fetchPage);
		expect(ids).toHaveLength(150);
		expect(openSeams).toBe(1);
	});

	test('what goes wrong on a page says which, and that nothing was handed on', async () => {
		const { fetchPage } = server(1000, 'pages');
		const { ids, failure } = await readAll(
			async (page, limit) => {
				if (page === 3) throw new VerifikFailure('serverDown', { httpStatus: 502 });
				return await fetchPage(page, limit);
			},
			{ concurrency: 1 },
		);
		expect(ids).toHaveLength(200);
		expect(failure?.explanation.description).toContain('page 3, after 200 records');
		expect(failure?.explanation.details).toEqual({ httpStatus: 502 });
	});
});

describe('a list that moves', () => {
	/** A list that `change` changes before each answer. */
	const moving = (list: number[], change: (list: number[], request: number) => void): FetchPage => {
		let requests = 0;
		return async (page, limit) => {
			change(list, ++requests);
			const records = list.slice((page - 1) * limit, page * limit).map(record);
			return {
				body: { data: [] },
				records,
				total: list.length,
				pages: Math.ceil(list.length / limit),
			};
		};
	};
	const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

	test('gives a record that slid to the next page once, and says that it moved', async () => {
		const list = numbers(150);
		const fetchPage = moving(list, (now, request) => {
			if (request === 2) now.unshift(1000);
		});
		const { ids, hasMoved, openSeams } = await readAll(fetchPage);
		expect(ids.filter((id) => id !== '1000')).toEqual(idsOf(range(0, 150)));
		expect({ hasMoved, openSeams }).toEqual({ hasMoved: true, openSeams: 0 });
	});

	test('gives the record that a removal pulled over a seam, where it belongs', async () => {
		const list = numbers(500);
		const fetchPage = moving(list, (now, request) => {
			if (request === 3) now.splice(0, 5);
		});
		const { ids, hasMoved, openSeams } = await readAll(fetchPage, { concurrency: 1 });
		expect(ids).toEqual(idsOf(range(0, 500)));
		expect({ hasMoved, openSeams }).toEqual({ hasMoved: true, openSeams: 0 });
	});

	test('notices an addition and a removal that cancel out', async () => {
		// oldest first, #5 deleted and #300 added between pages 1 and 2: both totals are 300, nothing stands twice
		const list = numbers(300);
		const fetchPage = moving(list, (now, request) => {
			if (request === 2) {
				now.splice(5, 1);
				now.push(300);
			}
		});
		const { ids, hasMoved } = await readAll(fetchPage, { concurrency: 1 });
		expect(ids.filter((id) => id !== '300')).toEqual(idsOf(range(0, 300)));
		expect(hasMoved).toBe(true);
	});

	test('that is another one at every request is not taken for complete', async () => {
		let next = 10_000;
		const fetchPage = moving(numbers(1000), (now) => {
			now.splice(0, 1000, ...numbers(1000).map(() => next++));
		});
		const { openSeams, failure } = await readAll(fetchPage);
		expect(failure).toBeUndefined();
		expect(openSeams).toBeGreaterThan(0);
	});

	test.each([false, true])(
		'records without an id are all kept, each once (thorough: %s)',
		async (thorough) => {
			const fetchPage = scripted(
				{ records: [{ a: 1 }, { a: 1 }], pages: 2 },
				{ records: [{ a: 2 }], pages: 2 },
			);
			const records = [];
			const wishes = { limit: 2, concurrency: 1, thorough };
			for await (const batch of readPages(fetchPage, wishes)) records.push(...batch.records);
			expect(records).toEqual([{ a: 1 }, { a: 1 }, { a: 2 }]);
		},
	);
});
