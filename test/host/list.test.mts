// List in the real n8n, from the packed tarball, against the sandbox.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../nodes/verifik/record/simplify.ts';
import { NODE_TYPE, startHost, type Host } from '../support/host.mts';
import { SHAPES } from '../support/shapes.mts';

let host: Host;
beforeAll(async () => {
	host = await startHost({ records: 350, now: new Date() });
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);

const list = async (parameters: IDataObject) =>
	await host.runNode({ type: NODE_TYPE, parameters: { operation: 'list', ...parameters } });

const all = (filter?: { status?: string; populates?: string[] }) =>
	JSON.parse(JSON.stringify([...host.sandbox.records(filter)])) as IDataObject[];

describe.each(SHAPES)('with %s records', (shape) => {
	beforeAll(() => {
		host.sandbox.settings.shape = shape;
	});

	describe('List gives exactly the records of the service', () => {
		test('one page with the defaults', async () => {
			const { records } = await list({});
			expect(records).toEqual(
				all()
					.slice(0, 50)
					.map((record) => simplify(record)),
			);
		});

		test('a chosen page, raw', async () => {
			const { records } = await list({ page: 3, limit: 20, output: 'raw' });
			expect(records).toEqual(all().slice(40, 60));
		});

		test('with a status and related records', async () => {
			const { records } = await list({
				status: 'failed',
				populate: ['client', 'appRegistration'],
				limit: 100,
				output: 'raw',
			});
			expect(records).toEqual(all({ status: 'failed', populates: ['client', 'appRegistration'] }));
		});

		test('Return All', async () => {
			const { records, hints } = await list({ returnAll: true });
			expect(records).toEqual(all().map((record) => simplify(record)));
			expect(hints).toEqual([]);
		});

		test('Return All, raw, of one status, up to a maximum', async () => {
			const { records } = await list({
				returnAll: true,
				status: 'completed',
				output: 'raw',
				options: { maxRecords: 120 },
			});
			expect(records).toEqual(all({ status: 'completed' }).slice(0, 120));
		});

		test('Full Response', async () => {
			const { records } = await list({ page: 2, limit: 10, options: { fullResponse: true } });
			expect(records).toEqual([
				{
					data: all().slice(10, 20),
					pagination: { page: 2, limit: 10, total: 350, pages: 35 },
					signature: expect.objectContaining({ message: 'Certified by Verifik.co' }),
				},
			]);
		});

		test.each([
			'={{ $now.minus({ hours: 20 }) }}',
			'={{ $now.minus({ hours: 20 }).toISO() }}',
			'={{ $now.minus({ hours: 20 }).toMillis() }}',
			'={{ new Date(Date.now() - 20 * 3600 * 1000) }}',
		])('Created After with the expression %s', async (createdAfter) => {
			const { records, error } = await list({ returnAll: true, options: { createdAfter } });
			expect(error).toBeUndefined();
			// one validation in 7 minutes
			expect(records.length).toBeGreaterThanOrEqual(170);
			expect(records.length).toBeLessThanOrEqual(172);
		});

		test('an empty list', async () => {
			const { records, execution } = await list({ page: 99, limit: 100 });
			expect(execution.status).toBe('success');
			expect(records).toEqual([]);
		});
	});

	describe('what does not work is told', () => {
		test('a bad parameter, before anything is sent', async () => {
			const before = host.sandbox.requests.length;
			const { error } = await list({ limit: 101 });
			expect(error?.message).toBe(
				'Limit must be 1 to 100 (it is 101). For more, turn on Return All.',
			);
			expect(host.sandbox.requests).toHaveLength(before);
		});

		test('a token that is refused goes to the error branch, when that is chosen', async () => {
			const credential = await host.addCredential('Refused', {
				accessToken: 'not-a-token-of-this-sandbox',
				baseUrl: host.sandbox.url,
			});
			const { records, errorItems } = await host.runNode({
				type: NODE_TYPE,
				parameters: { operation: 'list' },
				credential,
				onError: 'continueErrorOutput',
			});
			expect(records).toEqual([]);
			expect(errorItems).toEqual([
				{
					error: expect.stringContaining('token'),
					message: expect.any(String),
					details: expect.objectContaining({ httpStatus: 401 }),
				},
			]);
		});
	});
});

test('the token stands in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
