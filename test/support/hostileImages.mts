// A hostile server for images: it states wrong sizes, never ends, redirects, or sends something else. It is another origin than
// the sandbox, and records its requests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

export type HostileImages = {
	url: string;
	/** what it was asked, headers and all */
	seen: IncomingMessage[];
	/** Waits until nobody takes anything in any more; says what is still open where that does not happen. */
	idle(): Promise<void>;
	close(): Promise<void>;
};

const JPEG_HEAD = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
const CHUNK = Buffer.alloc(1_000_000, 7);

const routes: Record<string, (response: ServerResponse) => void> = {
	'/fine.jpg': (response) => {
		response.setHeader('content-type', 'text/plain').end(JPEG_HEAD);
	},
	// a megabyte at a time, as fast as it is taken in
	'/endless': (response) => {
		const more = () => {
			while (!response.destroyed && response.write(CHUNK));
		};
		response.on('drain', more).write(JPEG_HEAD);
		more();
	},
	// a byte now and then
	'/dripping': (response) => {
		response.write(JPEG_HEAD);
		const timer = setInterval(() => response.write('.'), 50);
		response.once('close', () => clearInterval(timer));
	},
	'/silent': (response) => {
		response.write(JPEG_HEAD);
	},
	'/says-huge': (response) => {
		response.setHeader('content-length', 10_000_000_000).write(JPEG_HEAD);
	},
	// small on the way, 40 MB when unpacked
	'/bomb': (response) => {
		const packed = gzipSync(Buffer.concat([JPEG_HEAD, Buffer.alloc(40_000_000)]));
		response
			.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length })
			.end(packed);
	},
	'/cut': (response) => {
		response.setHeader('content-length', 5_000).write(JPEG_HEAD, () => response.destroy());
	},
	'/elsewhere': (response) => {
		response.writeHead(302, { location: '/fine.jpg' }).end();
	},
	'/page': (response) => {
		response.setHeader('content-type', 'image/jpeg').end('<!doctype html><h1>Sign in</h1>');
	},
	'/document': (response) => {
		response.setHeader('content-type', 'image/png').end('%PDF-1.7 …');
	},
	'/nothing': (response) => {
		response.setHeader('content-type', 'image/png').end();
	},
	'/gone': (response) => {
		response.writeHead(410).end('gone');
	},
	'/forbidden': (response) => {
		response.writeHead(403).end('<Error>AccessDenied</Error>');
	},
};

export async function startHostileImages(): Promise<HostileImages> {
	const seen: IncomingMessage[] = [];
	const open = new Set<ServerResponse>();
	const server = createServer((request, response) => {
		seen.push(request);
		open.add(response);
		response.once('close', () => open.delete(response));
		// the other side went away; the answer itself notices that only when more of it is written
		request.socket.once('end', () => open.delete(response));
		routes[request.url!.split('?')[0]!]!(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		async idle() {
			const deadline = Date.now() + 10_000;
			while (open.size > 0) {
				if (Date.now() > deadline) throw new Error([...open].map(({ req }) => req.url).join(' '));
				await sleep(5);
			}
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
