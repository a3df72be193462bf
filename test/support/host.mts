// A real n8n with the packed node and a sandbox behind it, for one test file.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.mts';
import { startN8n, type Execution, type Instance } from '../../tools/n8nInstance.mts';
import { tarballPath } from '../../tools/pack.mts';

export type Credential = { id: string; name: string };

export type Host = {
	/** the running one: who starts it again puts the new one here */
	n8n: Instance;
	/** n8n keeps everything in it */
	folder: string;
	sandbox: Sandbox;
	/** the sandbox's, with its token */
	credential: Credential;
	/** @param type default: ours */
	addCredential(name: string, data: IDataObject, type?: string): Promise<Credential>;
	/** Makes the workflow: Manual Trigger “Start” → the given node; gives its id. */
	addWorkflow(node: HostNode): Promise<string>;
	/** Our node, called “Verifik”, with the sandbox's credential. */
	verifik(parameters: IDataObject): WorkflowNode;
	/** Makes a workflow of these nodes, each connected to the next; gives its id. */
	addSequence(nodes: WorkflowNode[], settings?: IDataObject): Promise<string>;
	/** Runs: Manual Trigger → the given node; returns what the node gave. */
	runNode(node: HostNode): Promise<NodeRun>;
	/** Files of n8n (database, logs) that hold one of the sandbox's tokens, or the given text, in clear. */
	findSecret(secret: string): Promise<string[]>;
	stop(): Promise<void>;
};

type HostNode = {
	type: string;
	typeVersion?: number;
	parameters: IDataObject;
	credential?: Credential;
	onError?: string;
};

/** A node of a workflow; `credentials` as n8n keeps them. */
export type WorkflowNode = {
	name: string;
	type: string;
	typeVersion?: number;
	parameters?: IDataObject;
	credentials?: Record<string, Credential>;
	onError?: string;
	webhookId?: string;
};

export type NodeRun = {
	execution: Execution;
	/** items of the first output */
	items: INodeExecutionData[];
	/** `json` of the items of the first output */
	records: IDataObject[];
	/** `json` of the items of the second output */
	errorItems: IDataObject[];
	error?: { message: string; description?: string; [field: string]: unknown };
	hints: Array<{ message: string }>;
};

export const NODE_TYPE = 'n8n-nodes-verifik.documentLiveness';

export async function startHost(
	sandboxOptions: SandboxOptions = {},
	env: Record<string, string> = {},
): Promise<Host> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-'));
	const sandbox = await startSandbox(sandboxOptions);
	const n8n = await startN8n({ folder, tarball: await tarballPath(), env }).catch(
		async (error: unknown) => {
			await sandbox.close();
			throw error;
		},
	);
	const credential = await addCredential(n8n, 'Verifik sandbox', {
		accessToken: sandbox.token,
		baseUrl: sandbox.url,
	});
	const host: Host = {
		n8n,
		folder,
		sandbox,
		credential,
		addCredential: async (...of) => await addCredential(host.n8n, ...of),
		addWorkflow: async (node) => await addWorkflow(host.n8n, { credential, ...node }),
		verifik: (parameters) => ({
			name: 'Verifik',
			type: NODE_TYPE,
			parameters,
			credentials: { verifikApi: credential },
		}),
		addSequence: async (nodes, settings) => await addSequence(host.n8n, nodes, settings),
		runNode: async (node) => await runNode(host.n8n, { credential, ...node }),
		findSecret: async (secret) => await findIn(folder, secret),
		async stop() {
			await host.n8n.stop();
			await sandbox.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
	return host;
}

async function addCredential(
	n8n: Instance,
	name: string,
	data: IDataObject,
	type = 'verifikApi',
): Promise<Credential> {
	const { id } = await n8n.api('POST', '/rest/credentials', { name, type, data });
	return { id, name };
}

/** Where a workflow starts that is run by hand. */
export const START = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };
const NODE_NAME = 'Node under test';

async function addWorkflow(n8n: Instance, node: HostNode): Promise<string> {
	const { credential, ...rest } = node;
	const credentials = credential && { verifikApi: credential };
	return await addSequence(n8n, [
		START,
		{ ...rest, name: NODE_NAME, ...(credentials && { credentials }) },
	]);
}

async function addSequence(n8n: Instance, nodes: WorkflowNode[], settings = {}): Promise<string> {
	const connections = nodes
		.slice(1)
		.map(({ name }, index) => [
			nodes[index]!.name,
			{ main: [[{ node: name, type: 'main', index: 0 }]] },
		]);
	const { id } = await n8n.api('POST', '/rest/workflows', {
		name: 'Test',
		nodes: nodes.map((node, index) => ({
			typeVersion: 1,
			parameters: {},
			...node,
			id: `node-${index}`,
			position: [200 * index, 0],
		})),
		connections: Object.fromEntries(connections) as IDataObject,
		settings: { executionOrder: 'v1', ...settings },
	});
	return id;
}

async function runNode(n8n: Instance, node: HostNode): Promise<NodeRun> {
	const execution = await n8n.run(await addWorkflow(n8n, node), START.name);
	return gaveBy(execution, NODE_NAME);
}

/** What a node of an execution gave, in its last run. */
export function gaveBy(execution: Execution, nodeName: string): NodeRun {
	const task = execution.resultData.runData[nodeName]?.at(-1);
	const output = (index: number) => (task?.data?.main[index] ?? []) as INodeExecutionData[];
	return {
		execution,
		items: output(0),
		records: output(0).map(({ json }) => json),
		errorItems: output(1).map(({ json }) => json),
		error: task?.error ?? execution.resultData.error,
		hints: task?.hints ?? [],
	};
}

async function findIn(folder: string, secret: string): Promise<string[]> {
	const found: string[] = [];
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		if (!entry.isFile() || path.includes('node_modules')) continue;
		if ((await readFile(path)).includes(secret)) found.push(entry.name);
	}
	return found;
}
