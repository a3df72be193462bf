// What a model gets to see when the node is a tool, through the real engine.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { SELECTABLE } from '../../nodes/shared/output.ts';
import { describeError } from '../../nodes/verifik/errors/messages.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Shape } from '../../sandbox/records.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

/** What records of a shape do not hold. */
const LACKING: Record<Shape, string[]> = {
	live: ['status', 'riskScore', 'appRegistration', 'completedAt'],
	nested: ['credits'],
	flat: ['status', 'riskScore', 'appRegistration', 'completedAt', 'failedChecks', 'credits'],
};

describe.each(SHAPES)('with %s records', (shape) => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 250, shape });
	});

	const run = async (parameters: IDataObject, setup: Partial<Setup> = {}) =>
		await runNode({
			parameters,
			credential: credentialOf(sandbox),
			asTool: true,
			...setup,
		});
	const all = (filter?: { status?: string; populates?: string[] }) =>
		[...sandbox.records(filter)] as IDataObject[];
	const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

	describe('Output', () => {
		const few = { operation: 'list', status: 'failed', limit: 3 };
		const records = () => all({ status: 'failed' }).slice(0, 3);

		test('is Simplified by default', async () => {
			const given = await run(few);
			expect(given.records.slice(0, 3)).toEqual(records().map((record) => simplify(record)));
		});

		test('Raw gives each record as it came', async () => {
			const given = await run({ ...few, output: 'raw' });
			expect(plain(given.records.slice(0, 3))).toEqual(plain(records()));
		});

		test('Selected Fields gives these and no other, simplified or raw, null where there is none', async () => {
			const selectedFields = ['updatedAt', 'id', 'verdict', 'completedAt'];
			const given = await run({ ...few, output: 'selectedFields', selectedFields });
			expect(given.records.slice(0, 3)).toEqual(
				records().map((record) => ({
					updatedAt: record.updatedAt,
					id: record._id,
					verdict: simplify(record).verdict,
					completedAt: record.completedAt ?? null,
				})),
			);
		});

		test.each(Object.keys(SELECTABLE))(
			'%s can be selected, and is there where records have it',
			async (field) => {
				const selectedFields = [field];
				const given = await run({ operation: 'list', output: 'selectedFields', selectedFields });
				const isThere = given.records.slice(0, 50).some((record) => record[field] !== null);
				expect(isThere).toBe(!LACKING[shape].includes(field));
			},
		);

		test.each([
			['a field that there is not', { output: 'selectedFields', selectedFields: ['nothing'] }],
			['no field', { output: 'selectedFields', selectedFields: '={{ [] }}' }],
			['an output that there is not', { output: 'all' }],
		])('%s is refused before anything is sent', async (_what, parameters) => {
			const before = sandbox.requests.length;
			const { records } = await run({ operation: 'list', ...parameters });
			expect(records).toEqual([
				expect.objectContaining({
					error: expect.stringMatching(/^(Selected Fields|Output) must be /),
				}),
			]);
			expect(sandbox.requests).toHaveLength(before);
		});

		test('applies to Get, too', async () => {
			const [record] = all();
			const get = {
				operation: 'get',
				validationId: { __rl: true, mode: 'id', value: record!._id },
			};
			expect((await run(get)).records).toEqual([simplify(record!)]);
			expect(plain((await run({ ...get, output: 'raw' })).records)).toEqual([plain(record)]);
			const selectedFields = ['status'];
			const given = await run({ ...get, output: 'selectedFields', selectedFields });
			expect(given.records).toEqual([{ status: record!.status ?? null }]);
		});
	});

	describe('the number of records', () => {
		const last = ({ records }: { records: IDataObject[] }) => records.at(-1);

		test.each([
			['a page', { limit: 100 }, 200],
			['a later page', { limit: 100, page: 2 }, 100],
			['Return All', { returnAll: true }, 200],
			['Return All up to a maximum', { returnAll: true, options: { maxRecords: 200 } }, 200],
		])(
			'of %s is 50 at most, and the model reads how many more there are',
			async (_what, parameters, more) => {
				const given = await run({ operation: 'list', ...parameters });
				expect(given.records).toHaveLength(51);
				expect(last(given)).toEqual({
					moreValidations: more,
					note: expect.stringContaining(`${more} more match`),
				});
			},
		);

		test('says that it was cut where the total is not known', async () => {
			const filters = { createdAfter: '2000-01-01' };
			const given = await run({ operation: 'list', returnAll: true, filters });
			expect(given.records).toHaveLength(51);
			expect(last(given)).toEqual({
				moreValidations: null,
				note: expect.stringContaining('some more match'),
			});
		});

		test('that is asked for is kept, and the answer says how many are left', async () => {
			const failed = all({ status: 'failed' }).length;
			const given = await run({ operation: 'list', status: 'failed', limit: 2 });
			expect(given.records).toHaveLength(3);
			expect(last(given)).toMatchObject({ moreValidations: failed - 2 });
		});

		test('needs no note if no validation is left out', async () => {
			const given = await run({ operation: 'list', page: 5 });
			expect(given.records).toEqual(
				all()
					.slice(200)
					.map((record) => simplify(record)),
			);
		});

		test('of 0 is explained in a sentence', async () => {
			const given = await run({ operation: 'list', page: 99 });
			expect(given.records).toEqual([
				{
					moreValidations: 0,
					note: expect.stringContaining('Page 99 is past the end of the list'),
				},
			]);
		});

		test('takes no more requests than are needed', async () => {
			const before = sandbox.requests.length;
			await run({ operation: 'list', returnAll: true });
			expect(sandbox.requests.length - before).toBeLessThanOrEqual(2);
		});
	});

	test('what a user would read above the output is in the note', async () => {
		sandbox.faults.list = [{ kind: 'ignoreStatus' }];
		const given = await run({ operation: 'list', status: 'failed', limit: 20 });
		sandbox.faults.list = [];
		expect(given.records.at(-1)!.note).toContain(
			shape === 'nested' ? 'that do not have the status Failed' : 'have no status, so the node',
		);
	});

	test('no image reaches a model, whatever the record holds', async () => {
		const base64 = Buffer.alloc(900, 7).toString('base64');
		const body = {
			success: true,
			data: {
				_id: '65'.repeat(12),
				image: base64,
				nested: [
					{ photo: `data:image/png;base64,${base64}` },
					{ wrapped: base64.match(/.{76}/g)!.join('\n') },
				],
				short: 'data',
				text: `data: ${'long words '.repeat(100)}`,
				imageUrl: 'https://example.com/1.png',
			},
		};
		sandbox.faults.list = [{ kind: 'notJson', body: JSON.stringify(body) }];
		const given = await run({
			operation: 'get',
			output: 'raw',
			validationId: { __rl: true, mode: 'id', value: '65'.repeat(12) },
			options: { downloadImage: true },
		});
		sandbox.faults.list = [];
		expect(given.records).toEqual([
			{
				...body.data,
				image: '[image left out]',
				nested: [{ photo: '[image left out]' }, { wrapped: '[image left out]' }],
			},
		]);
		expect(given.items[0]!.binary).toBeUndefined();
	});

	test('a model reads what went wrong, and how to go on', async () => {
		sandbox.faults.list = [{ kind: 'status', status: 401 }];
		const { records, error } = await run({ operation: 'list' });
		sandbox.faults.list = [];
		expect(error).toBeUndefined();
		expect(records).toEqual([
			{
				error: describeError('unauthorized').message,
				message: expect.stringContaining('Get a new token'),
				details: { httpStatus: 401 },
			},
		]);
	});
});
