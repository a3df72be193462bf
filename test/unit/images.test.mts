// What a file is by its first bytes, and images as base64.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import type { IExecuteFunctions } from 'n8n-workflow';

import { attachImages } from '../../nodes/shared/attachImages.ts';
import { describeError } from '../../nodes/verifik/errors/messages.ts';
import { Client } from '../../nodes/verifik/http/client.ts';
import { decodeBase64, fileTypeOf } from '../../nodes/verifik/http/fileType.ts';
import { readCredential } from '../../nodes/verifik/token/credential.ts';

const ascii = (text: string) => Buffer.from(text, 'latin1');

describe('a file is known by its first bytes', () => {
	test.each([
		['JPEG', ascii('\xff\xd8\xff\xe0\0\x10JFIF'), 'image/jpeg', 'jpg'],
		['JPEG from a camera', ascii('\xff\xd8\xff\xe1\0\x10Exif'), 'image/jpeg', 'jpg'],
		['PNG', ascii('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'image/png', 'png'],
		['WebP', ascii('RIFF\x24\0\0\0WEBPVP8 '), 'image/webp', 'webp'],
		['GIF', ascii('GIF89a\x01\0'), 'image/gif', 'gif'],
		['TIFF', ascii('II*\0\x08\0\0\0'), 'image/tiff', 'tif'],
		['TIFF, the other way round', ascii('MM\0*\0\0\0\x08'), 'image/tiff', 'tif'],
		['BMP', ascii('BM\x36\x10\0\0\0\0\0\0\x36'), 'image/bmp', 'bmp'],
		['HEIC', ascii('\0\0\0\x18ftypheic\0\0\0\0'), 'image/heic', 'heic'],
		['HEIC of another brand', ascii('\0\0\0\x18ftypmif1\0\0\0\0'), 'image/heic', 'heic'],
		['AVIF', ascii('\0\0\0\x18ftypavif\0\0\0\0'), 'image/avif', 'avif'],
	])('%s is an image', (_name, bytes, mimeType, extension) => {
		expect(fileTypeOf(bytes)).toMatchObject({ isImage: true, mimeType, extension });
	});

	test.each([
		['a PDF document', ascii('%PDF-1.7\n%\xe2\xe3')],
		['a ZIP archive or an Office document', ascii('PK\x03\x04\x14\0')],
		['an Office document', ascii('\xd0\xcf\x11\xe0\xa1\xb1')],
		['a video', ascii('\0\0\0\x18ftypmp42')],
		['a web page', ascii('\n <!DOCTYPE html><html>')],
		['a web page', ascii('\xef\xbb\xbf<html>')],
		['an SVG drawing', ascii('<svg xmlns="http://www.w3.org/2000/svg">')],
		['an SVG drawing', ascii('<?xml version="1.0"?>\n<svg>')],
		['JSON', ascii('{"error": "not found"}')],
		['a text', ascii('Dear customer,\r\n')],
		['a text', Buffer.from('Sehr geehrte Kundin, schöne Grüße', 'utf8')],
		['a file of an unknown kind', ascii('\0\x01\x02\x03')],
		['a file of an unknown kind', ascii('RIFF\x24\0\0\0WAVEfmt ')],
	])('%s is none', (words, bytes) => {
		expect(fileTypeOf(bytes)).toEqual({ isImage: false, words });
	});

	test('whatever the bytes are, it says something', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
				const kind = fileTypeOf(bytes);
				expect(kind.words).not.toBe('');
				expect(kind.isImage).toBe(kind.mimeType !== undefined);
			}),
		);
	});
});

describe('base64', () => {
	test('gives the very same bytes, in every form that is in use', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(80), (array, width) => {
				const bytes = Buffer.from(array);
				const text = bytes.toString('base64');
				const wrapped = text.replace(new RegExp(`(.{${width + 1}})`, 'g'), '$1\r\n');
				for (const form of [
					text,
					wrapped,
					text.replace(/=+$/, ''),
					bytes.toString('base64url'),
					`data:image/jpeg;base64,${text}`,
					` data:image/png;name=a.png;base64, ${wrapped} `,
				]) {
					expect(decodeBase64(form)?.equals(bytes)).toBe(true);
				}
			}),
		);
	});

	test.each(['https://example.com/a.jpg', 'a b!', 'AA=A', '{"a":1}', 'data:image/png,AAAA', 'ÄÖ'])(
		'%j is none',
		(text) => expect(decodeBase64(text)).toBeUndefined(),
	);

	test.each(['-_', 'A ', 'A\n', '= '])('item 1: 16 MB of %j take no time', (two) => {
		const text = two.repeat(8_000_000);
		const { user } = process.cpuUsage();
		decodeBase64(text);
		// a gross bound: it was 2 s
		expect(process.cpuUsage().user - user).toBeLessThan(1_000_000);
	});

	test('30 MB of it are read', () => {
		const bytes = Buffer.alloc(30_000_000, 1);
		expect(decodeBase64(bytes.toString('base64'))!.length).toBe(bytes.length);
		expect(decodeBase64(`${bytes.toString('base64')}!`)).toBeUndefined();
	});
});

const notCalled = async () => await Promise.reject(new Error('called'));
const context = {
	helpers: { httpRequest: notCalled, httpRequestWithAuthentication: notCalled },
	getExecutionCancelSignal: () => undefined,
} as unknown as IExecuteFunctions;
const credential = readCredential({ accessToken: 'token' });

test('item 2: past the deadline, an address that is refused is not even read', async () => {
	const client = new Client(context, credential, { timeoutMs: 1 });
	await setTimeout(5);
	const items = [{ json: {} }];
	// 16 ms for each of these
	const letters = Array.from({ length: 1_980 }, (_, n) => String.fromCodePoint(0x4e00 + n * 10));
	const url = `http://${letters.join('')}`;
	await attachImages(context, client, items, () => ({ url, name: '1' }));
	const { message } = describeError('timedOut', { host: 'api.verifik.co' });
	expect(items).toHaveProperty('0.json.imageNotDownloaded', expect.stringContaining(message));
});

test('item 1: hundreds of thousands of addresses that are refused leave n8n its turns', async () => {
	const client = new Client(context, credential, { concurrency: 40 });
	const items = Array.from({ length: 100_000 }, () => ({ json: {} }));
	let [isOver, turns] = [false, 0];
	const count = () => {
		turns++;
		if (!isOver) setImmediate(count);
	};
	setImmediate(count);
	const url = 'http://cdn.verifik.co/1.jpg';
	const missing = await attachImages(context, client, items, () => ({ url, name: '1' }));
	isOver = true;
	expect(missing).toBe(items.length);
	expect(items.at(-1)).toHaveProperty('json.imageNotDownloaded');
	// there was none
	expect(turns).toBeGreaterThan(2);
});
