// Get in the real n8n, from the packed tarball, against the sandbox. Its images are in images.test.mts.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../nodes/verifik/record/simplify.ts';
import { NODE_TYPE, startHost, type Host } from '../support/host.mts';
import { SHAPES } from '../support/shapes.mts';

let host: Host;
let records: IDataObject[];
beforeAll(async () => {
	host = await startHost({ records: 120 });
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);

const get = async (mode: 'id' | 'list', value: string, more: IDataObject = {}, onError?: string) =>
	await host.runNode({
		type: NODE_TYPE,
		parameters: { operation: 'get', validationId: { __rl: true, mode, value }, ...more },
		...(onError && { onError }),
	});

const idOf = (place: number) => String(records[place]!._id);

describe.each(SHAPES)('with %s records', (shape) => {
	beforeAll(() => {
		host.sandbox.settings.shape = shape;
		records = JSON.parse(JSON.stringify([...host.sandbox.records()]));
	});

	describe('Get gives exactly the record of the service', () => {
		test.each(['id', 'list'] as const)('chosen by %s', async (mode) => {
			const { records: given, hints } = await get(mode, idOf(17));
			expect(given).toEqual([simplify(records[17]!)]);
			expect(hints).toEqual([]);
		});

		test('with the output Raw', async () => {
			const { records: given } = await get('id', idOf(42), { output: 'raw' });
			expect(given).toEqual([records[42]]);
		});

		test('with the ID from an expression, with spaces around it, and one request a record', async () => {
			const before = host.sandbox.requests.length;
			const { records: given } = await get('id', `={{ "  ${idOf(3)}\\n" }}`, { output: 'raw' });
			expect(given).toEqual([records[3]]);
			expect(host.sandbox.requests.slice(before).map(({ url }) => url)).toEqual([
				`/v2/document-liveness/${idOf(3)}`,
			]);
		});

		test('for every item of the input, each paired with its own', async () => {
			const nodes = [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				host.verifik({ operation: 'list', limit: 5 }),
				{
					...host.verifik({
						operation: 'get',
						validationId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
					}),
					name: 'Get each',
				},
			];
			const execution = await host.n8n.run(await host.addSequence(nodes), 'Start');
			const items = execution.resultData.runData['Get each']![0]!.data!.main[0] as IDataObject[];
			expect(items.map(({ json, pairedItem }) => ({ json, pairedItem }))).toEqual(
				records
					.slice(0, 5)
					.map((record, item) => ({ json: simplify(record), pairedItem: { item } })),
			);
		});
	});

	describe('what does not work is reported', () => {
		test('the message names an ID that does not exist, and says how to find the right one', async () => {
			const id = '6b03e9a0869c4ab3ffffffff';
			const { error, records: given } = await get('id', id);
			expect(given).toEqual([]);
			expect(error?.message).toBe(`There is no validation with the ID “${id}”`);
			expect(error?.description).toContain('From List');
		});

		test('the item goes to the error branch if that is chosen', async () => {
			const { errorItems } = await get('id', '6b03e9a0869c4ab3ffffffff', {}, 'continueErrorOutput');
			expect(errorItems).toEqual([
				{
					error: expect.stringContaining('6b03e9a0869c4ab3ffffffff'),
					message: expect.stringContaining('From List'),
					details: expect.objectContaining({ httpStatus: 404 }),
				},
			]);
		});

		test.each([
			'a/../b',
			'../auth/session',
			'..',
			'?page=1',
			'#',
			'%2e%2e%2fauth',
			'6b03e9a0 869c4ab3',
			'6b03e9a0\\..',
			'6b03e9a0\u0000',
			'６b03e9a0869c4ab399000059',
			'x'.repeat(129),
			'',
			'   ',
		])('an ID that could lead elsewhere is refused, and nothing is sent: %j', async (id) => {
			const before = host.sandbox.requests.length;
			// as an expression, so that the panel's own look at it is passed
			const { error, records: given } = await get('id', `={{ ${JSON.stringify(id)} }}`);
			expect(given).toEqual([]);
			expect(error?.message).toMatch(/^Validation must be an ID/);
			expect(error?.description).toContain('Nothing was sent');
			expect(host.sandbox.requests).toHaveLength(before);
		});
	});
});

test('the token is in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
