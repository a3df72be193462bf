// Polls with our trigger through the real n8n-core poll context, as n8n's two kinds of hosts do it: by default, and with
// durable cursors (as read in n8n 2.41.1, trigger-execution-context.factory and workflow-trigger-activator). What n8n does
// with the items is not here; the host tests have that.
import { jest } from '@jest/globals';
import { PollContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { DocumentLivenessTrigger } from '../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts';
import { additionalData, nodeTypes, type Setup } from './engine.mts';

export type HostMode = 'default' | 'durable';

export type PollSetup = Pick<Setup, 'parameters' | 'credential'> & {
	host: HostMode;
	/** of polls; default 300 s, and 36 s with durable cursors */
	budgetMs?: number;
	/** the node's, with its defaults */
	node?: Partial<INode>;
};

type Failure = Error & { description?: string; httpCode?: string; failure?: IDataObject };

export type Polled = {
	items: INodeExecutionData[];
	/** the `json` of the items; [] where the poll gave null */
	records: IDataObject[];
	eventKeys: string[];
	error?: Failure;
};

/** What n8n gives the poll at activation, on both kinds of hosts. */
const ACTIVATION_BUDGET_MS = 300_000;
const POLL_BUDGET_MS = { default: 300_000, durable: 36_000 };

/** how long a poll may take, where the context stays the same from poll to poll */
type Budget = { ms: number };

let workflowCount = 0;

/** The trigger as another process of n8n loads it: with none of what was remembered in memory. */
async function loadTriggerAnew(): Promise<DocumentLivenessTrigger> {
	let trigger: DocumentLivenessTrigger;
	await jest.isolateModulesAsync(async () => {
		const module = await import(
			'../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts'
		);
		trigger = new module.DocumentLivenessTrigger();
	});
	return trigger!;
}

/** One workflow with our trigger, on a host. */
export class Poller {
	/** The workflow's static data, as the host has stored it. */
	staticData = '{}';

	/** With durable cursors: the state of the node, once it has been polled. */
	cursor?: string;

	/** what our node writes to n8n's log as a warning */
	onLog: (line: string) => void = () => undefined;

	readonly setup: PollSetup;

	private readonly id = `workflow ${workflowCount++}`;

	private trigger = new DocumentLivenessTrigger();

	/** of the default host: what it holds in memory since the activation */
	private active?: { workflow: Workflow; context: PollContext; budget: Budget };

	constructor(setup: PollSetup) {
		this.setup = setup;
	}

	/** What the host has stored of the node, as JSON. */
	get stored(): string {
		if (this.setup.host === 'durable') return this.cursor ?? '{}';
		const data = JSON.parse(this.staticData) as IDataObject;
		return JSON.stringify(data[this.dataKey] ?? {});
	}

	set stored(json: string) {
		if (this.setup.host === 'durable') this.cursor = json;
		else this.staticData = JSON.stringify({ [this.dataKey]: JSON.parse(json) });
	}

	/** Publishes the workflow, or starts the default host with it. */
	async activate(mode: WorkflowActivateMode = 'activate'): Promise<Polled> {
		const workflow = this.load();
		const isDurable = this.setup.host === 'durable';
		if (isDurable) this.cursor ??= JSON.stringify(this.nodeDataOf(workflow));
		const snapshot = isDurable ? (JSON.parse(this.cursor!) as IDataObject) : undefined;
		const budget: Budget = { ms: ACTIVATION_BUDGET_MS };
		const context = this.contextOf(workflow, mode, budget, snapshot);
		const polled = await this.run(context);
		// The workflow's static data is saved on both; a copy of the cursor is not.
		if (!polled.error) this.save(workflow);
		if (!isDurable) this.active = { workflow, context, budget };
		return polled;
	}

	/**
	 * The process ends, and another one goes on with what was stored. With durable cursors nothing is polled for that, and
	 * it may as well be the process of another main.
	 */
	async restart(): Promise<Polled | undefined> {
		this.trigger = await loadTriggerAnew();
		return this.setup.host === 'default' ? await this.activate('init') : undefined;
	}

	/** @param cursor with durable cursors: what was stored when n8n began with this poll */
	async poll(cursor = this.stored): Promise<Polled> {
		const { host, budgetMs = POLL_BUDGET_MS[host] } = this.setup;
		if (host === 'default') {
			const { workflow, context, budget } = this.active!;
			budget.ms = budgetMs;
			const polled = await this.run(context);
			// After a poll without items it stays in memory.
			if (polled.items.length > 0) this.save(workflow);
			return polled;
		}
		const workflow = this.load();
		const snapshot = JSON.parse(cursor) as IDataObject;
		const polled = await this.run(this.contextOf(workflow, 'update', { ms: budgetMs }, snapshot));
		if (polled.error) return polled;
		// What did not change is not stored.
		if (JSON.stringify(snapshot) !== cursor) this.cursor = JSON.stringify(snapshot);
		if (polled.items.length > 0) this.save(workflow);
		return polled;
	}

	/** Fetch Test Event. */
	async test(): Promise<Polled> {
		const workflow = this.load();
		const snapshot = JSON.parse(this.stored) as IDataObject;
		return await this.run(
			this.contextOf(workflow, 'manual', { ms: ACTIVATION_BUDGET_MS }, snapshot, 'manual'),
		);
	}

	private get dataKey(): string {
		return `node:${this.node.name}`;
	}

	private get node(): INode {
		return {
			id: 'trigger',
			name: 'Verifik Document Liveness Trigger',
			type: 'n8n-nodes-verifik.documentLivenessTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: (this.setup.parameters ?? {}) as INode['parameters'],
			credentials: { verifikApi: { id: '1', name: 'Verifik' } },
			...this.setup.node,
		};
	}

	/** The workflow with the static data that is stored: n8n makes it a proxy that notices changes. */
	private load(): Workflow {
		return new Workflow({
			id: this.id,
			nodes: [this.node],
			connections: {},
			active: true,
			nodeTypes: nodeTypes(this.setup),
			staticData: JSON.parse(this.staticData) as IDataObject,
		});
	}

	private nodeDataOf(workflow: Workflow): IDataObject {
		return workflow.getStaticData('node', workflow.getNode(this.node.name)!);
	}

	private save({ staticData }: Workflow): void {
		// What did not change is not stored.
		if (staticData.__dataChanged === true) this.staticData = JSON.stringify(staticData);
	}

	/** @param snapshot the copy of the cursor; undefined: the workflow's static data is used */
	private contextOf(
		workflow: Workflow,
		activation: WorkflowActivateMode,
		budget: Budget,
		snapshot?: IDataObject,
		mode: WorkflowExecuteMode = 'trigger',
	): PollContext {
		return new PollContext(
			workflow,
			workflow.getNode(this.node.name)!,
			additionalData(this.setup, workflow),
			mode,
			activation,
			undefined,
			undefined,
			undefined,
			undefined,
			snapshot && (() => snapshot),
			() => budget.ms,
		);
	}

	private async run(context: PollContext): Promise<Polled> {
		context.logger.warn = (line: string) => this.onLog(line);
		try {
			const items = (await this.trigger.poll.call(context))?.[0] ?? [];
			const records = items.map(({ json }) => json);
			return { items, records, eventKeys: records.map(({ eventKey }) => eventKey as string) };
		} catch (error) {
			return { items: [], records: [], eventKeys: [], error: error as Failure };
		}
	}
}
