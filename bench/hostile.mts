// What hostile answers cost a real n8n: time to the message, longest stall of its event loop, and memory above idle.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { gaveBy, NODE_TYPE, START, startHost } from '../test/support/host.mts';
import { BEHAVIOURS, startHostileApi } from '../test/support/hostileApi.mts';

/** How often `eventLoop.cjs` writes. */
const LOOK_MS = 250;

/** Prints a table: List with a Timeout of two seconds, of each behaviour or of the first few. */
export async function measureHostile(
	print: (line?: string) => void,
	behaviours = BEHAVIOURS,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-bench-'));
	const file = join(folder, 'loop');
	const preload = `--require ${join(import.meta.dirname, 'eventLoop.cjs')}`;
	const host = await startHost({}, { NODE_OPTIONS: preload, BENCH_LOOP_FILE: file });
	const api = await startHostileApi();
	const credential = await host.addCredential('Hostile', {
		accessToken: host.sandbox.token,
		baseUrl: api.url,
	});
	const parameters = { operation: 'list', output: 'raw', options: { timeout: 2 } };
	const id = await host.addWorkflow({ type: NODE_TYPE, parameters, credential });
	const look = async (): Promise<{ stallMs: number; rssMb: number }> => {
		await sleep(LOOK_MS);
		// n8n may still be busy with storing what came
		while (!existsSync(file)) await sleep(LOOK_MS);
		return JSON.parse(await readFile(file, 'utf8'));
	};
	const forget = async () => await rm(file, { force: true });
	print();
	print('## Hostile answers');
	print();
	print('List with a Timeout of 2 s, in n8n. A stall is counted in processor time.');
	print();
	print('| the server | time to the end | longest stall | memory above idle | ends with |');
	print('| --- | --- | --- | --- | --- |');
	// n8n warms up
	for (let round = 0; round < 3; round++) await host.n8n.run(id, START.name);
	for (const behaviour of behaviours) {
		api.behaviour = behaviour;
		await forget();
		const idle = await look();
		await forget();
		const execution = await host.n8n.run(id, START.name);
		const { stallMs, rssMb } = await look();
		const { startedAt, stoppedAt } = await host.n8n.api('GET', `/rest/executions/${execution.id}`);
		const seconds = (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000;
		const { error, items } = gaveBy(execution, 'Node under test');
		const end = error ? error.message.replace(new URL(api.url).host, '…') : `${items.length} items`;
		print(
			`| ${behaviour.name} | ${seconds.toFixed(1)} s | ${stallMs.toFixed(0)} ms | ${Math.max(0, rssMb - idle.rssMb).toFixed(0)} MB | ${end} |`,
		);
	}
	await api.close();
	await host.stop();
	await rm(folder, { recursive: true });
}
