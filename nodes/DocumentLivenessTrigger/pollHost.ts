// What differs between n8n hosts: whether a poll is an activation, whether it may run, and where the state is stored.
// Two kinds are known (n8n 2.41.1). By default, all polls of a workflow share one context and one object of static data, which
// is stored after a poll with items. With durable cursors, each poll gets its own context and its own copy of the static data,
// which is stored after every poll except the one at activation.
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { readState, type TriggerState } from './poll/state';

/** The time of a poll that is not a task of n8n's scheduler (PollContext in n8n-core 2.41.1), and of all polls before 2.38. */
const DEFAULT_BUDGET_MS = 300_000;

/** Short, since a user who publishes a workflow waits for the activation. */
export const ACTIVATION_BUDGET_MS = 30_000;

/** n8n reads a cursor some time before the poll. A state that it has not stored within a minute, it will not store. */
const STORED_WITHIN_MS = 60_000;

/** What this process remembers about the polls of a trigger. Times are of `performance.now`, which nobody sets. */
type Memory = {
	running?: { untilMs: number };
	/** the latest poll whose state was passed to n8n */
	latest?: { pollCount: number; atMs: number };
	/**
	 * The state of the latest activation. With durable cursors, n8n may poll before it has stored it: polling begins when the
	 * node is registered, and static data is stored after all nodes are registered (activateInternal in n8n 2.41.1).
	 */
	beginning?: Kept;
};

/** The key is the workflow and the node. */
const memories = new Map<string, Memory>();

const usedContexts = new WeakSet<IPollFunctions>();

/** A stored state, and the number of polls before it. */
type Kept = { state?: TriggerState; pollCount?: number };

/** One poll on its host. */
export class PollHost {
	/** whether n8n polls because the workflow was published or n8n was started, and not because a poll is due */
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
		// With durable cursors, each context is new, and a changed node is registered with the same mode as a regular poll
		// (`update`). But only a regular poll has a lease, and so its own budget (`fence` in getExecutePollFunctions of n8n
		// 2.41.1). If that budget is exactly the default one, the two cannot be distinguished (see docs/trigger.md).
		this.isActivation = !usedContexts.has(context) && statedMs === DEFAULT_BUDGET_MS;
		usedContexts.add(context);
		this.budgetMs = this.isActivation ? ACTIVATION_BUDGET_MS : statedMs;
	}

	/**
	 * Runs one poll at a time, since n8n polls again even if the poll before has not ended. A poll whose time is up no longer
	 * blocks the next one, and an activation is never blocked.
	 *
	 * @returns undefined if the poll is skipped
	 */
	async runAlone<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
		const { memory } = this;
		const isBusy = memory.running !== undefined && performance.now() < memory.running.untilMs;
		if (!this.isActivation && (isBusy || this.isOvertaken())) return undefined;
		this.running = { untilMs: performance.now() + this.budgetMs };
		memory.running = this.running;
		try {
			return await work();
		} finally {
			if (memory.running === this.running) memory.running = undefined;
		}
	}

	/**
	 * The stored state; undefined if there is none.
	 *
	 * @throws VerifikError `stateUnknown` if it cannot be read
	 */
	readState(): TriggerState | undefined {
		const { nodeData, memory } = this;
		const kept = [this.beginning, memory.beginning as IDataObject | undefined].find(
			(one) => one !== undefined && countOf(one) === countOf(nodeData),
		);
		// A plain copy, since n8n's static data is a proxy at every level.
		const copy = JSON.parse(JSON.stringify(kept ?? nodeData)) as IDataObject;
		delete copy.pollCount;
		return readState(copy);
	}

	/** Stores the state of an activation, so that the first poll after it can read it in any process. */
	keepBeginning(state: TriggerState): void {
		const { nodeData, globalData } = this;
		this.memory.beginning = { state, pollCount: countOf(nodeData) };
		// With durable cursors, n8n stores only the global static data of this poll.
		if (JSON.stringify(nodeData.state) !== JSON.stringify(state)) {
			globalData[this.beginningKey] = { state, pollCount: countOf(nodeData) };
		} else if (this.beginning) {
			delete globalData[this.beginningKey];
		}
		(nodeData as Kept).state = state;
		this.memory.latest = undefined;
	}

	/**
	 * Stores the state of a regular poll.
	 *
	 * @returns false, and stores nothing, if another poll has started because this one's time was up
	 */
	store(state: TriggerState): boolean {
		if (this.memory.running !== this.running) return false;
		const { nodeData } = this;
		const pollCount = countOf(nodeData) + 1;
		Object.assign(nodeData, { state, pollCount });
		this.memory.latest = { pollCount, atMs: performance.now() };
		return true;
	}

	/**
	 * Whether a poll with the same state or a newer one has ended meanwhile. With durable cursors, several polls may be due at
	 * the same time (after a restart, for example), each with the state that was stored when it was scheduled.
	 */
	private isOvertaken(): boolean {
		const { latest } = this.memory;
		return (
			latest !== undefined &&
			countOf(this.nodeData) < latest.pollCount &&
			performance.now() - latest.atMs < STORED_WITHIN_MS
		);
	}

	private get nodeData(): IDataObject {
		return this.context.getWorkflowStaticData('node');
	}

	private get globalData(): IDataObject {
		return this.context.getWorkflowStaticData('global');
	}

	/**
	 * The state of the latest activation, if it was not stored in the data of the node itself. Every step of the workflow
	 * may write into the global data.
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
