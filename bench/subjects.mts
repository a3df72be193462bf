// What is compared, as workflows of the same n8n: Webhook → one way of reading everything → the first item only, so
// that neither the saving nor the sending of the records is measured.
import type { Host } from '../test/support/host.mts';

export type Subject = 'ours' | 'oursSimplified' | 'httpRequest' | 'report';

type Node = Record<string, unknown> & { name: string };

const credential = ({ credential: { id, name } }: Host) => ({ verifikApi: { id, name } });

function ourNode(host: Host, output: 'raw' | 'simplified', options: object): Node[] {
	return [
		{
			name: 'Read',
			type: 'n8n-nodes-verifik.documentLiveness',
			typeVersion: 1,
			parameters: { operation: 'list', returnAll: true, output, options },
			credentials: credential(host),
		},
	];
}

/** @param parameters of the operation besides its name */
function reportNode(host: Host, parameters: object): Node[] {
	return [
		{
			name: 'Read',
			type: 'n8n-nodes-verifik.documentLiveness',
			typeVersion: 1,
			parameters: { operation: 'report', ...parameters },
			credentials: credential(host),
		},
	];
}

/** n8n's own way: HTTP Request with its pagination, and Split Out. */
function httpRequest(host: Host): Node[] {
	return [
		{
			name: 'Fetch',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `${host.sandbox.url}/v2/document-liveness?limit=100`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'verifikApi',
				options: {
					pagination: {
						pagination: {
							paginationMode: 'updateAParameterInEachRequest',
							parameters: {
								parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }],
							},
							paginationCompleteWhen: 'other',
							completeExpression:
								'={{ $response.body.pagination.page >= $response.body.pagination.pages }}',
							limitPagesFetched: false,
						},
					},
				},
			},
			credentials: credential(host),
		},
		{
			name: 'Read',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'data', options: {} },
		},
	];
}

function nodesOf(host: Host, subject: Subject, options: object): Node[] {
	if (subject === 'report') return reportNode(host, options);
	return subject === 'httpRequest'
		? httpRequest(host)
		: ourNode(host, subject === 'oursSimplified' ? 'simplified' : 'raw', options);
}

function inARow(nodes: Node[]) {
	return {
		nodes: nodes.map((node, at) => ({ id: `n${at}`, position: [at * 200, 0], ...node })),
		connections: Object.fromEntries(
			nodes
				.slice(1)
				.map((node, at) => [
					nodes[at]!.name,
					{ main: [[{ node: node.name, type: 'main', index: 0 }]] },
				]),
		),
	};
}

/**
 * Publishes a workflow for the subject; gives the address that runs it and answers when it is through.
 *
 * @param options of Return All; of a report its parameters
 */
export async function publish(host: Host, subject: Subject, options = {}): Promise<string> {
	const path = `bench-${subject}-${Math.random().toString(36).slice(2)}`;
	const workflow = await host.n8n.api('POST', '/rest/workflows', {
		name: path,
		...inARow([
			{
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				parameters: { path, responseMode: 'lastNode', options: {} },
				webhookId: path,
			},
			...nodesOf(host, subject, options),
			{ name: 'First', type: 'n8n-nodes-base.limit', typeVersion: 1, parameters: { maxItems: 1 } },
		]),
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
		},
	});
	const { versionId } = workflow;
	await host.n8n.api('POST', `/rest/workflows/${workflow.id}/activate`, { versionId });
	return `${host.n8n.url}/webhook/${path}`;
}

/** Runs the subject by hand and gives the ids that came out, or the message with which it ended. */
export async function readIds(
	host: Host,
	subject: Subject,
): Promise<{ ids: string[]; error?: string }> {
	const { id } = await host.n8n.api('POST', '/rest/workflows', {
		name: `ids-${subject}`,
		...inARow([
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
			...nodesOf(host, subject, {}),
		]),
		settings: { executionOrder: 'v1' },
	});
	const { resultData } = await host.n8n.run(id, 'Start');
	const items = (resultData.runData.Read?.[0]?.data?.main[0] ?? []) as Array<{
		json: { _id: string };
	}>;
	return { ids: items.map(({ json }) => json._id), error: resultData.error?.message };
}
