// Checks a run of the trigger's model test against what really happened (the account's history), without the trigger's state.
// Each exemption from the promise is named here, and counted if it was needed.
import type { EventChoice, EventName } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import type { Delivery, ScheduleRun } from './scheduleRun.mts';
import { SECOND, type StatusPeriod } from './simulatedAccount.mts';

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
			if (run.deliveries.has(key)) continue;
			if (!isChosenNow(run, name as EventName, period)) {
				if (wasChosen(run, name as EventName, period)) {
					count('exempt: not chosen any more, or of an account that is not watched any more');
				}
				continue;
			}
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
		const [id = '', name = ''] = splitKey(key);
		const periods = byKey.get(key);
		if (!periods) {
			if (byId.has(id)) findings.push(`never happened: ${key}`);
			else count('not judged: delivered, and dated wrongly on purpose');
			continue;
		}
		counts.delivered!++;
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

/** Whether the trigger wanted it when it happened. */
function wasChosen(run: ScheduleRun, name: EventName, period: StatusPeriod): boolean {
	const choice = run.choices.findLast(({ fromMs }) => fromMs <= reachedMs(name, period));
	return choice !== undefined && wants(run, choice.choice, name);
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
function wants({ schedule }: ScheduleRun, choice: EventChoice, name: EventName): boolean {
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
