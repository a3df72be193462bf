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

/**
 * Puts a workflow into n8n, with the credential of the sandbox and the given poll times; gives its id.
 *
 * @param poll every so many seconds; or as cron expressions
 */
export async function addTriggerWorkflow(
	host: Host,
	workflow: HostWorkflow,
	poll: { everySeconds: number } | { cron: string },
): Promise<string> {
	const times = 'cron' in poll ? [poll.cron] : cronsOf(poll.everySeconds);
	const item = times.map((cronExpression) => ({ mode: 'custom', cronExpression }));
	const nodes = withCredential(workflow.nodes, host.credential).map((node) =>
		node.type === TRIGGER_TYPE
			? { ...node, parameters: { ...node.parameters, pollTimes: { item } } }
			: node,
	);
	const { id } = await host.n8n.api('POST', '/rest/workflows', { ...workflow, nodes });
	return id;
}

/** n8n takes no poll time that comes more than once a minute, but many of them. */
function cronsOf(everySeconds: number): string[] {
	return Array.from({ length: 60 / everySeconds }, (_, at) => `${at * everySeconds} * * * * *`);
}

/** Polls ask for the first page once, some milliseconds apart from the next poll at least. */
const APART_MS = 500;

/** Moments at which Verifik answered polls: the first page of the whole list. */
export function pollsOf({ requests }: Sandbox): number[] {
	const moments = requests
		.filter(
			({ query, status }) => query.page === '1' && query.status === undefined && status === 200,
		)
		.map(({ at }) => at);
	return moments.filter((at, index) => index === 0 || at - moments[index - 1]! > APART_MS);
}

/** Waits until Verifik has answered so many polls more. */
export async function untilPolled(sandbox: Sandbox, times = 1): Promise<void> {
	const wanted = pollsOf(sandbox).length + times;
	await until(
		`${times} more polls`,
		() => pollsOf(sandbox).length >= wanted,
		// soon enough to aim a kill by it
		{ everyMs: 2 },
	);
}
