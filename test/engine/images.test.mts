// Images of validations as binary data, through the real n8n-core engine: from the sandbox, and from servers that
// nobody should trust.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import { describeError } from '../../nodes/verifik/errors/messages.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Shape } from '../../sandbox/records.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { bytesOf, runNode, storeBinariesAs, type Result } from '../support/engine.mts';
import { startHostileImages, type HostileImages } from '../support/hostileImages.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

let sandbox: Sandbox;
let hostile: HostileImages;
/** one that has an image */
let record: IDataObject & { _id: string; imageUrl: string };
beforeAll(async () => {
	sandbox = await openSharedSandbox({ records: 120 });
	hostile = await startHostileImages();
	useShape('nested');
});
afterAll(async () => await hostile.close());

/** From now on records have this shape. */
function useShape(shape: Shape): void {
	sandbox.settings.shape = shape;
	record = ([...sandbox.records()] as Array<typeof record>).find(({ imageUrl }) => imageUrl)!;
}

const REASON = 'imageNotDownloaded';
const host = () => new URL(hostile.url).host;
const sentences = (...known: Parameters<typeof describeError>) => {
	const { message, description } = describeError(...known);
	return `${message}. ${description}`;
};
const run = async (parameters: IDataObject) =>
	await runNode({
		parameters,
		credential: credentialOf(sandbox),
	});
const get = async (options: IDataObject = {}) =>
	await run({
		operation: 'get',
		validationId: { __rl: true, mode: 'id', value: record._id } as never,
		options: { downloadImage: true, ...options },
	});
const served = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

describe.each(
	(['default', 'filesystem'] as const).flatMap((mode) => SHAPES.map((shape) => ({ mode, shape }))),
)('in the binary data mode "$mode", with $shape records', ({ mode, shape }) => {
	let folder: string;
	beforeAll(async () => {
		useShape(shape);
		folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-images-'));
		await storeBinariesAs(mode, folder);
	});
	afterAll(async () => {
		useShape('nested');
		await rm(folder, { recursive: true, force: true });
	});

	test('Get adds the stored image, with name and MIME type', async () => {
		const { items, records, hints } = await get();
		expect(records).toEqual([simplify(record)]);
		expect(hints).toEqual([]);
		const data = items[0]!.binary!.data!;
		expect(data).toMatchObject({
			fileName: `${record._id}.png`,
			fileExtension: 'png',
			mimeType: 'image/png',
			fileType: 'image',
		});
		expect((await bytesOf(data)).equals(await served(record.imageUrl))).toBe(true);
		expect(data.id === undefined).toBe(mode === 'default');
	});

	test('List adds the image of every validation that has one', async () => {
		const options = { downloadImages: true, maxRecords: 20 };
		const { items, hints } = await run({ returnAll: true, options });
		const all = [...sandbox.records()].slice(0, 20) as IDataObject[];
		expect(items.map(({ json }) => json)).toEqual(all.map((one) => simplify(one)));
		expect(hints).toEqual([]);
		const named = items.map(({ binary }) => binary?.data?.fileName);
		expect(named).toEqual(all.map(({ _id, imageUrl }) => imageUrl && `${_id as string}.png`));
		const last = items.findLast(({ binary }) => binary)!;
		expect(
			(await bytesOf(last.binary!.data)).equals(await served(last.json.imageUrl as string)),
		).toBe(true);
	});
});

test.each([
	['it may send requests at once', { concurrency: 3 }, 3],
	['four, since each is held in memory', {}, 4],
])('List has no more images under way than %s', async (_what, options, allowed) => {
	let most = 0;
	const openAtOnce = () => {
		most = Math.max(most, sandbox.requests.filter(({ status }) => status === 0).length);
	};
	const timer = setInterval(openAtOnce, 1);
	sandbox.faults.list = [
		{ kind: 'status', status: 404, on: 'image' },
		{ kind: 'latency', ms: 100 },
	];
	await run({ returnAll: true, options: { downloadImages: true, ...options } });
	sandbox.faults.list = [];
	clearInterval(timer);
	expect(most).toBe(allowed);
});

test('a record without an image comes without one, and without a note', async () => {
	sandbox.alter(record._id, { imageUrl: undefined, imageSaved: false });
	const { items, hints } = await get();
	sandbox.alter(record._id, { imageUrl: record.imageUrl, imageSaved: true });
	expect(items).toEqual([
		{ json: { ...simplify(record), imageUrl: null }, pairedItem: { item: 0 } },
	]);
	expect(hints).toEqual([]);
});

test('what may be temporary is tried again', async () => {
	sandbox.faults.list = [{ kind: 'truncated', on: 'image', times: 2 }];
	const { items, hints } = await get();
	sandbox.faults.list = [];
	expect(items[0]!.binary!.data!.mimeType).toBe('image/png');
	expect(hints.map(({ message }) => message)).toEqual([
		expect.stringMatching(/^2 requests were retried/),
	]);
});

test("the token goes along to the credential's own origin, and nowhere else", async () => {
	const before = sandbox.requests.length;
	await get();
	expect(sandbox.requests.slice(before)).toMatchObject([
		{ authorized: true },
		{ path: new URL(record.imageUrl).pathname, authorized: true },
	]);
	sandbox.alter(record._id, { imageUrl: `${hostile.url}/fine.jpg?signature=1` });
	const { items } = await get();
	expect(items[0]!.binary!.data).toMatchObject({
		fileName: `${record._id}.jpg`,
		mimeType: 'image/jpeg',
	});
	expect(hostile.seen).toHaveLength(1);
	expect(hostile.seen[0]!.headers).not.toHaveProperty('authorization');
	expect(JSON.stringify(hostile.seen[0]!.rawHeaders)).not.toContain(sandbox.token);
});

describe('an image that cannot be downloaded leaves the record in place, with the reason', () => {
	const withReason = ({ items, hints, error }: Result, reason: unknown) => {
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		const { [REASON]: shown, ...rest } = items[0]!.json;
		expect(rest.id).toBe(record._id);
		expect(shown).toEqual(reason);
		expect(items[0]!.binary).toBeUndefined();
		expect(hints.map(({ message }) => message)).toContain(
			`One image could not be downloaded. All records were returned; the field “${REASON}” gives the reason.`,
		);
	};

	test.each<[string, string, () => unknown]>([
		['one that never ends', '/endless', () => sentences('imageTooBig', { bytes: 25_000_000 })],
		[
			'one that says it is huge',
			'/says-huge',
			() => sentences('imageTooBig', { bytes: 25_000_000 }),
		],
		[
			'one that unpacks to much more',
			'/bomb',
			() => sentences('imageTooBig', { bytes: 25_000_000 }),
		],
		['one that drips', '/dripping', () => expect.stringContaining('did not answer in time')],
		['one that falls silent', '/silent', () => expect.stringContaining('did not answer in time')],
		['one that ends too early', '/cut', () => expect.stringMatching(/was lost|is not complete/)],
		[
			'one that redirects to another address',
			'/elsewhere',
			() => sentences('imageRefused', { host: host(), httpStatus: 302 }),
		],
		[
			'one that is gone',
			'/gone',
			() => sentences('imageRefused', { host: host(), httpStatus: 410 }),
		],
		[
			'one that may not be read',
			'/forbidden',
			() => sentences('imageRefused', { host: host(), httpStatus: 403 }),
		],
		[
			'a page of HTML that calls itself an image',
			'/page',
			() => sentences('imageUnreadable', { host: host(), kind: 'a web page' }),
		],
		[
			'a PDF document that calls itself an image',
			'/document',
			() => sentences('imageUnreadable', { host: host(), kind: 'a PDF document' }),
		],
		[
			'nothing at all',
			'/nothing',
			() => sentences('imageUnreadable', { host: host(), kind: 'empty' }),
		],
	])('%s', async (_what, path, reason) => {
		sandbox.alter(record._id, { imageUrl: hostile.url + path });
		const before = hostile.seen.length;
		// what never comes is waited for no longer than this; the rest is there at once
		const timeout = ['/dripping', '/silent', '/cut'].includes(path) ? 0.7 : 60;
		withReason(await get({ timeout }), reason());
		expect(hostile.seen.length).toBeGreaterThan(before);
		expect(hostile.seen.map(({ url }) => url).slice(before)).not.toContain('/fine.jpg');
		// the server is not kept busy
		await hostile.idle();
	});

	test.each([
		'http://169.254.169.254/latest/meta-data',
		'file:///etc/passwd',
		'data:image/png;base64,iVBORw0KGgo=',
		'http://user:secret@127.0.0.1/x',
		'http://',
	])('an address like %s, which is not asked', async (imageUrl) => {
		sandbox.alter(record._id, { imageUrl });
		withReason(await get(), sentences('imageAddress'));
	});

	test('in a list, the others have theirs', async () => {
		sandbox.alter(record._id, { imageUrl: `${hostile.url}/gone` });
		const { items, hints } = await run({ limit: 20, options: { downloadImages: true } });
		expect(items).toHaveLength(20);
		const without = items.filter(({ json }) => REASON in json);
		expect(without.map(({ json }) => json.id)).toEqual([record._id]);
		const withImage = items.filter(({ binary }) => binary).length;
		const expected = [...sandbox.records()].slice(0, 20).filter(({ imageUrl }) => imageUrl).length;
		expect(withImage).toBe(expected - 1);
		expect(hints).toHaveLength(1);
	});
});

test('Stop ends a download that is under way', async () => {
	sandbox.alter(record._id, { imageUrl: `${hostile.url}/dripping` });
	const before = hostile.seen.length;
	const { error } = await runNode({
		parameters: {
			operation: 'get',
			validationId: { __rl: true, mode: 'id', value: record._id } as never,
			options: { downloadImage: true },
		},
		credential: credentialOf(sandbox),
		stopWhen: () => hostile.seen.length > before,
	});
	expect(error?.message).toBe(describeError('cancelled').message);
	await hostile.idle();
});

test('images just under the limit, which come at the same time, do not fill the memory where n8n keeps binary data in files', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-images-'));
	await storeBinariesAs('filesystem', folder);
	const image = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(24_900_000, 7)]);
	const records = Array.from({ length: 20 }, (_, at) => ({
		_id: `${at}`.padStart(24, '0'),
		imageUrl: `/image/${at}`,
	}));
	const server = createServer(({ url }, response) => {
		response.end(url!.startsWith('/image') ? image : JSON.stringify({ data: records }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const idle = process.memoryUsage().arrayBuffers;
	let peak = idle;
	const watch = setInterval(() => {
		peak = Math.max(peak, process.memoryUsage().arrayBuffers);
	}, 5);
	const { items } = await runNode({
		parameters: { operation: 'list', options: { downloadImages: true } },
		credential: { ...credentialOf(sandbox), baseUrl },
	}).finally(async () => {
		clearInterval(watch);
		server.closeAllConnections();
		server.close();
		await storeBinariesAs('default', folder);
		await rm(folder, { recursive: true, force: true });
	});
	expect(items.filter(({ binary }) => binary)).toHaveLength(20);
	// a gross bound: it was 390 MB
	expect(peak - idle).toBeLessThan(300_000_000);
});
