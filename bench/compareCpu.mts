// Processor time of n8n's process, garbage collection included, for lists that come without latency: what Return All takes,
// and what n8n itself takes for as many requests, which no node can save. (Linux)
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startHost } from '../test/support/host.mts';
import { median, ratio, seconds } from './figures.mts';
import { call, publish, type Subject } from './subjects.mts';

const SUBJECTS = {
	httpRequest: 'HTTP Request, Split Out',
	ours: 'Return All, raw',
	onlyRequests: 'a node that only asks for the pages, ten at a time',
} satisfies Partial<Record<Subject, string>>;

/** Of the times in /proc; see proc_pid_stat(5). */
const TICK_MS = 10;

/** How long n8n may collect garbage after a run. */
const SETTLE_MS = 500;

/** Prints a row for each subject. */
export async function compareCpu(
	print: (line?: string) => void,
	pages: number,
	rounds: number,
): Promise<void> {
	const host = await startHost(
		{ records: pages * 100 },
		{ N8N_CUSTOM_EXTENSIONS: join(import.meta.dirname, 'onlyRequests') },
	);
	const names = Object.keys(SUBJECTS) as Array<keyof typeof SUBJECTS>;
	const runs = new Map<keyof typeof SUBJECTS, { url: string; cpu: number[]; requests: number }>();
	for (const name of names) {
		const url = await publish(host, name, name === 'onlyRequests' ? { pages } : {});
		await call(url);
		runs.set(name, { url, cpu: [], requests: 0 });
	}
	for (let round = 0; round < rounds; round++) {
		for (const run of runs.values()) {
			// the sandbox keeps the latest only
			host.sandbox.requests.length = 0;
			const before = await cpuMs(host.n8n.pid);
			await call(run.url);
			await sleep(SETTLE_MS);
			run.cpu.push((await cpuMs(host.n8n.pid)) - before);
			run.requests = host.sandbox.requests.length;
		}
	}
	await host.stop();
	const theirs = median(runs.get('httpRequest')!.cpu);
	print();
	print(`## Processor time, ${pages.toLocaleString('en')} pages without latency`);
	print();
	print('| | processor time | of HTTP Request | requests |');
	print('| --- | --- | --- | --- |');
	for (const [name, { cpu, requests }] of runs) {
		print(
			`| ${SUBJECTS[name]} | ${seconds(median(cpu))} | ${ratio(median(cpu), theirs)} | ${requests} |`,
		);
	}
}

/** What a process and its threads used so far, in milliseconds. */
async function cpuMs(pid: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
	// after the name of the program, which is in parentheses: utime and stime
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
