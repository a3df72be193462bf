import { describe, expect, test } from '@jest/globals';

import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { openSandbox } from '../support/sandboxes.mts';

async function start(options?: SandboxOptions) {
	const sandbox = await openSandbox(options);
	const get = async (path: string, token = sandbox.token) => {
		const response = await fetch(sandbox.url + path, {
			headers: token ? { authorization: `Bearer ${token}` } : {},
			redirect: 'manual',
		});
		return {
			status: response.status,
			body: (await response.json()) as any,
			headers: response.headers,
		};
	};
	const list = async (query = '') => await get(`/v2/document-liveness${query}`);
	return { sandbox, get, list };
}

describe('List', () => {
	test('has the documented defaults', async () => {
		const { list } = await start();
		const { body } = await list();
		expect(body).toMatchObject({
			success: true,
			pagination: { page: 1, limit: 10, total: 250, pages: 25 },
			signature: { message: 'Certified by Verifik.co' },
		});
		expect(body.data).toHaveLength(10);
		expect(body.data[0]).toMatchObject({
			client: expect.any(String),
			appRegistration: expect.any(String),
		});
	});

	test.each([
		'?limit=0',
		'?limit=101',
		'?limit=x',
		'?page=0',
		'?page=1.5',
		'?status=done',
		'?populates[]=owner',
	])('refuses %s as documented', async (query) => {
		const { list } = await start();
		expect(await list(query)).toMatchObject({
			status: 400,
			body: { success: false, error: 'Invalid query parameters', code: 'INVALID_PARAMETERS' },
		});
	});

	test('refuses a missing and a wrong token in the two documented texts', async () => {
		const { get } = await start();
		expect(await get('/v2/document-liveness', '')).toMatchObject({
			status: 401,
			body: { error: 'Protected resource, use Authorization header to get access' },
		});
		expect(await get('/v2/document-liveness', 'wrong')).toMatchObject({
			status: 401,
			body: { message: 'Invalid or expired token.', code: 'Unauthorized' },
		});
	});

	test('filters, populates, and pages through every record once, newest first', async () => {
		const { sandbox, list } = await start({ records: 230 });
		const pages = await Promise.all(
			[1, 2, 3].map(async (page) => await list(`?limit=100&page=${page}`)),
		);
		const records = pages.flatMap(({ body }) => body.data);
		expect(records).toEqual([...sandbox.records()]);
		expect(new Set(records.map(({ _id }) => _id)).size).toBe(230);
		const dates = records.map(({ createdAt }) => createdAt);
		expect(dates).toEqual([...dates].sort().reverse());

		const { body } = await list(
			'?status=failed&populates[]=client&populates[]=appRegistration&limit=100',
		);
		expect(body.data.every(({ status }: any) => status === 'failed')).toBe(true);
		expect(body.data[0].appRegistration.email).toMatch(/@example\.com$/);
	});

	test('gives a million records without holding them', async () => {
		const { list } = await start({ records: 1_000_000 });
		const { body } = await list('?limit=100&page=10000');
		expect(body.data).toHaveLength(100);
		expect(body.pagination).toEqual({ page: 10_000, limit: 100, total: 1_000_000, pages: 10_000 });
		expect((await list('?status=failed&limit=1&page=5000')).body.data[0].status).toBe('failed');
	});

	test('is the same for the same seed, and another for another', async () => {
		const [one, same, other] = await Promise.all([start(), start(), start({ seed: 2 })]);
		const withoutHost = (sandbox: Sandbox) =>
			JSON.stringify([...sandbox.records()]).replaceAll(sandbox.url, '');
		expect(withoutHost(one!.sandbox)).toBe(withoutHost(same!.sandbox));
		expect(withoutHost(one!.sandbox)).not.toBe(withoutHost(other!.sandbox));
	});
});

describe('the records', () => {
	test('are spread as in life: most completed, some waiting, some with a check that did not pass', async () => {
		const { sandbox } = await start({ records: 2000 });
		const records = [...sandbox.records()] as any[];
		const share = (is: (record: any) => boolean) => records.filter(is).length / records.length;
		expect(share(({ status }) => status === 'completed')).toBeGreaterThan(0.75);
		expect(share(({ status }) => status === 'processing')).toBeGreaterThan(0.03);
		const failing = share(({ validationResults }) =>
			Object.values(validationResults ?? {}).some(({ passed }: any) => !passed),
		);
		expect(failing).toBeGreaterThan(0.04);
		expect(failing).toBeLessThan(0.12);
	});

	test('hold no verdict before they are completed', async () => {
		const { sandbox } = await start();
		for (const record of sandbox.records() as Iterable<any>) {
			expect('validationResults' in record).toBe(record.status === 'completed');
			expect('riskScore' in record).toBe(record.status === 'completed');
		}
	});

	test('have the fields of the flat shape, misspelt ones included, and no status', async () => {
		const { sandbox } = await start({ shape: 'flat', records: 1 });
		const [record] = sandbox.records() as Iterable<any>;
		expect(record).toMatchObject({
			_id: expect.stringMatching(/^[0-9a-f]{24}$/),
			sreenReplayScore: expect.any(Number),
			sreenReplayCalibration: 'REGULAR',
			screenReplayProbability: expect.any(Number),
			printedCopyScore: expect.any(Number),
			__v: 0,
		});
		expect(record).not.toHaveProperty('status');
		expect(record).not.toHaveProperty('validationResults');
	});
});

describe('records that are spread over 90 days', () => {
	const DAY_MS = 24 * 3_600_000;
	const now = Date.UTC(2026, 0, 31, 12);

	test.each(['live', 'nested'] as const)(
		'of the %s shape: the last seven days have a share that did not pass as no other week has',
		async (shape) => {
			const { sandbox } = await start({ records: 900, days: 90, shape, now });
			const weeks = Array.from({ length: 12 }, () => ({ checked: 0, notPassed: 0 }));
			for (const record of sandbox.records()) {
				const age = now - Date.parse(record.createdAt as string);
				const week = weeks[Math.floor(age / (7 * DAY_MS))];
				const { verdict } = readRecord(record);
				if (!week || !['passed', 'notPassed'].includes(verdict)) continue;
				week.checked++;
				if (verdict === 'notPassed') week.notPassed++;
			}
			const [latest, ...others] = weeks.map(({ checked, notPassed }) => notPassed / checked);
			expect(latest).toBeGreaterThan(0.25);
			for (const share of others) expect(share).toBeLessThan(0.2);
		},
	);

	test('the oldest is 90 days old, and the same seed gives the same records', async () => {
		const options = { records: 900, days: 90, now };
		const { sandbox } = await start(options);
		const records = [...sandbox.records()];
		const ages = records.map(({ createdAt }) => now - Date.parse(createdAt as string));
		expect(Math.max(...ages) / DAY_MS).toBeCloseTo(90, 0);
		const again = await start(options);
		const ids = [...again.sandbox.records()].map(({ _id }) => _id);
		expect(ids).toEqual(records.map(({ _id }) => _id));
	});
});

describe('a list that changes', () => {
	test('shows what was added, removed and finished, in every list', async () => {
		const { sandbox, list } = await start({ records: 50 });
		await list('?status=processing');
		const [added] = sandbox.add(1, 'processing');
		expect((await list()).body.data[0]._id).toBe(added);
		expect((await list('?status=processing')).body.data[0]._id).toBe(added);
		sandbox.setStatus(added!, 'completed');
		expect(
			(await list('?status=processing&limit=100')).body.data.map((record: any) => record._id),
		).not.toContain(added);
		expect((await list('?status=completed')).body.data[0]._id).toBe(added);
		expect(sandbox.remove(added!)).toBe(true);
		expect(sandbox.remove(added!)).toBe(false);
		expect((await list()).body.pagination.total).toBe(50);
	});
});

test('a request is recorded without its token', async () => {
	const { sandbox, list } = await start();
	await list('?limit=1');
	expect(sandbox.requests).toMatchObject([
		{ method: 'GET', url: '/v2/document-liveness?limit=1', authorized: true, status: 200 },
	]);
	expect(JSON.stringify(sandbox.requests)).not.toContain(sandbox.token);
});
