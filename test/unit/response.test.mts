import { describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
	readAnswer,
	toConnectionError,
	readRetryAfter,
} from '../../nodes/verifik/http/response.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import {
	describeError,
	ERROR_CODES,
	type ErrorCode,
	type ErrorContext,
} from '../../nodes/verifik/errors/messages.ts';
import { sanitizeText } from '../../nodes/verifik/http/sanitizeText.ts';
import { jwt } from '../support/jwt.mts';
import { LIVE_RECORD, NESTED_RECORD, OLDER_FLAT_RECORD } from '../support/knownRecords.mts';

const now = new Date('2026-01-01T00:00:00Z');
const target = { host: 'api.verifik.co', token: 'plain-token-123' };

const { signal } = new AbortController();

const read = async (statusCode: number, body: unknown, headers = {}, token = target.token) => {
	const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
	const answer = { statusCode, body: Readable.from([Buffer.from(text)]), headers };
	return await readAnswer(answer, { target: { ...target, token }, now, signal });
};

const failure = async (statusCode: number, body: unknown, headers = {}) => {
	const { code, explanation } = await thrown(read(statusCode, body, headers));
	return { code, ...explanation };
};

/** The error that a call ends with. */
const thrown = async (call: Promise<unknown>): Promise<VerifikError> => {
	const result = await call.catch((error: unknown) => error);
	if (result instanceof VerifikError) return result;
	throw new Error('that was accepted');
};

describe('an answer', () => {
	test('that succeeded is its JSON, as it came', async () => {
		const body = { success: true, data: [{ _id: 'ä', odd: null }] };
		expect(await read(200, body)).toEqual(body);
	});

	test.each<[string, number, unknown, ErrorCode, string | undefined, string | undefined]>([
		[
			'400 with text and code',
			400,
			{ success: false, error: 'Invalid query parameters', code: 'INVALID_PARAMETERS' },
			'invalidParameters',
			'Invalid query parameters',
			'INVALID_PARAMETERS',
		],
		[
			'401 in the one text',
			401,
			{ message: 'Invalid or expired token.', code: 'Unauthorized' },
			'unauthorized',
			'Invalid or expired token.',
			'Unauthorized',
		],
		[
			'401 in the other text',
			401,
			{ error: 'Protected resource, use Authorization header to get access' },
			'unauthorized',
			'Protected resource',
			undefined,
		],
		[
			'403',
			403,
			{ message: 'No access', code: 'Forbidden' },
			'forbidden',
			'No access',
			'Forbidden',
		],
		[
			'404 with a code as message',
			404,
			{ error: 'Not found here', message: 'DOCUMENT_LIVENESS_NOT_FOUND' },
			'notFound',
			'Not found here',
			'DOCUMENT_LIVENESS_NOT_FOUND',
		],
		[
			'404 as on the older page',
			404,
			{ message: 'Record not found.', code: 'NotFound' },
			'notFound',
			'Record not found.',
			'NotFound',
		],
		[
			'409',
			409,
			{ message: 'limit out of range', code: 'MissingParameter' },
			'conflict',
			'limit out of range',
			'MissingParameter',
		],
		[
			'413',
			413,
			{ error: 'too big', message: 'IMAGE_TOO_LARGE' },
			'tooLarge',
			'too big',
			'IMAGE_TOO_LARGE',
		],
		[
			'a lone code',
			400,
			{ message: 'INVALID_PARAMETERS' },
			'invalidParameters',
			'INVALID_PARAMETERS',
			'INVALID_PARAMETERS',
		],
		[
			'a code that says more than the status',
			400,
			{ error: 'Invalid image format', message: 'INVALID_IMAGE_FORMAT' },
			'imageFormat',
			'Invalid image format',
			'INVALID_IMAGE_FORMAT',
		],
		['429', 429, { message: 'slow down' }, 'rateLimited', 'slow down', undefined],
		[
			'502 with HTML',
			502,
			'<html><head><title>x</title></head><body><h1>Bad Gateway</h1></body></html>',
			'serverDown',
			'Bad Gateway',
			undefined,
		],
		['503 without a body', 503, '', 'serverDown', undefined, undefined],
		['a redirect', 302, '', 'redirected', undefined, undefined],
		['418', 418, { message: 'teapot' }, 'unexpectedStatus', 'teapot', undefined],
		['200 with HTML', 200, '<!doctype html><p>Sign in</p>', 'notJson', 'Sign in', undefined],
		['200 cut off', 200, '{"success":true,"data":[{"_id"', 'cutOff', undefined, undefined],
		['200 without a body', 200, '', 'cutOff', undefined, undefined],
		[
			'200 that did not succeed',
			200,
			{ success: false, error: 'No credits left' },
			'unsuccessful',
			'No credits left',
			undefined,
		],
		[
			'200 with an expired token',
			200,
			{ success: false, message: 'Invalid or expired token.', code: 'Unauthorized' },
			'unauthorized',
			'Invalid or expired token.',
			'Unauthorized',
		],
	])('%s is explained in a message', async (_what, status, body, expected, apiMessage, apiCode) => {
		const { code, description, details } = await failure(status, body);
		expect(code).toBe(expected);
		if (apiMessage) expect(description).toContain(apiMessage);
		expect(details).toEqual({ httpStatus: status, ...(apiCode && { code: apiCode }) });
	});

	test('item 3: of more than 8 MB is refused before the rest of it is read', async () => {
		const chunk = Buffer.alloc(1_000_000, ' ');
		let given = 0;
		const body = Readable.from(
			(async function* () {
				for (; given < 100; given++) {
					yield chunk;
					await setImmediate();
				}
			})(),
		);
		const answer = { statusCode: 200, body, headers: {} };
		expect((await thrown(readAnswer(answer, { target, now, signal }))).code).toBe('answerTooLarge');
		// some of it is read ahead
		expect(given).toBeLessThan(40);
	});

	test('item 3: of more values than a page has is refused before it is parsed', async () => {
		const objects = (count: number) => `{"data":[${'{"a":1},'.repeat(count)}{}]}`;
		expect((await failure(200, objects(80_000))).code).toBe('answerTooLarge');
		expect(await read(200, objects(70_000))).toHaveProperty('data.70000');
	});

	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const heapUsed = () => {
		collect();
		return process.memoryUsage().heapUsed;
	};
	const objectOf = (count: number, keyAt: (key: number) => string) =>
		Object.fromEntries(Array.from({ length: count }, (_, key) => [keyAt(key), 0]));
	const counting = async (body: string) => {
		let bytes = 0;
		const answer = { statusCode: 200, body, headers: {} };
		const count = (more: number) => (bytes += more);
		return { value: await readAnswer(answer, { target, now, signal, count }), bytes };
	};

	test.each<[string, (n: number) => unknown]>([
		['empty objects', () => ({})],
		['empty lists', () => []],
		['lists of lists', () => [[], [[]]]],
		['lists of one value', () => [0]],
		['objects of one value', () => ({ a: 0 })],
		['objects of objects', () => ({ a: { a: { a: {} } } })],
		['whole numbers', (n) => n],
		['other numbers', (n) => n + 0.5],
		['other numbers and nulls', (n) => (n % 2 ? n + 0.5 : null)],
		['short texts', (n) => `${n}`],
		['texts beyond Latin-1', (n) => `${'x'.repeat(300)}€${n}`],
		['keys like numbers, for which an engine leaves room', () => ({ 34: 0 })],
		['other keys like numbers', (n) => ({ [n % 1_000]: 0 })],
		['keys of their own', (n) => ({ [`k${n}`]: 0 })],
		['several keys of their own', (n) => ({ [`a${n}`]: 0, [`b${n}`]: 0, [`c${n}`]: 0 })],
		['keys of their own among others', (n) => ({ a: 0, [`k${n}`]: 0, b: 0 })],
		['long keys of their own', (n) => ({ [`k${n}${'x'.repeat(100)}€`]: 0 })],
		['many keys of their own', (n) => objectOf(40, (key) => `k${key}.${n}`)],
		['hundreds of keys of their own', (n) => objectOf(500, (key) => `k${key}.${n}`)],
		['hundreds of the same keys', () => objectOf(500, (key) => `k${key}`)],
		['the same keys in other orders', (n) => objectOf(10, (key) => `k${(key * n) % 11}`)],
		['some of the same keys', (n) => objectOf(10, (key) => `k${key * 2 + ((n >> key) % 2)}`)],
	])(
		'item 3: counts for what it takes in memory, not in JSON, where it is made of %s',
		async (_what, valueAt) => {
			const length = Math.min(20_000, Math.floor(600_000 / JSON.stringify(valueAt(7)).length));
			const body = `{"data":[${Array.from({ length }, (_, n) => JSON.stringify(valueAt(n)))}]}`;
			const before = heapUsed();
			const counted = await counting(body);
			expect(heapUsed() - before).toBeLessThan(1.3 * counted.bytes);
			expect(counted.value).toHaveProperty(`data.${length - 1}`);
		},
	);

	test('item 3: of a few MB that take many more in memory is refused', async () => {
		const body = `{"data":[${Array(70_000).fill('{"34":0}')}]}`;
		expect((await failure(200, body)).code).toBe('answerTooLarge');
	});

	test('item 3: counts a key that begins with another character as any other', async () => {
		const bytesOf = async (key: string) => {
			const { bytes } = await counting(`{"data":[${Array(100).fill(`{"${key}":0}`)}]}`);
			return bytes;
		};
		expect(await bytesOf('$oid')).toBe(await bytesOf('_oid'));
		expect(await bytesOf('-oid')).toBe(await bytesOf('_oid'));
	});

	test.each([LIVE_RECORD, NESTED_RECORD, OLDER_FLAT_RECORD])(
		'item 3: counts for 3.3 kB a record at most where it is a page of records as they are (%#)',
		async (record) => {
			const body = JSON.stringify({ data: Array(100).fill(record) });
			expect((await counting(body)).bytes).toBeLessThan(330_000);
		},
	);

	test('that refuses a token long before its end says that it was revoked', async () => {
		const refusedWith = async (token: string) => {
			const body = { message: 'Invalid or expired token.', code: 'Unauthorized' };
			return (await thrown(read(401, body, {}, token))).explanation.description;
		};
		const until = (date: string) => jwt({ exp: Date.parse(date) / 1000 });
		expect(await refusedWith(until('2026-01-20'))).toContain(
			'valid until 2026-01-20, so it was revoked',
		);
		expect(await refusedWith(until('2025-12-20'))).toContain('It is not valid, or it has expired');
		expect(await refusedWith('no-jwt')).toContain('It is not valid, or it has expired');
	});

	test('that refuses a token which states milliseconds for seconds shows a whole date', async () => {
		const token = jwt({ exp: 1_800_000_000_000 });
		const { explanation } = await thrown(read(401, {}, {}, token));
		expect(explanation.description).toContain('valid until +059009-09-24, so');
	});

	test('that only holds a token in a text does not speak of the token', async () => {
		const body = { success: false, message: `Bad value ${target.token}` };
		expect((await failure(200, body)).code).toBe('unsuccessful');
	});

	test('that asks to wait says how long', async () => {
		expect(await failure(429, {}, { 'retry-after': '90' })).toMatchObject({
			description: expect.stringContaining('wait 90 s'),
			details: { retryAfterMs: 90_000 },
		});
	});
});

describe('Retry-After', () => {
	test.each([
		['7', 7000],
		[' 0 ', 0],
		['1.5', 1500],
		['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
		['Wed, 31 Dec 2025 00:00:00 GMT', 0],
		['soon', undefined],
		['-5', undefined],
		['', undefined],
		[undefined, undefined],
		[['3'], 3000],
		// Low: a slip of the server's clock or digits must not become “Infinity hours”
		['9'.repeat(400), 31_536_000_000],
		['Fri, 31 Dec 9999 23:59:59 GMT', 31_536_000_000],
	])('%j means %j ms', (header, expected) => {
		expect(readRetryAfter(header, now)).toBe(expected);
	});

	test('item 7: a date in it is by the clock of the server, where that gives the time', async () => {
		const headers = {
			date: 'Fri, 02 Jan 2026 00:00:00 GMT',
			'retry-after': 'Fri, 02 Jan 2026 00:00:30 GMT',
		};
		expect((await failure(429, {}, headers)).details.retryAfterMs).toBe(30_000);
	});

	test.each([
		['9'.repeat(400), 'a year or more'],
		['864000', '10 days'],
	])('of %s is given as %s', async (header, words) => {
		const { description } = await failure(503, {}, { 'retry-after': header });
		expect(description).toContain(`Verifik asks you to wait ${words}.`);
	});
});

describe('a text from outside', () => {
	const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
	test.each([
		['markup', '<b>No</b> <script>alert(1)</script>way<img src=x', 'No way'],
		['line breaks and control characters', 'a\r\n\tb\u0000c\u202ed', 'a b c d'],
		['a JWT', `token ${jwt} is bad`, 'token [token] is bad'],
		['a bearer token', 'Authorization: Bearer abc.def-ghi', 'Authorization: [token]'],
		['the token in use', 'got plain-token-123!', 'got [token]!'],
	])('loses %s', (_what, text, expected) => {
		expect(sanitizeText(text, target.token)).toBe(expected);
	});

	test('item 1: loses a token that ends where the text is cut', () => {
		const text = 'x '.repeat(1_990) + jwt.slice(0, 30);
		expect(sanitizeText(text.slice(3_800))).not.toContain('eyJ');
		expect(sanitizeText(`${'<b>'.repeat(1_320)} ${jwt}`, 'other')).not.toMatch(/eyJ/);
	});

	test('item 1: loses the token in use wherever the cut falls in it', () => {
		for (let before = 3_900; before < 4_010; before++) {
			const text = `${'<i>'.repeat(1_290)}${'.'.repeat(before - 3_870)}${'secret'.repeat(20)}`;
			expect(sanitizeText(text, 'secret'.repeat(20))).not.toContain('secret');
		}
	});

	test.each([
		['the beginning of a JWT', 'eyJ-'.repeat(1_000_000)],
		['tags that do not end', '<script>'.repeat(500_000)],
		['the beginning of a tag', '<'.repeat(4_000_000)],
		['white space', ' \n'.repeat(2_000_000)],
		['invisible characters', '\u200b'.repeat(10_000_000)],
		['the beginning of the token in use', target.token.slice(0, -1).repeat(300_000)],
		['the token in use', target.token.repeat(300_000)],
		['bearers', 'bearer '.repeat(500_000)],
	])('item 1: of millions of characters takes no time, be it %s', (_what, text) => {
		const begin = performance.now();
		const quoted = sanitizeText(text, target.token);
		// a gross bound: it was half a minute for a twentieth of this
		expect(performance.now() - begin).toBeLessThan(1_000);
		expect(quoted.length).toBeLessThanOrEqual(200);
		expect(quoted).not.toContain(target.token);
	});

	test('is not cut within a character', () => {
		expect(sanitizeText('😀'.repeat(400))).toBe(`${'😀'.repeat(99)}…`);
	});

	test('is shortened', () => {
		const quoted = sanitizeText('word '.repeat(1000));
		expect(quoted).toHaveLength(200);
		expect(quoted.endsWith('…')).toBe(true);
	});

	test('holds no image', () => {
		const image = Buffer.alloc(2_000, 'an image').toString('base64');
		expect(sanitizeText(`image "${image}" is not valid`)).toBe('image "[…]" is not valid');
		expect(sanitizeText(`data:image/png;base64,${image}`)).toBe('data:image/png;base64,[…]');
	});
});

describe('a connection that fails', () => {
	const wrapped = (code: string, message = '') =>
		Object.assign(new Error('outer'), { cause: Object.assign(new Error(message), { code }) });
	test.each<[ErrorCode, unknown, string | undefined]>([
		['refused', wrapped('ECONNREFUSED'), 'ECONNREFUSED'],
		['nameNotFound', wrapped('ENOTFOUND'), 'ENOTFOUND'],
		['nameNotFound', wrapped('EAI_AGAIN'), 'EAI_AGAIN'],
		['timedOut', wrapped('ECONNABORTED', 'timeout of 60000ms exceeded'), undefined],
		['timedOut', wrapped('ETIMEDOUT'), 'ETIMEDOUT'],
		['connectionLost', wrapped('ECONNRESET', 'socket hang up'), 'ECONNRESET'],
		['tls', wrapped('DEPTH_ZERO_SELF_SIGNED_CERT'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
		['tls', wrapped('CERT_HAS_EXPIRED'), 'CERT_HAS_EXPIRED'],
		['tls', wrapped('ERR_TLS_CERT_ALTNAME_INVALID'), 'ERR_TLS_CERT_ALTNAME_INVALID'],
		['tls', wrapped('EPROTO'), 'EPROTO'],
		['cancelled', wrapped('ERR_CANCELED', 'canceled'), 'ERR_CANCELED'],
		['blockedByN8n', Object.assign(new Error(), { name: 'SsrfBlockedIpError' }), undefined],
		['cutOff', wrapped('Z_DATA_ERROR', 'incorrect header check'), 'Z_DATA_ERROR'],
		['connectionLost', wrapped('HPE_HEADER_OVERFLOW'), 'HPE_HEADER_OVERFLOW'],
		['unreachable', wrapped('EHOSTUNREACH'), 'EHOSTUNREACH'],
		['unreachable', 'something odd', undefined],
	])('is reported as %s', (expected, error, apiCode) => {
		const { code, details } = toConnectionError(error, target);
		expect(code).toBe(expected);
		if (apiCode) expect(details.apiCode).toBe(apiCode);
	});

	test('keeps a refusal of our own that n8n wrapped', () => {
		const own = new VerifikError('plainHttp', { host: 'x' });
		expect(toConnectionError(Object.assign(new Error(), { cause: own }), target)).toBe(own);
	});
});

describe('what a user reads', () => {
	test.each(ERROR_CODES)('for %s says what happened and how to go on, as n8n asks', (cause) => {
		for (const facts of [
			{},
			{ host: 'h', httpStatus: 500, apiMessage: 'why', apiCode: 'X', retryAfterMs: 5000, page: 2 },
		]) {
			const { message, description } = describeError(cause, facts);
			expect(`${message} ${description}`).not.toMatch(/\b(error|problem|failure|mistake)s?\b/i);
			expect(message).toMatch(/^\S.*[^.]$/);
			expect(description).toMatch(/\.$/);
			expect(`${message} ${description}`).not.toMatch(/undefined|NaN|null|\[object/);
		}
	});
});

describe('what may be temporary is followed by how to go on', () => {
	const goOn = (facts: ErrorContext) =>
		describeError('serverDown', { httpStatus: 503, ...facts }).description;

	test('in a workflow: try again, or let n8n do it', () =>
		expect(goOn({})).toContain('Retry On Fail'));

	test('in a trigger: the next poll', () =>
		expect(goOn({ isPolling: true })).toBe(
			'Nothing is lost: the next poll continues from the same place.',
		));

	test('where a document was sent: look first', () =>
		expect(goOn({ isSending: true })).toMatch(/^Verifik may still have received the document/));
});
