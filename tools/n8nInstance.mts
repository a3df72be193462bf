// One running n8n with the packed node in it: its folder, its process, and its own API, signed in.
import bcrypt from 'bcryptjs';
import { execa } from 'execa';
import { parse as parseFlatted } from 'flatted';
import getPort from 'get-port';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from 'signal-exit';

import { hostFolder, n8nScript } from './n8nHost.mts';

export type SignIn = { email: string; password: string };

export type Instance = {
	/** without a slash at its end */
	url: string;
	signIn: SignIn;
	/** what n8n wrote to its standard output and error */
	logFile: string;
	/**
	 * Calls n8n's own API as the signed-in owner.
	 *
	 * @returns what the answer holds under `data`
	 * @throws Error with n8n's text where the status is not 2xx
	 */
	api<T = any>(method: string, path: string, body?: unknown): Promise<T>;
	/** Runs a workflow as the editor's button does, and waits for its end. */
	run(workflowId: string, triggerNode: string): Promise<Execution>;
	/** Starts a workflow as the editor's button does; gives the execution's id. */
	begin(workflowId: string, triggerNode: string): Promise<string>;
	/** Waits until an execution is over. */
	end(executionId: string): Promise<Execution>;
	/** Makes the latest version of the workflow the active one, as the Publish button does; n8n activates it a moment later. */
	publish(workflowId: string): Promise<void>;
	/**
	 * Runs one of n8n's commands as a process of its own beside this one, on the same database.
	 *
	 * @returns what it wrote to its standard output
	 * @throws with its output when it does not succeed
	 */
	command(...args: string[]): Promise<string>;
	/** process id */
	pid: number;
	/** Ends n8n and all that it started. */
	stop(): Promise<void>;
	/** Kills n8n and all that it started, like a power cut. */
	kill(): Promise<void>;
	/** Starts n8n anew where it ended: same folder, same port. */
	startAgain(): Promise<Instance>;
};

export type Execution = {
	id: string;
	status: string;
	resultData: {
		error?: { message: string; description?: string };
		lastNodeExecuted?: string;
		runData: Record<string, Array<{ data?: { main: unknown[] }; [field: string]: any }>>;
	};
};

export type InstanceOptions = {
	/** n8n keeps everything in it: database, settings, installed nodes */
	folder: string;
	/** the packed node */
	tarball: string;
	/** default: any free one */
	port?: number;
	/** more environment variables for n8n */
	env?: Record<string, string>;
};

/** in the folder; a new start appends to it */
const LOG = 'n8n.log';

const START_TIMEOUT_MS = 180_000;
const RUN_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 10_000;

/** The settings of another n8n on this machine, secrets that workflows could read through `$env`, and jest's (n8n is silent where NODE_ENV is test). */
const FOREIGN =
	/^((N8N|DB|EXECUTIONS|QUEUE|NODES|CREDENTIALS|WEBHOOK|VERIFIK|JEST|npm)_|NODE_(ENV|OPTIONS)$)/i;

const HOST = '127.0.0.1';

/** Installs the node into `folder`, starts n8n there, and returns once its API answers. */
export async function startN8n(options: InstanceOptions): Promise<Instance> {
	const { folder, tarball } = options;
	await mkdir(folder, { recursive: true });
	await installNode(folder, tarball);
	await rm(join(folder, LOG), { force: true });
	const port = options.port ?? (await getPort({ host: HOST }));
	return await launch({ ...options, port });
}

/** Starts n8n in a folder in which the node is installed. */
async function launch(options: InstanceOptions & { port: number }): Promise<Instance> {
	const { folder, port } = options;
	const signIn = await readSignIn(folder);
	const url = `http://${HOST}:${port}`;
	const logFile = join(folder, LOG);
	const log = createWriteStream(logFile, { flags: 'a' });
	const env = {
		...withoutForeign(process.env),
		// Most of a start is loading n8n's many modules.
		NODE_COMPILE_CACHE: join(hostFolder(), '.compiled'),
		N8N_USER_FOLDER: folder,
		N8N_HOST: HOST,
		N8N_LISTEN_ADDRESS: HOST,
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(await getPort({ host: HOST })),
		N8N_SECURE_COOKIE: 'false',
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: signIn.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: 'Local',
		N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
		N8N_INSTANCE_OWNER_PASSWORD_HASH: await bcrypt.hash(signIn.password, 10),
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		...options.env,
	};
	const child = spawn(process.execPath, [n8nScript(), 'start'], {
		cwd: folder,
		// A group of its own: its task runners end with it.
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		env,
	});
	// A process that ends without stopping it (a test that was cut off) must not leave n8n behind.
	const forget = onExit(() => signal(child, 'SIGKILL'));
	child.once('exit', forget);
	child.stdout.pipe(log);
	child.stderr.pipe(log);
	const stop = async () => {
		await end(child, log);
		// n8n's copy of the editor, which it makes anew at every start; lint would read its scripts.
		await rm(join(folder, '.cache'), { recursive: true, force: true });
	};
	const kill = async () => {
		const ended = hasEnded(child);
		signal(child, 'SIGKILL');
		await ended;
		log.end();
	};
	try {
		await untilReady(child, url, logFile);
		const api = await login(url, signIn);
		return {
			url,
			signIn,
			logFile,
			api,
			stop,
			run: async (id, trigger) => await untilOver(api, await begin(api, id, trigger)),
			begin: async (id, trigger) => await begin(api, id, trigger),
			end: async (id) => await untilOver(api, id),
			publish: async (id) => await publish(api, id),
			command: async (...args) => await runCommand(folder, env, args),
			pid: child.pid!,
			kill,
			startAgain: async () => await launch(options),
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

async function runCommand(folder: string, env: NodeJS.ProcessEnv, args: string[]): Promise<string> {
	// To a file, since n8n ends without waiting until a pipe is empty.
	const file = join(folder, `command-${randomBytes(4).toString('hex')}.log`);
	const { failed } = await execa(process.execPath, [n8nScript(), ...args], {
		cwd: folder,
		extendEnv: false,
		env: { ...env, N8N_RUNNERS_BROKER_PORT: String(await getPort({ host: '127.0.0.1' })) },
		stdin: 'ignore',
		stdout: { file },
		stderr: 'inherit',
		reject: false,
	});
	const output = await readFile(file, 'utf8');
	if (failed) throw new Error(`n8n ${args.join(' ')} did not succeed:\n${output.slice(-2000)}`);
	return output;
}

/** Where n8n looks for community nodes, as if installed through its own settings page. */
async function installNode(folder: string, tarball: string): Promise<void> {
	const nodes = join(folder, '.n8n', 'nodes');
	// npm takes a tarball of the same version for the one that is there already
	await rm(join(nodes, 'node_modules'), { recursive: true, force: true });
	await mkdir(nodes, { recursive: true });
	await writeFile(join(nodes, 'package.json'), '{ "private": true }');
	await execa(
		'npm',
		[
			'install',
			tarball,
			'--prefix',
			nodes,
			'--legacy-peer-deps',
			'--no-package-lock',
			'--no-audit',
			'--no-fund',
		],
		{ cwd: nodes, stdin: 'ignore', stdout: 'ignore' },
	);
}

async function readSignIn(folder: string): Promise<SignIn> {
	const file = join(folder, 'sign-in.json');
	const kept = await readFile(file, 'utf8').catch(() => undefined);
	if (kept) return JSON.parse(kept) as SignIn;
	// n8n asks for a capital letter and a digit
	const signIn = {
		email: 'owner@example.com',
		password: `N8n-${randomBytes(6).toString('hex')}`,
	};
	await writeFile(file, JSON.stringify(signIn), { mode: 0o600 });
	return signIn;
}

function withoutForeign(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)));
}

/** The port opens early, during the migrations; n8n is ready when its settings come as JSON. */
async function untilReady(child: ChildProcess, url: string, logFile: string): Promise<void> {
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
		const response = await fetch(`${url}/rest/settings`).catch(() => undefined);
		if (response?.headers.get('content-type')?.includes('json') && response.ok) return;
		await sleep(250);
	}
	const log = await readFile(logFile, 'utf8').catch(() => '');
	throw new Error(`n8n did not start. The end of its log:\n${log.slice(-2000)}`);
}

async function login(url: string, { email, password }: SignIn): Promise<Instance['api']> {
	let cookie = '';
	const api: Instance['api'] = async (method, path, body) => {
		const response = await fetch(url + path, {
			method,
			headers: {
				cookie,
				// n8n closes a connection that was idle for 5 s; a request that is sent on it just then is lost
				connection: 'close',
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`n8n answered ${method} ${path} with ${text.slice(0, 500)}`);
		cookie ||= response.headers
			.getSetCookie()
			.map((one) => one.split(';')[0])
			.join('; ');
		return JSON.parse(text).data;
	};
	// The owner is written a moment after the settings are served.
	for (let attempt = 1; ; attempt++) {
		try {
			await api('POST', '/rest/login', { emailOrLdapLoginId: email, password });
			return api;
		} catch (error) {
			if (attempt === 20) throw error;
			await sleep(500);
		}
	}
}

async function begin(api: Instance['api'], workflowId: string, trigger: string): Promise<string> {
	const { executionId } = await api('POST', `/rest/workflows/${workflowId}/run`, {
		triggerToStartFrom: { name: trigger },
	});
	return executionId;
}

async function untilOver(api: Instance['api'], executionId: string): Promise<Execution> {
	const deadline = Date.now() + RUN_TIMEOUT_MS;
	for (;;) {
		const { status, data } = await api('GET', `/rest/executions/${executionId}`);
		if (!['new', 'running', 'waiting'].includes(status)) {
			return { id: executionId, status, ...parseFlatted(data) } as Execution;
		}
		if (Date.now() > deadline) throw new Error(`Execution ${executionId} did not end.`);
		await sleep(200);
	}
}

async function publish(api: Instance['api'], workflowId: string): Promise<void> {
	const { versionId } = await api('GET', `/rest/workflows/${workflowId}`);
	await api('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
}

async function hasEnded(child: ChildProcess): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function end(child: ChildProcess, log: WriteStream): Promise<void> {
	const ended = hasEnded(child);
	signal(child, 'SIGTERM');
	await Promise.race([ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
	// also what is left of its group
	signal(child, 'SIGKILL');
	await ended;
	log.end();
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
	try {
		process.kill(-child.pid!, name);
	} catch {
		// nothing of the group is left
	}
}
