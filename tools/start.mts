// `npm start`: the packed node in a local n8n, with a sandbox (or the real API) behind it and a first workflow that
// has already run.
import { execa } from 'execa';
import getPort, { portNumbers } from 'get-port';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lock } from 'proper-lockfile';

import { startSandbox } from '../sandbox/server.mts';
import { startN8n, type Execution, type Instance } from './n8nInstance.mts';
import { tarballPath } from './pack.mts';
import { validationTable } from './validationTable.mts';

const HELP = `Starts a local n8n with the node in it, and a sandbox of the Verifik API.

  npm start -- [options]

  --once            run the first workflow, print what came out, and stop
  --n8n-port N      port of the editor (default 5678, or the next free one)
  --sandbox-port N  port of the sandbox (default 3999, or the next free one)
  --folder PATH     where the local n8n keeps its data (default .n8n-local)
  --help            show this help

With VERIFIK_ACCESS_TOKEN set, it uses the real Verifik API instead of the sandbox.
`;

const root = join(import.meta.dirname, '..');
const HOST = '127.0.0.1';
const SHOWN_ROWS = 10;
/** Ten a day for three months: the last week of it is a bad one, which “last 7 days” shows. */
const SANDBOX_RECORDS = 900;
const SANDBOX_DAYS = 90;
/** So that somebody who looks around sees validations come in and finish. */
const SANDBOX_PER_MINUTE = 1;

type Options = { once: boolean; n8nPort: number; sandboxPort: number; folder: string };

/** Where validations come from, and what the credential and the workflow that use it are called in n8n. */
type Source = {
	credential: string;
	workflow: string;
	data: Record<string, string>;
	description: string;
	close?: () => Promise<void>;
};

/**
 * Starts everything, runs the first workflow, and stays until it is told to stop (with `--once`: stops by itself).
 *
 * @throws Error with what to do, when something did not work
 */
export async function start(args: string[]): Promise<void> {
	const options = readOptions(args);
	if (!options) return;
	const accessToken = takeAccessToken();
	const cleanUp: Array<() => Promise<unknown>> = [];
	const stop = async () => {
		for (const step of cleanUp.splice(0).reverse()) await step().catch(() => undefined);
	};
	let isUp = false;
	let isStopping = false;
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(name, async () => {
			isStopping = true;
			print('\nStopping …');
			await stop();
			process.exit(isUp ? 0 : 130);
		});
	}
	try {
		cleanUp.push(await lockFolder(options.folder));
		await prepare();
		const source = await openSource(options, accessToken);
		if (source.close) cleanUp.push(source.close);
		print('Starting n8n …');
		const n8n = await startN8n({
			folder: options.folder,
			tarball: await tarballPath(),
			port: await freePort('n8n', options.n8nPort),
		});
		cleanUp.push(n8n.stop);
		const workflowId = await provisionWorkflow(n8n, source);
		const execution = await n8n.run(workflowId, await triggerOf(n8n, workflowId));
		report(execution, source, options);
		isUp = true;
		if (!options.once) tellHowToGoOn(n8n, workflowId, execution, source);
	} catch (error) {
		await stop();
		// what Ctrl-C ended is nothing to tell
		if (isStopping) return;
		throw error;
	}
	if (options.once) await stop();
}

/** The options of the command line; undefined when only help was asked for. */
function readOptions(args: string[]): Options | undefined {
	const { values } = parseArgs({
		args,
		options: {
			once: { type: 'boolean' },
			'n8n-port': { type: 'string' },
			'sandbox-port': { type: 'string' },
			folder: { type: 'string' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return undefined;
	}
	return {
		once: values.once ?? false,
		n8nPort: port('n8n-port', values['n8n-port'] ?? '5678'),
		sandboxPort: port('sandbox-port', values['sandbox-port'] ?? '3999'),
		folder: values.folder ?? join(root, '.n8n-local'),
	};
}

function port(name: string, text: string): number {
	const number = Number(text);
	if (Number.isInteger(number) && number >= 1 && number <= 65_535) return number;
	throw new Error(`--${name} takes a port from 1 to 65535, not "${text}".`);
}

async function freePort(what: string, wanted: number): Promise<number> {
	const ports = portNumbers(wanted, Math.min(wanted + 100, 65_535));
	const found = await getPort({ host: HOST, port: ports });
	if (found !== wanted) print(`Port ${wanted} is taken; ${what} uses ${found}.`);
	return found;
}

/** n8n keeps its database and the key to its credentials there: no other user of the machine may read it. */
export async function makePrivate(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await chmod(folder, 0o700);
}

/** Builds and packs the node, and installs n8n: steps of gulp's, which run at the same time. */
async function prepare(): Promise<void> {
	print('Building the node …');
	const { failed } = await execa('gulp', ['--silent', 'prepareStart'], {
		cwd: root,
		preferLocal: true,
		stdin: 'ignore',
		stdout: 'inherit',
		stderr: 'inherit',
		reject: false,
	});
	if (failed) throw new Error('The preparation did not succeed: see the lines above.');
}

/** Two n8n on one database would spoil it. */
async function lockFolder(folder: string): Promise<() => Promise<void>> {
	await makePrivate(folder);
	try {
		return await lock(folder, { lockfilePath: join(folder, '.lock') });
	} catch {
		throw new Error(
			`Another npm start is using the folder ${folder}. Stop it with Ctrl-C first, or choose another folder with --folder. If it was stopped just now, wait ten seconds.`,
		);
	}
}

/** Takes the token out of the environment: npm, gulp and n8n, which are started from here, get all of that. */
function takeAccessToken(): string | undefined {
	const { VERIFIK_ACCESS_TOKEN: accessToken } = process.env;
	delete process.env.VERIFIK_ACCESS_TOKEN;
	return accessToken;
}

/** @param accessToken of the user's account; none: the sandbox */
async function openSource(options: Options, accessToken: string | undefined): Promise<Source> {
	if (accessToken) {
		return {
			credential: 'Verifik account',
			workflow: 'Documents that did not pass (Verifik account)',
			data: { accessToken },
			description: 'the Verifik API, with the token from VERIFIK_ACCESS_TOKEN',
		};
	}
	const sandbox = await startSandbox({
		port: await freePort('the sandbox', options.sandboxPort),
		records: SANDBOX_RECORDS,
		days: SANDBOX_DAYS,
		// what a newcomer sees here is what their account will give them
		shape: 'live',
		now: new Date(),
		perMinute: options.once ? 0 : SANDBOX_PER_MINUTE,
	});
	return {
		credential: 'Verifik sandbox',
		workflow: 'Documents that did not pass (sandbox)',
		data: { accessToken: sandbox.token, baseUrl: sandbox.url },
		description: `the sandbox at ${sandbox.url}`,
		close: sandbox.close,
	};
}

/**
 * Puts the credential and the first workflow into n8n. What the user made there stays as it is; the credential
 * gets the present token, and the workflow is made only where it is missing.
 *
 * @returns the workflow's id
 */
async function provisionWorkflow(n8n: Instance, source: Source): Promise<string> {
	const credential = {
		name: source.credential,
		type: 'verifikApi',
		data: source.data,
	};
	const credentials = await n8n.api('GET', '/rest/credentials');
	const known = credentials.find(({ name }: { name: string }) => name === source.credential);
	const { id } = known
		? await n8n.api('PATCH', `/rest/credentials/${known.id}`, credential)
		: await n8n.api('POST', '/rest/credentials', credential);

	const workflows = await n8n.api('GET', '/rest/workflows');
	const kept = workflows.find(({ name }: { name: string }) => name === source.workflow);
	if (kept) return kept.id;
	const example = JSON.parse(await readFile(join(root, 'examples/failed-checks.json'), 'utf8'));
	const made = await n8n.api('POST', '/rest/workflows', {
		...example,
		name: source.workflow,
		nodes: [
			...withCredential(example.nodes, { id, name: source.credential }),
			noteFor(example.nodes),
		],
	});
	return made.id;
}

/** Where a node stands on the canvas, and how large a sticky note is. */
type Placed = { position: [number, number]; parameters?: { width?: number; height?: number } };

const NOTE = { width: 460, height: 240 };
/** Between the note and what is on the canvas, a node's own words among it. */
const NOTE_GAP = 80;

/** The sticky note that says what to press, above all nodes of the workflow. */
export function noteFor(nodes: readonly Placed[]): Placed & { [field: string]: unknown } {
	const left = Math.min(...nodes.map(({ position }) => position[0]));
	const top = Math.min(...nodes.map(({ position }) => position[1]));
	return {
		id: 'first-steps',
		name: 'First Steps',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [left, top - NOTE.height - NOTE_GAP],
		parameters: { ...NOTE, color: 4, content: NOTE_TEXT } as Placed['parameters'],
	};
}

const NOTE_TEXT = `## First steps
This workflow lists documents that did not pass. It has run once already: the tab **Executions** at the top shows it.

1. Double-click a node to see what it returned.
2. To run it yourself, open the tab **Editor** and press **Execute workflow**.
3. To see the last week only, double-click the Verifik node in the tab **Editor**, press **Add filter**, choose **Created**, keep **Last 7 Days**, and press **Execute step**.`;

/** The nodes of an example, those of this package with a credential. */
export function withCredential<Node extends { type: string }>(
	nodes: Node[],
	credential: { id: string; name: string },
): Node[] {
	return nodes.map((node) =>
		node.type.startsWith('n8n-nodes-verifik.')
			? { ...node, credentials: { verifikApi: credential } }
			: node,
	);
}

/** Name of the Manual Trigger: the user may have given it another one. */
async function triggerOf(n8n: Instance, workflowId: string): Promise<string> {
	const { nodes } = await n8n.api('GET', `/rest/workflows/${workflowId}`);
	const trigger = nodes.find(
		({ type }: { type: string }) => type === 'n8n-nodes-base.manualTrigger',
	);
	if (trigger) return trigger.name;
	throw new Error(
		'The first workflow has no Manual Trigger any more. Delete it in the editor, and the next start makes it anew.',
	);
}

/** Prints the last node's items as a small table. */
function report({ status, resultData }: Execution, source: Source, { once }: Options): void {
	if (status !== 'success') {
		const { message, description } = resultData.error ?? { message: status };
		throw new Error(`The first workflow did not succeed: ${message}\n${description ?? ''}`);
	}
	const last = resultData.runData[resultData.lastNodeExecuted ?? '']?.at(-1);
	const items = (last?.data?.main[0] ?? []) as Array<{ json: Record<string, any> }>;
	print(
		`\n${items.length} validations did not pass a check, riskiest first, from ${source.description}:\n`,
	);
	if (items.length === 0) return;
	print(validationTable(items.slice(0, SHOWN_ROWS).map(({ json }) => json)));
	const place = once ? '' : ', in the editor';
	if (items.length > SHOWN_ROWS) print(`… and ${items.length - SHOWN_ROWS} more${place}.`);
	print(
		'Confidence: from 0 to 1, how probable it is that the document is genuine (mean of its checks).',
	);
}

function tellHowToGoOn(
	n8n: Instance,
	workflowId: string,
	{ id: executionId }: Execution,
	source: Source,
): void {
	print(
		[
			'',
			`Open      ${n8n.url}/workflow/${workflowId}/executions/${executionId}`,
			`Sign in   ${n8n.signIn.email}, password ${n8n.signIn.password}`,
			`Records   from ${source.description} (credential “${source.credential}”)`,
			'Stop      Ctrl-C. The workflows you make are kept for the next npm start',
		].join('\n'),
	);
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}
