// Runs a schedule of the trigger's model test, and judges what came of it by what truly happened. What the promise leaves
// out is named here, one exemption at a time, and counted where it was needed.
import type { Choice, EventName, PollApi } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import { VerifikFailure } from '../../nodes/verifik/errors.ts';
import type { Change, Schedule, Step, Trouble } from './schedules.mts';
import {
	DAY,
	down,
	HOUR,
	MINUTE,
	SECOND,
	type CreateOptions,
	type StatusPeriod,
} from './simulatedAccount.mts';
import { SimulatedTrigger } from './simulatedTrigger.mts';

/** What was read again at every poll: a validation may show so late. */
const OVERLAP = 10 * MINUTE;

/** A trigger that watches an account, until it watches another. */
type Watch = {
	startMs: number;
	/** since when what was created is known, whether it is pending or not */
	knownFromMs: number;
	/** from when on what happens is promised */
	promisedMs: number;
	/** until when Verifik could not be read, so that what was pending is not known */
	unknownUntilMs: number;
	/** what happened before that must not come */
	allowedMs: number;
	/** index of the choice that it began with */
	firstChoice: number;
	/** Whether Verifik could not be asked when it began, and no event has come since. */
	isBlind: boolean;
};

type Delivery = { atMs: number; watch: number; choice: number };

type Poll = { startMs: number; endMs: number };

export class ScheduleRun {
	readonly trigger: SimulatedTrigger;

	readonly schedule: Schedule;

	readonly deliveries = new Map<string, Delivery[]>();

	readonly watches: Watch[] = [];

	readonly choices: Array<{ choice: Choice; fromMs: number; aheadMs: number; behindMs: number }> =
		[];

	/** event keys of batches that a kill caught in n8n's own handover */
	readonly lostByHost = new Set<string>();

	/** polls that read everything there was, while nothing happened */
	readonly completePolls: Poll[] = [];

	polls = 0;

	requests = 0;

	private skippedCount = 0;

	private failuresInARow = 0;

	readonly findings: string[] = [];

	constructor(schedule: Schedule) {
		this.schedule = schedule;
		const { variant, choice, maximumPerPoll, host } = schedule;
		this.trigger = new SimulatedTrigger(variant, { ...choice, maximumPerPoll }, host);
	}

	async start(): Promise<void> {
		const { account } = this.trigger;
		for (const { stage, ageMs } of this.schedule.before) account.create(stage, { ageMs });
		account.nowMs += SECOND;
		this.noteChoice(this.schedule.choice, this.schedule.isDown);
		await this.watch(this.schedule.isDown);
	}

	/** Publishes the workflow for an account that was not watched before. */
	async watch(isDown: boolean): Promise<void> {
		const { account } = this.trigger;
		const startMs = account.nowMs;
		const { ahead, behind } = this.skew();
		await this.trigger.activate(this.apiFor(isDown ? DOWN : undefined, Infinity));
		const unknown = { unknownUntilMs: Infinity, promisedMs: startMs + Math.max(0, ahead) };
		const known = { unknownUntilMs: -Infinity, promisedMs: account.nowMs };
		const allowedMs = startMs - behind - SECOND;
		const knownFromMs = startMs + Math.max(0, ahead) - OVERLAP;
		const firstChoice = this.choices.length - 1;
		this.watches.push({
			firstChoice,
			startMs,
			knownFromMs,
			allowedMs,
			isBlind: isDown,
			...(isDown ? unknown : known),
		});
	}

	/** Where Verifik cannot be asked, a choice counts from n8n's time. */
	noteChoice(choice: Choice, isDown: boolean): void {
		if (JSON.stringify(choice) === JSON.stringify(this.choices.at(-1)?.choice)) return;
		const { behind, ...both } = this.skew();
		const ahead = isDown ? this.trigger.account.variant.n8nAheadMs : both.ahead;
		const fromMs = this.trigger.account.nowMs;
		this.choices.push({ choice, fromMs, aheadMs: Math.max(0, ahead), behindMs: behind });
	}

	async take(step: Step): Promise<void> {
		const { account, options } = this.trigger;
		account.nowMs += 5 * SECOND;
		if (step.do === 'wait') account.nowMs += step.ms;
		if (step.do === 'change') this.change(step.change);
		if (step.do === 'poll') await this.poll(step.trouble);
		if (step.do === 'killAtHandover') {
			await this.poll(undefined, true);
			await this.restart(false);
		}
		if (step.do === 'restart') {
			await this.restart(step.isDown);
		}
		if (step.do === 'clockWrong') {
			// one server whose clock is wrong answers one poll
			const { variant } = account;
			const { dateAheadMs, n8nAheadMs } = variant;
			// A beginning by n8n's clock that is ahead cannot be corrected by it.
			const watch = this.watches.at(-1)!;
			if (watch.isBlind) {
				watch.promisedMs = watch.startMs + Math.max(0, n8nAheadMs);
				watch.allowedMs = Math.min(watch.allowedMs, watch.startMs + step.aheadMs - SECOND);
			}
			variant.dateAheadMs = step.aheadMs;
			await this.poll();
			variant.dateAheadMs = dateAheadMs;
		}
		if (step.do === 'republish') {
			account.nowMs += step.pauseMs;
			const choice = step.choice ?? this.schedule.choice;
			this.trigger.options = { ...options, failedChecks: undefined, ...choice };
			if (step.isOtherAccount) this.trigger.options.account += '+';
			this.noteChoice(choice, step.isDown);
			if (step.isOtherAccount) await this.watch(step.isDown);
			else await this.restart(step.isDown);
		}
	}

	/** A default host has not stored what polls without events have read. */
	private async restart(isDown: boolean): Promise<void> {
		const watch = this.watches.at(-1)!;
		if (watch.isBlind && this.trigger.host === 'default') watch.unknownUntilMs = Infinity;
		await this.trigger.activate(this.apiFor(isDown ? DOWN : undefined, Infinity));
	}

	async poll(trouble?: Trouble, isKilledAtHandover = false): Promise<void> {
		const { account, host } = this.trigger;
		const startMs = account.nowMs;
		const watch = this.watches.at(-1)!;
		const api = this.apiFor(trouble, this.schedule.budget);
		const keys = await this.trigger.tick(api).catch((failure: unknown) => {
			if (!(failure instanceof VerifikFailure)) throw failure;
			const { cause } = failure.explanation;
			const isExpected = trouble ? true : cause === 'pollTooShort';
			// What shows late may come in the middle of a poll: the next one gets on.
			this.failuresInARow = isExpected ? 0 : this.failuresInARow + 1;
			if (this.failuresInARow > 1) this.findings.push(`two polls failed: ${cause}`);
			return undefined;
		});
		this.polls++;
		this.requests += account.requests;
		account.onRequest = () => undefined;
		if (!keys) return;
		this.failuresInARow = 0;
		const endMs = account.nowMs;
		watch.unknownUntilMs = Math.min(watch.unknownUntilMs, endMs);
		if (keys.length > 0) watch.isBlind = false;
		const delivery = {
			atMs: endMs,
			watch: this.watches.length - 1,
			choice: this.choices.length - 1,
		};
		for (const key of keys) {
			if (isKilledAtHandover && host === 'default') this.lostByHost.add(key);
			else this.deliveries.set(key, [...(this.deliveries.get(key) ?? []), delivery]);
		}
		if (!trouble && this.trigger.result?.isAtNewestEnd) this.completePolls.push({ startMs, endMs });
	}

	change(change: Change): void {
		const { account } = this.trigger;
		if (change.do === 'remove') account.remove(change.share, change.count);
		if (change.do === 'touch') account.touch(change.share, change.count);
		if (change.do === 'move') account.move(change.from, change.to, change.share);
		if (change.do === 'create') {
			const { ageMs, lagMs, stage } = change;
			for (let n = 0; n < change.count; n++) account.create(stage, { ageMs, lagMs });
		}
		if (change.do === 'createOdd') this.createOdd(change.kind);
	}

	private createOdd(kind: Extract<Change, { do: 'createOdd' }>['kind']): void {
		const { account } = this.trigger;
		const { dateAheadMs, n8nAheadMs, sortedBy } = account.variant;
		const isKnown = (id: string) => account.history.some((period) => period.id === id);
		if (kind === 'protoId' && !isKnown('__proto__')) account.create('passed', { id: '__proto__' });
		if (kind === 'oddId' && !isKnown('../odd id')) account.create('passed', { id: '../odd id' });
		if (account.size < 20) return;
		const poison = (options: CreateOptions) =>
			account.create('passed', { ...options, isPoison: true });
		// a page that is mostly such is said, and not read
		const isSkipped = kind === 'noId' || kind === 'noDate';
		if (isSkipped && this.skippedCount++ >= 3) return;
		if (kind === 'noId') poison({ overrides: { _id: undefined } });
		if (kind === 'noDate') poison({ overrides: { createdAt: 'yesterday' } });
		// Among what shows late, it would stand for what has long been there.
		if (kind === 'datedBack' && sortedBy !== 'insertion') poison({ ageMs: DAY });
		// Wrong clocks and a wrong record at once are more than is promised.
		if (dateAheadMs > 0 || n8nAheadMs > 0) return;
		if (kind === 'datedAhead') poison({ ageMs: -DAY });
		if (kind === 'farAhead') poison({ ageMs: account.nowMs - Date.UTC(9999, 11, 31) });
	}

	/** By how much Verifik's and n8n's clock are both ahead of the records', and by how much one is behind. */
	private skew(): { ahead: number; behind: number } {
		const { dateAheadMs, n8nAheadMs } = this.trigger.account.variant;
		return {
			ahead: Math.min(dateAheadMs, n8nAheadMs),
			behind: Math.max(0, -dateAheadMs, -n8nAheadMs),
		};
	}

	private apiFor(trouble: Trouble | undefined, budget: number): PollApi {
		const { account } = this.trigger;
		account.requests = 0;
		account.onRequest = (number) => {
			if (!trouble) return;
			if (trouble.kind === 'down' && number >= trouble.request) throw down();
			const isNow = number >= trouble.request && number < trouble.request + trouble.times;
			if (trouble.kind === 'changes' && isNow) trouble.changes.forEach((one) => this.change(one));
		};
		const most = trouble?.kind === 'timeUp' ? trouble.request : budget;
		return account.api(() => account.requests >= most);
	}
}

const DOWN: Trouble = { request: 1, kind: 'down', changes: [], times: 1 };

export async function simulate(schedule: Schedule): Promise<ScheduleRun> {
	const run = new ScheduleRun(schedule);
	await run.start();
	for (const step of schedule.steps) await run.take(step);
	// In the end all is quiet, until nothing more comes, and what is looked at once an hour has been looked at.
	const { account } = run.trigger;
	let quietPolls = 0;
	let isOver = false;
	for (let polls = 0; !isOver && polls < 1_000; polls++) {
		account.nowMs += quietPolls > 3 ? HOUR : MINUTE;
		const before = run.deliveries.size;
		await run.poll();
		const { result } = run.trigger;
		const isQuiet = run.deliveries.size === before && result?.isAtNewestEnd === true;
		quietPolls = isQuiet ? quietPolls + 1 : Math.min(quietPolls, 4);
		const followed = run.trigger.state?.seen.filter((known) => known.length > 3).length ?? 0;
		// some look-ups fit into the time of a poll
		isOver = quietPolls > 8 + followed / Math.min(50, run.schedule.budget / 4);
	}
	if (!isOver) run.findings.push('it does not come to the end');
	return run;
}

export type Judgement = { findings: string[]; counts: Record<string, number> };

export function judge(run: ScheduleRun): Judgement {
	const findings = [...run.findings];
	const counts: Record<string, number> = { polls: run.polls, requests: run.requests, delivered: 0 };
	const count = (name: string) => (counts[name] = (counts[name] ?? 0) + 1);
	const byKey = new Map<string, StatusPeriod[]>();
	const byId = new Map<string, StatusPeriod[]>();
	for (const period of run.trigger.account.history) {
		const ofId = byId.get(period.id) ?? [];
		if (ofId.length === 0) addTo(byKey, `${period.id}:received`, period);
		if (period.stage !== 'pending') addTo(byKey, `${period.id}:${period.stage}`, period);
		byId.set(period.id, [...ofId, period]);
	}

	for (const [key, periods] of byKey) {
		const [id = '', name = ''] = splitKey(key);
		for (const period of periods) {
			if (run.deliveries.has(key) || !isChosenNow(run, name as EventName, period)) continue;
			if (!isPromised(run, name as EventName, period)) {
				count('exempt: not chosen all the time, or clocks are ahead');
				continue;
			}
			const exemption = exemptionOf(run, key, name as EventName, period, byId.get(id)!);
			if (exemption) count(`exempt: ${exemption}`);
			else findings.push(`missing ${key} of ${iso(period.fromMs)}`);
		}
	}
	for (const [key, deliveries] of run.deliveries) {
		const periods = byKey.get(key);
		// dated wrongly on purpose
		if (!periods) continue;
		counts.delivered!++;
		const [, name = ''] = splitKey(key);
		const times = name === 'received' ? 1 : periods.length;
		for (const watch of run.watches.keys()) {
			const ofWatch = deliveries.filter((delivery) => delivery.watch === watch);
			if (ofWatch.length > times) findings.push(`twice ${key}`);
		}
		for (const delivery of deliveries) {
			const isAsked = periods.some((period) => isAllowed(run, name as EventName, period, delivery));
			if (!isAsked) findings.push(`unasked ${key} at ${iso(delivery.atMs)}`);
		}
	}
	return { findings, counts };
}

/** Whether the trigger, as it is in the end, would hand it on if it happened now. */
function isChosenNow(run: ScheduleRun, name: EventName, period: StatusPeriod): boolean {
	const isWatched = reachedMs(name, period) >= run.watches.at(-1)!.startMs;
	return isWatched && wants(run, run.choices.at(-1)!.choice, name);
}

/** Whether it happened while it was asked for, to the end. */
function isPromised(run: ScheduleRun, name: EventName, period: StatusPeriod): boolean {
	const fromMs = reachedMs(name, period);
	if (fromMs < run.watches.at(-1)!.promisedMs) return false;
	const since = run.choices.findLastIndex((one) => one.fromMs + one.aheadMs + SECOND <= fromMs);
	return since >= 0 && run.choices.slice(since).every(({ choice }) => wants(run, choice, name));
}

/** What the promise leaves out, in the words of the documentation. */
function exemptionOf(
	run: ScheduleRun,
	key: string,
	name: EventName,
	period: StatusPeriod,
	ofId: StatusPeriod[],
): string | undefined {
	const watch = run.watches.at(-1)!;
	const { variant } = run.schedule;
	const place = ofId.indexOf(period);
	if (run.lostByHost.has(key)) return 'a kill between the state and the workflow';
	const until = name === 'received' ? ofId.at(-1)!.toMs : period.toMs;
	const start = Math.max(period.fromMs, period.visibleMs);
	const wasShown = run.completePolls.some(
		({ startMs, endMs }) => start < startMs && endMs <= until,
	);
	if (until < Infinity && !(wasShown && place === 0)) return 'deleted or replaced before a poll';
	const isReplacing = ofId.slice(0, place).some(({ stage }) => stage !== 'pending');
	if (isReplacing && name !== 'received') return 'an outcome that replaces an earlier one';
	const isOld = period.createdMs < watch.knownFromMs;
	const isFiltering = variant.hasStatusFilter && variant.shape === 'nested';
	if (isOld && !isFiltering) return 'pending before activation, List takes no notice of status';
	if (isOld && period.fromMs < watch.unknownUntilMs) return 'ended while Verifik was down';
	return undefined;
}

function isAllowed(
	run: ScheduleRun,
	name: EventName,
	period: StatusPeriod,
	delivery: Delivery,
): boolean {
	if (period.fromMs > delivery.atMs) return false;
	const latest = Math.max(
		reachedMs(name, period),
		period.visibleMs,
		name === 'received' ? 0 : period.updatedMs,
	);
	const { allowedMs, firstChoice } = run.watches[delivery.watch]!;
	if (latest < allowedMs) return false;
	const since = run.choices.findLastIndex(
		({ fromMs, behindMs }) => fromMs - behindMs - SECOND <= latest,
	);
	return run.choices
		.slice(Math.max(firstChoice, Math.min(since, delivery.choice)), delivery.choice + 1)
		.every(({ choice }) => wants(run, choice, name));
}

/** The simulated documents do not pass the screen replay; a flat record does not say so. */
function wants({ schedule }: ScheduleRun, choice: Choice, name: EventName): boolean {
	if (!choice.events.includes(name)) return false;
	if (name !== 'notPassed' || !choice.failedChecks) return true;
	return schedule.variant.shape === 'nested' && choice.failedChecks.includes('screenReplay');
}

function reachedMs(name: EventName, { fromMs, createdMs }: StatusPeriod): number {
	return name === 'received' ? createdMs : fromMs;
}

function splitKey(key: string): [string, string] {
	const colon = key.lastIndexOf(':');
	return [key.slice(0, colon), key.slice(colon + 1)];
}

function addTo<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
	map.set(key, [...(map.get(key) ?? []), item]);
}

function iso(time: number): string {
	return new Date(time).toISOString();
}
