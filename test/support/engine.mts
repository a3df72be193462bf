// Runs workflows with our node through the real n8n-core engine. What n8n's own server adds (storing credentials,
// the panel) is not here; the host tests have that.
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type ICredentialsHelper,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type NodeExecutionHint,
} from 'n8n-workflow';

import { VerifikApi } from '../../credentials/VerifikApi.credentials.ts';
import { DocumentLiveness } from '../../nodes/DocumentLiveness/DocumentLiveness.node.ts';
import { DocumentLivenessTrigger } from '../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts';

export const NODE_NAME = 'Verifik Document Liveness';

export type Setup = {
	/** parameters of our node; what is missing has its default, as in n8n */
	parameters?: IDataObject;
	credential: { accessToken?: string; baseUrl?: string };
	/** input items; default one empty item */
	input?: IDataObject[];
	onError?: INode['onError'];
	/** the workflow's */
	timezone?: string;
	/** called with a function that stops the execution */
	onStart?: (stop: () => void) => void;
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
		nodeTypes: nodeTypes(setup.input ?? [{}]),
		settings: { ...(setup.timezone && { timezone: setup.timezone }) },
	});
	const execution = new WorkflowExecute(
		additionalData(setup, workflow),
		'manual',
		createRunExecutionData(),
	);
	const running = execution.run({ workflow, startNode });
	setup.onStart?.(() => running.cancel());
	const run = await running;
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

const startNode: INode = {
	id: 'start',
	name: 'Start',
	type: 'test.start',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

function ourNode({ parameters = {}, onError }: Setup): INode {
	return {
		id: 'verifik',
		name: NODE_NAME,
		type: 'n8n-nodes-verifik.documentLiveness',
		typeVersion: 1,
		position: [200, 0],
		parameters: parameters as INode['parameters'],
		credentials: { verifikApi: { id: '1', name: 'Verifik' } },
		...(onError && { onError }),
	};
}

export function nodeTypes(input: IDataObject[]): INodeTypes {
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
		execute: async () => [input.map((json) => ({ json }))],
	} as unknown as INodeType;
	const types: Record<string, INodeType> = {
		'test.start': start,
		'n8n-nodes-verifik.documentLiveness': new DocumentLiveness(),
		'n8n-nodes-verifik.documentLivenessTrigger': new DocumentLivenessTrigger(),
	};
	return {
		getByName: (name) => types[name]!,
		getByNameAndVersion: (name) => NodeHelpers.getVersionedNodeType(types[name]!),
		getKnownTypes: () => ({}),
	};
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
		getDecrypted: async () => ({ baseUrl: 'https://api.verifik.co', ...setup.credential }),
		preAuthentication: async () => undefined,
		// n8n's own helper does the same for a credential whose `authenticate` is a function
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
