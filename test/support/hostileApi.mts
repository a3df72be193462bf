// A hostile server in place of Verifik, over HTTP or TLS: it answers each request in one of many bad ways. Its answers are
// prepared in advance, so that they do not slow the tests down.
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { makeCertificate } from './certificate.mts';

export type HostileApi = {
	/** e.g. `http://localhost:3000`; over TLS, `certificate` has to be trusted */
	url: string;
	certificate?: string;
	/** how it answers from now on */
	behaviour: Behaviour;
	/** headers of what reached it under another name than `url`, or after a redirect */
	foreignRequests: IncomingMessage[];
	close(): Promise<void>;
};

export type Behaviour = {
	/** what it does, as the end of the sentence “the server …” */
	name: string;
	/** whether a reader comes to an end only by its own deadline */
	isSlow?: boolean;
	/** whether a reader tries again until its own deadline */
	isTriedAgain?: boolean;
	answer(response: ServerResponse, request: IncomingMessage): void;
};

const MEGABYTE = Buffer.alloc(1_000_000, ' ');
const ID = '65'.repeat(12);
const RECORD = { _id: ID, status: 'completed', createdAt: '2026-01-30T00:00:00.000Z' };

function json(body: unknown, status = 200, headers: Record<string, string> = {}) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return (response: ServerResponse) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
	};
}

function packed(encoding: string, bytes: Buffer) {
	return (response: ServerResponse) => {
		response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
		response.end(bytes);
	};
}

/** A list of one record, or that record, whichever was asked for. */
function record(fields: object | string) {
	const text = typeof fields === 'string' ? fields : JSON.stringify(fields);
	return (response: ServerResponse, { url = '', method }: IncomingMessage) => {
		const isList = method === 'GET' && !new URL(url, 'http://x').pathname.endsWith(ID);
		json(`{"success":true,"data":${isList ? `[${text}]` : text}}`)(response);
	};
}

function every(ms: number, write: (response: ServerResponse) => void) {
	return (response: ServerResponse) => {
		const timer = setInterval(() => write(response), ms);
		response.once('close', () => clearInterval(timer));
	};
}

function redirect(location: string) {
	return (response: ServerResponse) => {
		response.writeHead(302, { location }).end();
	};
}

/** Each byte is a chunk of its own, and a packet too as far as the network leaves it one. */
function byteByByte(length: number, status = 200) {
	const text = `{"success":true,"data":[],"note":"${'x'.repeat(length)}"}`;
	return (response: ServerResponse) => {
		response.socket?.setNoDelay(true);
		response.writeHead(status, { 'content-type': 'application/json' });
		for (const byte of text) response.write(byte);
		response.end();
	};
}

/** A page of a list whose end says with every answer that the list has grown by billions. */
function growing() {
	let answers = 0;
	return (response: ServerResponse, { url = '' }: IncomingMessage) => {
		const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
		const data = Array.from({ length: 100 }, (_, place) => ({
			...RECORD,
			_id: `${page * 100 + place}`.padStart(24, '0'),
			createdAt: new Date(
				Date.UTC(Math.max(1990, 2060 - 20 * page), 0) - place * 60_000,
			).toISOString(),
		}));
		const total = page === 1 ? 200 : ++answers * 2 ** 45;
		json({ success: true, data, pagination: { page, limit: 100, total } })(response);
	};
}

/**
 * More than the answer: without end, straight into the connection. A piece at a time, so that this server, which shares the
 * process with what it attacks, holds up nothing itself.
 */
function flood(head: string, text: string) {
	const bytes = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
	return ({ socket }: ServerResponse) => {
		const more = () => {
			if (!socket!.destroyed) socket!.write(bytes, () => setImmediate(more));
		};
		socket!.write(head, more);
	};
}

const SLOW: Behaviour[] = [
	{ name: 'is silent', isSlow: true, answer: () => undefined },
	{
		name: 'sends its headers and is silent',
		isSlow: true,
		answer: (response) => void response.writeHead(200).flushHeaders(),
	},
	{
		name: 'sends a byte now and then',
		isSlow: true,
		answer: (response) => {
			response.write('{"data":[');
			every(50, () => response.write(' '))(response);
		},
	},
	{
		name: 'refuses with a byte now and then',
		isSlow: true,
		answer: (response) => {
			response.writeHead(400).write('{');
			every(50, () => response.write(' '))(response);
		},
	},
];

const LARGE: Behaviour[] = [
	{
		name: 'never ends',
		answer: (response) => {
			const more = () => {
				while (!response.destroyed && response.write(MEGABYTE));
			};
			response.on('drain', more);
			more();
		},
	},
	{
		name: 'refuses without end',
		answer: (response) => {
			response.writeHead(400);
			const more = () => {
				while (!response.destroyed && response.write(MEGABYTE));
			};
			response.on('drain', more);
			more();
		},
	},
	{ name: 'sends a body in pieces of one byte', answer: byteByByte(30_000) },
	{ name: 'refuses in pieces of one byte', answer: byteByByte(30_000, 400) },
	{ name: 'packs 100 MB by gzip', answer: packed('gzip', gzipSync(Buffer.alloc(1e8, ' '))) },
	{
		name: 'packs 100 MB by brotli',
		answer: packed('br', brotliCompressSync(Buffer.alloc(1e8, ' '))),
	},
	{
		name: 'packs 100 MB by deflate',
		answer: packed('deflate', deflateSync(Buffer.alloc(1e8, ' '))),
	},
	{
		name: 'packs 100 MB by zstd',
		answer: packed('zstd', zstdCompressSync(Buffer.alloc(1e8, ' '))),
	},
	{
		name: 'packs 6.67 million records',
		answer: packed('gzip', gzipSync(`{"data":[${'{},'.repeat(6_670_000)}{}]}`)),
	},
	{ name: 'gives 2.6 million records', answer: json(`{"data":[${'{},'.repeat(2_600_000)}{}]}`) },
	{ name: 'gives 300,000 records', answer: json(`{"data":[${'{},'.repeat(300_000)}{}]}`) },
	{ name: 'gives 1,001 records', answer: json({ data: Array(1_001).fill(RECORD) }) },
	{ name: 'says at every answer that its list grew by billions', answer: growing() },
	{ name: 'gives a text of 7 MB', answer: record({ ...RECORD, note: 'x'.repeat(7_000_000) }) },
	{ name: 'gives a key of 7 MB', answer: record({ ...RECORD, ['x'.repeat(7_000_000)]: 1 }) },
	{
		name: 'sends interim answers without end',
		isSlow: true,
		answer: flood('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
	},
	{
		name: 'changes the protocol',
		isSlow: true,
		answer: flood(
			'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
			'x',
		),
	},
	{
		name: 'sends chunks of a byte without end',
		isSlow: true,
		answer: flood('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n'),
	},
	{
		name: 'sends trailers without end',
		isTriedAgain: true,
		answer: flood(
			'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{"data":[]}\r\n0\r\n',
			'X-A: b\r\n',
		),
	},
	{
		name: 'packs what is not packed',
		isTriedAgain: true,
		answer: packed('gzip', Buffer.from('{"data":[]}')),
	},
	{
		name: 'sends headers of 100 kB',
		isTriedAgain: true,
		answer: (response) =>
			void response.writeHead(200, { 'x-large': 'x'.repeat(100_000) }).end('{}'),
	},
];

const DEEP: Behaviour[] = [
	{
		name: 'nests 200 levels',
		answer: record(`{"_id":"${ID}","a":${'['.repeat(200)}${']'.repeat(200)}}`),
	},
	{
		name: 'nests 100,000 levels',
		answer: record(`{"_id":"${ID}","a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
	},
	{ name: 'nests 600,000 objects', answer: json(`${'{"a":'.repeat(6e5)}1${'}'.repeat(6e5)}`) },
	{
		name: 'refuses 100,000 levels deep',
		answer: json(`${'['.repeat(1e5)}${']'.repeat(1e5)}`, 400),
	},
];

const ODD: Behaviour[] = [
	...[null, 7, 'text', {}, [1], [null], [[]], { _id: 1 }].map((data) => ({
		name: `gives ${JSON.stringify(data)} as data`,
		answer: json({ success: true, data }),
	})),
	{
		name: 'gives a record of other types',
		answer: record({
			_id: { $ne: null },
			status: ['completed'],
			createdAt: 1e300,
			validationResults: 7,
			rawResponse: { pipeline_results: 'none' },
			imageUrl: { href: 'x' },
			appRegistration: 'x',
		}),
	},
	{
		name: 'gives values that have no text',
		answer: record({
			...RECORD,
			updatedAt: { toString: 1 },
			completedAt: { toString: 1 },
			imageUrl: { toString: 1 },
			rawResponse: { pipeline_results: [{ pipeline_name: { toString: 1 } }] },
			appRegistration: { fullName: { toString: 1 } },
		}),
	},
	{
		name: 'gives IDs that have no text',
		answer: record({ ...RECORD, _id: { toString: 1 }, status: 'new' }),
	},
	{
		name: 'gives totals that are none',
		answer: json('{"data":[],"pagination":{"page":"1","limit":-1,"total":1e999,"pages":"many"}}'),
	},
	{
		name: 'gives keys of the prototype',
		answer: record(
			`{"_id":"__proto__","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"status":"completed","createdAt":"2026-01-30T00:00:00Z"}`,
		),
	},
	{
		name: 'gives an ID that leads elsewhere',
		answer: record({ ...RECORD, _id: '../../auth/session' }),
	},
	{ name: 'gives an ID of 1 MB', answer: record({ ...RECORD, _id: 'x'.repeat(1_000_000) }) },
	{
		name: 'gives a date that is none',
		answer: record({ ...RECORD, createdAt: '9'.repeat(100_000) }),
	},
	{
		name: 'gives a date of the year 275760',
		answer: record({ ...RECORD, createdAt: '+275760-09-13T00:00:00Z' }),
	},
	{
		name: 'dates its answer in the year 9999, and asks to wait until then',
		isTriedAgain: true,
		answer: json({}, 503, {
			date: 'Fri, 31 Dec 9999 23:59:58 GMT',
			'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT',
		}),
	},
	{ name: 'asks to wait for ever', answer: json({}, 429, { 'retry-after': '9'.repeat(400) }) },
];

const TEXTS: Behaviour[] = [
	['beginnings of JWTs', 'eyJ-'.repeat(16_000)],
	['tags that do not end', '<script>'.repeat(8_000)],
	['invisible characters', '\u200b\u202e'.repeat(20_000)],
	['white space', ' \t'.repeat(30_000)],
].flatMap(([what, text]) => [
	{ name: `refuses with ${what}`, answer: json({ message: text }, 400) },
	{ name: `answers with ${what} instead of JSON`, isTriedAgain: true, answer: json(text!) },
	{
		name: `says in a megabyte of ${what} that it did not succeed`,
		answer: json({ success: false, message: text!.repeat(16) }),
	},
]);

const THIEVES: Behaviour[] = [
	{
		name: 'sends the token back in a text',
		answer: (response, { headers }) =>
			json({ message: `Bad: ${headers.authorization} ${headers.authorization}` }, 400)(response),
	},
	{
		name: 'sends the token back in headers and as HTML',
		isTriedAgain: true,
		answer: (response, { headers }) =>
			json(`<html>${headers.authorization}</html>`, 200, {
				'x-token': headers.authorization ?? '',
			})(response),
	},
	{ name: 'redirects to another host', answer: redirect('FOREIGN/take') },
	{ name: 'redirects to another host without a scheme', answer: redirect('//127.0.0.1/take') },
	{ name: 'redirects to itself', answer: redirect('/v2/document-liveness') },
	{ name: 'redirects to a file', answer: redirect('file:///etc/passwd') },
];

/** An honest one: there is nothing in the list. */
export const EMPTY: Behaviour = {
	name: 'has no record',
	answer: json({
		success: true,
		data: [],
		pagination: { page: 1, limit: 100, total: 0, pages: 0 },
	}),
};

export const BEHAVIOURS: Behaviour[] = [...SLOW, ...LARGE, ...DEEP, ...ODD, ...TEXTS, ...THIEVES];

/** @param isTls whether it speaks https, with a certificate of its own */
export async function startHostileApi(isTls = false): Promise<HostileApi> {
	const api = { behaviour: BEHAVIOURS[0]!, foreignRequests: [] } as unknown as HostileApi;
	const foreign = createServer((request, response) => {
		api.foreignRequests.push(request);
		response.end('{}');
	});
	await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
	const foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
	const listener: RequestListener = (request, response) => {
		request.resume();
		const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
		response.writeHead = ((status: number, headers?: Record<string, string>) => {
			const location = headers?.location?.replace('FOREIGN', foreignUrl);
			return writeHead(status, { ...headers, ...(location && { location }) });
		}) as never;
		if (request.url === '/take') api.foreignRequests.push(request);
		else api.behaviour.answer(response, request);
	};
	const pem = isTls ? await makeCertificate() : undefined;
	const server = pem ? createTlsServer(pem, listener) : createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return Object.assign(api, {
		url: pem ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
		certificate: pem?.cert,
		async close() {
			for (const one of [server, foreign]) {
				one.closeAllConnections();
				await new Promise((resolve) => one.close(resolve));
			}
		},
	});
}
