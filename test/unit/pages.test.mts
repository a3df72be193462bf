import { describe, expect, test } from '@jest/globals';

import type { Page, VerifikRecord } from '../../nodes/verifik/documentLiveness.ts';
import { VerifikFailure } from '../../nodes/verifik/errors.ts';
import { readPages, type Reading } from '../../nodes/verifik/pages.ts';

const record = (id: number): VerifikRecord => ({ _id: String(id) });
const range = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => record(from + index));

type Envelope = 'pages' | 'total' | 'bare';

/** A list of `count` records, cut into pages of `size`, with what the envelope states. */
function server(count: number, envelope: Envelope, size = 100) {
	const asked: number[] = [];
	const fetchPage = async (page: number): Promise<Page> => {
		asked.push(page);
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

async function readAll(fetchPage: (page: number) => Promise<Page>) {
	const reading: Reading = { hasMoved: false };
	const ids: unknown[] = [];
	let failure: VerifikFailure | undefined;
	try {
		for await (const records of readPages(fetchPage, reading))
			ids.push(...records.map(({ _id }) => _id));
	} catch (error) {
		if (!(error instanceof VerifikFailure)) throw error;
		failure = error;
	}
	return { ids, failure, ...reading };
}

const idsOf = (records: VerifikRecord[]) => records.map(({ _id }) => _id);
const scripted = (...pages: Array<Partial<Page>>) => {
	const asked: number[] = [];
	return {
		asked,
		fetchPage: async (page: number): Promise<Page> => {
			asked.push(page);
			const records = pages[page - 1]?.records ?? [];
			return { body: { data: records }, records, ...pages[page - 1] };
		},
	};
};

describe.each<Envelope>(['pages', 'total', 'bare'])('a list with the envelope "%s"', (envelope) => {
	test.each([0, 1, 99, 100, 101, 200, 250])(
		'of %i records is read to its end, each once',
		async (count) => {
			const { fetchPage } = server(count, envelope);
			expect(await readAll(fetchPage)).toEqual({
				ids: idsOf(range(0, count)),
				failure: undefined,
				hasMoved: false,
			});
		},
	);

	test('is read whole when the server cuts the limit to 50', async () => {
		const { fetchPage } = server(230, envelope, 50);
		expect((await readAll(fetchPage)).ids).toEqual(idsOf(range(0, 230)));
	});
});

describe('requests', () => {
	test.each([
		['pages', 200, [1, 2]],
		['total', 200, [1, 2]],
		['bare', 200, [1, 2, 3]],
		['pages', 0, [1]],
		['total', 0, [1]],
		['bare', 0, [1]],
	] as Array<[Envelope, number, number[]]>)(
		'with "%s" and %i records: pages %j',
		async (envelope, count, pages) => {
			const { asked, fetchPage } = server(count, envelope);
			await readAll(fetchPage);
			expect(asked).toEqual(pages);
		},
	);

	test('stop when the reader stops', async () => {
		const { asked, fetchPage } = server(1000, 'pages');
		for await (const _ of readPages(fetchPage)) if (asked.length === 2) break;
		expect(asked).toEqual([1, 2]);
	});
});

describe('a server that is not to be trusted', () => {
	test('that ignores the page is noticed, whatever it states', async () => {
		for (const stated of [{}, { pages: 3 }, { total: 300 }]) {
			const same = async (): Promise<Page> => ({
				body: { data: [] },
				records: range(0, 100),
				...stated,
			});
			const { failure } = await readAll(same);
			expect(failure?.explanation).toMatchObject({ cause: 'repeatedPage' });
			expect(failure?.message).toContain('page 2');
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
		const { fetchPage } = scripted(
			{ records: range(0, 100), total: 250, pages: 3 },
			{ records: [], total: 250, pages: 3 },
			{ records: [], total: 250, pages: 3 },
		);
		const { failure } = await readAll(fetchPage);
		expect(failure?.message).toBe('Verifik states 250 records but gave 100');
	});

	test('that states one page and more records than fit is not taken for complete', async () => {
		const { fetchPage } = scripted({ records: range(0, 100), total: 250, pages: 1 });
		expect((await readAll(fetchPage)).failure?.explanation.cause).toBe('missingRecords');
	});

	test('an empty page in the middle is not the end where more is stated', async () => {
		const { fetchPage } = scripted(
			{ records: range(0, 100), pages: 3 },
			{ records: [], pages: 3 },
			{ records: range(200, 250), pages: 3 },
		);
		expect((await readAll(fetchPage)).ids).toHaveLength(150);
	});

	test('what goes wrong on a page says which, and that nothing was handed on', async () => {
		const { fetchPage } = server(1000, 'pages');
		const { failure } = await readAll(async (page) => {
			if (page === 3) throw new VerifikFailure('serverDown', { httpStatus: 502 });
			return await fetchPage(page);
		});
		expect(failure?.explanation.description).toContain('page 3, after 200 records');
		expect(failure?.explanation.details).toEqual({ httpStatus: 502 });
	});
});

describe('a list that moves', () => {
	test('gives a record that slid to the next page once, and says that it moved', async () => {
		const { fetchPage } = scripted(
			{ records: range(0, 100), total: 150, pages: 2 },
			{ records: range(99, 150), total: 151, pages: 2 },
		);
		expect(await readAll(fetchPage)).toEqual({
			ids: idsOf(range(0, 150)),
			failure: undefined,
			hasMoved: true,
		});
	});

	test('is read on while a page brings nothing new but other records than the page before', async () => {
		const { fetchPage } = scripted(
			{ records: range(0, 100) },
			{ records: range(100, 200) },
			{ records: range(50, 150) },
			{ records: range(150, 250) },
			{ records: [] },
		);
		expect((await readAll(fetchPage)).ids).toEqual(idsOf(range(0, 250)));
	});

	test('records without an id are all kept', async () => {
		const { fetchPage } = scripted(
			{ records: [{ a: 1 }, { a: 1 }], pages: 2 },
			{ records: [{ a: 2 }], pages: 2 },
		);
		const records = [];
		for await (const page of readPages(fetchPage)) records.push(...page);
		expect(records).toHaveLength(3);
	});
});
