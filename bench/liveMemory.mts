// The memory that n8n uses while a workflow runs, above that at rest. The resident memory of the process says little, since after
// its start n8n has hundreds of megabytes of free heap.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startHost, type Host } from '../test/support/host.mts';

/** How often it is looked at (liveHeap.cjs). */
const LOOK_MS = 1000;

export type WatchedHost = {
	host: Host;
	/** The most memory in use during a run, above that at rest before it, in MB. */
	liveMbOf(run: () => Promise<unknown>): Promise<number>;
	stop(): Promise<void>;
};

/** Starts n8n, and a sandbox with these settings; garbage is collected in it each second. */
export async function startWatchedHost(
	settings: Parameters<typeof startHost>[0],
): Promise<WatchedHost> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-bench-'));
	const file = join(folder, 'heap');
	const preload = `--require ${join(import.meta.dirname, 'liveHeap.cjs')}`;
	const host = await startHost(settings, { NODE_OPTIONS: preload, BENCH_HEAP_FILE: file });
	const highest = async () => Number(await readFile(file, 'utf8')) / 1e6;
	const look = async () => {
		await writeFile(file, '0');
		await sleep(LOOK_MS * 3);
		return await highest();
	};
	return {
		host,
		async liveMbOf(run) {
			const rest = await atRest(look);
			await run();
			await sleep(LOOK_MS);
			return (await highest()) - rest;
		},
		async stop() {
			await host.stop();
			await rm(folder, { recursive: true });
		},
	};
}

/** The memory in use at rest: waits until it no longer decreases, since n8n frees that of its start after a minute or two. */
async function atRest(look: () => Promise<number>): Promise<number> {
	let least = Infinity;
	for (let unchanged = 0; unchanged < 10; unchanged++) {
		const held = await look();
		if (held < least - 1) unchanged = 0;
		least = Math.min(least, held);
	}
	return least;
}
