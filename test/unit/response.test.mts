import { describe, expect, test } from '@jest/globals';

import {
	quotable,
	readAnswer,
	readConnectionError,
	readRetryAfter,
} from '../../nodes/verifik/http/response.ts';
import {
	CAUSES,
	explain,
	VerifikFailure,
	type Cause,
	type Facts,
} from '../../nodes/verifik/errors.ts';
import { jwt } from '../support/jwt.mts';

const now = new Date('2026-01-01T00:00:00Z');
const call = { host: 'api.verifik.co', token: 'plain-token-123' };

const read = (statusCode: number, body: unknown, headers = {}) =>
	readAnswer(
		{ statusCode, body: typeof body === 'string' ? body : JSON.stringify(body), headers },
		call,
		now,
	);

const failure = (statusCode: number, body: unknown, headers = {}) => {
	const result = read(statusCode, body, headers);
	if (!(result instanceof VerifikFailure)) throw new Error('that answer was accepted');
	return result.explanation;
};

describe('an answer', () => {
	test('that succeeded is its JSON, as it came', () => {
		const body = { success: true, data: [{ _id: 'ä', odd: null }] };
		expect(read(200, body)).toEqual(body);
	});

	test.each<[string, number, unknown, Cause, string | undefined, string | undefined]>([
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
	])('%s is told in words', (_what, status, body, cause, said, code) => {
		const told = failure(status, body);
		expect(told.cause).toBe(cause);
		if (said) expect(told.description).toContain(said);
		expect(told.details).toEqual({ httpStatus: status, ...(code && { code }) });
	});

	test('that refuses a token long before its end says that it was revoked', () => {
		const refusedWith = (token: string) => {
			const body = JSON.stringify({ message: 'Invalid or expired token.', code: 'Unauthorized' });
			const answer = { statusCode: 401, body, headers: {} };
			return (readAnswer(answer, { ...call, token }, now) as VerifikFailure).explanation
				.description;
		};
		const until = (date: string) => jwt({ exp: Date.parse(date) / 1000 });
		expect(refusedWith(until('2026-01-20'))).toContain('valid until 2026-01-20: it was revoked');
		expect(refusedWith(until('2025-12-20'))).toContain('It is not valid or has expired');
		expect(refusedWith('no-jwt')).toContain('It is not valid or has expired');
	});

	test('that asks to wait says how long', () => {
		expect(failure(429, {}, { 'retry-after': '90' })).toMatchObject({
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
	])('%j means %j ms', (header, expected) => {
		expect(readRetryAfter(header, now)).toBe(expected);
	});
});

describe('a text of somebody else', () => {
	const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
	test.each([
		['markup', '<b>No</b> <script>alert(1)</script>way<img src=x', 'No way'],
		['line breaks and control characters', 'a\r\n\tb\u0000c\u202ed', 'a b c d'],
		['a JWT', `token ${jwt} is bad`, 'token [token] is bad'],
		['a bearer token', 'Authorization: Bearer abc.def-ghi', 'Authorization: [token]'],
		['the token in use', 'got plain-token-123!', 'got [token]!'],
	])('loses %s', (_what, text, expected) => {
		expect(quotable(text, call.token)).toBe(expected);
	});

	test('is shortened', () => {
		const quoted = quotable('word '.repeat(1000));
		expect(quoted).toHaveLength(200);
		expect(quoted.endsWith('…')).toBe(true);
	});

	test('holds no image', () => {
		const image = Buffer.alloc(30_000, 'an image').toString('base64');
		expect(quotable(`image "${image}" is not valid`)).toBe('image "[…]" is not valid');
		expect(quotable(`data:image/png;base64,${image}`)).toBe('data:image/png;base64,[…]');
	});
});

describe('a connection that fails', () => {
	const wrapped = (code: string, message = '') =>
		Object.assign(new Error('outer'), { cause: Object.assign(new Error(message), { code }) });
	test.each<[Cause, unknown, string | undefined]>([
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
		['unreachable', wrapped('EHOSTUNREACH'), 'EHOSTUNREACH'],
		['unreachable', 'something odd', undefined],
	])('is told as %s', (cause, error, code) => {
		const told = readConnectionError(error, call).explanation;
		expect(told.cause).toBe(cause);
		if (code) expect(told.details.code).toBe(code);
	});

	test('keeps a refusal of our own that n8n wrapped', () => {
		const own = new VerifikFailure('plainHttp', { host: 'x' });
		expect(readConnectionError(Object.assign(new Error(), { cause: own }), call)).toBe(own);
	});
});

describe('what a user reads', () => {
	test.each(CAUSES)('for %s says what happened and how to go on, as n8n asks', (cause) => {
		for (const facts of [
			{},
			{ host: 'h', httpStatus: 500, said: 'why', code: 'X', retryAfterMs: 5000, page: 2 },
		]) {
			const { message, description } = explain(cause, facts);
			expect(`${message} ${description}`).not.toMatch(/\b(error|problem|failure|mistake)s?\b/i);
			expect(message).toMatch(/^\S.*[^.]$/);
			expect(description).toMatch(/\.$/);
			expect(`${message} ${description}`).not.toMatch(/undefined|NaN|null|\[object/);
		}
	});
});

describe('what may pass by itself is followed by how to go on', () => {
	const goOn = (facts: Facts) => explain('serverDown', { httpStatus: 503, ...facts }).description;

	test('in a workflow: try again, or let n8n do it', () =>
		expect(goOn({})).toContain('Retry On Fail'));

	test('in a trigger: the next poll', () =>
		expect(goOn({ isPolling: true })).toBe(
			'Nothing is lost: the next poll begins where this one did.',
		));

	test('where a document was sent: look first', () =>
		expect(goOn({ isSending: true })).toMatch(
			/^Verifik may have received the document all the same/,
		));
});
