// The credential in the real n8n: how it signs for our node and for n8n's HTTP Request node, and what its test reports.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';

import {
	describeError,
	type ErrorCode,
	type ErrorDetails,
} from '../../nodes/verifik/errors/messages.ts';
import type { Fault } from '../../sandbox/faults.mts';
import { readExample } from '../support/examples.mts';
import {
	gaveBy,
	NODE_TYPE,
	START,
	startHost,
	type Credential,
	type Host,
} from '../support/host.mts';
import { jwt } from '../support/jwt.mts';

let host: Host;
/** another origin: it answers everything, and notes what it is sent */
let otherOrigin: { url: string; seen: IncomingMessage[]; server: Server };

beforeAll(async () => {
	host = await startHost({ records: 30 });
	const seen: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		seen.push(request);
		response.setHeader('content-type', 'application/json').end('{"data":[]}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	otherOrigin = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		server,
	};
}, 240_000);
afterAll(async () => {
	otherOrigin?.server.close();
	await host?.stop();
}, 30_000);

const message = (cause: ErrorCode, facts: ErrorDetails = {}) => describeError(cause, facts).message;

/** What happened, and how to go on: n8n shows nothing else of what the credential says. */
const sentences = (cause: ErrorCode, facts: ErrorDetails = {}) => {
	const { message: happened, description } = describeError(cause, facts);
	return `${happened}. ${description}`;
};

/** A JWT whose life ended in 2001. */
const EXPIRED = jwt({ exp: 1_000_000_000 });

const listPath = '/v2/document-liveness';

const ourNode = async (credential?: Credential) =>
	await host.runNode({
		type: NODE_TYPE,
		parameters: { operation: 'list' },
		...(credential && { credential }),
	});

const httpRequest = async (url: string, credential?: Credential, options: IDataObject = {}) =>
	await host.runNode({
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'verifikApi',
			options,
		},
		...(credential && { credential }),
	});

describe('signing', () => {
	test('a token pasted with Bearer, spaces and line breaks works in both nodes', async () => {
		const { token, url } = host.sandbox;
		const pasted = `  Bearer ${token.slice(0, 20)}\n${token.slice(20)} \n`;
		const credential = await host.addCredential('Pasted', {
			accessToken: pasted,
			baseUrl: ` ${url}/ `,
		});
		expect((await ourNode(credential)).records).toHaveLength(30);
		expect((await httpRequest(url + listPath, credential)).records).toMatchObject([
			{ success: true },
		]);
	});

	test('the example with another endpoint of Verifik works in the HTTP Request node', async () => {
		const { url } = host.sandbox;
		const example = readExample(
			'other-endpoint',
			{ verifikApi: host.credential },
			{ 'https://api.verifik.co': url },
		);
		const { id } = await host.n8n.api('POST', '/rest/workflows', example);
		const { resultData } = await host.n8n.run(id, 'Start');
		expect(resultData.error?.message).toBeUndefined();
		const items = resultData.runData['One Item Each']![0]!.data!.main[0] as Array<{
			json: IDataObject;
		}>;
		const applicants = [...host.sandbox.records({ populates: ['appRegistration'] })].map(
			({ appRegistration }) => appRegistration,
		);
		expect(items.map(({ json }) => json)).toEqual(applicants);
	});

	test('another origin is refused', async () => {
		const { error } = await httpRequest(otherOrigin.url + listPath);
		expect(JSON.stringify(error)).toContain(new URL(otherOrigin.url).host);
		expect(error?.message).toMatch(/token/i);
		expect(otherOrigin.seen).toEqual([]);
	});

	test('plain http to a host that is not local is refused in both nodes', async () => {
		const credential = await host.addCredential('Plain', {
			accessToken: host.sandbox.token,
			baseUrl: 'http://verifik.example',
		});
		for (const { error } of [
			await ourNode(credential),
			await httpRequest(`http://verifik.example${listPath}`, credential),
		]) {
			expect(error?.message).toContain('is not encrypted');
		}
	});

	test('item 6: no redirect is followed, in either node, whatever is set', async () => {
		host.sandbox.faults.list = [{ kind: 'redirect', on: 'list', to: `${otherOrigin.url}/take` }];
		try {
			const { error } = await ourNode();
			expect(error?.message).toMatch(/another address/i);
			const options = {
				redirect: { redirect: { followRedirects: true } },
				sendCredentialsOnCrossOriginRedirect: true,
			};
			await httpRequest(host.sandbox.url + listPath, undefined, options);
			expect(otherOrigin.seen).toEqual([]);
		} finally {
			host.sandbox.faults.list = [];
		}
	});

	test.each(['/v2/auth/session?origin=refresh&expiresIn=1', '/V2//%61uth/session?origin=refresh'])(
		'item 5: a fresh token does not get into an execution: %s',
		async (path) => {
			const before = host.sandbox.tokens.issued.length;
			const { error, records } = await httpRequest(host.sandbox.url + path);
			expect(error?.message).toBe(sentences('tokenAddress'));
			expect(records).toEqual([]);
			expect(host.sandbox.tokens.issued).toHaveLength(before);
		},
	);

	/** HTTP Request with a credential of its own, whose token no other test uses. */
	const withOwnToken = async (parameters: IDataObject, fields: IDataObject = {}) => {
		const accessToken = await host.sandbox.tokens.issue(1);
		const credential = await host.addCredential('Own token', {
			accessToken,
			baseUrl: host.sandbox.url,
			...fields,
		});
		const node = {
			name: 'HTTP Request',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'verifikApi',
				...parameters,
			},
			credentials: { verifikApi: credential },
		};
		return { accessToken, node };
	};

	/** Edit Fields, with one field. */
	const field = (value: string) => ({
		name: 'Read',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			assignments: { assignments: [{ id: '1', name: 'read', value, type: 'string' }] },
		},
	});

	test.each(['common', 'get'])(
		'items 5 and 6: no Host goes out that the HTTP Request node got within another header: %s',
		async (name) => {
			const { node } = await withOwnToken({
				url: host.sandbox.url + listPath,
				sendHeaders: true,
				specifyHeaders: 'json',
				jsonHeaders: JSON.stringify({
					[name]: { Host: 'evil.example', 'X-Original-URL': '/v2/auth/session' },
				}),
			});
			await host.n8n.run(await host.addSequence([START, node]), START.name);
			const { headers } = host.sandbox.requests.at(-1)!;
			expect(headers.host).toBe(new URL(host.sandbox.url).host);
			expect(headers).not.toHaveProperty('x-original-url');
		},
	);

	// n8n keeps the first answer of a manual run, with a stream of an image also the request that it answers.
	test('item 5: an image that the HTTP Request node gets puts no token into the database', async () => {
		const [record] = host.sandbox.records();
		const { accessToken, node } = await withOwnToken({ url: String(record!.imageUrl) });
		const read = field("={{ $('HTTP Request').context.response?.body?.req?._header ?? 'none' }}");
		const id = await host.addSequence([START, node, read]);
		const execution = await host.n8n.run(id, START.name);
		expect(gaveBy(execution, 'HTTP Request').items[0]!.binary).toMatchObject({
			data: { mimeType: 'image/png' },
		});
		expect(gaveBy(execution, 'Read').records).toEqual([{ read: 'none' }]);
		expect(await host.findSecret(accessToken)).toEqual([]);
	});

	// n8n hands the headers of a request that did not succeed to expressions. So whoever owns the token can rule that node out.
	test('item 5: the HTTP Request node sends nothing where the credential allows it no domain, and our node works', async () => {
		const { node } = await withOwnToken(
			{ url: host.sandbox.url + listPath },
			{ allowedHttpRequestDomains: 'none' },
		);
		const before = host.sandbox.requests.length;
		const execution = await host.n8n.run(await host.addSequence([START, node]), START.name);
		expect(gaveBy(execution, 'HTTP Request').error?.message).toContain(
			'prevent use within an HTTP Request',
		);
		expect(host.sandbox.requests).toHaveLength(before);
		const { items } = await host.runNode({
			type: NODE_TYPE,
			parameters: { operation: 'list' },
			credential: node.credentials.verifikApi,
		});
		expect(items.length).toBeGreaterThan(0);
	});

	test.each<[string, IDataObject]>([
		['Proxy', { proxy: 'http://127.0.0.1:1' }],
		['Ignore SSL Issues', { allowUnauthorizedCerts: true }],
	])('item 5: %s of the HTTP Request node is refused', async (exposedBy, options) => {
		const before = host.sandbox.requests.length;
		const { error } = await httpRequest(host.sandbox.url + listPath, undefined, options);
		expect(error?.message).toBe(sentences('tokenExposed', { exposedBy }));
		expect(host.sandbox.requests).toHaveLength(before);
	});
});

describe('the credential test', () => {
	const check = async (data: IDataObject) =>
		await host.n8n.api('POST', '/rest/credentials/test', {
			credentials: { id: '', name: 'Test', type: 'verifikApi', data },
		});

	test('passes with a token that Verifik accepts, and requests one record', async () => {
		const { token, url } = host.sandbox;
		expect(await check({ accessToken: token, baseUrl: url })).toMatchObject({ status: 'OK' });
		expect(host.sandbox.requests.at(-1)).toMatchObject({
			path: listPath,
			query: { page: '1', limit: '1' },
		});
	});

	test.each<[string, () => IDataObject, string, Fault?]>([
		['a token that Verifik refuses', () => ({ accessToken: 'refused' }), sentences('unauthorized')],
		[
			'an expired token',
			() => ({ accessToken: EXPIRED }),
			sentences('tokenExpired', { expiredAt: new Date('2001-09-09') }),
		],
		['no token', () => ({ accessToken: ' ' }), sentences('tokenMissing')],
		['an address that is not a URL', () => ({ baseUrl: 'verifik' }), message('baseUrlInvalid')],
		[
			'plain http to another machine',
			() => ({ baseUrl: 'http://verifik.example' }),
			message('plainHttp', { host: 'verifik.example' }),
		],
		[
			'an address under which there is no Verifik API',
			() => ({ baseUrl: `${host.sandbox.url}/elsewhere` }),
			message('notFound'),
		],
		['a page of HTML instead of the API', () => ({}), message('notTheApi'), { kind: 'html' }],
		[
			'JSON of something else',
			() => ({}),
			message('notTheApi'),
			{ kind: 'notJson', body: '{"hello":"world"}' },
		],
		['success: false', () => ({}), message('unsuccessful'), { kind: 'unsuccessful' }],
		[
			'a redirect',
			() => ({}),
			message('redirected'),
			{ kind: 'redirect', to: 'http://127.0.0.1:1/' },
		],
		[
			'an account without the service',
			() => ({}),
			message('forbidden'),
			{ kind: 'status', status: 403 },
		],
		['too many requests', () => ({}), message('rateLimited'), { kind: 'rateLimit' }],
		['a service that is down', () => ({}), message('serverDown', {}), { kind: 'serverDown' }],
		['a port at which nothing listens', () => ({ baseUrl: 'http://127.0.0.1:1' }), 'ECONNREFUSED'],
	])('says so for %s', async (_what, data, expected, fault: Fault | undefined = undefined) => {
		const { token, url, faults } = host.sandbox;
		faults.list = fault ? [fault] : [];
		const result = await check({ accessToken: token, baseUrl: url, ...data() });
		faults.list = [];
		expect(result).toMatchObject({ status: 'Error', message: expect.stringContaining(expected) });
	});
});

test('the token is in no file of n8n, and in no answer about the credential', async () => {
	const { token } = host.sandbox;
	expect(await host.findSecret(token)).toEqual([]);
	const shown = await host.n8n.api(
		'GET',
		`/rest/credentials/${host.credential.id}?includeData=true`,
	);
	expect(JSON.stringify(shown)).not.toContain(token);
});
