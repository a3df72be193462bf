// Create through the real n8n-core engine, against the sandbox over HTTP.
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { CHECKS } from '../../nodes/verifik/api/documentLiveness.ts';
import { describeError } from '../../nodes/verifik/errors/messages.ts';
import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Fault } from '../../sandbox/faults.mts';
import { drawDocument } from '../../sandbox/images.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Result, type Setup } from '../support/engine.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

/** The verdict of a validation whose checks are finished. An older flat record has none. */
const FINISHED = {
	live: expect.stringMatching(/^(passed|notPassed)$/),
	nested: expect.stringMatching(/^(passed|notPassed)$/),
	flat: 'unknown',
};

describe.each(SHAPES)('with %s records', (shape) => {
	let sandbox: Sandbox;
	let photo: Buffer;
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 10, processingMs: 0, shape });
		photo = await drawDocument('Ana Ejemplo', 'photo', 1);
	});
	beforeEach(() => {
		sandbox.faults.list = [];
		sandbox.settings.processingMs = 0;
	});

	const create = async (parameters: IDataObject = {}, setup: Partial<Setup> = {}) =>
		await runNode({
			parameters: { operation: 'create', ...parameters },
			credential: credentialOf(sandbox),
			files: [{ data: photo }],
			...setup,
		});
	const posts = () => sandbox.requests.filter(({ method }) => method === 'POST');
	/** What n8n stores of the run and a user may read: messages, hints, the node's output. */
	const shown = ({ error, hints, records, errorItems }: Result) =>
		JSON.stringify([error?.message, error?.description, error, hints, records, errorItems]);

	async function withStruck<T>(fault: Fault, work: () => Promise<T>): Promise<[T, number]> {
		const before = posts().length;
		sandbox.faults.list = [{ on: 'create', ...fault }];
		const result = await work();
		sandbox.faults.list = [];
		return [result, posts().length - before];
	}

	describe('the request', () => {
		test('is exactly the documented one', async () => {
			const { error } = await create();
			expect(error).toBeUndefined();
			expect(posts().at(-1)).toMatchObject({
				url: '/v2/document-liveness',
				authorized: true,
				contentType: 'application/json',
				body: {
					image: `${photo.toString('base64').length} characters`,
					saveImage: false,
					validateScreenReplay: true,
					validatePrintedCopy: true,
					validatePortraitSubstitution: true,
					validateDigitalManipulation: true,
					ignoreDocumentCroppedValidation: false,
					ignoreColourLessValidation: false,
				},
			});
			expect(Object.keys(posts().at(-1)!.body!)).toHaveLength(8);
		});

		test('holds what was chosen, and no calibration of a check that was not', async () => {
			const { records } = await create({
				checks: ['screenReplay', 'digitalManipulation'],
				saveImage: true,
				output: 'raw',
				options: {
					screenReplayCalibration: 'HARD',
					printedCopyCalibration: 'SOFT',
					ignoreDocumentCroppedValidation: true,
					ignoreColourLessValidation: true,
				},
			});
			expect(posts().at(-1)!.body).toEqual({
				image: expect.any(String),
				saveImage: true,
				validateScreenReplay: true,
				validatePrintedCopy: false,
				validatePortraitSubstitution: false,
				validateDigitalManipulation: true,
				screenReplayCalibration: 'HARD',
				ignoreDocumentCroppedValidation: true,
				ignoreColourLessValidation: true,
			});
			expect(records).toMatchObject([
				{
					imageSaved: true,
					...(shape === 'nested'
						? { calibrationSettings: { screenReplay: 'HARD' } }
						: { sreenReplayCalibration: 'HARD' }),
				},
			]);
			const { checks } = readRecord(records[0]!);
			expect(CHECKS.filter((name) => checks[name].outcome !== 'notRun')).toEqual([
				'screenReplay',
				'digitalManipulation',
			]);
		});

		test.each<[string, () => string]>([
			['base64', () => photo.toString('base64')],
			['a data URL', () => `data:image/png;base64,${photo.toString('base64')}`],
			['base64 in lines', () => photo.toString('base64').replace(/(.{76})/g, '$1\r\n')],
		])('carries the very same bytes from %s', async (_form, imageBase64) => {
			const { records } = await create({
				imageSource: 'base64',
				imageBase64: imageBase64(),
				saveImage: true,
			});
			const kept = await fetch(records[0]!.imageUrl as string);
			expect(Buffer.from(await kept.arrayBuffer()).equals(photo)).toBe(true);
		});

		test('carries the very same bytes from a binary field with any name', async () => {
			const { records } = await create(
				{ binaryPropertyName: 'Photo_of_ID', saveImage: true },
				{ files: [{ data: Buffer.from('%PDF'), Photo_of_ID: photo }] },
			);
			const kept = await fetch(records[0]!.imageUrl as string);
			expect(Buffer.from(await kept.arrayBuffer()).equals(photo)).toBe(true);
		});

		test('carries a file that an expression gives', async () => {
			const { records, error } = await create({
				binaryPropertyName: '={{ $("Start").item.binary.data }}',
			});
			expect(error).toBeUndefined();
			expect(records).toHaveLength(1);
		});
	});

	describe('the output', () => {
		test('is one simplified item for each document, paired with it', async () => {
			const { items } = await create({}, { files: [{ data: photo }, { data: photo }] });
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
			const newest = ([...sandbox.records()] as IDataObject[]).slice(0, 2).reverse();
			expect(items.map(({ json }) => json)).toEqual(newest.map((record) => simplify(record)));
		});

		test('keeps the other fields of a form beside those of the validation, when that is chosen', async () => {
			const input = [{ name: 'Ana', id: 'of the form' }];
			const options = { includeInputFields: true };
			const { records } = await create({ options }, { input });
			expect(records).toMatchObject([{ name: 'Ana', verdict: FINISHED[shape] }]);
			expect(records[0]!.id).toBe([...sandbox.records()][0]!._id);
			expect((await create({}, { input })).records[0]).not.toHaveProperty('name');
		});

		test('has no hint about input items that ask for the same, since each document is checked', async () => {
			const { hints } = await create({}, { files: [{ data: photo }, { data: photo }] });
			expect(hints).toEqual([]);
		});

		test('with Full Response is the answer as it came, with the signature that certifies it', async () => {
			const { records } = await create({ options: { fullResponse: true } });
			const [record] = sandbox.records();
			expect(records).toEqual([
				{
					data: record,
					signature: expect.objectContaining({ message: 'Certified by Verifik.co' }),
					...(shape === 'live' && { id: expect.any(String) }),
				},
			]);
		});
	});

	describe('what is no image is refused before anything is sent', () => {
		const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
		test.each<[string, IDataObject, Setup['files'], string]>([
			['no file', {}, [{}], 'This item has no file in the binary field “data”'],
			[
				'another field',
				{},
				[{ Photo: Buffer.from('x'), Back: Buffer.from('y') }],
				'The files of this item are in: Photo, Back.',
			],
			['an empty file', {}, [{ data: Buffer.alloc(0) }], 'The image is empty'],
			[
				'a PDF',
				{},
				[{ data: Buffer.from('%PDF-1.7') }],
				'The document is a PDF document, not an image',
			],
			['a text', {}, [{ data: Buffer.from('hello') }], 'The document is a text, not an image'],
			['a page', {}, [{ data: Buffer.from('<html>') }], 'The document is a web page, not an image'],
			[
				'a text in base64',
				{ imageSource: 'base64', imageBase64: base64('hello world') },
				[{}],
				'The document is a text, not an image',
			],
			[
				'no base64',
				{ imageSource: 'base64', imageBase64: '={{ "" }}' },
				[{}],
				'The image is empty',
			],
			[
				'nothing',
				{ imageSource: 'base64', imageBase64: '={{ null }}' },
				[{}],
				'is not Base64 text',
			],
			[
				'an object',
				{ imageSource: 'base64', imageBase64: '={{ ({}) }}' },
				[{}],
				'is not Base64 text',
			],
			[
				'an address',
				{ imageSource: 'base64', imageBase64: 'https://example.com/a.jpg' },
				[{}],
				'Image (Base64) has a web address, not an image',
			],
			[
				'a bad character in base64',
				{ imageSource: 'base64', imageBase64: `${base64('\xff\xd8\xff')}!` },
				[{}],
				'Image (Base64) is not Base64 text',
			],
			['no check', { checks: '={{ [] }}' }, undefined, 'Checks must be any of: screenReplay'],
			['an unknown check', { checks: ['hologram'] }, undefined, '(it is ["hologram"])'],
			[
				'an unknown calibration',
				{ options: { screenReplayCalibration: 'MILD' } },
				undefined,
				'Screen Replay Calibration must be one of: SOFT, REGULAR, HARD (it is "MILD")',
			],
			[
				'a wait without end',
				{ options: { waitTimeout: 1e9 } },
				undefined,
				'Wait Timeout must be more than 0 and at most 3600 seconds (it is 1000000000)',
			],
		])('%s', async (_what, parameters, files, sentence) => {
			const before = sandbox.requests.length;
			const { error, items } = await create(parameters, files && { files });
			expect(items).toEqual([]);
			expect(`${error?.message} ${error?.description}`).toContain(sentence);
			expect(error?.description).toMatch(/(This item was not|Nothing was) sent to Verifik/);
			expect(`${error?.message} ${error?.description}`).not.toMatch(
				/error|problem|failure|mistake/i,
			);
			expect(sandbox.requests).toHaveLength(before);
		});

		test('a file among the other fields, as n8n keeps files in its binary mode “combined”, is named', async () => {
			const photoField = { mimeType: 'image/png', data: photo.toString('base64') };
			const { error } = await create(
				{},
				{ input: [{ _files: { Photo: photoField } as never }], files: undefined },
			);
			expect(error?.description).toContain('The files of this item are in: _files.Photo.');
		});

		test('one item that cannot be sent keeps all others from being sent', async () => {
			const before = sandbox.requests.length;
			const files = [{ data: photo }, { data: photo }, { data: Buffer.from('%PDF') }];
			const { error } = await create({}, { files });
			expect(error?.message).toBe('The document is a PDF document, not an image');
			expect(error?.context).toMatchObject({ itemIndex: 2 });
			expect(sandbox.requests).toHaveLength(before);
		});

		test('with On Error set to continue, only that item goes to the error branch', async () => {
			const files = [{ data: photo }, { data: Buffer.from('%PDF') }, { data: photo }];
			const { records, errorItems } = await create({}, { files, onError: 'continueErrorOutput' });
			expect(records).toHaveLength(2);
			expect(errorItems).toEqual([
				{
					error: 'The document is a PDF document, not an image',
					message: expect.stringContaining('was not sent'),
					details: {},
				},
			]);
		});
	});

	describe('a document is never sent twice by accident', () => {
		test.each<[string, Fault]>([
			['a wait that Verifik asks for', { kind: 'rateLimit', retryAfterS: 0.1, times: 2 }],
			['too many requests', { kind: 'rateLimit', times: 1 }],
		])('it is sent again after %s, since it was turned away', async (_what, fault) => {
			const before = [...sandbox.records()].length;
			const [{ records, hints }, sent] = await withStruck(fault, async () => await create());
			expect(records).toHaveLength(1);
			expect(sent).toBe(fault.times! + 1);
			expect([...sandbox.records()].length).toBe(before + 1);
			expect(hints[0]!.message).toMatch(/retried because Verifik was busy/);
		});

		const unsure =
			'Verifik may still have received the document. Before you send it again, look for it with List';
		test.each<[string, Fault]>([
			['a connection that is reset', { kind: 'reset' }],
			['an answer that is cut off', { kind: 'truncated' }],
			['503', { kind: 'serverDown' }],
			['500', { kind: 'status', status: 500 }],
			['HTML instead of an answer', { kind: 'html' }],
			['JSON that is no record', { kind: 'notJson', body: '{"success":true}' }],
		])('it is not sent again after %s, and the message says so', async (_what, fault) => {
			const [result, sent] = await withStruck(fault, async () => await create());
			expect(sent).toBe(1);
			expect(result.error?.description).toContain(unsure);
			expect(result.error?.description).not.toContain('Retry On Fail');
			expect(result.error?.failure).toBeUndefined();
		});

		test.each<[string, Fault, string]>([
			[
				'an image it cannot read',
				{
					kind: 'status',
					status: 400,
					body: { error: 'Invalid image format', message: 'INVALID_IMAGE_FORMAT' },
				},
				'Verifik cannot read this image',
			],
			[
				'an image that is too large',
				{
					kind: 'status',
					status: 413,
					body: { error: 'Image too large', message: 'IMAGE_TOO_LARGE' },
				},
				'The image (0.0 MB) is larger than Verifik accepts',
			],
			['a refused token', { kind: 'status', status: 401 }, describeError('unauthorized').message],
			[
				'that no check was asked for',
				{
					kind: 'status',
					status: 409,
					body: {
						message:
							'At least one validation must be selected. Please enable one of: validateScreenReplay, …',
						code: 'MissingParameter',
					},
				},
				describeError('conflict').message,
			],
		])('%s is explained in a message, once', async (_what, fault, message) => {
			const [{ error }, sent] = await withStruck(fault, async () => await create());
			expect([error?.message, sent]).toEqual([message, 1]);
			expect(error?.description).not.toContain(unsure);
		});

		test('when a later item does not work, the message says how many were sent before', async () => {
			sandbox.settings.maxImageBytes = photo.length;
			const files = [
				{ data: photo },
				{ data: photo },
				{ data: Buffer.concat([photo, Buffer.alloc(10)]) },
			];
			const { error } = await create({}, { files });
			sandbox.settings.maxImageBytes = 10 * 1024 * 1024;
			expect(error?.description).toContain('The documents of the 2 earlier items were sent.');
		});

		test('if no server answers, it is sent again, and the message does not say that it may have arrived', async () => {
			const { error } = await create(
				{},
				{
					credential: { accessToken: sandbox.token, baseUrl: 'http://127.0.0.1:1' },
				},
			);
			expect(error?.message).toBe('No server answers at 127.0.0.1:1');
			expect(error?.description).toContain('The request was tried 3 times');
			expect(error?.description).not.toContain(unsure);
		});
	});

	describe('Wait for Completion', () => {
		test('returns the validation when its checks are finished', async () => {
			sandbox.settings.processingMs = 1200;
			const { records, hints } = await create();
			expect(records).toMatchObject([{ verdict: FINISHED[shape] }]);
			expect(hints).toEqual([]);
		});

		test('with Full Response, gives the last answer', async () => {
			sandbox.settings.processingMs = 1200;
			const options = { fullResponse: true };
			const { records } = await create({ options });
			const [record] = sandbox.records();
			expect(records).toMatchObject([{ data: record, signature: expect.any(Object) }]);
			expect(simplify(record!)).toMatchObject({ verdict: FINISHED[shape] });
		});

		test('when turned off, returns the validation as it is', async () => {
			sandbox.settings.processingMs = 60_000;
			const { records } = await create({ waitForCompletion: false });
			expect(records).toMatchObject([{ verdict: 'pending', failedChecks: null }]);
		});

		test('when the time is over, returns the validation as it is, with a hint', async () => {
			sandbox.settings.processingMs = 60_000;
			const { records, hints } = await create({
				options: { waitTimeout: 1 },
			});
			expect(records).toMatchObject([{ verdict: 'pending', id: expect.any(String) }]);
			expect(hints).toMatchObject([
				{ message: expect.stringContaining('before the Wait Timeout') },
			]);
		});

		test('when the time is over while it is read, returns the validation with the same hint', async () => {
			sandbox.settings.processingMs = 60_000;
			sandbox.faults.list = [{ kind: 'hang', on: 'retrieve' }];
			const { records, hints } = await create({
				options: { waitTimeout: 1 },
			});
			expect(records).toMatchObject([{ verdict: 'pending', id: expect.any(String) }]);
			expect(hints).toMatchObject([
				{ message: expect.stringContaining('before the Wait Timeout') },
			]);
		});

		test('continues after a few answers that are pages of HTML', async () => {
			sandbox.settings.processingMs = 100;
			sandbox.faults.list = [{ kind: 'html', on: 'retrieve', times: 3 }];
			const { records, hints } = await create();
			expect(records).toMatchObject([{ verdict: FINISHED[shape] }]);
			expect(hints).toEqual([]);
		});

		test('returns the validation with a hint when it cannot be read again', async () => {
			sandbox.settings.processingMs = 60_000;
			sandbox.faults.list = [{ kind: 'status', status: 403, on: 'retrieve' }];
			const { records, hints, error } = await create();
			expect(error).toBeUndefined();
			expect(records).toMatchObject([{ verdict: 'pending' }]);
			expect(hints).toMatchObject([
				{ message: expect.stringContaining(describeError('forbidden').message) },
			]);
		});

		test('ends with Stop', async () => {
			sandbox.settings.processingMs = 60_000;
			const before = sandbox.requests.length;
			const { error } = await create(
				{},
				{
					stopWhen: () => sandbox.requests.slice(before).some(({ method }) => method === 'GET'),
				},
			);
			expect(error?.message).toBe(describeError('cancelled').message);
		});
	});

	describe('images of any size', () => {
		const large = () => Buffer.concat([photo, Buffer.alloc(9_000_000)]);

		test('a large image is sent, with a hint', async () => {
			const { records, hints } = await create({}, { files: [{ data: large() }] });
			expect(records).toHaveLength(1);
			expect(hints).toMatchObject([
				{ message: expect.stringMatching(/^The image has 9\.\d MB\./) },
			]);
		});

		test('30 MB in base64 are read, and the message says what Verifik says of them', async () => {
			const image = Buffer.concat([photo, Buffer.alloc(30_000_000, 77)]).toString('base64');
			const result = await create(
				{ imageSource: 'base64', imageBase64: '={{ $json.image }}' },
				{ input: [{ image }], files: undefined, onError: 'continueErrorOutput' },
			);
			// n8n adds the fields of the input item.
			const [{ image: own, ...item }] = result.errorItems as [IDataObject];
			expect(own).toBe(image);
			expect(item).toMatchObject({
				error: 'The image (30.0 MB) is larger than Verifik accepts',
				details: { httpStatus: 413 },
			});
			expect(shown({ ...result, errorItems: [item] }).length).toBeLessThan(5_000);
		});
	});

	test('the image is in no message, whatever the service says about it', async () => {
		const image = photo.toString('base64');
		for (const fault of [
			{ kind: 'status', status: 400, body: { message: `cannot decode ${image}` } },
			{ kind: 'status', status: 400, body: { error: `data:image/png;base64,${image}` } },
			{ kind: 'unsuccessful', body: { success: false, error: image } },
			{ kind: 'html', body: `<p>${image}</p>` },
			{ kind: 'notJson', body: JSON.stringify({ data: null, image }) },
		] as Fault[]) {
			for (const onError of [undefined, 'continueErrorOutput'] as const) {
				const [result] = await withStruck(fault, async () => await create({}, { onError }));
				expect(result.records).toEqual([]);
				for (let at = 0; at + 60 < image.length; at += 997) {
					expect(shown(result)).not.toContain(image.slice(at, at + 60));
				}
			}
		}
	});
});
