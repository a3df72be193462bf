// What is signed is what is sent: items 5 and 6 of the security review, for all forms of a request that n8n hands over.
import { describe, expect, test } from '@jest/globals';

import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { signRequest, type SignableRequest } from '../../nodes/verifik/token/signRequest.ts';

const BASE = 'https://api.verifik.co';
const FINE = `${BASE}/v2/document-liveness`;
const credential = { accessToken: 'abc', baseUrl: BASE };

const signed = (request: SignableRequest, of = credential) => {
	signRequest(of, request);
	return request;
};

const cause = (request: SignableRequest, of = credential): string => {
	try {
		signed(request, of);
		return 'signed';
	} catch (error) {
		return error instanceof VerifikError ? error.code : String(error);
	}
};

describe('item 5: an address that gives out tokens is refused', () => {
	test.each([
		'/v2/auth/session',
		'/v2/auth/session?origin=refresh&expiresIn=1',
		'/v2/auth',
		'/v2/auth/',
		'/V2//%61uth/session',
		'/v2/%61%75%74%68/session',
		'/v2/%2561uth/session',
		'/v2/./auth/session',
		'/v2/x/../auth/session',
		'/v2/x/%2e%2e/auth/session',
		'/v2/x%2f..%2fauth/session',
		'/v2/auth/..%2f../document-liveness',
		'/v2\\auth\\session',
		'/v2%5Cauth/session',
		'/v2;x=1/auth;y/session',
		'/v2/auth%20/session',
		'/v2/au%00th/session',
		'/x/..//v2///auth//session',
		'/proxy/v2/auth/renew-and-revoke',
		'/proxy/v2/%61uth/session',
		'/proxy/v2./auth/session',
	])('%s', (path) => {
		expect(cause({ url: BASE + path })).toBe('tokenAddress');
		expect(cause({ uri: BASE + path })).toBe('tokenAddress');
		expect(cause({ url: path, baseURL: BASE })).toBe('tokenAddress');
	});

	// What some servers read as `/v2/auth`: no list of these is ever complete.
	test.each([
		'/v2/%u0061uth/session',
		'/v2/%uff41uth/session',
		'/v2/%c1%a1uth/session',
		'/%u0076%u0032/auth/session',
		'/v2/ａｕｔｈ/session',
		'/ｖ２/auth/session',
		'/v2/āuth/session',
		'/v2/\u0251uth/session',
		'/v²/auth/session',
		'/v2/auth./session',
		'/v2./auth/session',
		'/v2/auth,/session',
		'/v2/auth%3f/session',
		'/v2/auth%23/session',
		'/v2/auth%2ejson',
		'/v2/auth.json/session',
		'/v2/%252561uth/session',
		'/v2/x/%c0%ae%c0%ae/auth/session',
		'/v2/x/%c0%2e%c0%2e/auth/session',
		'/v2/x/%uff0e%uff0e/auth/session',
		'/v2/x/．．/auth/session',
		'/v2/x/‥/auth/session',
		'/v2/x/..;/auth/session',
		'/v2/x/..%20/auth/session',
		'/v2/x/..%00/auth/session',
		'/v2/x/%25252525252525252e%25252525252525252e/auth/session',
		'/v2/x/..%c0%afauth/session',
		'/v2/x/..%ef%bc%8fauth/session',
		'/v2/x/..\u2215auth/session',
		'/v2/x/.../auth/session',
		'/v2/x%0d%0a/../auth/session',
	])('nor is one signed that may be read so: %s', (path) => {
		expect(cause({ url: BASE + path })).toBe('tokenAddress');
	});

	test.each([
		'/',
		'/v2/document-liveness',
		'/v2/document-liveness?status=%u0061uth&x=/v2/auth/',
		'/v2/document-liveness/65b0_-0A',
		'/v2/co/cedula',
		'/v2/people/José%20de%20la%20Cruz',
		'/v2/people/ana.maria+x@example.com',
		'/v2/people/+573001234567/',
		'/v2/files/report.v2.pdf',
		'/v3/things/1.0~rc',
		'/files/Foto%20(1).jpg',
		'/v2/authors',
		'/v2/app-registrations/auth',
		'/auth',
		'/v2x/auth/session',
	])('and %s is not', (path) => {
		expect(cause({ url: BASE + path })).toBe('signed');
	});

	test.each([
		['/my%20gateway;a=1', '/my%20gateway;a=1/v2/document-liveness', 'signed'],
		['/my%20gateway;a=1', '/my%20gateway;a=1/v2/%u0061uth/session', 'tokenAddress'],
		['/my%20gateway', '/other%20gateway/v2/document-liveness', 'tokenAddress'],
		['/v2', '/v2/auth/session', 'tokenAddress'],
	])('a Base URL with the path %s: %s is %s', (base, path, expected) => {
		const of = { accessToken: 'abc', baseUrl: BASE + base };
		expect(cause({ url: BASE + path }, of)).toBe(expected);
	});
});

describe('item 5: what shows the token to another origin is refused', () => {
	test.each<[string, Partial<SignableRequest>]>([
		['a proxy, as an address', { proxy: 'http://proxy.example:3128' as never }],
		['a proxy, in parts', { proxy: { host: 'proxy.example', port: 3128 } }],
		['a certificate that is not checked', { rejectUnauthorized: false }],
		[
			'a certificate that is not checked, in the newer form',
			{ skipSslCertificateValidation: true },
		],
		['a certificate authority of its own', { agentOptions: { ca: 'x' } }],
		['a method whose answer repeats the request', { method: 'TRACE' as never }],
		['the same in small letters', { method: 'trace' as never }],
		['a method that nobody knows', { method: 'TRACK' as never }],
		['a method that is no text', { method: ['TRACE'] as never }],
		['any other setting of the connection', { agentOptions: { servername: 'example.com' } }],
	])('%s', (_what, options) => {
		expect(cause({ url: FINE, ...options })).toBe('tokenExposed');
	});

	test.each<[string, Partial<SignableRequest>]>([
		['a client certificate', { agentOptions: { cert: 'x', key: 'y', passphrase: 'z' } }],
		['a certificate that is checked', { rejectUnauthorized: true }],
		['no proxy', { proxy: undefined }],
		['a usual method', { method: 'DELETE' }],
		['a method in small letters', { method: 'post' as never }],
		['no method', { method: '' as never }],
	])('%s is not', (_what, options) => {
		expect(cause({ url: FINE, ...options })).toBe('signed');
	});
});

describe('item 6: what was checked is what is sent', () => {
	test.each<[string, SignableRequest, string]>([
		['an address', { url: FINE }, FINE],
		['as the HTTP Request node names it', { uri: FINE }, FINE],
		[
			'in capitals and with the usual port',
			{ url: 'HTTPS://API.Verifik.co:443/v2/x' },
			`${BASE}/v2/x`,
		],
		['in two parts', { baseURL: `${BASE}/`, url: '/v2/x' }, `${BASE}/v2/x`],
		['in two parts with a path', { baseURL: `${BASE}/a/`, url: 'x' }, `${BASE}/a/x`],
		['the base alone', { baseURL: BASE, url: '' }, `${BASE}/`],
		['with a user name', { url: 'https://me:pw@api.verifik.co/v2/x' }, `${BASE}/v2/x`],
		// n8n's client joins texts: it does not take this for another host when there is a base
		['with backslashes', { baseURL: BASE, url: '\\\\host\\x' }, `${BASE}///host/x`],
	])('%s is written back as one absolute address', (_what, request, expected) => {
		const name = request.url === undefined ? 'uri' : 'url';
		expect(signed(request)[name]).toBe(expected);
		expect(request.baseURL).toBeUndefined();
	});

	test.each<[string, SignableRequest]>([
		['white space before another host', { url: ' http://localhost/x' }],
		['backslashes before another host', { url: '\\\\host\\x' }],
		['another host, though the base is ours', { baseURL: BASE, url: 'https://example.com/x' }],
		['another host without a scheme', { baseURL: BASE, url: '//example.com/x' }],
		['no host', { url: '/v2/x' }],
		['nothing', {}],
		['url ours, but the base another', { baseURL: 'https://example.com', url: '/v2/x' }],
	])('%s is refused', (_what, request) => {
		expect(cause(request)).toBe('otherOrigin');
	});

	// n8n's client joins texts, so these stay on our host, under a path that no endpoint has
	test.each([' http://localhost/x', '@example.com'])('a base and “%s” is refused', (url) => {
		expect(cause({ baseURL: BASE, url })).toBe('tokenAddress');
	});

	test('url counts when there is a uri, too', () => {
		const request = signed({ url: FINE, uri: 'https://example.com/' });
		expect(request).toMatchObject({ url: FINE });
		expect(request.uri).toBeUndefined();
	});

	test('no Host and no other authorization stays, however it is written', () => {
		const headers = {
			HOST: 'example.com',
			' host ': 'x',
			authorization: 'a',
			AUTHORIZATION: 'b',
			Accept: 'c',
		};
		const request = signed({ url: FINE, headers, auth: { username: 'u', password: 'p' } });
		expect(request.headers).toEqual({ Accept: 'c', Authorization: 'Bearer abc' });
		expect(request.auth).toBeUndefined();
	});

	test('item 5: no header by which servers answer for another path stays', () => {
		const headers = { 'X-Original-URL': '/v2/auth/session', 'x-rewrite-url ': '/v2/auth/session' };
		expect(signed({ url: FINE, headers }).headers).toEqual({ Authorization: 'Bearer abc' });
	});

	test.each(['X_Original_URL', 'x-original_url', 'X-Override-URL'])(
		'item 5: nor does one that a server could take for one of these: %s',
		(name) => {
			const headers = { [name]: '/v2/auth/session' };
			expect(signed({ url: FINE, headers }).headers).toEqual({ Authorization: 'Bearer abc' });
		},
	);

	// n8n's HTTP client (axios) takes an object under these names for headers of all requests, or of those with this method.
	test.each(['common', 'get', 'Get', 'post'])(
		'items 5 and 6: no header stays within another one, where the HTTP client reads it: %s',
		(name) => {
			const headers = {
				[name]: { Host: 'example.com', 'X-Original-URL': '/v2/auth/session' },
				Accept: 'c',
			};
			const request = signed({ url: FINE, headers });
			expect(request.headers).toEqual({ Accept: 'c', Authorization: 'Bearer abc' });
		},
	);

	test('item 1: an address from outside, however many accents are in it, is read in no time', () => {
		const accents = '\u0301'.repeat(50_000) + '\u0316'.repeat(50_000);
		const startedAt = performance.now();
		expect(cause({ url: `${FINE}/${accents}` })).toBe('tokenAddress');
		expect(cause({ url: `${FINE}/a${accents}` })).toBe('tokenAddress');
		// a stall of a second at most; sorted by Unicode, each of these takes ten
		expect(performance.now() - startedAt).toBeLessThan(1000);
	});

	test('item 1: an address from outside, however many segments are in it, is read in no time', () => {
		const startedAt = performance.now();
		expect(cause({ url: `${FINE}/${'a/'.repeat(4_000_000)}` })).toBe('tokenAddress');
		expect(cause({ url: `${FINE}/${'a/'.repeat(1_000)}` })).toBe('signed');
		// a stall of a second at most; it was five
		expect(performance.now() - startedAt).toBeLessThan(1000);
	});

	test('item 5: n8n gets no stream, which it would store with its request, but for the pages of a pagination', () => {
		const stream = (more: SignableRequest) => signed({ useStream: true, ...more }).useStream;
		expect(stream({ uri: FINE })).toBe(false);
		expect(stream({ uri: FINE, simple: false })).toBe(true);
		expect(stream({ url: FINE, uri: FINE })).toBe(true);
	});

	test('no redirect is followed, by any of the switches, and no other host is allowed', () => {
		const request = signed({
			uri: FINE,
			followRedirect: true,
			followAllRedirects: true,
			maxRedirects: 21,
		});
		expect(request).toMatchObject({
			disableFollowRedirect: true,
			maxRedirects: 0,
			followRedirect: false,
			followAllRedirects: false,
			sendCredentialsOnCrossOriginRedirect: false,
			allowedDomains: 'api.verifik.co',
		});
	});
});
