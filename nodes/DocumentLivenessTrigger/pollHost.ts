// What n8n hosts do differently around a poll: which one is an activation, which may run, and where the state is kept.
// Two kinds are known (n8n 2.41.1): by default, a workflow's polls share one context and one object of static data, which
// is stored after a poll with items; with durable cursors, each poll gets a context and a copy of its own, which is stored
// after every poll but the one at activation.
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { readState } from './poll/state';
import type { TriggerState } from './poll/types';

/** What n8n gives a poll that is no task of its scheduler (PollContext in n8n-core), and hosts before 2.38 all of them. */
const DEFAULT_BUDGET_MS = 300_000;

/** Whoever publishes a workflow waits for it. */
export const ACTIVATION_BUDGET_MS = 30_000;

/** n8n reads a cursor some time before it polls with it; what it did not store in a minute, it never will. */
const STORED_WITHIN_MS = 60_000;

/** What this process knows of the polls of a trigger. */
type Memory = {
	running?: { untilMs: number };
	/** of the latest poll whose state was handed to n8n */
	latest?: { pollCount: number; atMs: number };
	/**
	 * What the latest activation kept. With durable cursors n8n may poll before it has stored that: the poll's job begins
	 * when the node is registered, and static data is stored once all nodes are (activateInternal in n8n 2.41.1).
	 */
	beginning?: Kept;
};

/** by workflow and node */
const memories = new Map<string, Memory>();

const usedContexts = new WeakSet<IPollFunctions>();

/** A state as it is kept, and how many polls led to it. */
type Kept = { state?: TriggerState; pollCount?: number };

/** One poll, as its host sees it. */
export class PollHost {
	/** Whether n8n polls since the workflow is published, or n8n started, and not because its time has come. */
	readonly isActivation: boolean;

	/** how long the poll may take */
	readonly budgetMs: number;

	private readonly context: IPollFunctions;

	private readonly memory: Memory;

	private running?: Memory['running'];

	constructor(context: IPollFunctions) {
		this.context = context;
		const key = `${context.getWorkflow().id}:${context.getNode().id}`;
		this.memory = memories.get(key) ?? {};
		memories.set(key, this.memory);
		const statedMs = 'getPollBudgetMs' in context ? context.getPollBudgetMs() : DEFAULT_BUDGET_MS;
		// With durable cursors every context is new, and a changed node is registered with the mode of a tick: `update`. But
		// only a tick has a lease, and with it a budget of its own (getExecutePollFunctions in n8n, `fence`). The context shows
		// nothing else of it: a host that gives ticks exactly as much cannot be told apart (docs/trigger.md says so).
		this.isActivation = !usedContexts.has(context) && statedMs === DEFAULT_BUDGET_MS;
		usedContexts.add(context);
		this.budgetMs = this.isActivation ? ACTIVATION_BUDGET_MS : statedMs;
	}

	/**
	 * Runs one poll at a time: n8n polls again at the next poll time, whether the poll before has ended or not. One whose
	 * time is up is not waited for any more, and an activation waits for none.
	 *
	 * @returns undefined where the poll has to be left out
	 */
	async runAlone<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
		const { memory } = this;
		const isBusy = memory.running !== undefined && Date.now() < memory.running.untilMs;
		if (!this.isActivation && (isBusy || this.isOvertaken())) return undefined;
		this.running = { untilMs: Date.now() + this.budgetMs };
		memory.running = this.running;
		try {
			return await work();
		} finally {
			if (memory.running === this.running) memory.running = undefined;
		}
	}

	/**
	 * The state that is kept.
	 *
	 * @throws VerifikError `stateUnknown`
	 */
	readState(): TriggerState | undefined {
		const { nodeData, memory } = this;
		const kept = [this.beginning, memory.beginning as IDataObject | undefined].find(
			(one) => one !== undefined && countOf(one) === countOf(nodeData),
		);
		// a plain copy: n8n's static data is a proxy at every depth
		const copy = JSON.parse(JSON.stringify(kept ?? nodeData)) as IDataObject;
		delete copy.pollCount;
		return readState(copy);
	}

	/** Keeps the state of an activation, so that it stands for the first poll after it wherever that runs. */
	keepBeginning(state: TriggerState): void {
		const { nodeData, globalData } = this;
		this.memory.beginning = { state, pollCount: countOf(nodeData) };
		// Hosts with durable cursors store nothing of this poll but the workflow's global static data.
		if (JSON.stringify(nodeData.state) !== JSON.stringify(state)) {
			globalData[this.beginningKey] = { state, pollCount: countOf(nodeData) };
		} else if (this.beginning) {
			delete globalData[this.beginningKey];
		}
		(nodeData as Kept).state = state;
		this.memory.latest = undefined;
	}

	/**
	 * Keeps the state of a poll that is no activation.
	 *
	 * @returns false, and changes nothing, where another poll has taken this one's place meanwhile
	 */
	store(state: TriggerState): boolean {
		if (this.memory.running !== this.running) return false;
		const { nodeData } = this;
		const pollCount = countOf(nodeData) + 1;
		Object.assign(nodeData, { state, pollCount });
		this.memory.latest = { pollCount, atMs: Date.now() };
		return true;
	}

	/**
	 * Whether a poll has ended that began with the same state, or a newer one: with durable cursors several polls may be
	 * due at once (after a restart, say), each with the state that was stored when it was picked up.
	 */
	private isOvertaken(): boolean {
		const { latest } = this.memory;
		return (
			latest !== undefined &&
			countOf(this.nodeData) < latest.pollCount &&
			Date.now() - latest.atMs < STORED_WITHIN_MS
		);
	}

	private get nodeData(): IDataObject {
		return this.context.getWorkflowStaticData('node');
	}

	private get globalData(): IDataObject {
		return this.context.getWorkflowStaticData('global');
	}

	/**
	 * What the latest activation kept, if it was not what the node's own data held already. Every step of the workflow may
	 * write into the global data.
	 */
	private get beginning(): IDataObject | undefined {
		const kept = this.globalData[this.beginningKey];
		return typeof kept === 'object' && kept !== null ? (kept as IDataObject) : undefined;
	}

	private get beginningKey(): string {
		return `documentLivenessTrigger:${this.context.getNode().id}`;
	}
}

function countOf({ pollCount }: IDataObject): number {
	return typeof pollCount === 'number' ? pollCount : 0;
}
