// `npm run bench`: Return All beside n8n's HTTP Request node and bare fetch, all in the same n8n and against the same
// sandbox, in turn. Prints a table and writes it to bench/RESULTS.md. `--short`: a few pages, to see that it works.
// `--part=compareMemory`: that part alone, without writing. `--row=100x80`: of compareLine, the row with that many pages and
// that round trip.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Fault } from '../sandbox/faults.mts';
import { startSandbox } from '../sandbox/server.mts';
import { startHost } from '../test/support/host.mts';
import { BEHAVIOURS } from '../test/support/hostileApi.mts';
import { N8N_VERSION } from '../tools/n8nHost.mts';
import { compareCpu } from './compareCpu.mts';
import { compareBehindLine, LINE_ROWS, type LineRow } from './compareLine.mts';
import { median, ratio, seconds } from './figures.mts';
import { measureHostile } from './hostile.mts';
import { startWatchedHost } from './liveMemory.mts';
import { simulateLines } from './simulateLines.mts';
import { bareFetch, call, publish, readIds, type Subject } from './subjects.mts';

const { values: chosen } = parseArgs({
	options: {
		short: { type: 'boolean', default: false },
		part: { type: 'string' },
		row: { type: 'string' },
	},
});
const isShort = chosen.short;

const lines: string[] = [];
const print = (line = '') => {
	lines.push(line);
	process.stdout.write(`${line}\n`);
};

print('# Return All, measured');
print();
print(
	`n8n ${N8N_VERSION}, Node.js ${process.versions.node}, ${cpus().length} cores. Times are medians of whole workflows, run in turn in one n8n; compare the ratios, machines differ. Made by \`npm run bench\`.`,
);
const parts = {
	compareTimes,
	compareLine,
	compareCpu: async () => await compareCpu(print, isShort ? 3 : 1000, isShort ? 1 : 5),
	simulateLines: async () => await simulateLines(print, isShort),
	compareFaults,
	compareMoving,
	measureStop,
	compareMemory,
	measureReport,
	hostile,
};
const names = Object.keys(parts) as Array<keyof typeof parts>;
const part = chosen.row ? ('compareLine' satisfies keyof typeof parts) : chosen.part;
const wanted = names.filter((name) => !part || name === part);
if (wanted.length === 0) throw new Error(`The parts are ${names.join(', ')}`);
for (const name of wanted) await parts[name]();
if (!isShort && !part)
	await writeFile(join(import.meta.dirname, 'RESULTS.md'), `${lines.join('\n')}\n`);

async function hostile(): Promise<void> {
	await measureHostile(print, isShort ? BEHAVIOURS.slice(2, 4) : BEHAVIOURS);
}

async function compareLine(): Promise<void> {
	const nameOf = ({ pages, roundTripMs }: LineRow) => `${pages}x${roundTripMs}`;
	const all = isShort ? [{ pages: 3, roundTripMs: 10 }] : LINE_ROWS;
	const rows = all.filter((row) => !chosen.row || nameOf(row) === chosen.row);
	if (rows.length === 0) throw new Error(`The rows are ${all.map(nameOf).join(', ')}`);
	await compareBehindLine(print, rows);
}

async function compareTimes(): Promise<void> {
	const rows = isShort
		? [{ pages: 5, latencyMs: 5, rounds: 1 }]
		: [
				{ pages: 100, latencyMs: 80, rounds: 5 },
				{ pages: 1000, latencyMs: 0, rounds: 5 },
				{ pages: 1000, latencyMs: 20, rounds: 3 },
			];
	print();
	print('## Time');
	print();
	print(
		'| pages | latency | Return All | HTTP Request | bare fetch, 10 in flight | times faster than HTTP Request | of its time | of bare fetch |',
	);
	print('| --- | --- | --- | --- | --- | --- | --- | --- |');
	for (const { pages, latencyMs, rounds } of rows) {
		const host = await startHost({ records: pages * 100 });
		const ours = await publish(host, 'ours');
		const theirs = await publish(host, 'httpRequest');
		const times = { ours: [] as number[], theirs: [] as number[], bare: [] as number[] };
		// n8n and the sandbox warm up
		await call(ours);
		host.sandbox.settings.latencyMs = latencyMs;
		for (let round = 0; round < rounds; round++) {
			times.ours.push(await call(ours));
			times.theirs.push(await call(theirs));
			times.bare.push(await bareFetch(host.sandbox, pages));
		}
		await host.stop();
		const [our, their, bare] = [median(times.ours), median(times.theirs), median(times.bare)];
		print(
			`| ${pages} | ${latencyMs} ms | ${seconds(our)} | ${seconds(their)} | ${seconds(bare)} | ${ratio(their, our)} | ${ratio(our, their)} | ${ratio(our, bare)} |`,
		);
	}
}

async function compareFaults(): Promise<void> {
	const pages = isShort ? 5 : 100;
	const host = await startHost({ records: pages * 100 });
	host.sandbox.settings.latencyMs = isShort ? 5 : 80;
	const ours = await publish(host, 'ours');
	const faults: Fault[] = [
		{ kind: 'rateLimit', rate: 0.05 },
		{ kind: 'serverDown', rate: 0.05 },
	];
	const calm: number[] = [];
	const disturbed: number[] = [];
	await call(ours);
	for (let round = 0; round < (isShort ? 1 : 5); round++) {
		host.sandbox.faults.list = [];
		calm.push(await call(ours));
		host.sandbox.faults.list = faults;
		disturbed.push(await call(ours));
	}
	const given = await readIds(host, 'ours');
	const theirs = await readIds(host, 'httpRequest');
	await host.stop();
	print();
	print('## 5 % of the answers 429, and 5 % 503');
	print();
	print(
		`Return All of ${pages} pages: ${seconds(median(disturbed))} instead of ${seconds(median(calm))} (${ratio(median(disturbed), median(calm))} times), ${new Set(given.ids).size} of ${pages * 100} records, ${given.ids.length - new Set(given.ids).size} twice. HTTP Request: ${theirs.error ? `ends with “${theirs.error}” and gives nothing` : `${theirs.ids.length} records`}.`,
	);
}

async function compareMoving(): Promise<void> {
	print();
	print('## A list that changes at every request');
	print();
	print('Of the records that were there all the time, over 50 pages, with the number of requests:');
	print();
	print('| at every request | Return All | HTTP Request |');
	print('| --- | --- | --- |');
	const changes = [
		['one record is removed', 'removeBetween'],
		['one record is added', 'addBetween'],
		['one is added, one removed', 'replaceBetween'],
	] as const;
	for (const [what, kind] of isShort ? changes.slice(0, 1) : changes) {
		const cells: string[] = [];
		for (const subject of ['ours', 'httpRequest'] as Subject[]) {
			const host = await startHost({ records: isShort ? 500 : 5000, faults: [{ kind }] });
			const before = [...host.sandbox.records()].map(({ _id }) => _id as string);
			const requests = host.sandbox.requests.length;
			const { ids } = await readIds(host, subject);
			const sent = host.sandbox.requests.length - requests;
			const stayed = new Set([...host.sandbox.records()].map(({ _id }) => _id as string));
			const given = new Set(ids);
			const lost = before.filter((id) => stayed.has(id) && !given.has(id)).length;
			const place = new Map(before.map((id, at) => [id, at]));
			const old = [...given].filter((id) => stayed.has(id) && place.has(id));
			const misplaced = old.filter((id, at) => at > 0 && place.get(id)! < place.get(old[at - 1]!)!);
			cells.push(
				`${lost} lost, ${ids.length - given.size} twice, ${misplaced.length} out of order; ${sent} requests`,
			);
			await host.stop();
		}
		print(`| ${what} | ${cells.join(' | ')} |`);
	}
}

async function measureStop(): Promise<void> {
	const rounds = isShort ? 1 : 10;
	const host = await startHost({
		records: 5000,
		faults: [{ kind: 'rateLimit', retryAfterS: 60 }],
	});
	const parameters = { operation: 'list', returnAll: true };
	const id = await host.addWorkflow({ type: 'n8n-nodes-verifik.documentLiveness', parameters });
	const took: number[] = [];
	let late = 0;
	for (let round = 0; round < rounds; round++) {
		const before = host.sandbox.requests.length;
		const execution = await host.n8n.begin(id, 'Start');
		while (host.sandbox.requests.length === before) await sleep(10);
		await sleep(300);
		const stopAt = Date.now();
		await host.n8n.api('POST', `/rest/executions/${execution}/stop`);
		await host.n8n.end(execution);
		const { stoppedAt } = await host.n8n.api('GET', `/rest/executions/${execution}`);
		took.push(Date.parse(stoppedAt) - stopAt);
		const sent = host.sandbox.requests.length;
		await sleep(500);
		late += host.sandbox.requests.length - sent;
	}
	await host.stop();
	print();
	print('## Stop');
	print();
	print(
		`Stopped through n8n's API ${rounds} times during a wait of a minute: over after ${median(took)} ms, at worst ${Math.max(...took)} ms; ${late} requests left afterwards.`,
	);
}

/** Resets the peak memory of a process, since starting n8n takes more than running it. (Linux) */
async function forgetPeak(pid: number): Promise<void> {
	await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** Peak resident memory of a process since the reset, in MB. */
async function peakMb(pid: number): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** What one run of a subject holds at most: by the process, and really in use above n8n at rest, in MB. */
async function memoryOf(subject: Subject, records: number): Promise<{ rss: number; live: number }> {
	// A new n8n each time, since a process does not return memory; and for the process, one without forced garbage collection.
	const plain = await startHost({ records });
	const url = await publish(plain, subject);
	await forgetPeak(plain.n8n.pid);
	await call(url);
	const rss = await peakMb(plain.n8n.pid);
	await plain.stop();
	const watched = await startWatchedHost({ records: 500 });
	const { host } = watched;
	// n8n warms up on a short list, since it holds the result of the latest run of a workflow in memory.
	await call(await publish(host, subject));
	const { token } = host.sandbox;
	const sandbox = await startSandbox({ records, token });
	const access = { accessToken: token, baseUrl: sandbox.url };
	const credential = await host.addCredential('Long list', access);
	const watchedUrl = await publish(host, subject, {}, { url: sandbox.url, credential });
	const live = await watched.liveMbOf(async () => await call(watchedUrl));
	await watched.stop();
	await sandbox.close();
	return { rss, live };
}

async function compareMemory(): Promise<void> {
	const records = isShort ? 500 : 100_000;
	const names: Record<'httpRequest' | 'ours' | 'oursSimplified', string> = {
		httpRequest: 'HTTP Request, Split Out',
		ours: 'Return All, raw',
		oursSimplified: 'Return All, simplified',
	};
	const subjects = Object.keys(names) as Array<keyof typeof names>;
	// once each: what is live hardly differs from run to run
	const peaks = new Map<keyof typeof names, { rss: number; live: number }>();
	for (const subject of subjects) peaks.set(subject, await memoryOf(subject, records));
	const theirs = peaks.get('httpRequest')!;
	print();
	print(`## Peak memory of n8n, ${records.toLocaleString('en')} records`);
	print();
	print(
		'Resident memory of the process, and live memory: what is in use when garbage is collected, once a second, above what n8n holds at rest.',
	);
	print();
	print('| | resident | of HTTP Request | live | of HTTP Request |');
	print('| --- | --- | --- | --- | --- |');
	for (const [subject, { rss, live }] of peaks) {
		print(
			`| ${names[subject]} | ${rss.toFixed(0)} MB | ${ratio(rss, theirs.rss)} | ${live.toFixed(0)} MB | ${ratio(live, theirs.live)} |`,
		);
	}
}

/** A report of the whole account, and one of the last 7 days: what they hold, and how much they read. */
async function measureReport(): Promise<void> {
	print();
	print('## Get Report');
	print();
	print(
		'Live memory of n8n above what it holds at rest; requests of the report of the last 7 days, with the 7 days before them, on the same account (a validation every 7 minutes, newest first).',
	);
	print();
	print('| records | whole account | live memory | requests of a week | time of a week |');
	print('| --- | --- | --- | --- | --- |');
	for (const records of isShort ? [10_000] : [10_000, 100_000, 1_000_000]) {
		const watched = await startWatchedHost({ records, now: new Date(), shape: 'live' });
		const { host } = watched;
		const week = await publish(host, 'report');
		const all = await publish(host, 'report', {
			period: 'custom',
			createdAfter: '2000-01-01',
			comparePrevious: false,
		});
		// n8n and the sandbox warm up
		await call(week);
		const before = host.sandbox.requests.length;
		const weekMs = await call(week);
		const requests = host.sandbox.requests.length - before;
		let allMs = 0;
		const live = await watched.liveMbOf(async () => (allMs = await call(all)));
		await watched.stop();
		print(
			`| ${records.toLocaleString('en')} | ${seconds(allMs)} | ${live.toFixed(1)} MB | ${requests} | ${seconds(weekMs)} |`,
		);
	}
}
