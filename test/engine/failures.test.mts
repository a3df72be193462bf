// Every way a call can go wrong, provoked for real, through the real n8n-core engine: what the user reads, what is
// on the error branch, what the host reads.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { generate } from 'selfsigned';

import {
	ERROR_CODES,
	describeError,
	type ErrorCode,
	type ErrorContext,
	type ErrorDetails,
} from '../../nodes/verifik/errors/messages.ts';
import { expiryOf } from '../../nodes/verifik/token/jwt.ts';
import type { Fault } from '../../sandbox/faults.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode } from '../support/engine.mts';
import { jwt } from '../support/jwt.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';

let sandbox: Sandbox;
/** host and port of the sandbox, as messages name it */
let host: string;
beforeAll(async () => {
	sandbox = await openSharedSandbox({ records: 250 });
	host = new URL(sandbox.url).host;
});

type Row = {
	cause: ErrorCode;
	/** what differs from other rows with the same cause */
	when: string;
	/** what the sandbox does */
	fault?: Fault;
	credential?: () => { accessToken?: string; baseUrl?: string };
	parameters?: IDataObject;
	/** the facts in the message; the host is always known */
	facts?: ErrorDetails & ErrorContext;
	/** for a code that the operating system or Node's HTTP client chooses */
	code?: RegExp;
};

const NOT_FOUND = { error: 'Document liveness not found', message: 'DOCUMENT_LIVENESS_NOT_FOUND' };
const withBase = (baseUrl: string) => () => ({ accessToken: sandbox.token, baseUrl });
const status = (code: number, body: unknown): Fault => ({ kind: 'status', status: code, body });

const rows: Row[] = [
	{
		cause: 'tokenMissing',
		when: 'the field is blank',
		credential: () => ({ accessToken: ' \n ' }),
	},
	{
		cause: 'tokenUnusable',
		when: 'something else was pasted',
		credential: () => ({ accessToken: 'to\u0000ken', baseUrl: sandbox.url }),
	},
	{
		cause: 'tokenExpired',
		when: 'its exp has passed',
		credential: () => ({ accessToken: jwt({ exp: 1_000_000_000 }), baseUrl: sandbox.url }),
		facts: { expiredAt: new Date(1_000_000_000_000) },
	},
	{ cause: 'baseUrlInvalid', when: 'it is a word', credential: withBase('verifik') },
	{
		cause: 'baseUrlInvalid',
		when: 'it is another scheme',
		credential: withBase('ftp://verifik.example'),
	},
	{
		cause: 'plainHttp',
		when: 'the host is not local',
		credential: withBase('http://verifik.example'),
		facts: { host: 'verifik.example' },
	},
	{
		cause: 'invalidParameters',
		when: '400 with a code',
		fault: status(400, {
			success: false,
			error: 'Invalid query parameters',
			code: 'INVALID_PARAMETERS',
		}),
		facts: {
			httpStatus: 400,
			apiMessage: 'Invalid query parameters',
			apiCode: 'INVALID_PARAMETERS',
		},
	},
	{
		cause: 'unauthorized',
		when: '401, token refused',
		credential: () => ({ accessToken: 'unknown-here', baseUrl: sandbox.url }),
		facts: { httpStatus: 401, apiMessage: 'Invalid or expired token.', apiCode: 'Unauthorized' },
	},
	{
		cause: 'unauthorized',
		when: '401, no token seen',
		fault: status(401, { error: 'Protected resource, use Authorization header to get access' }),
		facts: {
			httpStatus: 401,
			apiMessage: 'Protected resource, use Authorization header to get access',
		},
	},
	{
		cause: 'forbidden',
		when: '403',
		fault: status(403, { message: 'No access to this service.', code: 'Forbidden' }),
		facts: { httpStatus: 403, apiMessage: 'No access to this service.', apiCode: 'Forbidden' },
	},
	{
		cause: 'notFound',
		when: '404',
		fault: status(404, NOT_FOUND),
		facts: { httpStatus: 404, apiMessage: NOT_FOUND.error, apiCode: NOT_FOUND.message },
	},
	{
		cause: 'notFound',
		when: 'the Base URL leads into the wild',
		credential: () => ({ accessToken: sandbox.token, baseUrl: `${sandbox.url}/elsewhere` }),
		facts: { httpStatus: 404, apiMessage: 'Route not found.', apiCode: 'NotFound' },
	},
	{
		cause: 'conflict',
		when: '409',
		fault: status(409, { message: 'missing page', code: 'MissingParameter' }),
		facts: { httpStatus: 409, apiMessage: 'missing page', apiCode: 'MissingParameter' },
	},
	{
		cause: 'tooLarge',
		when: '413',
		fault: status(413, { error: 'Image too large', message: 'IMAGE_TOO_LARGE' }),
		facts: { httpStatus: 413, apiMessage: 'Image too large', apiCode: 'IMAGE_TOO_LARGE' },
	},
	{
		cause: 'unexpectedStatus',
		when: '418',
		fault: status(418, { message: 'I am a teapot' }),
		facts: { httpStatus: 418, apiMessage: 'I am a teapot' },
	},
	{
		cause: 'rateLimited',
		when: '429 without Retry-After',
		fault: { kind: 'rateLimit' },
		facts: { httpStatus: 429, apiMessage: 'Too many requests.', apiCode: 'TooManyRequests' },
	},
	{
		cause: 'rateLimited',
		when: '429 with Retry-After in seconds',
		fault: { kind: 'rateLimit', retryAfterS: 7200 },
		facts: {
			httpStatus: 429,
			apiMessage: 'Too many requests.',
			apiCode: 'TooManyRequests',
			retryAfterMs: 7_200_000,
		},
	},
	{
		cause: 'serverDown',
		when: '503 with HTML',
		fault: { kind: 'serverDown' },
		facts: { httpStatus: 503, apiMessage: 'Service Temporarily Unavailable' },
	},
	{
		cause: 'serverDown',
		when: '500 with JSON',
		fault: status(500, { message: 'Internal Server Error' }),
		facts: { httpStatus: 500, apiMessage: 'Internal Server Error' },
	},
	{
		cause: 'redirected',
		when: '302 to another origin',
		fault: { kind: 'redirect', to: 'http://127.0.0.1:1/elsewhere' },
		facts: { httpStatus: 302 },
	},
	{
		cause: 'notJson',
		when: 'HTML with 200',
		fault: { kind: 'html' },
		facts: { httpStatus: 200, apiMessage: 'Sign in to the network' },
	},
	{
		cause: 'notJson',
		when: 'a word with 200',
		fault: { kind: 'notJson' },
		facts: { httpStatus: 200, apiMessage: 'OK' },
	},
	{
		cause: 'cutOff',
		when: 'the connection ends within the body',
		fault: { kind: 'truncated' },
		code: /./,
	},
	{
		cause: 'cutOff',
		when: 'the body ends within the JSON',
		fault: { kind: 'notJson', body: '{"success":true,"data":[{"_id":"65' },
		facts: { httpStatus: 200 },
	},
	{
		cause: 'answerTooLarge',
		when: 'a page holds more records than any page',
		fault: { kind: 'notJson', body: JSON.stringify({ data: Array(1_001).fill({}) }) },
	},
	{
		cause: 'answerTooDeep',
		when: 'it is nested 101 levels deep',
		fault: { kind: 'notJson', body: `${'['.repeat(101)}${']'.repeat(101)}` },
		facts: { httpStatus: 200 },
	},
	{
		cause: 'unsuccessful',
		when: 'success is false in a 200',
		fault: { kind: 'unsuccessful' },
		facts: { httpStatus: 200, apiMessage: 'The request could not be processed.' },
	},
	{
		cause: 'unauthorized',
		when: 'success is false in a 200, because of the token',
		fault: {
			kind: 'unsuccessful',
			body: { success: false, message: 'Token expired', code: 'Unauthorized' },
		},
		facts: { httpStatus: 200, apiMessage: 'Token expired', apiCode: 'Unauthorized' },
	},
	{
		cause: 'notTheApi',
		when: 'JSON of something else',
		fault: { kind: 'notJson', body: '{"data":{"hello":"world"}}' },
		facts: { apiMessage: '{"data":{"hello":"world"}}' },
	},
	{
		cause: 'refused',
		when: 'nothing listens',
		credential: withBase('http://127.0.0.1:1'),
		facts: { host: '127.0.0.1:1', apiCode: 'ECONNREFUSED' },
	},
	{
		cause: 'nameNotFound',
		when: 'the name does not exist',
		credential: withBase('https://verifik.invalid'),
		facts: { host: 'verifik.invalid' },
		code: /ENOTFOUND|EAI_AGAIN/,
	},
	{
		cause: 'timedOut',
		when: 'no answer comes',
		fault: { kind: 'hang' },
		parameters: { options: { timeout: 0.2 } },
		code: /./,
	},
	{
		cause: 'connectionLost',
		when: 'the connection is reset',
		fault: { kind: 'reset' },
		code: /ECONNRESET/,
	},
	{
		cause: 'tls',
		when: 'the server does not speak https',
		credential: () => ({
			accessToken: sandbox.token,
			baseUrl: sandbox.url.replace('http:', 'https:'),
		}),
		code: /EPROTO|ERR_SSL/,
	},
	{
		cause: 'pageIgnored',
		when: 'the page parameter has no effect',
		fault: { kind: 'ignorePage' },
		// The node needs 17 requests to find this out.
		parameters: { returnAll: true, options: { timeout: 10 } },
		facts: { page: 2, recordsRead: 100 },
	},
];

/** The file that tests each code that is not tested here: of other operations, or not possible with a local server. */
const ELSEWHERE: Partial<Record<ErrorCode, string>> = {
	otherOrigin: 'test/unit/signRequest and test/host/credential: our node asks its own origin only',
	tokenAddress: 'test/unit/signRequest and test/host/credential: our node asks no such address',
	tokenExposed: 'test/unit/signRequest and test/host/credential: our node sets no such option',
	blockedByN8n: 'test/engine/security',
	unreachable: 'test/unit/response: it needs a network without a route',
	cancelled: 'below, as Stop',
	validationNotFound: 'test/engine/get',
	otherValidation: 'test/engine/security',
	imageFormat: 'test/engine/create',
	imageAddress: 'test/engine/images',
	imageRefused: 'test/engine/images',
	imageTooBig: 'test/engine/images',
	imageUnreadable: 'test/engine/images',
	listTooLarge: 'test/unit/listItems',
	unordered: 'test/engine/triggerHosts',
	pollTooShort: 'test/unit/poll',
	stateUnknown: 'test/engine/triggerHosts',
	noneToShow: 'test/engine/triggerItems',
};

const run = async ({ credential, parameters }: Row, onError?: 'continueErrorOutput') =>
	await runNode({
		// Temporary errors are retried until then.
		parameters: { options: { timeout: 0.7 }, ...parameters },
		credential: { accessToken: sandbox.token, baseUrl: sandbox.url, ...credential?.() },
		onError,
	});

describe('a user reads what happened and how to go on', () => {
	test.each(rows)('$cause: $when', async (row) => {
		sandbox.faults.list = row.fault ? [row.fault] : [];
		const { error, run: whole } = await run(row);
		const inBranch = await run(row, 'continueErrorOutput');
		sandbox.faults.list = [];

		const code = row.code
			? (inBranch.errorItems[0]?.details as IDataObject)?.code
			: row.facts?.apiCode;
		const reported = describeError(row.cause, {
			host,
			...row.facts,
			// the sandbox's own token lives long
			...(row.cause === 'unauthorized' &&
				!row.credential && { validUntil: expiryOf(sandbox.token) }),
			...(code !== undefined && { apiCode: String(code) }),
		});
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toBe(reported.message);
		expect(withoutTries(error?.description)).toBe(reported.description);
		expect(error?.context).toMatchObject({ itemIndex: 0 });
		expect((error?.failure as IDataObject | undefined)?.cause).toBe(reported.hostCause);
		expect((error?.failure as IDataObject | undefined)?.retryAfterMs).toBe(
			reported.details.retryAfterMs,
		);
		if (row.code) expect(String(code)).toMatch(row.code);

		expect(inBranch.items).toEqual([]);
		const [item] = inBranch.errorItems;
		expect(inBranch.errorItems).toHaveLength(1);
		expect({ ...item, message: withoutTries(item?.message) }).toEqual({
			error: reported.message,
			message: reported.description,
			details: reported.details,
		});
		const { accessToken = sandbox.token } = row.credential?.() ?? {};
		if (accessToken.trim())
			expect(JSON.stringify([whole, inBranch.run])).not.toContain(accessToken);
	});

	test('every cause is provoked here, or the file that provokes it is named', () => {
		const here = new Set<ErrorCode>([
			...rows.map(({ cause }) => cause),
			...(Object.keys(ELSEWHERE) as ErrorCode[]),
		]);
		expect(ERROR_CODES.filter((cause) => !here.has(cause))).toEqual([]);
	});

	test('a certificate that cannot be trusted', async () => {
		const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
		const server = createTlsServer({ key, cert });
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const { error } = await runNode({
			credential: { accessToken: sandbox.token, baseUrl: `https://127.0.0.1:${port}` },
		});
		server.close();
		expect(error?.message).toBe(`n8n could not open a secure connection to 127.0.0.1:${port}`);
	});

	test('Retry-After as a date is given as the time to wait', async () => {
		sandbox.faults.list = [{ kind: 'rateLimit', retryAfterS: 3600, retryAfterAsDate: true }];
		const { errorItems } = await run({ cause: 'rateLimited', when: '' }, 'continueErrorOutput');
		sandbox.faults.list = [];
		const { retryAfterMs } = errorItems[0]!.details as { retryAfterMs: number };
		expect(retryAfterMs).toBeGreaterThan(3_590_000);
		expect(retryAfterMs).toBeLessThanOrEqual(3_601_000);
		expect(errorItems[0]!.message).toMatch(/Verifik asks you to wait 6[01] minutes/);
	});
});

describe("Verifik's own text", () => {
	const said = async (message: string) => {
		sandbox.faults.list = [status(400, { message })];
		const { error, run: whole } = await run({ cause: 'invalidParameters', when: '' });
		sandbox.faults.list = [];
		return { description: error?.description ?? '', whole: JSON.stringify(whole) };
	};

	test('is data: no markup and no line break of it survives', async () => {
		const { description } = await said('<b>bad</b>\n<script>alert(1)</script> value\u202e');
		expect(description).toContain('“bad value”');
	});

	test('is shortened', async () => {
		const { description } = await said('long '.repeat(1000));
		expect(description.length).toBeLessThan(400);
		expect(description).toContain('…');
	});

	test('never holds a token, ours or another', async () => {
		const other = jwt({ sub: 'x' });
		const { whole } = await said(`token ${sandbox.token} and ${other} were sent`);
		expect(whole).not.toContain(sandbox.token);
		expect(whole).not.toContain(other);
	});
});

test('Stop ends a request that is under way, and nothing is sent after it', async () => {
	sandbox.faults.list = [{ kind: 'hang' }];
	const before = sandbox.requests.length;
	const { error } = await runNode({
		parameters: { returnAll: true },
		credential: credentialOf(sandbox),
		// several items: Stop must not go on to the next
		input: [{}, {}],
		onError: 'continueRegularOutput',
		stopWhen: () => sandbox.requests.length > before,
	});
	sandbox.faults.list = [];
	expect(sandbox.requests).toHaveLength(before + 1);
	expect(error?.message).toBe(describeError('cancelled').message);
});

test('nothing is sent with a token whose life is over', async () => {
	const before = sandbox.requests.length;
	await run({
		cause: 'tokenExpired',
		when: '',
		credential: () => ({ accessToken: jwt({ exp: 1_000_000_000 }) }),
	});
	expect(sandbox.requests).toHaveLength(before);
});

/** How often something was tried depends on chance. */
function withoutTries(description: unknown): string {
	return String(description).replace(/ The request was tried \d+ times\./, '');
}
