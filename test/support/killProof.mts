// Proves that every validation starts a workflow once, in a real n8n that is killed and started again: the sandbox knows
// what came to its outcome, n8n's database what was started, a CRM what was done.
import type { Sandbox } from '../../sandbox/server.mts';
import type { Crm } from './crm.mts';
import type { Host } from './host.mts';
import { readHostRecords, type HostRecords } from './hostRecords.mts';
import { outcomeKey } from './outcomes.mts';
import { pollsOf, TRIGGER_TYPE, type HostWorkflow } from './triggerWorkflows.mts';
import { until } from './until.mts';

export const TRIGGER = 'Validation Finished';

/** Trigger → an update of the CRM for each event, with its key. */
export function crmWorkflow(crm: Crm): HostWorkflow {
	return {
		name: 'Every validation once',
		nodes: [
			{
				id: 'trigger',
				name: TRIGGER,
				type: TRIGGER_TYPE,
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'update',
				name: 'Update Contact',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				position: [220, 0],
				parameters: {
					method: 'PUT',
					url: `=${crm.url}/contacts/{{ $json.id }}`,
					sendHeaders: true,
					headerParameters: {
						parameters: [{ name: 'Idempotency-Key', value: '={{ $json.eventKey }}' }],
					},
					sendBody: true,
					bodyParameters: { parameters: [{ name: 'verdict', value: '={{ $json.verdict }}' }] },
					options: {},
				},
			},
		],
		connections: { [TRIGGER]: { main: [[{ node: 'Update Contact', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/** One run of the proof, and what comes of it. */
export class KillProof {
	readonly host: Host;

	readonly crm: Crm;

	private readonly workflowId: string;

	/** had come to their outcome before the workflow was published */
	private readonly before: Set<string>;

	/** event keys that a kill caught in n8n's handover */
	readonly lost = new Set<string>();

	/** how many of them each kill caught */
	readonly lostByKill: number[] = [];

	/** those that the kill does not explain */
	readonly unexplained: string[] = [];

	/** are in an execution, though perhaps in one that a kill cut off */
	private started = new Set<string>();

	constructor(host: Host, crm: Crm, workflowId: string) {
		this.host = host;
		this.crm = crm;
		this.workflowId = workflowId;
		this.before = new Set(outcomesOf(host.sandbox).keys());
	}

	/** What has to have started the workflow, with the moment. */
	due(): Map<string, number> {
		return new Map([...outcomesOf(this.host.sandbox)].filter(([key]) => !this.before.has(key)));
	}

	/** To be called while n8n does not run. */
	hostRecords(): HostRecords {
		return readHostRecords(this.host.folder, this.workflowId, TRIGGER);
	}

	async kill(): Promise<void> {
		await this.host.n8n.kill();
		this.takeStock(Date.now());
	}

	/** n8n does not run: notes what its state says was handed on, and is in no execution. */
	private takeStock(killedAt: number): void {
		const { executions, handedOn } = this.hostRecords();
		this.started = new Set(executions.flatMap(({ keys }) => keys));
		const polls = pollsOf(this.host.sandbox);
		const before = this.lost.size;
		for (const [key, since] of this.due()) {
			if (!handedOn.has(key) || this.started.has(key) || this.lost.has(key)) continue;
			this.lost.add(key);
			// Only the last poll can have handed it over, or the kill is not the reason.
			const chances = polls.filter((at) => at > since && at <= killedAt).length;
			if (chances > 1) this.unexplained.push(key);
		}
		this.lostByKill.push(this.lost.size - before);
	}

	async untilMoreCame(): Promise<void> {
		const count = this.crm.received.length;
		// n8n waits longer and longer after polls that went wrong, and for the leases of one that was killed
		await until('the workflow starts', () => this.crm.received.length > count, {
			atMostMs: 400_000,
		});
	}

	async untilAllCame(): Promise<void> {
		await until('all validations have come', () => {
			const came = new Set(this.crm.received.map(({ key }) => key));
			return [...this.due().keys()].every(
				(key) => came.has(key) || this.started.has(key) || this.lost.has(key),
			);
		}).catch(() => undefined); // what has not come is named by the one who asks
	}
}

/** Validations that have come to their outcome, by event key, with the moment. */
function outcomesOf(sandbox: Sandbox): Map<string, number> {
	const keys = new Map<string, number>();
	for (const record of sandbox.records()) {
		const key = outcomeKey(record);
		if (key) keys.set(key, Date.parse(record.updatedAt as string));
	}
	return keys;
}
