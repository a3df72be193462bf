// Polls with our trigger through the real n8n-core poll context, as n8n's two kinds of hosts do it: by default, and with
// durable cursors. What n8n does with the items is not here; the host tests have that.
import { PollContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { DocumentLivenessTrigger } from '../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts';
import { additionalData, nodeTypes, type Setup } from './engine.mts';

export type PollSetup = Pick<Setup, 'parameters' | 'credential'> & {
	host: 'default' | 'durable';
	/** default 300 s, and 36 s with durable cursors */
	budgetMs?: number;
};

type Failure = Error & { description?: string; httpCode?: string; failure?: IDataObject };

export type Polled = {
	/** the `json` of the items; [] where the poll gave null */
	records: IDataObject[];
	eventKeys: string[];
	error?: Failure;
};

const trigger = new DocumentLivenessTrigger();
let workflows = 0;

/** One workflow with our trigger, on a host. */
export class Poller {
	/** What the host has stored, as JSON. */
	stored = '{}';

	readonly setup: PollSetup;

	private readonly id = `workflow ${workflows++}`;

	private context?: PollContext;

	/** what the default host holds in memory */
	private live: IDataObject = {};

	constructor(setup: PollSetup) {
		this.setup = setup;
	}

	/** Publishes the workflow, or starts the host with it. */
	async activate(mode: WorkflowActivateMode = 'activate'): Promise<Polled> {
		this.live = JSON.parse(this.stored) as IDataObject;
		this.context = this.contextFor(mode, this.live);
		const polled = await this.run(this.context);
		// Hosts with durable cursors do not keep what is set here.
		if (this.setup.host === 'default' && !polled.error) this.stored = JSON.stringify(this.live);
		return polled;
	}

	/** @param cursor with durable cursors: what was stored when n8n began with this poll */
	async tick(cursor = this.stored): Promise<Polled> {
		if (this.setup.host === 'default') {
			const polled = await this.run(this.context!);
			// After a poll without items it stays in memory.
			if (polled.records.length > 0) this.stored = JSON.stringify(this.live);
			return polled;
		}
		const data = JSON.parse(cursor) as IDataObject;
		const polled = await this.run(this.contextFor('update', data));
		// What did not change is not stored.
		if (!polled.error && JSON.stringify(data) !== cursor) this.stored = JSON.stringify(data);
		return polled;
	}

	/** Fetch Test Event. */
	async test(): Promise<Polled> {
		return await this.run(
			this.contextFor('manual', JSON.parse(this.stored) as IDataObject, 'manual'),
		);
	}

	private contextFor(
		activation: WorkflowActivateMode,
		staticData: IDataObject,
		mode: WorkflowExecuteMode = 'trigger',
	): PollContext {
		const { parameters = {}, host } = this.setup;
		const node: INode = {
			id: 'trigger',
			name: 'Verifik Document Liveness Trigger',
			type: 'n8n-nodes-verifik.documentLivenessTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: parameters as INode['parameters'],
			credentials: { verifikApi: { id: '1', name: 'Verifik' } },
		};
		const workflow = new Workflow({
			id: this.id,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypes(this.setup),
		});
		const isDurableTick = host === 'durable' && activation === 'update';
		const budgetMs = this.setup.budgetMs ?? (isDurableTick ? 36_000 : 300_000);
		return new PollContext(
			workflow,
			workflow.getNode(node.name)!,
			additionalData(this.setup, workflow),
			mode,
			activation,
			undefined,
			undefined,
			undefined,
			undefined,
			() => staticData,
			() => budgetMs,
		);
	}

	private async run(context: PollContext): Promise<Polled> {
		try {
			const items = (await trigger.poll.call(context))?.[0] ?? [];
			const records = items.map(({ json }) => json);
			return { records, eventKeys: records.map(({ eventKey }) => eventKey as string) };
		} catch (error) {
			return { records: [], eventKeys: [], error: error as Failure };
		}
	}
}
