// The Verifik Document Liveness Trigger: when n8n polls, and what is kept from one poll to the next. What a poll does
// is in pollState.ts.
import {
	NodeConnectionTypes,
	type IDataObject,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { connect, type Client } from '../verifik/client';
import { getValidation, listPage } from '../verifik/documentLiveness';
import { settled, VerifikFailure } from '../verifik/errors';
import { toNodeError } from '../verifik/nodeErrors';
import { properties, readParameters, type Parameters } from './parameters';
import { begin, newestEvent, poll, type Event, type Wishes } from './pollState';
import type { Api } from './sight';
import { readState, stateWithoutAnswers, type State } from './state';

/** What hosts without `getPollBudgetMs` give a poll, and others the one at activation. */
const DEFAULT_BUDGET_MS = 300_000;

/** The rest of the time is for what n8n does with the items. */
const SHARE_OF_BUDGET = 0.75;

/** Of that, the time after which a request that does not work out is one that ran out of time. */
const SHARE_UNTIL_TIME_IS_UP = 0.95;

/** Whoever publishes a workflow waits for it. */
const ACTIVATION_BUDGET_MS = 30_000;

/** A poll sends some requests at once when there is much to read. */
const MOST_AT_ONCE = 4;

/** n8n holds the place of a poll for a minute: what it has not stored by then, it never will. */
const STORED_WITHIN_MS = 60_000;

type Memory = {
	isPolling: boolean;
	/** The state that was made at activation, and from what: hosts with durable cursors do not keep it. */
	begun?: { from: string; state: State };
	/** The host polls again and again with the context of the activation. */
	reusesContexts: boolean;
	/** the latest state that was given to the host, by its turn, and when */
	latest?: { turn: number; at: number };
};

/** What this process knows of each trigger, by workflow and node. */
const remembered = new Map<string, Memory>();

const usedContexts = new WeakSet<IPollFunctions>();

type Setting = Wishes & Parameters;

export class DocumentLivenessTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Verifik Document Liveness Trigger',
		name: 'documentLivenessTrigger',
		icon: { light: 'file:../../icons/verifik.svg', dark: 'file:../../icons/verifik.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["statuses"].join(", ") }}',
		description:
			'Starts the workflow when a document liveness validation passes, fails or comes in',
		defaults: { name: 'Verifik Document Liveness Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'verifikApi', required: true }],
		properties,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const items = await settled(run(this));
		if (items instanceof VerifikFailure) {
			const isPolling = this.getMode() !== 'manual';
			throw toNodeError(this.getNode(), items.with({ isPolling }));
		}
		return items.length > 0 ? [items] : null;
	}
}

async function run(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const parameters = readParameters(context);
	const account = context.getNode().credentials?.verifikApi?.id ?? '';
	const wishes = { ...parameters, account };
	if (context.getMode() === 'manual') return [await testEvent(context, wishes)];

	const memory = memoryOf(context);
	const isActivation = isFirstOfActivation(context, memory);
	// A poll that takes longer than the interval is not overtaken.
	if (memory.isPolling) return [];
	memory.isPolling = true;
	try {
		if (!isActivation) return await tick(context, wishes, memory);
		await activate(context, wishes, memory);
		return [];
	} finally {
		memory.isPolling = false;
	}
}

/** Makes the state that later polls are compared with; where there is one, only sees whether Verifik can be asked. */
async function activate(context: IPollFunctions, wishes: Setting, memory: Memory): Promise<void> {
	const data = context.getWorkflowStaticData('node');
	const from = JSON.stringify(data);
	const stored = stateFrom(data, memory);
	const begun = await settled(
		withApi(context, wishes, ACTIVATION_BUDGET_MS, async (api) => await begin(stored, wishes, api)),
	);
	const isDown = begun instanceof VerifikFailure;
	// n8n gives up a workflow whose activation fails a few times: only what the user has to mend may do so.
	if (isDown && isForUser(begun)) throw begun;
	if (isDown && stored?.account === wishes.account) return;
	const state = isDown ? stateWithoutAnswers(wishes.account, Date.now()) : begun;
	data.state = state;
	memory.begun = { from, state };
	memory.latest = undefined;
}

/** A poll of a workflow that is active. */
async function tick(
	context: IPollFunctions,
	wishes: Setting,
	memory: Memory,
): Promise<INodeExecutionData[]> {
	const data = context.getWorkflowStaticData('node');
	const turn = turnOf(data);
	if (isOvertaken(turn, memory)) return [];
	const before = stateFrom(data, memory);
	const budget = 'getPollBudgetMs' in context ? context.getPollBudgetMs() : DEFAULT_BUDGET_MS;
	const { events, state } = await withApi(
		context,
		wishes,
		budget,
		async (api) => await poll(before, wishes, api),
	);
	// Items first: if one cannot be made, the state stays as it was.
	const items = events.map((event) => toItem(event, wishes));
	data.state = state;
	data.turn = turn + 1;
	memory.latest = { turn: turn + 1, at: Date.now() };
	return items;
}

/** Polls are counted, so that an older state can be told from a newer one. */
function turnOf({ turn }: IDataObject): number {
	return typeof turn === 'number' ? turn : 0;
}

/**
 * Whether another poll began with the same state, or a newer one, and has ended: hosts with durable cursors read the
 * state before a poll begins and store it after it has ended, and several polls may be due at once.
 */
function isOvertaken(turn: number, { latest }: Memory): boolean {
	return latest !== undefined && turn < latest.turn && Date.now() - latest.at < STORED_WITHIN_MS;
}

/** The state that is stored, or the one that was made from it at activation and not stored. */
function stateFrom(data: IDataObject, memory: Memory): State | undefined {
	if (memory.begun?.from === JSON.stringify(data)) return memory.begun.state;
	memory.begun = undefined;
	return readState(data);
}

/** Leaves the state alone. */
async function testEvent(context: IPollFunctions, wishes: Setting): Promise<INodeExecutionData> {
	const event = await withApi(
		context,
		wishes,
		ACTIVATION_BUDGET_MS,
		async (api) => await newestEvent(wishes, api),
	);
	return toItem(event, wishes);
}

function toItem({ id, status, record }: Event, { shape }: Parameters): INodeExecutionData {
	return { json: { ...shape(record), eventKey: `${id}:${status}` } };
}

/** Lets work use the API for so long, and ends what is still under way. */
async function withApi<Result>(
	context: IPollFunctions,
	wishes: Setting,
	budgetMs: number,
	work: (api: Api) => Promise<Result>,
): Promise<Result> {
	const timeoutMs = budgetMs * SHARE_OF_BUDGET;
	const client = await connect(context, { timeoutMs, concurrency: MOST_AT_ONCE });
	try {
		return await work(apiOf(client, wishes, Date.now() + timeoutMs * SHARE_UNTIL_TIME_IS_UP));
	} finally {
		client.end();
	}
}

function apiOf(client: Client, { statuses, populate }: Setting, until: number): Api {
	return {
		async fetchPage(status, page, limit) {
			// Of a list that is not watched, only the ids count.
			const filter = { status, populate: statuses.includes(status) ? populate : [] };
			return await listPage(client, filter, page, limit);
		},
		async get(id) {
			const answer = await settled(getValidation(client, id));
			if (!(answer instanceof VerifikFailure)) return answer.record;
			if (answer.explanation.cause === 'validationNotFound') return undefined;
			throw answer;
		},
		serverTime: () => client.serverTime(),
		now: () => Date.now(),
		isTimeUp: () => Date.now() >= until,
	};
}

function memoryOf(context: IPollFunctions): Memory {
	const key = `${context.getWorkflow().id}:${context.getNode().id}`;
	const memory = remembered.get(key) ?? { isPolling: false, reusesContexts: false };
	remembered.set(key, memory);
	return memory;
}

/**
 * Whether this is the poll that n8n runs when a workflow is activated. Hosts with durable cursors make a context for
 * every poll and say `update` at all of them; others poll with the context of the activation, and the first poll is it.
 */
function isFirstOfActivation(context: IPollFunctions, memory: Memory): boolean {
	const isFirst = !usedContexts.has(context);
	usedContexts.add(context);
	if (!isFirst) memory.reusesContexts = true;
	return isFirst && (context.getActivationMode() !== 'update' || memory.reusesContexts);
}

function isForUser({ explanation: { hostCause } }: VerifikFailure): boolean {
	return hostCause === 'credential-invalid' || hostCause === 'configuration-invalid';
}
