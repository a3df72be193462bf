// The subjects of the benchmark, as workflows of the same n8n: Webhook → one way to read all records → only the first item, so
// that neither storing nor sending the records is measured.
import { execa } from 'execa';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Credential, Host } from '../test/support/host.mts';

export type Subject = 'ours' | 'oursSimplified' | 'httpRequest' | 'onlyRequests' | 'report';

/** Where a subject reads. */
export type Source = { url: string; credential: Credential };

type Node = Record<string, unknown> & { name: string };

/** Active requests of bare fetch: those of Return All on a fast connection. */
const IN_FLIGHT = 10;

const verifikApi = ({ credential: { id, name } }: Source) => ({ verifikApi: { id, name } });

function ourNode(source: Source, output: 'raw' | 'simplified', options: object): Node[] {
	return [
		{
			name: 'Read',
			type: 'n8n-nodes-verifik.documentLiveness',
			typeVersion: 1,
			parameters: { operation: 'list', returnAll: true, output, options },
			credentials: verifikApi(source),
		},
	];
}

/** @param parameters of the operation besides its name */
function reportNode(source: Source, parameters: object): Node[] {
	return [
		{
			name: 'Read',
			type: 'n8n-nodes-verifik.documentLiveness',
			typeVersion: 1,
			parameters: { operation: 'report', ...parameters },
			credentials: verifikApi(source),
		},
	];
}

/** @param parameters `pages`: how many to ask for */
function onlyRequestsNode(source: Source, parameters: object): Node[] {
	return [
		{
			name: 'Read',
			type: 'CUSTOM.onlyRequests',
			typeVersion: 1,
			parameters: { url: source.url, ...parameters },
			credentials: verifikApi(source),
		},
	];
}

/** n8n's own way: HTTP Request with its pagination, and Split Out. */
function httpRequest(source: Source): Node[] {
	return [
		{
			name: 'Fetch',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `${source.url}/v2/document-liveness?limit=100`,
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
			credentials: verifikApi(source),
		},
		{
			name: 'Read',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'data', options: {} },
		},
	];
}

function nodesOf(source: Source, subject: Subject, options: object): Node[] {
	if (subject === 'report') return reportNode(source, options);
	if (subject === 'onlyRequests') return onlyRequestsNode(source, options);
	return subject === 'httpRequest'
		? httpRequest(source)
		: ourNode(source, subject === 'oursSimplified' ? 'simplified' : 'raw', options);
}

const sandboxOf = ({ sandbox: { url }, credential }: Host): Source => ({ url, credential });

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
export async function publish(
	host: Host,
	subject: Subject,
	options = {},
	source = sandboxOf(host),
): Promise<string> {
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
			...nodesOf(source, subject, options),
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
			...nodesOf(sandboxOf(host), subject, {}),
		]),
		settings: { executionOrder: 'v1' },
	});
	const { resultData } = await host.n8n.run(id, 'Start');
	const items = (resultData.runData.Read?.[0]?.data?.main[0] ?? []) as Array<{
		json: { _id: string };
	}>;
	return { ids: items.map(({ json }) => json._id), error: resultData.error?.message };
}

/** Not by fetch, which gives up after five minutes without an answer. */
async function get(url: string): Promise<{ isOk: boolean; text: string }> {
	const [response] = (await once(request(url).end(), 'response')) as [IncomingMessage];
	return { isOk: response.statusCode === 200, text: await readText(response) };
}

/** Runs a published workflow; gives the milliseconds that it took. */
export async function call(url: string): Promise<number> {
	for (let tries = 1; ; tries++) {
		const begin = performance.now();
		const { isOk, text } = await get(url);
		if (isOk) return performance.now() - begin;
		// n8n takes a moment to open the address of a workflow that was just published
		if (!text.includes('is not registered') || tries === 20) {
			throw new Error(`The workflow ended with ${text.slice(0, 300)}`);
		}
		await sleep(250);
	}
}

/**
 * Bare fetch with ten pages in flight, in a process of its own; gives the milliseconds that it took.
 *
 * @param env of that process
 */
export async function bareFetch(
	{ url, token }: { url: string; token: string },
	pages: number,
	env: Record<string, string> = {},
): Promise<number> {
	const script = join(import.meta.dirname, 'bareFetch.mts');
	const { stdout } = await execa('node', [script, url, token, String(pages), String(IN_FLIGHT)], {
		env,
	});
	return JSON.parse(stdout).ms;
}
