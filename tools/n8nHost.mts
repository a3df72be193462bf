// A real n8n, installed once for all clones on this machine: in the user's cache, outside the tree.
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

export const N8N_VERSION = '2.41.1';

/** The Node.js that n8n runs on, from the registry like everything else: its package brings the headers along, which sqlite3 is compiled against. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const REPORT_EVERY_MS = 15_000;
const LOCK_STALE_MS = 60_000;

export type Report = (line: string) => void;

/** The folder that n8n is, or will be, installed in. */
export function hostFolder(): string {
	const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(cache, 'n8n-nodes-verifik', `n8n-${N8N_VERSION}`);
}

/** The script that starts n8n. */
export function n8nScript(): string {
	return join(hostFolder(), 'node_modules', 'n8n', 'bin', 'n8n');
}

/**
 * Installs n8n if it is not installed. After an interruption, the next call continues. Of two calls at the same time, the second
 * waits.
 *
 * @param report called with a line of progress from time to time
 */
export async function installHost(report: Report): Promise<void> {
	const folder = hostFolder();
	if (await isDone(folder, 'built')) return;
	await mkdir(folder, { recursive: true });
	const release = await lock(folder, {
		lockfilePath: join(folder, '.lock'),
		stale: LOCK_STALE_MS,
		retries: { forever: true, minTimeout: 2_000, maxTimeout: 2_000 },
	});
	try {
		if (await isDone(folder, 'built')) return;
		await install(folder, report);
	} finally {
		await release();
	}
}

async function install(folder: string, report: Report): Promise<void> {
	if (!(await isDone(folder, 'fetched'))) {
		report(
			`Installing n8n ${N8N_VERSION} (3.3 GB, and 1 GB in npm's cache; several minutes, once for this machine) …`,
		);
		const manifest = {
			private: true,
			dependencies: { n8n: N8N_VERSION, [NODE_PACKAGE]: process.versions.node },
		};
		await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, '\t'));
		// Install scripts of n8n's many packages fetch what it loads only when used (a Kafka client, for one), from hosts
		// that are often out of reach; the two that it cannot do without are built below.
		const freeAtFirst = await freeBytes(folder);
		const written = async () => {
			const bytes = Math.max(0, freeAtFirst - (await freeBytes(folder)));
			return `about ${(bytes / 1e9).toFixed(1)} GB written`;
		};
		await withProgress(report, npm(folder, ['install', '--ignore-scripts']), written);
		await markDone(folder, 'fetched');
	}
	report('Compiling the database driver and the expression sandbox (a minute or more) …');
	await withProgress(
		report,
		npm(folder, ['rebuild', 'sqlite3', 'isolated-vm']),
		async () => 'still compiling',
	);
	await markDone(folder, 'built');
	report(`n8n ${N8N_VERSION} is installed.`);
}

function npm(folder: string, args: string[]) {
	const headers = join(folder, 'node_modules', NODE_PACKAGE);
	return execa('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: folder,
		env: existsSync(join(headers, 'include')) ? { npm_config_nodedir: headers } : {},
		stdin: 'ignore',
		stdout: 'ignore',
		stderr: 'inherit',
	});
}

/** Until the work is done, reports from time to time how long it has taken and how far it is. */
export async function withProgress(
	report: Report,
	work: PromiseLike<unknown>,
	progress: () => Promise<string>,
	everyMs = REPORT_EVERY_MS,
): Promise<void> {
	const begin = Date.now();
	const timer = setInterval(async () => {
		const seconds = Math.round((Date.now() - begin) / 1000);
		report(`  ${seconds} s, ${await progress()}`);
	}, everyMs);
	try {
		await work;
	} finally {
		clearInterval(timer);
	}
}

async function freeBytes(folder: string): Promise<number> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize;
}

/** Whether a step was done with this version of Node.js; another version needs another build. */
async function isDone(folder: string, step: string): Promise<boolean> {
	const text = await readFile(join(folder, `.${step}`), 'utf8').catch(() => '');
	return text === process.versions.node;
}

async function markDone(folder: string, step: string): Promise<void> {
	await writeFile(join(folder, `.${step}`), process.versions.node);
}
