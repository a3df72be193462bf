// What n8n has stored about a workflow that starts with the trigger: read from its database, while it is not
// running.
import { parse } from 'flatted';
import type { IDataObject } from 'n8n-workflow';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

export type HostRecords = {
	/** in the order in which they were made; a poll that went wrong is one without keys */
	executions: Array<{ status: string; keys: string[] }>;
	/** event keys that were handed on, by the state of the trigger that n8n saved last */
	handedOn: Set<string>;
	/** Whether n8n keeps that state as a durable cursor, and not with the workflow. */
	isDurable: boolean;
};

type Item = { json: { eventKey?: string } };
type ExecutionData = {
	resultData: { runData?: Record<string, Array<{ data?: { main: Item[][] } }>> };
	executionData?: { nodeExecutionStack: Array<{ data: { main: Item[][] } }> };
};
type State = { seen: Array<[id: string, letters: string, ...number[]]> };

/** The letters in the state of outcomes that were handed on. */
const OUTCOMES: Record<string, string> = {
	p: 'passed',
	n: 'notPassed',
	c: 'notCarriedOut',
	v: 'noVerdict',
};

/**
 * @param folder of n8n
 * @param trigger name of the trigger's node
 */
export function readHostRecords(folder: string, workflowId: string, trigger: string): HostRecords {
	const database = new DatabaseSync(join(folder, '.n8n', 'database.sqlite'));
	try {
		const executions = database
			.prepare(
				`SELECT status, data FROM execution_entity JOIN execution_data ON id = executionId
				WHERE workflowId = ? ORDER BY id`,
			)
			.all(workflowId) as Array<{ status: string; data: string }>;
		const cursor = readCursor(database, workflowId);
		const state = cursor ?? readStaticData(database, workflowId, trigger);
		return {
			executions: executions.map(({ status, data }) => ({
				status,
				keys: keysOf(parse(data) as ExecutionData, trigger),
			})),
			handedOn: handedOn(state),
			isDurable: cursor !== undefined,
		};
	} finally {
		database.close();
	}
}

/**
 * Whether n8n has stored what the trigger kept when it was activated; n8n may be running.
 *
 * @param folder of n8n
 */
export function isActivationStored(folder: string, workflowId: string): boolean {
	const database = new DatabaseSync(join(folder, '.n8n', 'database.sqlite'), { readOnly: true });
	try {
		return Object.values(readAllStaticData(database, workflowId)).some((data) =>
			// with durable cursors it stands in the global static data, by the trigger's key
			[data, ...Object.values(data)].some((kept) => (kept as { state?: State }).state),
		);
	} finally {
		database.close();
	}
}

/** Of an execution that did not come to its end, n8n holds what it was started with. */
function keysOf({ resultData, executionData }: ExecutionData, trigger: string): string[] {
	const given = resultData.runData?.[trigger]?.[0]?.data?.main[0] ?? [];
	const startedWith = executionData?.nodeExecutionStack[0]?.data.main[0] ?? [];
	return [given, startedWith].map(eventKeys).find((keys) => keys.length > 0) ?? [];
}

function eventKeys(items: Item[]): string[] {
	return items.flatMap(({ json }) => json.eventKey ?? []);
}

function readCursor(database: DatabaseSync, workflowId: string): State | undefined {
	const row = database
		.prepare('SELECT cursor FROM poller_state WHERE workflowId = ?')
		.get(workflowId) as { cursor: string } | undefined;
	return row && JSON.parse(row.cursor).state;
}

function readStaticData(
	database: DatabaseSync,
	workflowId: string,
	trigger: string,
): State | undefined {
	return readAllStaticData(database, workflowId)[`node:${trigger}`]?.state as State | undefined;
}

function readAllStaticData(
	database: DatabaseSync,
	workflowId: string,
): Record<string, IDataObject> {
	const { staticData } = database
		.prepare('SELECT staticData FROM workflow_entity WHERE id = ?')
		.get(workflowId) as { staticData: string | null };
	return JSON.parse(staticData ?? '{}');
}

function handedOn(state: State | undefined): Set<string> {
	const keys = (state?.seen ?? []).flatMap(([id, letters]) =>
		[...letters].flatMap((letter) => (OUTCOMES[letter] ? [`${id}:${OUTCOMES[letter]}`] : [])),
	);
	return new Set(keys);
}
