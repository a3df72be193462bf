// Return All through the real n8n-core engine against the sandbox: what goes wrong on the way, lists that change, ranges
// of time, and the fault suite.
import { describe, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Fault, FaultKind } from '../../sandbox/faults.mts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { runNode } from '../support/engine.mts';
import { credentialOf, openSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

let started = 0;

async function start(options: SandboxOptions): Promise<Sandbox> {
	// one shape after the other: how a list is read must not depend on it
	const shape = SHAPES[started++ % SHAPES.length];
	return await openSandbox({ shape, ...options });
}

const readAll = async (sandbox: Sandbox, options: IDataObject = {}, more: IDataObject = {}) =>
	await runNode({
		parameters: { returnAll: true, output: 'raw', options, ...more },
		credential: credentialOf(sandbox),
	});

const readRange = async (sandbox: Sandbox, filters: IDataObject, more: IDataObject = {}) =>
	await readAll(sandbox, {}, { filters, ...more });

const ids = (records: Iterable<IDataObject>) => [...records].map(({ _id }) => _id as string);
const idsOf = (sandbox: Sandbox, status?: string) =>
	ids(sandbox.records({ status }) as Iterable<IDataObject>);

describe('a temporary fault', () => {
	test.each<Fault>([
		{ kind: 'rateLimit' },
		{ kind: 'rateLimit', retryAfterS: 1 },
		{ kind: 'rateLimit', retryAfterS: 1, retryAfterAsDate: true },
		{ kind: 'serverDown' },
		{ kind: 'serverDown', retryAfterS: 0 },
		{ kind: 'reset' },
		{ kind: 'truncated' },
		{ kind: 'html' },
	])('is tried again, mentioned in a hint, and loses nothing: %j', async (fault) => {
		const sandbox = await start({ records: 450, faults: [{ ...fault, page: 3, times: 2 }] });
		const { records, hints, error } = await readAll(sandbox);
		expect(error).toBeUndefined();
		expect(ids(records)).toEqual(idsOf(sandbox));
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^2 requests were retried because Verifik was busy \(\d+\.\d s of waiting\)\.$/,
			),
		]);
	});

	test('that does not pass ends the operation with its message, and nothing is returned', async () => {
		const sandbox = await start({ records: 450, faults: [{ kind: 'serverDown', page: 3 }] });
		const { items, error } = await readAll(sandbox, { timeout: 3 });
		expect(items).toEqual([]);
		expect(error?.message).toBe('Verifik is not available right now (HTTP 503)');
		expect(error?.description).toMatch(
			/The request was tried \d times\. This was on page 3, after \d+ records\. No records were returned\./,
		);
	});

	test('a wait that would exceed the Timeout is not begun, and the message says when it would end', async () => {
		const sandbox = await start({
			records: 450,
			faults: [{ kind: 'rateLimit', retryAfterS: 60, page: 2 }],
		});
		const { error } = await readAll(sandbox, { timeout: 20 });
		expect(error?.description).toContain('Verifik asks you to wait 60 s');
		expect(error?.failure).toMatchObject({ cause: 'rate-limited', retryAfterMs: 60_000 });
	});
});

describe('a list that changes', () => {
	test.each<Fault>([
		{ kind: 'addBetween' },
		{ kind: 'removeBetween' },
		{ kind: 'replaceBetween' },
		{ kind: 'addBetween', count: 5 },
		{ kind: 'removeBetween', count: 5 },
	])('is complete, each record once and in order: %j', async (fault) => {
		for (const order of ['newest', 'oldest'] as const) {
			const sandbox = await start({ records: 2000, order, faults: [fault] });
			const before = idsOf(sandbox);
			const { records, hints } = await readAll(sandbox);
			const given = ids(records);
			expect(new Set(given).size).toBe(given.length);
			const stayed = new Set(idsOf(sandbox));
			expect(given.filter((id) => before.includes(id) && stayed.has(id))).toEqual(
				before.filter((id) => stayed.has(id)),
			);
			expect(hints).toEqual([]);
		}
	});

	test('of validations that are processed and finish, is complete', async () => {
		const sandbox = await start({ records: 8000, faults: [{ kind: 'finishBetween', count: 3 }] });
		const before = idsOf(sandbox, 'processing');
		const { records } = await readAll(sandbox, {}, { status: 'processing' });
		const given = ids(records);
		const stayed = new Set(idsOf(sandbox, 'processing'));
		expect(before.filter((id) => stayed.has(id) && !given.includes(id))).toEqual([]);
		expect(new Set(given).size).toBe(given.length);
	});

	test('that does not change brings no hint', async () => {
		const sandbox = await start({ records: 1234 });
		const { records, hints } = await readAll(sandbox);
		expect(ids(records)).toEqual(idsOf(sandbox));
		expect(hints).toEqual([]);
	});

	test('gives its first records, in its order, with Maximum Records', async () => {
		const sandbox = await start({ records: 2000, faults: [{ kind: 'removeBetween', count: 5 }] });
		const before = idsOf(sandbox);
		const { records } = await readAll(sandbox, { maxRecords: 700 });
		const stayed = new Set(idsOf(sandbox));
		const given = ids(records);
		expect(given).toHaveLength(700);
		const old = before.filter((id) => stayed.has(id));
		const kept = given.filter((id) => stayed.has(id));
		expect(kept).toEqual(old.slice(0, kept.length));
	});
});

describe('a server that does not work as documented', () => {
	/** Return All, raw, from a server that answers List in this way. */
	async function readAllFrom(answer: (page: number, limit: number) => IDataObject) {
		const app = fastify();
		app.get<{ Querystring: { page: string; limit: string } }>(
			'/v2/document-liveness',
			({ query: { page, limit } }) => answer(Number(page), Number(limit)),
		);
		const baseUrl = await app.listen();
		const result = await runNode({
			parameters: { returnAll: true, output: 'raw' },
			credential: { accessToken: 'a-token', baseUrl },
		});
		await app.close();
		return result;
	}

	test('that states more than its list holds has a hint with both numbers, and every record is handed on', async () => {
		const data = Array.from({ length: 3 }, (_, index) => ({ _id: `${index}`, status: 'failed' }));
		const { records, hints } = await readAllFrom((page, limit) => {
			const from = (page - 1) * limit;
			return { data: data.slice(from, from + limit), total: 10_000, pages: 100 };
		});
		expect(records).toEqual(data);
		expect(hints).toEqual([
			expect.objectContaining({
				type: 'warning',
				message: expect.stringMatching(/reports 10000 validations, but its list has 3\./),
			}),
		]);
	});

	test('that ignores the limit is read page by page, and a note says that it is not sure', async () => {
		const data = Array.from({ length: 250 }, (_, index) => ({ _id: `${index}` }));
		const { records, hints } = await readAllFrom((page) => {
			const from = (page - 1) * 100;
			return { data: data.slice(from, from + 100), total: 250 };
		});
		expect(records).toEqual(data);
		expect(hints).toEqual([
			expect.objectContaining({
				message: expect.stringContaining('Some validations may be missing'),
			}),
		]);
	});
});

describe('Created After and Created Before', () => {
	const at = (sandbox: Sandbox, index: number) =>
		([...sandbox.records()] as Array<{ createdAt: string }>)[index]!.createdAt;

	test.each(['newest', 'oldest'] as const)('are exact, %s first', async (order) => {
		const sandbox = await start({ records: 950, order });
		const all = [...sandbox.records()] as Array<{ _id: string; createdAt: string }>;
		const [one, other] = [at(sandbox, 130), at(sandbox, 707)].sort();
		for (const [createdAfter, createdBefore] of [
			[one, other],
			[one, undefined],
			[undefined, other],
			['2999-01-01T00:00:00Z', undefined],
			[undefined, '1999-01-01T00:00:00Z'],
		]) {
			const { records } = await readRange(sandbox, {
				...(createdAfter && { createdAfter }),
				...(createdBefore && { createdBefore }),
			});
			const wanted = all.filter(
				({ createdAt }) =>
					(!createdAfter || createdAt >= createdAfter) &&
					(!createdBefore || createdAt < createdBefore),
			);
			expect(ids(records)).toEqual(wanted.map(({ _id }) => _id));
		}
	});

	test('end the reading early where the list is ordered newest first', async () => {
		const sandbox = await start({ records: 20_000 });
		const { records } = await readRange(
			sandbox,
			{ createdAfter: at(sandbox, 149) },
			{ options: { concurrency: 4 } },
		);
		expect(ids(records)).toEqual(idsOf(sandbox).slice(0, 150));
		expect(sandbox.requests.length).toBeLessThan(15);
	});

	test('read few pages ahead where a limit may end the reading', async () => {
		const sandbox = await start({
			records: 20_000,
			shape: SHAPES[0],
			faults: [{ kind: 'latency', ms: 200 }],
		});
		const { records } = await readRange(
			sandbox,
			{ verdict: ['passed'] },
			{ returnAll: false, limit: 100 },
		);
		expect(records).toHaveLength(100);
		expect(sandbox.requests.length).toBeLessThan(20);
	});

	test('go through the whole list where it is not', async () => {
		const sandbox = await start({ records: 950, order: 'oldest' });
		const newest = ([...sandbox.records()] as Array<{ createdAt: string }>).at(-10)!.createdAt;
		const { records } = await readRange(sandbox, { createdAfter: newest });
		expect(records).toHaveLength(10);
	});

	test('work together with Maximum Records and Simplify', async () => {
		const sandbox = await start({ records: 950 });
		const all = [...sandbox.records()] as IDataObject[];
		const { records } = await readRange(
			sandbox,
			{ createdBefore: at(sandbox, 300) },
			{ options: { maxRecords: 120 }, output: 'simplified' },
		);
		expect(records).toEqual(all.slice(301, 421).map((record) => simplify(record)));
	});

	test.each<[unknown, number]>([
		['2026-01-30T00:00:00.000Z', Date.UTC(2026, 0, 30)],
		['2026-01-30', Date.UTC(2026, 0, 30, 5)],
		['2026-01-30T00:00:00', Date.UTC(2026, 0, 30, 5)],
		[Date.UTC(2026, 0, 30), Date.UTC(2026, 0, 30)],
	])(
		'take %j, in the time zone of the workflow where it names none',
		async (createdAfter, time) => {
			const sandbox = await start({ records: 700 });
			const { records, error } = await runNode({
				parameters: { returnAll: true, filters: { createdAfter: createdAfter as string } },
				credential: credentialOf(sandbox),
				timezone: 'America/New_York',
			});
			expect(error).toBeUndefined();
			const wanted = ([...sandbox.records()] as Array<{ createdAt: string }>).filter(
				({ createdAt }) => Date.parse(createdAt) >= time,
			);
			expect(records).toHaveLength(wanted.length);
		},
	);

	test.each(['soon', '5', 'tomorrow', true])('refuse %j before anything is sent', async (value) => {
		const sandbox = await start({ records: 10 });
		const { error } = await readRange(sandbox, { createdAfter: value });
		expect(error?.message).toBe(
			`Created After must be a date, such as 2026-01-31T09:00:00Z (it is ${JSON.stringify(value)})`,
		);
		expect(sandbox.requests).toEqual([]);
	});
});

describe('the fault suite: 20 % of the answers, 200 seeded runs', () => {
	const RUNS = 200;
	const AT_ONCE = 20;
	const RATE = 0.2;
	/** What is not temporary ends the operation; and no answer at all takes a minute to notice. */
	const final: FaultKind[] = ['unsuccessful', 'redirect', 'status', 'hang'];
	const passing: Fault[] = [
		{ kind: 'rateLimit' },
		{ kind: 'serverDown', status: 502 },
		{ kind: 'reset' },
		{ kind: 'truncated' },
		{ kind: 'html' },
		{ kind: 'notJson' },
		{ kind: 'latency', ms: 10 },
		{ kind: 'ignorePage' },
		{ kind: 'clampLimit', count: 50 },
		{ kind: 'addBetween' },
		{ kind: 'removeBetween' },
		{ kind: 'replaceBetween' },
	];
	const scenarios: Array<[string, Fault[]]> = [
		...passing.map((fault): [string, Fault[]] => [fault.kind, [{ ...fault, rate: RATE }]]),
		['all together', passing.map((fault) => ({ ...fault, rate: RATE / passing.length }))],
	];

	test('nothing is lost or given twice unless a hint says that it could not be made sure', async () => {
		const unhandled: unknown[] = [];
		const note = (reason: unknown) => unhandled.push(reason);
		process.on('unhandledRejection', note);
		const sum = { runs: 0, lost: 0, twice: 0, notSure: 0, errors: [] as string[] };
		const run = async (seed: number) => {
			const [name, faults] = scenarios[seed % scenarios.length]!;
			const sandbox = await start({ records: 650, seed, faults });
			const before = idsOf(sandbox);
			const { records, hints, error } = await readAll(sandbox, { timeout: 100 });
			const given = ids(records);
			const stayed = new Set(idsOf(sandbox));
			const isTold = hints.some(({ type }) => type === 'warning');
			const lost = before.filter((id) => stayed.has(id) && !given.includes(id)).length;
			sum.runs++;
			sum.twice += given.length - new Set(given).size;
			// A server that ignores the page again and again, or that twice answers first with something else than JSON, is
			// a reason to stop, with nothing handed on.
			const mayEnd = ['ignorePage', 'html', 'notJson', 'all together'].includes(name);
			const isRefused = mayEnd && given.length === 0;
			if (error && !isRefused) sum.errors.push(`${name} (seed ${seed}): ${error.message}`);
			else if (error || isTold) sum.notSure++;
			else sum.lost += lost;
			await sandbox.close();
		};
		const seeds = Array.from({ length: RUNS }, (_, seed) => seed + 1);
		const worker = async () => {
			for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) await run(seed);
		};
		await Promise.all(Array.from({ length: AT_ONCE }, worker));
		process.off('unhandledRejection', note);
		expect({ ...sum, unhandled }).toEqual({
			runs: RUNS,
			lost: 0,
			twice: 0,
			notSure: expect.any(Number),
			errors: [],
			unhandled: [],
		});
		process.stdout.write(`  of ${RUNS} runs ${sum.notSure} were not sure\n`);
		// The warning means something only while it is the exception, bad as these lists are.
		expect(sum.notSure).toBeLessThan(RUNS / 4);
	}, 600_000);

	test.each(final.filter((kind) => kind !== 'hang'))(
		'%s, which is not temporary, ends with a message and no partial list',
		async (kind) => {
			const sandbox = await start({ records: 650, faults: [{ kind, page: 4, status: 400 }] });
			const { items, error } = await readAll(sandbox);
			expect(items).toEqual([]);
			expect(error?.description).toContain('This was on page 4');
		},
	);
});
