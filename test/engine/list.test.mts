// List through the real n8n-core engine, against the sandbox over HTTP.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { credentialOf, openSandbox, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

describe.each(SHAPES)('with %s records', (shape) => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 250, shape });
	});

	const list = async (parameters: IDataObject, setup: Partial<Setup> = {}) =>
		await runNode({ parameters, credential: credentialOf(sandbox), ...setup });

	const expected = (own: Sandbox, filter?: { status?: string; populates?: string[] }) =>
		[...own.records(filter)] as IDataObject[];
	const simplified = (records: IDataObject[]) => records.map((record) => simplify(record));
	const ids = (records: IDataObject[]) => records.map(({ id, _id }) => id ?? _id);

	describe('the request', () => {
		test('is exactly the documented one', async () => {
			const own = await openSandbox({ shape, records: 5 });
			await list(
				{ page: 2, limit: 3, status: 'completed', populate: ['client', 'appRegistration'] },
				{ credential: credentialOf(own) },
			);
			expect(own.requests).toHaveLength(1);
			expect(own.requests[0]).toMatchObject({
				method: 'GET',
				path: '/v2/document-liveness',
				query: {
					page: '2',
					limit: '3',
					status: 'completed',
					'populates[]': ['client', 'appRegistration'],
				},
				authorized: true,
				contentType: 'application/json',
				status: 200,
			});
		});

		test('names no status and nothing to populate unless they were chosen', async () => {
			const own = await openSandbox({ shape, records: 5 });
			await list({}, { credential: credentialOf(own) });
			expect(own.requests[0]?.query).toEqual({ page: '1', limit: '50' });
		});

		test('works with a token that was pasted along with Bearer and line breaks', async () => {
			const { records, error } = await list(
				{},
				{
					credential: {
						accessToken: `\n Bearer ${sandbox.token}\r\n`,
						baseUrl: ` ${sandbox.url}/ `,
					},
				},
			);
			expect(error).toBeUndefined();
			expect(records).toHaveLength(50);
		});
	});

	describe('a page', () => {
		test('gives one simplified item for each record, paired with its input item', async () => {
			const { items, records } = await list({});
			expect(records).toEqual(simplified(expected(sandbox).slice(0, 50)));
			expect(items.every(({ pairedItem }) => (pairedItem as { item: number }).item === 0)).toBe(
				true,
			);
		});

		test('is the page asked for, of the size asked for', async () => {
			const { records } = await list({ page: 3, limit: 7 });
			expect(ids(records)).toEqual(ids(expected(sandbox).slice(14, 21)));
		});

		test.each(['new', 'processing', 'completed', 'failed'])(
			'holds only %s validations',
			async (status) => {
				const { records } = await list({ status, limit: 100 });
				expect(records.length).toBeGreaterThan(0);
				expect(ids(records)).toEqual(ids(expected(sandbox, { status }).slice(0, 100)));
			},
		);

		test('holds the related records that were asked for', async () => {
			const { records } = await list({ populate: ['client', 'appRegistration'], limit: 5 });
			const applicant = { _id: expect.any(String), fullName: expect.any(String) };
			expect(records[0]).toMatchObject({
				client: { _id: expect.any(String), name: 'Example Client' },
				// a flat record names no applicant
				appRegistration: shape === 'nested' ? applicant : null,
			});
		});

		test('past the end of the list gives no items', async () => {
			const { items, error } = await list({ page: 999 });
			expect([items, error]).toEqual([[], undefined]);
		});

		test('gives unchanged records with the output Raw', async () => {
			const { records } = await list({ output: 'raw', limit: 20 });
			expect(records).toEqual(expected(sandbox).slice(0, 20));
		});
	});

	describe.each(['working', 'ignored'] as const)(
		'where the status filter is %s',
		(statusFilter) => {
			test('leaves out what has another status, and says where records have no status', async () => {
				const own = await openSandbox({ shape, records: 60, statusFilter });
				const parameters = { status: 'completed', limit: 60 };
				const { records, hints } = await list(parameters, { credential: credentialOf(own) });
				const completed = ids(expected(own, { status: 'completed' }));
				const isUnchecked = shape !== 'nested' && statusFilter === 'ignored';
				expect(ids(records)).toEqual(isUnchecked ? ids(expected(own)) : completed);
				const noStatus = `The records of ${records.length} validations have no status`;
				const left = `${60 - completed.length} validations that do not have the status Completed`;
				const notes = shape !== 'nested' ? [noStatus] : statusFilter === 'ignored' ? [left] : [];
				expect(hints.map(({ message }) => message)).toEqual(
					notes.map((text) => expect.stringContaining(text)),
				);
			});
		},
	);

	describe('the example of the API page', () => {
		const example = JSON.parse(
			readFileSync(new URL('../../sandbox/example.json', import.meta.url), 'utf8'),
		) as { data: IDataObject[]; success: boolean };

		test('comes out of List untouched', async () => {
			const own = await openSandbox({ shape, example: 'nested' });
			const credential = credentialOf(own);
			expect((await list({ output: 'raw' }, { credential })).records).toEqual(example.data);
			expect((await list({ output: 'raw', returnAll: true }, { credential })).records).toEqual(
				example.data,
			);
			const { success, ...rest } = example;
			expect(success).toBe(true);
			expect((await list({ options: { fullResponse: true } }, { credential })).records).toEqual([
				rest,
			]);
		});
	});

	describe('Full Response', () => {
		test('gives one item with data, pagination and signature as they came', async () => {
			const { records } = await list({ limit: 10, page: 2, options: { fullResponse: true } });
			expect(records).toEqual([
				{
					data: expected(sandbox).slice(10, 20),
					pagination: { page: 2, limit: 10, total: 250, pages: 25 },
					signature: { dateTime: expect.any(String), message: 'Certified by Verifik.co' },
				},
			]);
		});

		test('keeps the numbers of an envelope that has them beside data', async () => {
			const own = await openSandbox({ shape, records: 30, envelope: 'topLevel' });
			const { records } = await list(
				{ limit: 10, options: { fullResponse: true } },
				{ credential: credentialOf(own) },
			);
			expect(records[0]).toMatchObject({ data: expected(own).slice(0, 10), total: 30, pages: 3 });
		});
	});

	describe('Return All', () => {
		describe.each(['pagination', 'topLevel', 'bare'] as const)(
			'with the envelope "%s"',
			(envelope) => {
				test.each(['newest', 'oldest'] as const)(
					'gives every record once, in list order (%s first)',
					async (order) => {
						const own = await openSandbox({ shape, records: 350, envelope, order });
						const { records, hints } = await list(
							{ returnAll: true, output: 'raw' },
							{ credential: credentialOf(own) },
						);
						expect(records).toEqual(expected(own));
						expect(hints).toEqual([]);
					},
				);

				test('of an empty account gives no items', async () => {
					const own = await openSandbox({ shape, records: 0, envelope });
					const { items, error } = await list(
						{ returnAll: true },
						{ credential: credentialOf(own) },
					);
					expect([items, error]).toEqual([[], undefined]);
				});
			},
		);

		test('reads ranges of 100 that share records with each other, and the head again at the end', async () => {
			const own = await openSandbox({ shape, records: 250 });
			await list({ returnAll: true, page: 7, limit: 3 }, { credential: credentialOf(own) });
			expect(own.requests.map(({ query }) => `${query.page}/${query.limit}`)).toEqual([
				'1/100',
				'2/98',
				'3/97',
				'1/100',
			]);
		});

		test('keeps to the status', async () => {
			const { records } = await list({ returnAll: true, status: 'completed' });
			expect(records).toEqual(simplified(expected(sandbox, { status: 'completed' })));
		});

		test.each([1, 100, 101, 249, 250, 5000])(
			'stops at a maximum of %i records',
			async (maxRecords) => {
				const { records } = await list({ returnAll: true, options: { maxRecords } });
				expect(ids(records)).toEqual(ids(expected(sandbox).slice(0, maxRecords)));
			},
		);
	});

	describe('a value that is not allowed', () => {
		test.each<[string, IDataObject, string]>([
			['a limit of 0', { limit: 0 }, 'Limit must be 1 to 100 (it is 0)'],
			[
				'a limit of 101',
				{ limit: 101 },
				'Limit must be 1 to 100 (it is 101). For more, turn on Return All.',
			],
			['a limit of 2.5', { limit: 2.5 }, 'Limit must be a whole number, 1 to 100 (it is 2.5)'],
			['a page of 0', { page: 0 }, 'Page must be 1 or more (it is 0)'],
			[
				'half a page, from an expression',
				{ page: '={{ 1.5 }}' },
				'Page must be a whole number, 1 or more (it is 1.5)',
			],
			[
				'a page that is text',
				{ page: '={{ "two" }}' },
				'Page must be a whole number, 1 or more (it is "two")',
			],
			[
				'a page that is missing',
				{ page: '={{ $json.nothing }}' },
				'Page must be a whole number, 1 or more (it is empty)',
			],
			[
				'an unknown status',
				{ status: '={{ "done" }}' },
				'Status must be one of: any, new, processing, completed, failed (it is "done")',
			],
			[
				'an unknown relation',
				{ populate: ['client', 'owner'] },
				'Populate must be any of: client, appRegistration (it is ["client","owner"])',
			],
			[
				'a maximum of 0',
				{ returnAll: true, options: { maxRecords: 0 } },
				'Maximum Records must be 1 or more (it is 0)',
			],
			[
				'too many requests at once',
				{ returnAll: true, options: { concurrency: 41 } },
				'Concurrent Requests must be 1 to 40 (it is 41)',
			],
			[
				'no time at all',
				{ options: { timeout: 0 } },
				'Timeout must be more than 0 and at most 86400 seconds (it is 0)',
			],
		])(
			'(%s) is named with what is allowed, before anything is sent',
			async (_what, parameters, message) => {
				const own = await openSandbox({ shape, records: 5 });
				const { error } = await list(parameters, { credential: credentialOf(own) });
				expect(error?.message).toBe(message);
				expect(error?.context?.itemIndex).toBe(0);
				expect(own.requests).toEqual([]);
			},
		);

		test('but a whole number in text, and relations in text, are taken', async () => {
			const { records } = await list({
				limit: '={{ "3" }}',
				populate: '={{ "client, appRegistration" }}',
			});
			expect(records).toHaveLength(3);
			expect(records[0]?.client).toEqual(expect.any(Object));
		});
	});

	describe('several input items', () => {
		test('each have parameters of their own, and pair with what they gave', async () => {
			const { items, hints } = await list(
				{ limit: '={{ $json.n }}' },
				{ input: [{ n: 1 }, { n: 2 }] },
			);
			expect(items.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([
				0, 1, 1,
			]);
			expect(hints).toEqual([]);
		});

		test('that ask for the same bring a hint that names Execute Once', async () => {
			const { items, hints } = await list({ limit: 2 }, { input: [{}, {}, {}] });
			expect(items).toHaveLength(6);
			expect(hints).toEqual([
				expect.objectContaining({ message: expect.stringContaining('“Execute Once”') }),
			]);
		});

		test('stop the workflow if one does not work, and the message names that item', async () => {
			const { error } = await list({ limit: '={{ $json.n }}' }, { input: [{ n: 1 }, { n: 500 }] });
			expect(error?.message).toContain('Limit must be 1 to 100 (it is 500)');
			expect(error?.context?.itemIndex).toBe(1);
		});

		const oneWrong = { input: [{ n: 2 }, { n: 500 }, { n: 1 }] };
		const refusal = {
			error: 'Limit must be 1 to 100 (it is 500). For more, turn on Return All.',
			message: expect.stringContaining('Nothing was sent'),
			details: {},
		};

		test('continue with an item that says why, if On Error is set to continue', async () => {
			const { items, error } = await list(
				{ limit: '={{ $json.n }}' },
				{ ...oneWrong, onError: 'continueRegularOutput' },
			);
			expect(error).toBeUndefined();
			expect(items).toHaveLength(4);
			expect(items[2]).toMatchObject({ json: refusal, pairedItem: { item: 1 } });
			expect(Object.keys(items[2]!.json)).toEqual(['error', 'message', 'details']);
		});

		test('send that item to the error branch, where there is one', async () => {
			const { records, errorItems } = await list(
				{ limit: '={{ $json.n }}' },
				{ ...oneWrong, onError: 'continueErrorOutput' },
			);
			expect(records).toHaveLength(3);
			expect(errorItems).toEqual([expect.objectContaining(refusal)]);
		});

		test('return nothing of a list that could not be read to its end', async () => {
			const { records } = await list(
				{},
				{
					onError: 'continueRegularOutput',
					credential: { accessToken: 'wrong', baseUrl: sandbox.url },
				},
			);
			expect(records).toEqual([
				{
					error: 'Verifik did not accept the access token',
					message: expect.stringContaining('Get a new token'),
					details: { httpStatus: 401, code: 'Unauthorized' },
				},
			]);
		});
	});
});
