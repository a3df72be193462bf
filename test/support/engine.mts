// Runs workflows with our node through the real n8n-core engine. What n8n's own server adds (storing credentials,
// the panel) is not here; the host tests have that.
import type * as Di from '@n8n/di';
import { BinaryDataService, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { createRequire } from 'node:module';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsHelper,
	type IBinaryData,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type NodeExecutionHint,
} from 'n8n-workflow';

import { VerifikApi } from '../../credentials/VerifikApi.credentials.ts';
import { DocumentLiveness } from '../../nodes/DocumentLiveness/DocumentLiveness.node.ts';
import { DocumentLivenessTrigger } from '../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts';

const NODE_NAME = 'Verifik Document Liveness';

export type Setup = {
	/** parameters of our node; what is missing has its default, as in n8n */
	parameters?: IDataObject;
	/** as stored; a renewal is written into it */
	credential: IDataObject;
	/** whether it runs as the tool that n8n makes of the node; what an agent gets are the items then, too */
	asTool?: boolean;
	/** input items; default one empty item */
	input?: IDataObject[];
	/** binary fields of the input items, in their order */
	files?: Array<Record<string, Buffer>>;
	onError?: INode['onError'];
	/** the workflow's */
	timezone?: string;
	/** Stops the execution as soon as this is so. */
	stopWhen?: () => boolean;
};

export type Result = {
	/** items of the first output */
	items: INodeExecutionData[];
	/** the `json` of these items */
	records: IDataObject[];
	/** `json` of the items on the error branch */
	errorItems: IDataObject[];
	error?: Error & { description?: string; context?: IDataObject; failure?: IDataObject };
	hints: NodeExecutionHint[];
	run: IRun;
};

/** Runs: start → our node. Returns what the node gave, as n8n would store it. */
export async function runNode(setup: Setup): Promise<Result> {
	const workflow = new Workflow({
		id: 'workflow',
		nodes: [startNode, ourNode(setup)],
		connections: {
			[startNode.name]: { main: [[{ node: NODE_NAME, type: NodeConnectionTypes.Main, index: 0 }]] },
		},
		active: false,
		nodeTypes: nodeTypes(setup),
		settings: { ...(setup.timezone && { timezone: setup.timezone }) },
	});
	const execution = new WorkflowExecute(
		additionalData(setup, workflow),
		'manual',
		createRunExecutionData(),
	);
	const running = execution.run({ workflow, startNode });
	const { stopWhen = () => false } = setup;
	const timer = setInterval(() => {
		if (stopWhen()) running.cancel();
	}, 10);
	const run = await running.finally(() => clearInterval(timer));
	const task = run.data.resultData.runData[NODE_NAME]?.[0];
	const items = task?.data?.main?.[0] ?? [];
	return {
		items,
		records: items.map(({ json }) => json),
		errorItems: (task?.data?.main?.[1] ?? []).map(({ json }) => json),
		error: (task?.error ?? run.data.resultData.error) as Result['error'],
		hints: task?.hints ?? [],
		run,
	};
}

const require = createRequire(import.meta.url);
// n8n-core's own: there is another one beside it
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as typeof Di;

/** From now on n8n-core keeps binary data in this mode. */
export async function storeBinariesAs(
	mode: 'default' | 'filesystem',
	folder: string,
): Promise<void> {
	const service = Container.get(BinaryDataService);
	// read from the environment once, so a second mode has to be put in its place
	const { config } = service as unknown as { config: object };
	Object.assign(config, { mode, localStoragePath: folder });
	await service.init();
}

/** What a binary field of an item holds. */
export async function bytesOf(data: IBinaryData | undefined): Promise<Buffer> {
	return await Container.get(BinaryDataService).getAsBuffer(data!);
}

const startNode: INode = {
	id: 'start',
	name: 'Start',
	type: 'test.start',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const TYPE = 'n8n-nodes-verifik.documentLiveness';

export function ourNode({ parameters = {}, onError, asTool }: Setup): INode {
	return {
		id: 'verifik',
		name: NODE_NAME,
		type: asTool ? `${TYPE}Tool` : TYPE,
		typeVersion: 1,
		position: [200, 0],
		parameters: parameters as INode['parameters'],
		credentials: { verifikApi: { id: '1', name: 'Verifik' } },
		...(onError && { onError }),
	};
}

export function nodeTypes({
	files = [],
	input = files.length > 0 ? files.map(() => ({})) : [{}],
}: Setup): INodeTypes {
	const start = {
		description: {
			displayName: 'Start',
			name: 'start',
			group: ['trigger'],
			version: 1,
			description: '',
			defaults: {},
			inputs: [],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute(this: IExecuteFunctions) {
			const items = input.map(async (json, item) => {
				const binary: Record<string, IBinaryData> = {};
				for (const [field, bytes] of Object.entries(files[item] ?? {})) {
					binary[field] = await this.helpers.prepareBinaryData(bytes, 'file');
				}
				return { json, ...(files[item] && { binary }) };
			});
			return [await Promise.all(items)];
		},
	} as unknown as INodeType;
	const types: Record<string, INodeType> = {
		'test.start': start,
		[TYPE]: new DocumentLiveness(),
		[`${TYPE}Tool`]: tool(),
		[`${TYPE}Trigger`]: new DocumentLivenessTrigger(),
	};
	return {
		getByName: (name) => types[name]!,
		getByNameAndVersion: (name) => NodeHelpers.getVersionedNodeType(types[name]!),
		getKnownTypes: () => ({}),
	};
}

/** The node under the name that n8n gives it as a tool, by which it shows and hides fields. */
function tool(): INodeType {
	const node = new DocumentLiveness();
	node.description = { ...node.description, name: `${node.description.name}Tool` };
	return node;
}

/** What n8n's server gives the engine: above all the credential. */
export function additionalData(
	setup: Pick<Setup, 'credential'>,
	workflow: Workflow,
): IWorkflowExecuteAdditionalData {
	const type = new VerifikApi();
	const helper: Partial<ICredentialsHelper> = {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		// These three do what n8n's own helper does (n8n, credentials-helper), but for the database.
		getDecrypted: async () =>
			NodeHelpers.getNodeParameters(
				type.properties,
				setup.credential as INodeParameters,
				true,
				false,
				null,
				null,
			) as ICredentialDataDecryptedObject,
		preAuthentication: async (helpers, credentials) => {
			if (credentials.renewal !== '') return undefined;
			const output = await type.preAuthentication.call(helpers, credentials);
			if (output.renewal === undefined) return undefined;
			Object.assign(setup.credential, output);
			return Object.assign(credentials, output) as ICredentialDataDecryptedObject;
		},
		authenticate: async (credentials, _typeName, request) =>
			await type.authenticate(credentials, request as never),
		getCredentialsProperties: () => type.properties,
	};
	return {
		credentialsHelper: helper as ICredentialsHelper,
		hooks: new ExecutionLifecycleHooks('manual', '1', workflow as never),
		executionId: '1',
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: 'http://127.0.0.1/',
		instanceBaseUrl: 'http://127.0.0.1/',
		formWaitingBaseUrl: 'http://127.0.0.1/',
		webhookBaseUrl: 'http://127.0.0.1/',
		webhookWaitingBaseUrl: 'http://127.0.0.1/',
		webhookTestBaseUrl: 'http://127.0.0.1/',
	} as unknown as IWorkflowExecuteAdditionalData;
}
