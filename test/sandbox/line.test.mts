// The benchmark's line: what it adds to a connection, and that it changes nothing of what travels.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer, json } from 'node:stream/consumers';

import { startLine } from '../../bench/line.mts';
import { Delay, startRelay, type Relay } from '../../bench/relay.mts';
import { openSandbox } from '../support/sandboxes.mts';

describe('what waits on the way', () => {
	beforeEach(() => {
		jest.useFakeTimers();
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	test('comes after the delay, each for itself, in order', () => {
		const delay = new Delay(40);
		const came: string[] = [];
		delay.push(() => came.push('a'));
		delay.push(() => came.push('b'));
		jest.advanceTimersByTime(30);
		delay.push(() => came.push('c'));
		expect(came).toEqual([]);
		jest.advanceTimersByTime(10);
		expect(came).toEqual(['a', 'b']);
		jest.advanceTimersByTime(29);
		expect(came).toEqual(['a', 'b']);
		jest.advanceTimersByTime(1);
		expect(came).toEqual(['a', 'b', 'c']);
	});

	test('sets out only once the way is open', () => {
		const delay = new Delay(40, 80);
		const came: string[] = [];
		delay.push(() => came.push('early'));
		jest.advanceTimersByTime(119);
		expect(came).toEqual([]);
		jest.advanceTimersByTime(1);
		expect(came).toEqual(['early']);
		delay.push(() => came.push('later'));
		jest.advanceTimersByTime(40);
		expect(came).toEqual(['early', 'later']);
	});

	test('comes at once without a delay', () => {
		const came: string[] = [];
		new Delay(0).push(() => came.push('a'));
		expect(came).toEqual(['a']);
	});
});

describe('the relay', () => {
	const ROUND_TRIP_MS = 20;
	/** at the server, those that are open */
	const open = new Set<Socket>();
	let server: Server;
	let relay: Relay;

	const serve = async (listener: (socket: Socket) => void) => {
		server = createServer({ allowHalfOpen: true }, (socket) => {
			open.add(socket);
			socket.once('close', () => open.delete(socket));
			listener(socket);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		relay = await startRelay((server.address() as AddressInfo).port);
		relay.roundTripMs = ROUND_TRIP_MS;
	};
	const call = () => connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true });
	const echo = (socket: Socket) => void socket.pipe(socket);
	/** also after a reset */
	const isClosed = async (socket: Socket) =>
		await new Promise((resolve) => socket.once('close', resolve));

	afterEach(async () => {
		await relay.close();
		for (const socket of open) socket.destroy();
		await new Promise((resolve) => server.close(resolve));
	});

	// Only the least that it takes is asserted: a busy machine makes everything late, and nothing early.
	test('a connection costs a round trip, and every answer another', async () => {
		let reachedAt = 0;
		await serve((socket) => {
			socket.once('data', () => (reachedAt = performance.now()));
			echo(socket);
		});
		const begin = performance.now();
		const socket = call();
		for (const roundTrips of [2, 3, 4]) {
			socket.write('?');
			await once(socket, 'data');
			expect(performance.now() - begin).toBeGreaterThanOrEqual(roundTrips * ROUND_TRIP_MS);
		}
		expect(reachedAt - begin).toBeGreaterThanOrEqual(1.5 * ROUND_TRIP_MS);
		socket.destroy();
		expect(relay.connections).toBe(1);
	});

	test('a server that speaks first is heard after two round trips', async () => {
		await serve((socket) => socket.write('hello'));
		const begin = performance.now();
		const socket = call();
		await once(socket, 'data');
		expect(performance.now() - begin).toBeGreaterThanOrEqual(2 * ROUND_TRIP_MS);
		socket.destroy();
	});

	test('bytes come out unchanged, both ways, and the end behind them', async () => {
		await serve(echo);
		const bytes = randomBytes(5_000_000);
		const sockets = [call(), call()];
		const answers = sockets.map(async (socket) => await buffer(socket));
		for (const socket of sockets) socket.end(bytes);
		for (const answer of answers) expect((await answer).equals(bytes)).toBe(true);
	});

	test('one side that has ended still hears the other', async () => {
		await serve((socket) => socket.resume().once('end', () => socket.end('all of it')));
		const socket = call();
		socket.end('?');
		expect(String(await buffer(socket))).toBe('all of it');
	});

	test('a reset arrives, and the end too: no socket is left', async () => {
		const arrived: string[] = [];
		await serve((socket) => {
			socket.on('error', () => arrived.push('reset'));
			socket.once('end', () => {
				arrived.push('end');
				socket.end();
			});
			socket.resume();
		});
		for (const leave of ['end', 'resetAndDestroy'] as const) {
			const socket = call();
			socket.write('?');
			const [atServer] = (await once(server, 'connection')) as [Socket];
			const closed = [isClosed(atServer), isClosed(socket.resume())];
			socket[leave]();
			await Promise.all(closed);
		}
		expect(arrived).toEqual(['end', 'reset']);
		expect(open.size).toBe(0);
	});

	test('closes with connections open, also those whose bytes are still on the way', async () => {
		await serve(echo);
		relay.roundTripMs = 60_000;
		const sockets = [call(), call()];
		for (const socket of sockets) socket.on('error', () => undefined).write('?');
		await Promise.all(sockets.map(async (socket) => await once(socket, 'connect')));
		const ended = sockets.map(
			async (socket) =>
				await new Promise((resolve) => socket.resume().once('end', resolve).once('close', resolve)),
		);
		await relay.close();
		await Promise.all(ended);
		for (const socket of sockets) socket.destroy();
	});

	test('a server that is not there is a lost connection', async () => {
		await serve(echo);
		await new Promise((resolve) => server.close(resolve));
		const socket = call();
		const [error] = await once(socket, 'error');
		expect(error.code).toBe('ECONNRESET');
	});
});

test('behind the line, the sandbox answers over TLS as it does without, and what reaches it is counted', async () => {
	const sandbox = await openSandbox({ records: 300 });
	const line = await startLine(sandbox.url);
	line.roundTripMs = 10;
	const ca = await readFile(line.env.NODE_EXTRA_CA_CERTS);
	const headers = { authorization: `Bearer ${sandbox.token}` };
	const path = '/v2/document-liveness?limit=100&page=2';
	const get = async (agent?: Agent) => {
		const [response] = await once(
			request(line.url + path, { ca, headers, agent }).end(),
			'response',
		);
		return await json(response);
	};
	const direct = await (await fetch(sandbox.url + path, { headers })).json();

	const kept = line.count();
	const agent = new Agent({ keepAlive: true, ca, maxSockets: 1 });
	for (let times = 0; times < 3; times++) expect(await get(agent)).toEqual(direct);
	agent.destroy();
	expect(kept.connections).toBe(1);
	expect(kept.load).toMatchObject({ count: 3, most: 1 });

	const anew = line.count();
	sandbox.settings.latencyMs = 50;
	await Promise.all(Array.from({ length: 4 }, async () => await get(new Agent())));
	expect(anew.connections).toBe(4);
	expect(anew.load.count).toBe(4);
	// at least two of them at a time, however slow this machine is
	expect(anew.load.most).toBeGreaterThan(1);
	expect(kept.load.count).toBe(3);
	// whatever the client does with its own connections, those to the sandbox are kept
	const connection = sandbox.requests.slice(1).map(({ headers }) => headers.connection);
	expect(connection).toEqual(Array.from({ length: 7 }, () => 'keep-alive'));

	await line.close();
	expect(existsSync(line.env.NODE_EXTRA_CA_CERTS)).toBe(false);
});
