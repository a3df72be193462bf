// The contract with the running service: the newest real answer that is known, byte for byte, from end to end.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { drawDocument } from '../../sandbox/images.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { LIVE_ANSWER, LIVE_RECORD, SIMPLIFIED_LIVE_RECORD } from '../support/knownRecords.mts';
import { searchValidations } from '../support/listSearch.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await openSharedSandbox({ example: 'live', shape: 'live' });
});

const credential = () => credentialOf(sandbox);
const run = async (parameters: IDataObject, setup: Partial<Setup> = {}) =>
	await runNode({ parameters, credential: credential(), ...setup });
const get = {
	operation: 'get',
	validationId: { __rl: true, mode: 'id', value: LIVE_RECORD._id } as never,
};

describe.each([
	['List', { operation: 'list' }],
	['List with Return All', { operation: 'list', returnAll: true }],
	['Get', get],
])('%s', (_name, parameters: IDataObject) => {
	test('raw is every field and every byte of it', async () => {
		const { records, hints } = await run({ ...parameters, output: 'raw' });
		expect(JSON.stringify(records)).toBe(JSON.stringify([LIVE_RECORD]));
		expect(hints).toEqual([]);
	});

	test('simplified has its verdict', async () => {
		const { records, hints } = await run(parameters);
		expect(records).toEqual([SIMPLIFIED_LIVE_RECORD]);
		expect(hints).toEqual([]);
	});

	test('an agent gets its verdict', async () => {
		const { records } = await run(parameters, { asTool: true });
		expect(records).toEqual([SIMPLIFIED_LIVE_RECORD]);
	});
});

test('Get and Create with Full Response give the answer as it came', async () => {
	const fullResponse = { options: { fullResponse: true } };
	const got = await run({ ...get, ...fullResponse });
	const files = [{ data: await drawDocument('Ana Ejemplo', 'photo', 1) }];
	const created = await run({ operation: 'create', ...fullResponse }, { files });
	for (const { records } of [got, created]) {
		expect(JSON.stringify(records)).toBe(JSON.stringify([LIVE_ANSWER]));
	}
});

test('Create has its verdict at once: there is nothing to wait for', async () => {
	const files = [{ data: await drawDocument('Ana Ejemplo', 'photo', 1) }];
	const before = sandbox.requests.length;
	const { records, hints } = await run({ operation: 'create' }, { files });
	expect([records, hints]).toEqual([[SIMPLIFIED_LIVE_RECORD], []]);
	expect(sandbox.requests).toHaveLength(before + 1);
});

test('the pick-list shows its ID, verdict and date', async () => {
	const { results } = await searchValidations(credential());
	expect(results).toEqual([
		{
			name: 'Did Not Pass · 69001b0d3440483cbaae2d68 · 2025-10-27 20:23 GMT−5',
			value: LIVE_RECORD._id,
			description: LIVE_RECORD._id,
		},
	]);
});

test('a list of one status has a hint that its status could not be checked', async () => {
	const { records, hints } = await run({ operation: 'list', status: 'failed' });
	expect(records).toEqual([SIMPLIFIED_LIVE_RECORD]);
	expect(hints).toMatchObject([
		{ type: 'info', message: expect.stringMatching(/has no status, so the node could not check/) },
	]);
});
