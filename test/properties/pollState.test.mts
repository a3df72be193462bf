// The trigger's promise, in random schedules on a simulated clock, on both kinds of hosts: every validation that
// reaches a watched status after the workflow was activated starts it once for that status.
// The oracle looks at what truly happened (the world's diary) and at what was delivered; it knows nothing of the state.
// A failing schedule is shrunk; fast-check prints its seed and path: put them into `fc.assert(…, { seed, path })`.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { begin, poll, type Wishes } from '../../nodes/DocumentLivenessTrigger/pollState.ts';
import type { Api } from '../../nodes/DocumentLivenessTrigger/sight.ts';
import {
	readState,
	stateWithoutAnswers,
	type State,
} from '../../nodes/DocumentLivenessTrigger/state.ts';
import type { Status } from '../../nodes/verifik/documentLiveness.ts';
import { VerifikFailure } from '../../nodes/verifik/errors.ts';
import { down, World, type Nature, type Stay } from '../support/world.mts';

const SEED = Number(process.env.SEED ?? 20260131);
const SCHEDULES = Number(process.env.SCHEDULES ?? 5_000);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Change =
	| { do: 'create'; status: Status; count: number; age: number }
	| { do: 'move'; from: Status; to: Status; share: number }
	| { do: 'remove'; share: number };

type Trouble = {
	/** at which request of the poll */
	request: number;
	kind: 'down' | 'timeUp' | 'killed' | 'changes';
	changes: Change[];
};

type Step =
	| { do: 'change'; change: Change }
	| { do: 'touch'; share: number; count: number }
	| { do: 'wait'; ms: number }
	| { do: 'poll'; trouble?: Trouble }
	| { do: 'killAtHandover' }
	| { do: 'restart'; isDown: boolean }
	| {
			do: 'republish';
			pauseMs: number;
			statuses: Status[];
			maximum: number;
			isOtherAccount: boolean;
	  };

type Schedule = {
	host: 'default' | 'durable';
	nature: Nature;
	before: Array<{ status: Status; age: number }>;
	statuses: Status[];
	maximum: number;
	isPopulated: boolean;
	/** whether Verifik is down when the workflow is activated */
	isDown: boolean;
	/** whether n8n is restarted between the activation and the first poll */
	isKilledEarly: boolean;
	steps: Step[];
};

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const status = fc.constantFrom<Status>('new', 'processing', 'completed', 'failed');
const ended = fc.constantFrom<Status>('completed', 'failed');
const pending = fc.constantFrom<Status>('new', 'processing');
const statuses = fc.oneof(
	{ weight: 3, arbitrary: fc.constant<Status[]>(['completed', 'failed']) },
	{ weight: 2, arbitrary: fc.uniqueArray(status, { minLength: 1, maxLength: 4 }) },
);
const maximum = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 12 }));
const anyChange: fc.Arbitrary<Change> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('create' as const),
			status: fc.oneof(ended, pending),
			count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })),
			age: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
		}),
	},
	{
		weight: 5,
		arbitrary: fc.record({ do: fc.constant('move' as const), from: pending, to: ended, share }),
	},
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant('move' as const), from: status, to: status, share }),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), share }) },
);
const trouble: fc.Arbitrary<Trouble> = fc.record({
	request: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 })),
	kind: fc.constantFrom('down', 'timeUp', 'killed', 'changes', 'changes'),
	// The one thing that is not seen while the very first poll reads: from Processing, read later, back to New, read before.
	changes: fc.array(
		anyChange.filter((change) => !(change.do === 'move' && change.to === 'new')),
		{ minLength: 1, maxLength: 3 },
	),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ do: fc.constant('change' as const), change: anyChange }) },
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('touch' as const),
			share,
			count: fc.integer({ min: 1, max: 40 }),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			ms: fc.oneof(fc.constantFrom(0, MINUTE, HOUR, 24 * HOUR), fc.integer({ min: 0, max: HOUR })),
		}),
	},
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant('poll' as const), trouble }, { requiredKeys: ['do'] }),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('killAtHandover' as const) }) },
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constant('restart' as const), isDown: fc.boolean() }),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('republish' as const),
			pauseMs: fc.constantFrom(0, MINUTE, 24 * HOUR),
			statuses,
			maximum,
			isOtherAccount: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
		}),
	},
);
const schedules: fc.Arbitrary<Schedule> = fc.record({
	host: fc.constantFrom('default', 'durable'),
	nature: fc.record({
		sortedBy: fc.constantFrom('createdAt', 'createdAt', 'updatedAt'),
		newestFirst: fc.boolean(),
		shape: fc.constantFrom('nested', 'nested', 'flat'),
		envelope: fc.constantFrom('pages', 'total', 'bare'),
		// small pages: many pages in little time
		most: fc.constantFrom(10, 12, 100),
		dateAhead: fc.constantFrom(0, 0, 5 * MINUTE, -5 * MINUTE, 3 * HOUR, -3 * HOUR),
		n8nAhead: fc.constantFrom(0, 4 * MINUTE, -4 * MINUTE),
	}),
	before: fc.array(
		fc.record({
			status,
			age: fc.oneof(fc.constantFrom(1000, HOUR), fc.integer({ min: 0, max: 48 * HOUR })),
		}),
		{ maxLength: 60 },
	),
	statuses,
	maximum,
	isPopulated: fc.boolean(),
	isDown: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
	isKilledEarly: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
	// long ones, most of the time
	steps: fc.array(anyStep, { maxLength: 30, size: 'max' }),
});

/** What is kept of a poll: its state, and for the oracle, when it began. */
type Kept = {
	state?: State;
	at?: number;
	/** made while Verifik was down */
	isBlind?: boolean;
	/** by status: what reached it before that should not come */
	allowed?: Partial<Record<Status, number>>;
};

/** A host that polls, and the notes that the oracle needs. */
class Run {
	readonly world: World;

	readonly host: Schedule['host'];

	wishes: Wishes;

	/** by event key: when it was delivered */
	readonly delivered = new Map<string, number[]>();

	/** event keys of batches that a kill caught in n8n's own handover */
	readonly lostByHost = new Set<string>();

	/** event keys of what had happened before it was watched */
	readonly unasked: string[] = [];

	/** complete polls, during which nothing changed */
	readonly quietPolls: Array<{ start: number; end: number; isLimited: boolean }> = [];

	/** by status: from when on what reaches it is promised */
	readonly promisedFrom = new Map<Status, number>();

	/** of what was created before that, what ended before `unknownUntil` is not promised */
	unknownUntil = -Infinity;

	unknownBefore = -Infinity;

	private stored = '{}';

	private live: Kept = {};

	/** of the process */
	private begun?: { from: string; kept: Kept; names: Status[] };

	constructor({ host, nature, statuses: watched, maximum: most, isPopulated }: Schedule) {
		this.host = host;
		this.world = new World(nature);
		this.wishes = {
			account: 'one',
			statuses: watched,
			maximum: most,
			isPopulated,
			isWanted: () => true,
		};
	}

	/** The poll at activation; what it leaves behind is kept as the host keeps it. */
	async activate(isDown: boolean): Promise<void> {
		const { dateAhead } = this.world.nature;
		const before = this.keptFrom(this.stored);
		this.live = before;
		const known = readState(before);
		const isKept = known?.account === this.wishes.account;
		const start = this.world.now;
		const outcome = await this.ask(
			async (api) => await begin(known, this.wishes, api),
			isDown ? { request: 1, kind: 'down', changes: [] } : undefined,
		);
		const isBlind = outcome instanceof VerifikFailure;
		if (isBlind && isKept) return;
		const at = this.blurred(start);
		const names = [...(this.begun?.names ?? []), ...this.count(isKept)];
		if (isBlind) this.unknownBefore = this.world.now + Math.max(0, dateAhead);
		const state = isBlind
			? stateWithoutAnswers(this.wishes.account, this.world.n8nTime())
			: outcome;
		const kept: Kept = isKept ? { ...before, state } : { state, at, isBlind };
		kept.allowed = { ...kept.allowed, ...this.allowed(isKept ? before : {}, at) };
		this.begun = { from: this.stored, kept, names };
		if (this.host === 'default') {
			this.live = kept;
			this.stored = JSON.stringify(kept);
		}
	}

	/** A Date header has whole seconds; and what it says is all that tells the past of a list that is not read to its end. */
	private blurred(time: number): number {
		return time - 1000 - Math.max(0, -this.world.nature.dateAhead);
	}

	private keptFrom(json: string): Kept {
		if (this.begun?.from === json) return this.begun.kept;
		this.begun = undefined;
		return JSON.parse(json) as Kept;
	}

	/** What is watched from now on, and was not before. */
	private count(isKept: boolean): Status[] {
		const names = this.wishes.statuses.filter((name) => !isKept || !this.promisedFrom.has(name));
		for (const name of names) this.promisedFrom.set(name, this.world.now);
		return names;
	}

	/** A status that is watched for the first time may bring what came after the last poll. */
	private allowed({ allowed = {}, at }: Kept, start: number): Kept['allowed'] {
		const entries = this.wishes.statuses.map((name) => [name, allowed[name] ?? at ?? start]);
		return Object.fromEntries(entries) as Kept['allowed'];
	}

	async tick(trouble?: Trouble, isKilledAtHandover = false): Promise<void> {
		const json = this.host === 'durable' ? this.stored : JSON.stringify(this.live);
		const kept = this.keptFrom(json);
		const from = readState(kept);
		const { world, wishes } = this;
		const start = world.now;
		const outcome = await this.ask(async (api) => await poll(from, wishes, api), trouble);
		if (outcome instanceof VerifikFailure) return;
		const end = world.now;
		const isKept = from?.account === wishes.account;
		this.count(isKept);
		const allowed = this.allowed(isKept ? kept : {}, this.blurred(start)) ?? {};
		const { isBlind } = kept;
		if (isBlind) this.unknownUntil = end;
		const isCut = trouble?.kind === 'timeUp';
		this.live = { state: outcome.state, at: isCut ? (kept.at ?? start) : start, allowed };
		if (this.host === 'durable' || outcome.events.length > 0) {
			this.stored = JSON.stringify(this.live);
		}
		for (const { id, status: reached } of outcome.events) {
			const key = `${id}:${reached}`;
			const isAllowed = world.diary.some(
				(stay) => stay.id === id && stay.status === reached && stay.from >= allowed[reached]!,
			);
			if (!isAllowed) this.unasked.push(key);
			if (isKilledAtHandover && this.host === 'default') this.lostByHost.add(key);
			else this.delivered.set(key, [...(this.delivered.get(key) ?? []), end]);
		}
		if (!trouble) {
			const isLimited = outcome.events.length >= this.wishes.maximum;
			this.quietPolls.push({ start, end, isLimited });
		}
	}

	/** The process ends and comes up again. */
	async restart(isDown: boolean): Promise<void> {
		// What was set at activation and not used yet is gone: it is the first poll then that begins.
		if (this.host === 'durable' && this.begun?.from === this.stored) {
			for (const name of this.begun.names) this.promisedFrom.delete(name);
		}
		this.begun = undefined;
		if (this.host === 'default') await this.activate(isDown);
	}

	change(change: Change): void {
		const { world } = this;
		if (change.do === 'remove') world.remove(change.share);
		if (change.do === 'move') world.move(change.from, change.to, change.share);
		if (change.do === 'create') {
			// Records whose clock is not the Date header's own cannot be late besides.
			const age = world.nature.dateAhead > 0 ? 0 : change.age;
			for (let n = 0; n < change.count; n++) world.create(change.status, age);
		}
	}

	private async ask<Answer>(
		question: (api: Api) => Promise<Answer>,
		trouble?: Trouble,
	): Promise<Answer | VerifikFailure> {
		const { world } = this;
		let isTimeUp = false;
		world.requests = 0;
		world.onRequest = (number) => {
			if (!trouble || number < trouble.request) return;
			if (trouble.kind === 'changes') {
				if (number === trouble.request) trouble.changes.forEach((change) => this.change(change));
				return;
			}
			isTimeUp = trouble.kind === 'timeUp';
			throw isTimeUp ? new VerifikFailure('timedOut') : down();
		};
		const api: Api = {
			fetchPage: async (...args) => await world.fetchPage(...args),
			get: async (id) => await world.get(id),
			serverTime: () => world.serverTime(),
			now: () => world.n8nTime(),
			isTimeUp: () => isTimeUp,
		};
		return await question(api).catch((reason: unknown) => {
			if (reason instanceof VerifikFailure && (trouble?.kind ?? 'changes') !== 'changes')
				return reason;
			throw reason;
		});
	}
}

async function simulate(schedule: Schedule): Promise<Run> {
	const run = new Run(schedule);
	const { world } = run;
	for (const { status: first, age } of schedule.before) world.create(first, age);
	world.now += 1000;
	await run.activate(schedule.isDown);
	if (schedule.isKilledEarly) await run.restart(false);
	for (const step of schedule.steps) {
		world.now += 5_000;
		if (step.do === 'wait') world.now += step.ms;
		if (step.do === 'change') run.change(step.change);
		if (step.do === 'touch') world.touch(step.share, step.count);
		if (step.do === 'poll') {
			await run.tick(step.trouble);
			if (step.trouble?.kind === 'killed') await run.restart(false);
		}
		if (step.do === 'killAtHandover') {
			await run.tick(undefined, true);
			await run.restart(false);
		}
		if (step.do === 'restart') await run.restart(step.isDown);
		if (step.do === 'republish') {
			world.now += step.pauseMs;
			republish(run, step);
			await run.activate(false);
		}
	}
	// In the end all is quiet, until nothing more comes.
	for (let polls = 0; polls < 500; polls++) {
		world.now += MINUTE;
		const before = run.delivered.size;
		await run.tick();
		if (polls > 1 && run.delivered.size === before) break;
	}
	return run;
}

function republish(run: Run, step: Extract<Step, { do: 'republish' }>): void {
	const { wishes } = run;
	for (const name of wishes.statuses) {
		if (!step.statuses.includes(name)) run.promisedFrom.delete(name);
	}
	const account = step.isOtherAccount ? `${wishes.account}+` : wishes.account;
	run.wishes = { ...wishes, account, statuses: step.statuses, maximum: step.maximum };
}

/** What had to come and did not, and what should not have come. */
function judge(run: Run): { missing: string[]; twice: string[]; unasked: string[] } {
	const missing: string[] = [];
	const stays = new Map<string, number>();
	for (const { id, status: reached } of run.world.diary) {
		const key = `${id}:${reached}`;
		stays.set(key, (stays.get(key) ?? 0) + 1);
	}
	/** What had come to an end already, or stood there before, may come to it again unseen. */
	const isSecond = ({ id, status: reached }: Stay, at: number) =>
		run.world.diary
			.slice(0, at)
			.some((stay) => stay.id === id && [reached, 'completed', 'failed'].includes(stay.status));
	for (const [at, stay] of run.world.diary.entries()) {
		const key = `${stay.id}:${stay.status}`;
		const promisedFrom = run.promisedFrom.get(stay.status) ?? Infinity;
		const isUnknown = stay.createdAt < run.unknownBefore && stay.from < run.unknownUntil;
		const wasSeen = run.quietPolls.some(
			({ start, end, isLimited }) => stay.from < start && end <= stay.to && !isLimited,
		);
		const hadToCome = stay.from >= promisedFrom && wasSeen && !isUnknown && !isSecond(stay, at);
		if (hadToCome && !run.delivered.has(key) && !run.lostByHost.has(key)) missing.push(key);
	}
	const twice = [...run.delivered].filter(([key, times]) => times.length > (stays.get(key) ?? 0));
	return { missing, twice: twice.map(([key]) => key), unasked: run.unasked };
}

test(`every validation starts the workflow once for each status (seed ${SEED}, ${SCHEDULES} schedules)`, async () => {
	let [events, polls] = [0, 0];
	await fc.assert(
		fc.asyncProperty(schedules, async (schedule) => {
			const run = await simulate(schedule);
			expect(judge(run)).toEqual({ missing: [], twice: [], unasked: [] });
			events += run.delivered.size;
			polls += run.quietPolls.length;
		}),
		{ seed: SEED, numRuns: SCHEDULES, interruptAfterTimeLimit: 300_000 },
	);
	process.stdout.write(`  ${events} events in ${polls} undisturbed polls\n`);
});
