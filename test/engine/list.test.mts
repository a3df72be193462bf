import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import { runNode } from '../support/engine.mts';

test('x', async () => {
	const seen: unknown[] = [];
	const server = createServer((request, response) => {
		seen.push([request.url, request.headers]);
		response.end('{"data":[{"_id":1}]}');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as { port: number };
	const result = await runNode({
		credential: { accessToken: ' Bearer abc\n', baseUrl: `http://127.0.0.1:${port}/` },
		parameters: { populate: ['client', 'appRegistration'] },
	});
	console.log(seen, result.records, result.error, result.hints);
	const r2 = await runNode({
		credential: { accessToken: ' Bearer abc\n', baseUrl: `http://127.0.0.1:1/` },
	});
	console.log(r2.error);
	server.close();
});
