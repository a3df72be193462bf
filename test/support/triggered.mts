// Workflows that start with the trigger, polled every few seconds.
import type { IDataObject } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox/server.mts';
import { withCredential } from '../../tools/start.mts';
import type { Host } from './host.mts';
import { until } from './until.mts';

export const TRIGGER_TYPE = 'n8n-nodes-verifik.documentLivenessTrigger';

export type HostWorkflow = {
	name: string;
	nodes: Array<{ name: string; type: string; parameters: IDataObject; [field: string]: unknown }>;
	connections: IDataObject;
	settings: IDataObject;
};

/** Puts a workflow into n8n, with the credential of the sandbox and the given poll times; gives its id. */
export async function addTriggered(
	host: Host,
	workflow: HostWorkflow,
	everySeconds: number,
): Promise<string> {
	const nodes = withCredential(workflow.nodes, host.credential).map((node) =>
		node.type === TRIGGER_TYPE
			? { ...node, parameters: { ...node.parameters, pollTimes: pollTimes(everySeconds) } }
			: node,
	);
	const { id } = await host.n8n.api('POST', '/rest/workflows', { ...workflow, nodes });
	return id;
}

/** n8n takes no poll time that comes more than once a minute, but many of them. */
function pollTimes(everySeconds: number): IDataObject {
	const seconds = Array.from({ length: 60 / everySeconds }, (_, at) => at * everySeconds);
	return {
		item: seconds.map((second) => ({ mode: 'custom', cronExpression: `${second} * * * * *` })),
	};
}

/** Moments at which Verifik answered the first page of a list. A poll reads New first, and Failed last. */
export function answers({ requests }: Sandbox, list: string): number[] {
	return requests
		.filter(({ query, status }) => query.status === list && query.page === '1' && status === 200)
		.map(({ at }) => at);
}

/** Waits until n8n has read a list so many times more. */
export async function untilPolled(sandbox: Sandbox, list: string, times = 1): Promise<void> {
	const wanted = answers(sandbox, list).length + times;
	await until(
		`${times} more answers with ${list} validations`,
		() => answers(sandbox, list).length >= wanted,
		// soon enough to aim a kill by it
		{ everyMs: 2 },
	);
}
