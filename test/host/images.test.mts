// Images on their way through the real n8n, for each of the ways in which it keeps files: as files on the disk, its
// default, and in memory.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { IBinaryData, IDataObject } from 'n8n-workflow';
import type { Browser } from 'playwright-core';

import { openBrowser } from '../support/browser.mts';
import { fileNodes, photo, readBack } from '../support/files.mts';
import { until } from '../support/until.mts';
import { gaveBy, START, startHost, type WorkflowNode, type Host } from '../support/host.mts';

let browser: Browser;
beforeAll(async () => {
	browser = await openBrowser();
});
afterAll(async () => await browser?.close());

/** What the sandbox serves under an address of its own. */
async function served(url: unknown): Promise<Buffer> {
	const response = await fetch(String(url));
	expect(response.status).toBe(200);
	return Buffer.from(await response.arrayBuffer());
}

const decoded = (json: IDataObject) => Buffer.from(String(json.bytes), 'base64');

describe.each(['filesystem', 'default'])('in the binary data mode %s', (mode) => {
	let host: Host;
	beforeAll(async () => {
		host = await startHost(
			{ records: 150, processingMs: 400 },
			{ N8N_DEFAULT_BINARY_DATA_MODE: mode },
		);
	}, 240_000);
	afterAll(async () => await host?.stop(), 30_000);

	const run = async (nodes: WorkflowNode[], settings?: IDataObject) =>
		await host.n8n.run(await host.addSequence([START, ...nodes], settings), START.name);

	/** A stored file, as the execution holds it: a reference to a file, or the file itself. */
	function expectStored({ id, data }: IBinaryData, bytes: Buffer): void {
		if (mode === 'default') {
			expect(id).toBeUndefined();
			expect(Buffer.from(data, 'base64').equals(bytes)).toBe(true);
		} else {
			expect(id).toMatch(/^filesystem/);
			expect(data.length).toBeLessThan(100);
		}
	}

	const getWithImage = (id: unknown) =>
		host.verifik({
			operation: 'get',
			validationId: { __rl: true, mode: 'id', value: id },
			options: { downloadImage: true },
		});

	/** The first record from this place on that has an image, or has none. */
	const recordFrom = (place: number, imageSaved = true) =>
		[...host.sandbox.records()].slice(place).find((record) => record.imageSaved === imageSaved)!;

	test('Get with Download Image gives the image as it is served, named and typed', async () => {
		const { _id: id, imageUrl } = recordFrom(7);
		const execution = await run([getWithImage(id), readBack()]);
		const bytes = await served(imageUrl);
		const [item] = gaveBy(execution, 'Verifik').items;
		expect(item?.json).toMatchObject({ id, imageUrl });
		const { data } = item!.binary!;
		expect(data).toMatchObject({
			fileName: `${id}.png`,
			fileExtension: 'png',
			fileType: 'image',
			mimeType: 'image/png',
		});
		expectStored(data!, bytes);
		expect(decoded(gaveBy(execution, 'Read back').records[0]!).equals(bytes)).toBe(true);
	});

	test('the request for an image on another server carries neither the token nor a cookie', async () => {
		const { _id: id, imageUrl } = recordFrom(30);
		const elsewhere = new URL(String(imageUrl));
		// the same server under another name is another origin
		elsewhere.hostname = 'localhost';
		host.sandbox.alter(String(id), { imageUrl: elsewhere.href });
		const { items } = gaveBy(await run([getWithImage(id)]), 'Verifik');
		expect(items[0]!.binary).toHaveProperty('data');
		const { headers, authorized, path } = host.sandbox.requests.at(-1)!;
		expect(path).toBe(`/images/${id}.png`);
		expect(authorized).toBe(false);
		expect(headers).not.toHaveProperty('cookie');
	});

	test('a record without an image comes without one, and without a note', async () => {
		const { _id: id } = recordFrom(0, false);
		const { items, hints } = gaveBy(await run([getWithImage(id)]), 'Verifik');
		expect(items).toHaveLength(1);
		expect(items[0]!.binary).toBeUndefined();
		expect(items[0]!.json).not.toHaveProperty('imageNotDownloaded');
		expect(hints).toEqual([]);
	});

	test('List with Download Images: every image with its own record, and one that is missing loses nothing', async () => {
		// An image takes its time to be drawn, so most records have none.
		for (const [place, { _id }] of [...host.sandbox.records()].entries()) {
			if (place % 4 > 0)
				host.sandbox.alter(String(_id), { imageSaved: false, imageUrl: undefined });
		}
		const all = [...host.sandbox.records()].slice(0, 120);
		const lost = String(recordFrom(60)._id);
		host.sandbox.alter(lost, { imageUrl: `${host.sandbox.url}/images/${'0'.repeat(24)}.png` });
		const list = host.verifik({
			operation: 'list',
			returnAll: true,
			options: { maxRecords: 120, downloadImages: true },
		});
		const execution = await run([list, readBack()]);
		const { items, hints } = gaveBy(execution, 'Verifik');
		expect(items.map(({ json }) => json.id)).toEqual(all.map(({ _id }) => _id));
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^One image could not be downloaded/),
		]);
		for (const [index, { json, binary }] of items.entries()) {
			const { imageSaved, _id } = all[index]!;
			expect(binary !== undefined).toBe(imageSaved === true && _id !== lost);
			expect('imageNotDownloaded' in json).toBe(_id === lost);
			if (!binary) continue;
			expect(binary.data!.fileName).toBe(`${_id}.png`);
			expectStored(binary.data!, mode === 'default' ? await served(json.imageUrl) : Buffer.of());
		}
		const withImage = items.filter(({ binary }) => binary).length;
		expect(withImage).toBeGreaterThan(20);
	});

	describe('a form', () => {
		const form = {
			name: 'On form submission',
			type: 'n8n-nodes-base.formTrigger',
			typeVersion: 2.6,
			parameters: {
				formTitle: 'Your document',
				formFields: {
					values: [
						{ fieldLabel: 'Photo of document', fieldType: 'file', multipleFiles: false },
						{ fieldLabel: 'Customer', fieldType: 'text' },
					],
				},
				options: {},
			},
		};

		/** Publishes form → nodes, uploads the file on the form's page, and gives the execution that it started. */
		async function submit(nodes: WorkflowNode[], file: Buffer) {
			const webhookId = crypto.randomUUID();
			return await upload(
				await host.addSequence([{ ...form, webhookId }, ...nodes]),
				webhookId,
				file,
			);
		}

		async function upload(id: string, webhookId: string, file: Buffer) {
			const { n8n } = host;
			await n8n.publish(id);
			const page = await browser.newPage();
			try {
				const input = page.locator('input[type="file"]');
				// n8n takes a moment to open the address of a workflow that was just published
				await until('the form is there', async () => {
					await page.goto(`${n8n.url}/form/${webhookId}`);
					return (await input.count()) > 0;
				});
				await input.setInputFiles({ name: 'document.jpg', mimeType: 'image/jpeg', buffer: file });
				// not every form asks for it
				const customer = page.getByLabel('Customer');
				if (await customer.count()) await customer.fill('C-1042');
				await page.locator('#submit-btn').click();
				await page.getByText('Your response has been recorded').waitFor();
			} finally {
				await page.close();
			}
			const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
			const { results } = await n8n.api('GET', `/rest/executions?filter=${filter}`);
			expect(results).toHaveLength(1);
			return await n8n.end(results[0].id);
		}

		const create = (binaryPropertyName: string, options: IDataObject = {}) =>
			host.verifik({
				operation: 'create',
				binaryPropertyName,
				saveImage: true,
				options,
			});

		test('a user uploads a document: Verifik gets exactly its bytes, and the item has the verdict', async () => {
			const file = await photo(mode === 'default' ? 'image/png' : 'image/jpeg');
			const execution = await submit([create('Photo_of_document')], file);
			expect(execution.resultData.error?.message).toBeUndefined();
			const { records } = gaveBy(execution, 'Verifik');
			expect(records).toMatchObject([{ verdict: expect.stringMatching(/^(passed|notPassed)$/) }]);
			expect(records[0]!.failedChecks).toBeInstanceOf(Array);
			expect((await served(records[0]!.imageUrl)).equals(file)).toBe(true);
		});

		test('Include Input Fields keeps the other fields of the form beside the verdict', async () => {
			const file = await photo('image/jpeg');
			const options = { includeInputFields: true };
			const execution = await submit([create('Photo_of_document', options)], file);
			const [record] = gaveBy(execution, 'Verifik').records;
			expect(record).toMatchObject({
				Customer: 'C-1042',
				verdict: expect.stringMatching(/^(passed|notPassed)$/),
			});
		});

		test('an expression that gives the file itself does as well', async () => {
			const file = await photo('image/jpeg');
			const between = { name: 'Between', type: 'n8n-nodes-base.set', typeVersion: 3.4 };
			const field = "={{ $('On form submission').item.binary.Photo_of_document }}";
			const execution = await submit([between, create(field)], file);
			const { records, error } = gaveBy(execution, 'Verifik');
			expect(error?.message).toBeUndefined();
			expect((await served(records[0]!.imageUrl)).equals(file)).toBe(true);
		});
	});

	// Only where n8n keeps files on the disk does this setting move them into the item's fields.
	(mode === 'filesystem' ? test : test.skip)(
		'a workflow that keeps files among the fields of an item: Create takes one from there, Get adds one there',
		async () => {
			const file = await photo('image/jpeg');
			const create = host.verifik({
				operation: 'create',
				binaryPropertyName: '_files.data',
				saveImage: true,
			});
			const get = { ...getWithImage('={{ $json.id }}'), name: 'Get' };
			const nodes = [...fileNodes(file, 'document.jpg'), create, get, readBack('_files.data')];
			const execution = await run(nodes, { binaryMode: 'combined' });
			expect(execution.resultData.error?.message).toBeUndefined();
			const [got] = gaveBy(execution, 'Get').records as any[];
			expect(got._files.data).toMatchObject({ fileName: `${got.id}.jpg`, mimeType: 'image/jpeg' });
			expect((await served(got.imageUrl)).equals(file)).toBe(true);
			expect(decoded(gaveBy(execution, 'Read back').records[0]!).equals(file)).toBe(true);
		},
	);

	test('Create takes the same image as base64, and Get gives it back, typed', async () => {
		const file = await photo('image/jpeg');
		const create = host.verifik({
			operation: 'create',
			imageSource: 'base64',
			imageBase64: '=data:image/jpeg;base64,{{ $json.photo }}',
			saveImage: true,
		});
		const get = { ...getWithImage('={{ $json.id }}'), name: 'Get' };
		const [text] = fileNodes(file, 'document.jpg');
		const execution = await run([text, create, get, readBack()]);
		expect(execution.resultData.error?.message).toBeUndefined();
		const { items } = gaveBy(execution, 'Get');
		const { id } = items[0]!.json;
		expect(items[0]!.binary!.data).toMatchObject({
			fileName: `${id}.jpg`,
			mimeType: 'image/jpeg',
		});
		expect(decoded(gaveBy(execution, 'Read back').records[0]!).equals(file)).toBe(true);
	});

	test('the token and the image are in no log of n8n', async () => {
		const log = await readFile(host.n8n.logFile, 'utf8');
		expect(log).not.toContain(host.sandbox.token);
		expect(log).not.toContain((await photo('image/jpeg')).toString('base64').slice(0, 60));
		expect(await host.findSecret(host.sandbox.token)).toEqual([]);
	});
});
