import { describe, expect, test } from '@jest/globals';

import {
	isIssuedToken,
	readCredential,
	renewedField,
} from '../../nodes/verifik/token/credential.ts';
import { readImageUrl } from '../../nodes/verifik/token/address.ts';
import { authorizationFor } from '../../nodes/verifik/token/signRequest.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';

const cause = (work: () => unknown): string | undefined => {
	try {
		work();
		return undefined;
	} catch (error) {
		return error instanceof VerifikError ? error.code : String(error);
	}
};

describe('a pasted token', () => {
	test.each([
		['as it is', 'abc.def.ghi'],
		['with spaces around it', '  abc.def.ghi '],
		['with a line break at its end', 'abc.def.ghi\r\n'],
		['wrapped over lines', 'abc.\n  def.\n  ghi'],
		['with Bearer before it', 'Bearer abc.def.ghi'],
		['with bearer and a line break', ' bearer\n abc.def.ghi'],
		['with the whole header line', 'Authorization: Bearer abc.def.ghi'],
	])('%s works', (_how, accessToken) => {
		expect(readCredential({ accessToken }).token).toBe('abc.def.ghi');
	});

	test.each([
		['white space before it', `${' '.repeat(100_000)}abc.def.ghi`],
		['white space around it', `${'\n '.repeat(50_000)}x${' \t'.repeat(50_000)}`],
		['white space within it', `Bearer ${'abc \n'.repeat(1_000)}`],
		['white space and a colon', `authorization${' '.repeat(100_000)}: bearer abc`],
	])('item 1: of 100 kB takes no time with %s', (_what, accessToken) => {
		const begin = performance.now();
		expect(readCredential({ accessToken }).token).not.toMatch(/\s/);
		// a gross bound: it was 22 s
		expect(performance.now() - begin).toBeLessThan(1_000);
	});

	test('that is far too long is none: every server would refuse it', () => {
		expect(cause(() => readCredential({ accessToken: 'x'.repeat(7_001) }))).toBe('tokenUnusable');
	});

	test.each(['opaque', 'a.b', 'a.b.c.d', `a.b.${'c'.repeat(3_500)}`, 'a.b.ç', '..'])(
		'item 8: %s is nothing that Verifik issues',
		(text) => {
			expect(isIssuedToken(text)).toBe(false);
			expect(
				readCredential({ accessToken: 'abc', renewedToken: renewedField('abc', text) }).token,
			).toBe('abc');
		},
	);

	test('that begins with the letters "bearer" is left whole', () => {
		expect(readCredential({ accessToken: 'bearerabc' }).token).toBe('bearerabc');
	});

	test.each([undefined, null, '', '  \n', 'Bearer ', 'Bearer\n'])(
		'%j is missing',
		(accessToken) => {
			expect(cause(() => readCredential({ accessToken }))).toBe('tokenMissing');
		},
	);

	test.each(['abc…def', 'abc\u200bdef', 'tök'])(
		'%j is refused before Node would quote it',
		(accessToken) => {
			expect(cause(() => readCredential({ accessToken }))).toBe('tokenUnusable');
		},
	);
});

describe('the base URL', () => {
	test.each([
		[undefined, 'https://api.verifik.co/'],
		['', 'https://api.verifik.co/'],
		[' https://api.verifik.co/ \n', 'https://api.verifik.co/'],
		['https://proxy.example.com/verifik//', 'https://proxy.example.com/verifik'],
		['http://localhost:3000', 'http://localhost:3000/'],
		['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/'],
		['http://127.1.2.3', 'http://127.1.2.3/'],
		['http://[::1]:3000', 'http://[::1]:3000/'],
	])('%j is read as %s', (baseUrl, expected) => {
		expect(readCredential({ accessToken: 'abc', baseUrl }).baseUrl.href).toBe(expected);
	});

	test.each([
		'api.verifik.co',
		'ftp://api.verifik.co',
		'https://',
		'https://user:secret@api.verifik.co',
		'localhost:3000',
		'javascript:alert(1)',
	])('%s is not a web address', (baseUrl) => {
		expect(cause(() => readCredential({ accessToken: 'abc', baseUrl }))).toBe('baseUrlInvalid');
	});

	test.each([
		'http://api.verifik.co',
		'http://localhost.example.com',
		'http://127.0.0.1.example.com',
		'http://10.0.0.1',
		'http://mylocalhost',
		'http://0.0.0.0',
		// Low: only browsers promise that these names mean this machine; Node asks the name server
		'http://sandbox.localhost',
	])('%s would carry the token in the clear', (baseUrl) => {
		expect(cause(() => readCredential({ accessToken: 'abc', baseUrl }))).toBe('plainHttp');
	});
});

describe('signing', () => {
	const credential = readCredential({
		accessToken: 'abc',
		baseUrl: 'https://api.verifik.co/v0/',
	});

	test.each([
		'https://api.verifik.co/v2/document-liveness',
		'https://api.verifik.co:443/other',
		'HTTPS://API.VERIFIK.CO/x',
	])('%s is signed', (target) => {
		expect(authorizationFor(credential, target)).toBe('Bearer abc');
	});

	test.each([
		'https://example.com/',
		'http://api.verifik.co/',
		'https://api.verifik.co:8443/',
		'https://api.verifik.co.example.com/',
		'https://api.verifik.co@example.com/',
		'//example.com/',
		'/v2/document-liveness',
		'https://sub.api.verifik.co/',
		'http://',
		'data:text/plain,x',
		// item 6: its origin is read as the one that is written in it
		'blob:https://api.verifik.co/v2/document-liveness',
	])('%s is refused', (target) => {
		expect(cause(() => authorizationFor(credential, target))).toBe('otherOrigin');
	});
});

describe('a token that is a JWT', () => {
	const jwt = (claims: unknown) =>
		['{}', JSON.stringify(claims), 'signature']
			.map((part) => Buffer.from(part).toString('base64url'))
			.join('.');
	const now = new Date('2026-01-15T12:00:00Z');
	const sign = (accessToken: string) =>
		authorizationFor(readCredential({ accessToken }, now), 'https://api.verifik.co/', now);
	const seconds = now.getTime() / 1000;

	test('is used until its life ends', () => {
		const token = jwt({ exp: seconds + 1 });
		expect(sign(token)).toBe(`Bearer ${token}`);
	});

	test('is refused once its life is over, with the date', () => {
		expect(() => sign(jwt({ exp: seconds }))).toThrow('The access token expired on 2026-01-15');
	});

	test.each([
		['without an end', jwt({})],
		['with an end that is no number', jwt({ exp: 'soon' })],
		['with an end out of all ranges', jwt({ exp: 1e300 })],
		['with claims that are no object', jwt(null)],
		['that only looks like one', 'a.b.c'],
		['of two parts', `${jwt({ exp: 1 }).split('.').slice(0, 2).join('.')}`],
	])('%s is left to Verifik to judge', (_what, token) => {
		expect(sign(token)).toBe(`Bearer ${token}`);
	});
});

describe('the address of an image', () => {
	const own = 'https://api.verifik.co';
	const local = 'http://127.0.0.1:3999';
	test.each([
		['https://cdn.verifik.co/a/b.jpg?sig=1', own, 'https://cdn.verifik.co/a/b.jpg?sig=1'],
		['/images/1.png', own, 'https://api.verifik.co/images/1.png'],
		['http://127.0.0.1:3999/images/1.png', local, 'http://127.0.0.1:3999/images/1.png'],
		['http://localhost:4000/1.png', local, 'http://localhost:4000/1.png'],
	])('%s is opened (Base URL %s)', (address, baseUrl, expected) => {
		expect(readImageUrl(address, new URL(baseUrl)).href).toBe(expected);
	});

	test.each([
		['http://cdn.verifik.co/1.jpg', own],
		['http://127.0.0.1/1.jpg', own],
		['http://169.254.169.254/latest', local],
		['file:///etc/passwd', own],
		['data:image/png;base64,AAAA', own],
		['javascript:alert(1)', own],
		['ftp://cdn.verifik.co/1.jpg', own],
		['https://user:secret@cdn.verifik.co/1.jpg', own],
		['https://', own],
		// Low: it would be fetched with the token, and may be a call that costs or changes something
		['https://api.verifik.co/v2/document-liveness', own],
		['/v2/auth/session?origin=refresh', own],
		['/images/../V2//%61uth/session', own],
		['/%2576%2532/auth/session', own],
		['/proxy/v2/auth/session', `${own}/proxy`],
		['/v2', own],
	])('%s is not (Base URL %s)', (address, baseUrl) => {
		expect(cause(() => readImageUrl(address, new URL(baseUrl)))).toBe('imageAddress');
	});

	test.each([
		['slashes', '/a'.repeat(3_500_000)],
		['what is encoded again and again', `/${'%25'.repeat(2_300_000)}`],
	])('item 1: of 7 MB takes no time, be it of %s', (_what, address) => {
		const begin = performance.now();
		expect(cause(() => readImageUrl(address, new URL(own)))).toBe('imageAddress');
		// a gross bound: it was 3 s
		expect(performance.now() - begin).toBeLessThan(1_000);
		expect(readImageUrl(`/${'a'.repeat(4_000)}`, new URL(own)).pathname).toHaveLength(4_001);
	});

	test('item 1: of a host with thousands of different letters takes no time', () => {
		const letters = Array.from({ length: 3_950 }, (_, at) => String.fromCodePoint(0x4e00 + at * 5));
		const address = `https://user:secret@${letters.join('')}/`;
		const begin = performance.now();
		for (let count = 0; count < 100; count++) {
			expect(cause(() => readImageUrl(address, new URL(own)))).toBe('imageAddress');
		}
		// a gross bound: it was 4.6 s
		expect(performance.now() - begin).toBeLessThan(1_000);
		const { pathname } = readImageUrl('/images/cédula.jpg', new URL(own));
		expect(pathname).toBe('/images/c%C3%A9dula.jpg');
	});
});
