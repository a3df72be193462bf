// A connection like one over the Internet, in front of a local server: TLS, a relay that delays (relay.mts), and a counter of the
// requests that reach the server (load.mts).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { Agent, request as send, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

import { makeCertificate } from '../test/support/certificate.mts';
import { Load } from './load.mts';
import { startRelay } from './relay.mts';

export type Line = {
	/** the address of the server through the line, without a slash at its end */
	url: string;
	/** environment for a process that has to trust its certificate */
	env: { NODE_EXTRA_CA_CERTS: string };
	/** address of the server behind it */
	serverUrl: string;
	/** the round trip of connections that are opened from now on; at first 0 */
	roundTripMs: number;
	/** Counts connections and requests from now on. */
	count(): Count;
	/** Ends at once, open connections too. */
	close(): Promise<void>;
};

export type Count = {
	/** opened to the line so far */
	readonly connections: number;
	/** at the server behind it */
	load: Load;
};

/** @param serverUrl e.g. of a sandbox; can be set later, too */
export async function startLine(serverUrl = ''): Promise<Line> {
	const certificate = await makeCertificate();
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-line-'));
	const file = join(folder, 'certificate.pem');
	await writeFile(file, certificate.cert);

	// what the forwarding costs must not depend on what came in: connections to the server are kept
	const agent = new Agent({ keepAlive: true });
	let load = new Load();
	const forward: RequestListener = (request, response) => {
		const counting = load;
		counting.begin();
		const { method, headers, url = '' } = request;
		const onward = send(line.serverUrl + url, { agent, method, headers: ofMessage(headers) });
		onward.once('response', (answer) => {
			response.writeHead(answer.statusCode!, ofMessage(answer.headers));
			pipeline(answer, response, () => undefined);
		});
		onward.once('error', () => response.destroy());
		pipeline(request, onward, () => undefined);
		response.once('close', () => {
			counting.end();
			if (!response.writableFinished) onward.destroy();
		});
	};
	const server = createServer({ ...certificate, noDelay: true }, forward);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const relay = await startRelay((server.address() as AddressInfo).port);
	const line: Line = {
		url: `https://127.0.0.1:${relay.port}`,
		env: { NODE_EXTRA_CA_CERTS: file },
		serverUrl,
		get roundTripMs() {
			return relay.roundTripMs;
		},
		set roundTripMs(ms) {
			relay.roundTripMs = ms;
		},
		count() {
			const before = relay.connections;
			load = new Load();
			return {
				load,
				get connections() {
					return relay.connections - before;
				},
			};
		},
		async close() {
			await relay.close();
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
			agent.destroy();
			await rm(folder, { recursive: true });
		},
	};
	return line;
}

/** Without the headers that are about the connection (hop by hop). */
function ofMessage(headers: IncomingHttpHeaders): IncomingHttpHeaders {
	const { connection: _, 'keep-alive': __, ...rest } = headers;
	return rest;
}
