// The lower bound: bare fetch with a number of active requests, on as many connections, which are kept open (Node's own agent
// opens more). In a process of its own. Prints milliseconds.
import { argv, stdout } from 'node:process';
import { Agent, fetch } from 'undici';

const [url, token, pages, concurrency] = argv.slice(2) as [string, string, string, string];
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const dispatcher = new Agent({ connections: Number(concurrency) });
let next = 1;
let records = 0;

async function worker(): Promise<void> {
	while (next <= Number(pages)) {
		const response = await fetch(`${url}/v2/document-liveness?page=${next++}&limit=100`, {
			headers,
			dispatcher,
		});
		records += ((await response.json()) as { data: unknown[] }).data.length;
	}
}

const begin = performance.now();
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
stdout.write(JSON.stringify({ ms: performance.now() - begin, records }));
