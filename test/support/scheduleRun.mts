// Runs a schedule of the trigger's model test, and notes what was delivered and when it was watched, chosen and polled.
import type { EventChoice, PollApi } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import type { Change, Schedule, Step, Trouble } from './schedules.mts';
import { DAY, down, HOUR, MINUTE, SECOND, type CreateOptions } from './simulatedAccount.mts';
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
	isUnreachable: boolean;
};

export type Delivery = { atMs: number; watch: number; choice: number };

type Poll = { startMs: number; endMs: number };

export class ScheduleRun {
	readonly trigger: SimulatedTrigger;

	readonly schedule: Schedule;

	readonly deliveries = new Map<string, Delivery[]>();

	readonly watches: Watch[] = [];

	readonly choices: Array<{
		choice: EventChoice;
		fromMs: number;
		aheadMs: number;
		behindMs: number;
	}> = [];

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
		const { behind, ...both } = this.skew();
		await this.trigger.activate(this.apiFor(isDown ? DOWN : undefined, Infinity));
		// An answer that is dated before its records does not correct n8n's clock.
		const { dateAheadMs, n8nAheadMs } = account.variant;
		const ahead = isDown && dateAheadMs < -MINUTE ? n8nAheadMs : both.ahead;
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
			isUnreachable: isDown,
			...(isDown ? unknown : known),
		});
	}

	/** Where Verifik cannot be asked, a choice counts from n8n's time. */
	noteChoice(choice: EventChoice, isDown: boolean): void {
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
			if (watch.isUnreachable) {
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
		if (watch.isUnreachable && this.trigger.host === 'default') watch.unknownUntilMs = Infinity;
		await this.trigger.activate(this.apiFor(isDown ? DOWN : undefined, Infinity));
	}

	async poll(trouble?: Trouble, isKilledAtHandover = false): Promise<void> {
		const { account, host } = this.trigger;
		const startMs = account.nowMs;
		const watch = this.watches.at(-1)!;
		const api = this.apiFor(trouble, this.schedule.budget);
		const keys = await this.trigger.poll(api).catch((failure: unknown) => {
			if (!(failure instanceof VerifikError)) throw failure;
			const { code } = failure;
			const isExpected = trouble ? true : code === 'pollTooShort';
			// What shows late may come in the middle of a poll: the next one succeeds.
			this.failuresInARow = isExpected ? 0 : this.failuresInARow + 1;
			if (this.failuresInARow > 1) this.findings.push(`two polls failed: ${code}`);
			return undefined;
		});
		this.polls++;
		this.requests += account.requests;
		account.onRequest = () => undefined;
		if (!keys) return;
		this.failuresInARow = 0;
		const endMs = account.nowMs;
		watch.unknownUntilMs = Math.min(watch.unknownUntilMs, endMs);
		if (keys.length > 0) watch.isUnreachable = false;
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
		// a page that is mostly such is reported, and not read
		const isSkipped = kind === 'noId' || kind === 'noDate';
		if (isSkipped && this.skippedCount++ >= 3) return;
		if (kind === 'noId') poison({ overrides: { _id: undefined } });
		if (kind === 'noDate') poison({ overrides: { createdAt: 'yesterday' } });
		// Among records that show late, it would look like one that has long been there.
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
		const api = account.api(() => account.requests >= most);
		if (!trouble) return api;
		const { kind } = trouble;
		return {
			...api,
			getRecord: async (id) => {
				const record = await api.getRecord(id);
				return kind === 'notFound' && account.requests >= trouble.request ? undefined : record;
			},
			fetchPage: async (page, limit, status) => {
				const answer = await api.fetchPage(page, limit, status);
				if (account.requests !== trouble.request || status) return answer;
				const { records } = answer;
				if (kind === 'empty') return { ...answer, records: [] };
				if (kind === 'half') return { ...answer, records: records.slice(records.length / 2) };
				if (kind === 'firstAgain') return await account.api().fetchPage(1, limit);
				if (kind !== 'newestOnly') return answer;
				const newest = account.newest(trouble.times);
				return { records: newest, total: newest.length };
			},
		};
	}
}

const DOWN: Trouble = { request: 1, kind: 'down', changes: [], times: 1 };

export async function simulate(schedule: Schedule): Promise<ScheduleRun> {
	const run = new ScheduleRun(schedule);
	await run.start();
	for (const step of schedule.steps) await run.take(step);
	// In the end all is quiet, until nothing more comes, and what is looked up once an hour has been looked up.
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
