// Filters of List through the real n8n-core engine: what matches, what Page and Limit count then, and what hints say.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { CHECKS } from '../../nodes/verifik/api/documentLiveness.ts';
import { readRecord, VERDICTS } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

/** The newest record is of 12:00 UTC, and there is one in seven minutes. */
const NOW = Date.UTC(2026, 9, 20, 12);

describe.each(SHAPES)('with %s records', (shape) => {
	let sandbox: Sandbox;
	let all: IDataObject[];
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 650, shape, now: NOW });
		all = [...sandbox.records()] as IDataObject[];
	});

	const list = async (filters: IDataObject, more: IDataObject = {}, setup: Partial<Setup> = {}) =>
		await runNode({
			parameters: { returnAll: true, filters, ...more },
			credential: credentialOf(sandbox),
			...setup,
		});
	const simplified = (records: IDataObject[]) => records.map((record) => simplify(record));
	const where = (isWanted: (read: ReturnType<typeof readRecord>) => boolean) =>
		simplified(all.filter((record) => isWanted(readRecord(record))));
	const messages = ({ hints }: { hints: Array<{ message: string }> }) =>
		hints.map(({ message }) => message);

	test.each(VERDICTS)('Verdict %s gives these and no other, in list order', async (verdict) => {
		const expected = where((read) => read.verdict === verdict);
		const { records } = await list({ verdict: [verdict] });
		expect(records).toEqual(expected);
	});

	test('several values of a filter are joined by or, several filters by and', async () => {
		const wanted = ['screenReplay', 'printedCopy'] as const;
		const { records } = await list({ failedChecks: [...wanted], verdict: ['notPassed', 'passed'] });
		expect(records).toEqual(
			where(({ failedChecks }) => wanted.some((check) => failedChecks?.includes(check))),
		);
	});

	test.each(CHECKS)('Failed Checks %s', async (check) => {
		const { records } = await list({ failedChecks: [check] });
		expect(records).toEqual(where(({ failedChecks }) => failedChecks?.includes(check) === true));
	});

	test('a filter without a value filters nothing, and a hint says so', async () => {
		const { records, hints } = await list({ verdict: [], failedChecks: [], createdAfter: '' });
		expect(records).toEqual(simplified(all));
		expect(messages({ hints })).toEqual(
			['Verdict', 'Failed Checks'].map(
				(label) =>
					`The filter ${label} is empty, so it filters nothing. Choose a value, or remove the filter.`,
			),
		);
	});

	test('a Minimum Risk Score of 0, which a model gives to mean none, filters nothing', async () => {
		const { records, hints } = await list({ minimumRiskScore: 0 });
		expect(records).toEqual(simplified(all));
		expect(hints).toEqual([]);
	});

	test('Minimum Risk Score says how many validations carry none', async () => {
		const result = await list({ minimumRiskScore: 0.5 });
		expect(result.records).toEqual(where(({ riskScore }) => Number(riskScore ?? 0) >= 0.5));
		const without = all.filter((record) => readRecord(record).riskScore === null).length;
		expect(messages(result)).toContainEqual(
			`${without} validations were left out because the record does not say how risky it is (Minimum Risk Score).`,
		);
	});

	test('a hint says how many records lack what a filter looks at', async () => {
		const unknown = where(({ verdict }) => verdict === 'unknown').length;
		const ofVerdict = messages(await list({ verdict: ['notPassed'] }));
		const ofChecks = messages(await list({ failedChecks: ['printedCopy'] }));
		const note = `${unknown} validations were left out because the record does not say`;
		const hasNote = (texts: string[]) => texts.some((text) => text.startsWith(note));
		expect([hasNote(ofVerdict), hasNote(ofChecks)]).toEqual([unknown > 0, unknown > 0]);
	});

	describe('Page and Limit count what matches', () => {
		const filters = { verdict: shape === 'flat' ? ['unknown'] : ['passed'] };
		const matches = () =>
			where(({ verdict }) => verdict === (shape === 'flat' ? 'unknown' : 'passed'));

		test.each([
			[1, 10],
			[2, 10],
			[3, 100],
		])('page %d of %d', async (page, limit) => {
			const before = sandbox.requests.length;
			const result = await list(filters, { returnAll: false, page, limit });
			expect(result.records).toEqual(matches().slice((page - 1) * limit, page * limit));
			expect(messages(result)).toContainEqual(
				expect.stringMatching(/^\d+ validations were read: \d+ match the filters\.$/),
			);
			const { query } = sandbox.requests[before]!;
			expect(query).toEqual({ page: '1', limit: '100' });
		});

		test('a page past the end says how many match', async () => {
			const result = await list(filters, { returnAll: false, page: 99, limit: 100 });
			expect(result.records).toEqual([]);
			expect(messages(result)).toContainEqual(
				`650 validations were read: ${matches().length} match the filters, so there is no page 99.`,
			);
		});

		test('Maximum Records counts only what matches', async () => {
			const { records } = await list(filters, { options: { maxRecords: 25 } });
			expect(records).toEqual(matches().slice(0, 25));
		});

		test('reading ends as soon as there are enough', async () => {
			const before = sandbox.requests.length;
			await list(filters, { returnAll: false, limit: 5, options: { concurrency: 1 } });
			expect(sandbox.requests.length - before).toBe(1);
		});
	});

	test('without a filter, the request is exactly what was asked for', async () => {
		await list({}, { returnAll: false, page: 2, limit: 30, status: 'completed' });
		expect(sandbox.requests.at(-1)!.query).toEqual({ page: '2', limit: '30', status: 'completed' });
	});

	test('Full Response with a filter is refused, with nothing sent', async () => {
		const before = sandbox.requests.length;
		const options = { fullResponse: true };
		const { error } = await list({ verdict: ['passed'] }, { returnAll: false, options });
		expect(error?.message).toMatch(/^Full Response does not work together with filters/);
		expect(error?.description).toContain('Nothing was sent');
		expect(sandbox.requests).toHaveLength(before);
	});

	test('a hint says if nothing matches', async () => {
		const result = await list({ createdAfter: '2030-01-01' });
		expect(result.records).toEqual([]);
		expect(messages(result)).toContainEqual(
			expect.stringMatching(/^\d+ validations were read: none match the filters\.$/),
		);
	});

	test.each<[string, unknown]>([
		['one value', 'notPassed'],
		['several with commas', 'notPassed, notCarriedOut'],
		['a list in JSON', '["notPassed", "notCarriedOut"]'],
		['a list', ['notPassed', 'notCarriedOut']],
	])('a model gives %s', async (_what, verdict) => {
		const wanted = ['notPassed', ...(verdict === 'notPassed' ? [] : ['notCarriedOut'])];
		const expected = where((read) => wanted.includes(read.verdict)).slice(0, 50);
		const { records } = await list({ verdict: verdict as never }, {}, { asTool: true });
		expect(records.slice(0, expected.length)).toEqual(expected);
	});

	test.each([
		[{ verdict: ['fake'] }, 'Verdict must be any of: passed, notPassed,'],
		[{ failedChecks: 'hologram' }, 'Failed Checks must be any of: screenReplay,'],
		[{ minimumRiskScore: 'high' }, 'Minimum Risk Score must be a number, 0 to 1 (it is "high")'],
		[{ minimumRiskScore: 90 }, 'Minimum Risk Score must be a number, 0 to 1 (it is 90)'],
		[{ created: 'yesterday' }, 'Created must be one of: last24Hours,'],
		[{ createdAfter: 'soon' }, 'Created After must be a date,'],
	])('%j is refused before anything is sent', async (filters: IDataObject, message) => {
		const before = sandbox.requests.length;
		const { error } = await list(filters);
		expect(error?.message).toContain(message);
		expect(sandbox.requests).toHaveLength(before);
	});
});

describe('Created', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		// one in seven minutes, for about 75 days
		sandbox = await openSharedSandbox({ records: 15_500, shape: 'live', now: new Date() });
	});

	const list = async (filters: IDataObject, timezone: string) =>
		await runNode({
			parameters: { returnAll: true, filters },
			credential: credentialOf(sandbox),
			timezone,
		});
	/** The date of a record on the clocks of a zone. */
	const dateIn = (timezone: string, { createdAt }: IDataObject) =>
		new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(new Date(createdAt as string));
	const daysAgo = (timezone: string, days: number) =>
		dateIn(timezone, { createdAt: new Date(Date.now() - days * 86_400_000).toISOString() });

	test.each(['America/Bogota', 'Asia/Tokyo', 'UTC'])(
		'Last 7 Days are seven full days before today, and today, in %s',
		async (timezone) => {
			const before = sandbox.requests.length;
			const { records } = await list({ created: 'last7Days' }, timezone);
			const dates = [...new Set(records.map((record) => dateIn(timezone, record)))];
			const expected = Array.from({ length: 8 }, (_, days) => daysAgo(timezone, days));
			// in the first minutes of a day, today may hold no record yet
			expect(dates.slice(-7)).toEqual(expected.slice(-7));
			expect(dates.length).toBeLessThanOrEqual(8);
			const all = [...sandbox.records()] as IDataObject[];
			const wanted = all.filter((record) => dateIn(timezone, record) >= expected.at(-1)!);
			expect(records.map(({ id }) => id)).toEqual(wanted.map(({ _id }) => _id));
			// about 1,650 of 15,500 records, and what was under way when the end was seen
			expect(sandbox.requests.length - before).toBeLessThan(35);
		},
	);

	test('Last Month is all of the month before this one', async () => {
		const { records } = await list({ created: 'lastMonth' }, 'America/Bogota');
		const month = (record: IDataObject) => dateIn('America/Bogota', record).slice(0, 7);
		const first = new Date(`${daysAgo('America/Bogota', 0).slice(0, 7)}-01T12:00:00Z`);
		const last = new Date(first.getTime() - 2 * 86_400_000).toISOString().slice(0, 7);
		expect(new Set(records.map(month))).toEqual(new Set([last]));
	});

	test('the preset and the two dates narrow each other', async () => {
		const createdBefore = new Date(Date.now() - 2 * 86_400_000).toISOString();
		const { records } = await list({ created: 'last7Days', createdBefore }, 'UTC');
		expect(records.length).toBeGreaterThan(900);
		expect(records.every(({ createdAt }) => String(createdAt) < createdBefore)).toBe(true);
	});
});
