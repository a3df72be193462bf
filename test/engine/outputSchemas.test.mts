// The schemas that the editor shows before the first run, held against the types they are made from and real output.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { IDataObject } from 'n8n-workflow';

import { drawDocument } from '../../sandbox/images.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { outputSchemas, storedSchema } from '../../tools/outputSchemas.mts';
import { runNode } from '../support/engine.mts';
import { Poller } from '../support/poller.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

type Schema = { type: string; properties?: Record<string, Schema>; items?: Schema };

test('each is stored as its type makes it (npm run schemas writes them)', async () => {
	for (const { path, text } of await outputSchemas()) expect(await storedSchema(path)).toBe(text);
});

describe.each(SHAPES)('with %s records', (shape) => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 60, shape });
	});

	test.each([
		['list', {}],
		['get', { validationId: { __rl: true, mode: 'id', value: 'the newest' } }],
		['create', {}],
		['report', { period: 'custom', createdAfter: '2026-01-01' }],
	])('the output of %s is as its schema says', async (operation, parameters: IDataObject) => {
		const [newest] = sandbox.records();
		const { validationId } = parameters;
		if (validationId) Object.assign(validationId, { value: newest!._id });
		const { records } = await runNode({
			parameters: { operation, ...parameters },
			credential: credentialOf(sandbox),
			files: [{ data: await drawDocument('Ana Ejemplo', 'photo', 1) }],
		});
		const folder = 'nodes/DocumentLiveness/__schema__/v1.0.0/documentLiveness';
		const schema = JSON.parse(await readFile(`${folder}/${operation}.json`, 'utf8')) as Schema;
		expect(records.length).toBeGreaterThan(0);
		for (const record of records) expectToFit(record, schema);
	});

	test('the item of the trigger is as its schema says', async () => {
		const credential = credentialOf(sandbox);
		const { records } = await new Poller({ host: 'default', credential }).test();
		const file = 'nodes/DocumentLivenessTrigger/__schema__/v1.0.0.json';
		const { properties = {} } = JSON.parse(await readFile(file, 'utf8')) as Schema;
		expect(records).toHaveLength(1);
		expect(Object.keys(records[0]!).sort()).toEqual(Object.keys(properties).sort());
		for (const [key, schema] of Object.entries(properties)) expectToFit(records[0]![key], schema);
	});
});

/** Every property and no other, each of its type; n8n's schemas have no word for what may be null. */
function expectToFit(value: unknown, { type, properties, items }: Schema): void {
	if (value === null) return;
	expect(Array.isArray(value) ? 'array' : typeof value).toBe(type);
	if (properties) expect(Object.keys(value as object)).toEqual(Object.keys(properties));
	for (const [key, schema] of Object.entries(properties ?? {})) {
		expectToFit((value as IDataObject)[key], schema);
	}
	for (const one of items ? (value as unknown[]) : []) expectToFit(one, items!);
}
