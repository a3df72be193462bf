// A TCP relay with the delay of a wide-area network: a round trip to open a connection, and half of one for each chunk, in order.
// It simulates nothing else: no limit of bytes per second, no loss, no slow start.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Relay = {
	port: number;
	/** of connections that are opened from now on, in milliseconds */
	roundTripMs: number;
	/** how many were opened so far */
	connections: number;
	/** Ends at once, open connections too. */
	close(): Promise<void>;
};

const HOST = '127.0.0.1';

/** Runs functions after a delay, in the order in which they were added. */
export class Delay {
	private readonly ms: number;

	/** when the way is open; what is given before sets out then */
	private readonly openAt: number;

	private readonly waiting: Array<{ dueAt: number; run: () => void }> = [];

	constructor(ms: number, openInMs = 0) {
		this.ms = ms;
		this.openAt = performance.now() + openInMs;
	}

	/** Runs the function after the delay, and after all that were given before it. */
	push(run: () => void): void {
		const dueAt = Math.max(performance.now(), this.openAt) + this.ms;
		this.waiting.push({ dueAt, run });
		if (this.waiting.length === 1) this.runDue();
	}

	/** One timer, for the first: two timers may change places. */
	private runDue(): void {
		for (;;) {
			const [first] = this.waiting;
			if (!first) return;
			const leftMs = first.dueAt - performance.now();
			if (leftMs > 0) {
				setTimeout(() => this.runDue(), Math.ceil(leftMs)).unref();
				return;
			}
			first.run();
			this.waiting.shift();
		}
	}
}

/** Relays to a port of this machine. */
export async function startRelay(toPort: number): Promise<Relay> {
	const sockets = new Set<Socket>();
	// an end travels like any chunk: neither side may answer it by itself
	const options = { allowHalfOpen: true, noDelay: true };
	const listener = createServer(options, (client) => {
		relay.connections++;
		const server = connect({ ...options, host: HOST, port: toPort });
		for (const socket of [client, server]) {
			sockets.add(socket);
			socket.once('close', () => sockets.delete(socket));
		}
		// The system has opened it already. On a line, the client sends its first byte after a round trip, and the
		// server knows half of one later that it may.
		const half = relay.roundTripMs / 2;
		carry(client, server, new Delay(half, 2 * half));
		carry(server, client, new Delay(half, 3 * half));
	});
	listener.listen(0, HOST);
	await once(listener, 'listening');
	const relay: Relay = {
		port: (listener.address() as AddressInfo).port,
		roundTripMs: 0,
		connections: 0,
		async close() {
			const closed = once(listener, 'close');
			listener.close();
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
	return relay;
}

/** Bytes, the end, and a reset, one way. */
function carry(from: Socket, to: Socket, delay: Delay): void {
	from.on('data', (chunk) => delay.push(() => void (to.writable && to.write(chunk))));
	from.on('end', () => delay.push(() => to.end()));
	from.on('error', () => delay.push(() => to.resetAndDestroy()));
}
