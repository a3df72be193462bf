// Which events of a validation are new: it has reached them, and they have not been handled before.
import { timeOf } from '../../verifik/list/createdRange';
import { isValidationId, type VerifikRecord } from '../../verifik/api/documentLiveness';
import { readRecord, type Validation, type Verdict } from '../../verifik/record/readRecord';
import type { ListEntry } from './listReader';
import type { EventChoice, EventName, PollEvent } from './types';
import type { EventLetter, SeenRecord, TriggerState } from './state';

const HOUR_MS = 60 * 60_000;

/**
 * A validation that as many look-ups in a row do not find (a day's, if n8n polls each minute) was deleted. Before that, the
 * answers may have come from a proxy.
 */
const MAX_NOT_FOUND = 100;

const LETTERS: Record<EventName, EventLetter> = {
	received: 'r',
	passed: 'p',
	notPassed: 'n',
	notCarriedOut: 'c',
	noVerdict: 'v',
};

const OUTCOMES: Record<Exclude<Verdict, 'pending'>, EventName> = {
	passed: 'passed',
	notPassed: 'notPassed',
	notCarriedOut: 'notCarriedOut',
	unknown: 'noVerdict',
};

/** The validations that the trigger knows, and the new events of the records that it reads. */
export class SeenValidations {
	readonly seen: Map<string, SeenRecord>;

	private readonly state: TriggerState;

	/** n8n's clock: Verifik's may be dated wrongly in one answer, and look-ups are hours apart at most */
	private readonly nowMs: number;

	/** whether this is the first poll, at which no event is new */
	private readonly isFirst: boolean;

	constructor(state: TriggerState, nowMs: number, isFirst: boolean) {
		this.seen = new Map(state.seen.map((known) => [known[0], known]));
		this.state = state;
		this.nowMs = nowMs;
		this.isFirst = isFirst;
	}

	/** The new events of a record that the user has chosen. */
	newEventsOf(entry: ListEntry): EventName[] {
		return eventsOf(entry).filter(
			(name) => this.isNew(name, entry) && isWanted(name, entry, this.state.choices),
		);
	}

	/**
	 * Notes a record, with as many of its new events as there is room for.
	 *
	 * @param news its new events, if they are known: a poll may have 60,000 records
	 * @returns these events; if there was no room for all, a later poll returns the others
	 */
	take(entry: ListEntry, room: number, news = this.newEventsOf(entry)): PollEvent[] {
		const { id, record } = entry;
		const names = eventsOf(entry);
		const isPending = names.length === 1;
		const known = this.seen.get(id);
		// As it was said first: with a wrong date in one answer, it could be forgotten, and its events come again.
		const createdMs = known?.[2] ?? entry.createdMs;
		// Old ones that are pending are followed since the first reading. Later, one that is not known has been completed, and an
		// answer from a cache shows it as it was.
		const isFirstReading = this.isFirst || this.state.isUnread === true;
		if (!known && !this.isAfterMark(entry) && !(isPending && isFirstReading)) return [];
		const taken = news.slice(0, room);
		const isDone = taken.length === news.length;
		if (!isDone && taken.length === 0) return [];
		let letters = known?.[1] ?? '';
		for (const name of names) {
			const isHandled = !news.includes(name) || taken.includes(name);
			if (isHandled && !letters.includes(LETTERS[name])) letters += LETTERS[name];
		}
		const next: SeenRecord = [id, letters, createdMs];
		if (isPending && isValidationId(id)) next.push(this.nextLookUp(createdMs));
		this.seen.set(id, next);
		return taken.map((name) => ({ id, name, record }));
	}

	/** Notes a pending validation that the reading of the list will not find. */
	follow(entry: ListEntry): void {
		const isFollowed = this.seen.get(entry.id)?.[3] !== undefined;
		const isPending = eventsOf(entry).length === 1;
		if (isPending && (isFollowed || !this.isAfterMark(entry))) this.take(entry, Infinity);
	}

	/** The known validations that are pending, and so looked up. */
	followed(): SeenRecord[] {
		return [...this.seen.values()].filter(([, , , nextLookUpMs]) => nextLookUpMs !== undefined);
	}

	/** Puts the next look-up off by 5 % of the validation's age, at most an hour. */
	postpone([id, announced, createdMs]: SeenRecord): void {
		this.seen.set(id, [id, announced, createdMs, this.nextLookUp(createdMs)]);
	}

	/** Notes that Verifik found no validation with this ID. If that happens too often, it is no longer followed. */
	notFound([id, announced, createdMs, , count = 0]: SeenRecord): void {
		const next = this.nextLookUp(createdMs);
		if (count + 1 >= MAX_NOT_FOUND) this.seen.delete(id);
		else this.seen.set(id, [id, announced, createdMs, next, count + 1]);
	}

	/** Whether a look-up is due. One in the far future was scheduled by a clock that was wrong, so it is due. */
	isDue([, , , nextLookUpMs = Infinity]: SeenRecord): boolean {
		return nextLookUpMs <= this.nowMs || nextLookUpMs > this.nowMs + 2 * HOUR_MS;
	}

	private nextLookUp(createdMs: number): number {
		const ageMs = Math.max(0, this.nowMs - createdMs);
		return this.nowMs + Math.round(Math.min(ageMs * 0.05, HOUR_MS));
	}

	private isNew(name: EventName, entry: ListEntry): boolean {
		if (this.isFirst) return false;
		const known = this.seen.get(entry.id);
		if (known) return !known[1].includes(LETTERS[name]);
		return this.isAfterMark(entry) && reachedMs(name, entry) > this.state.watchedSinceMs;
	}

	private isAfterMark({ createdMs }: ListEntry): boolean {
		return createdMs > this.state.markMs;
	}
}

/** So that each record is read only once. */
const cache = new WeakMap<VerifikRecord, Validation>();

function validationOf(record: VerifikRecord): Validation {
	const validation = cache.get(record) ?? readRecord(record);
	cache.set(record, validation);
	return validation;
}

/** The events that a validation has reached. */
export function eventsOf({ record }: ListEntry): EventName[] {
	const { verdict } = validationOf(record);
	return verdict === 'pending' ? ['received'] : ['received', OUTCOMES[verdict]];
}

/** When a validation reached an event, in milliseconds since 1970. */
function reachedMs(name: EventName, { record, createdMs, updatedMs }: ListEntry): number {
	if (name === 'received') return createdMs;
	const completedMs = timeOf(record, 'completedAt');
	return Math.max(createdMs, Number.isNaN(completedMs) ? updatedMs : completedMs);
}

/** Whether the newest choice contains an event and, if the choice is newer than the event, the choice before it too. */
function isWanted(name: EventName, entry: ListEntry, choices: TriggerState['choices']): boolean {
	for (let at = choices.length - 1; at >= 0; at--) {
		const choice = choices[at]!;
		if (!isChosen(name, entry, choice)) return false;
		if (reachedMs(name, entry) > choice.sinceMs) return true;
	}
	return true;
}

/** Whether a choice contains an event of a validation. */
export function isChosen(
	name: EventName,
	{ record }: ListEntry,
	{ events, failedChecks }: EventChoice,
): boolean {
	if (!events.includes(name)) return false;
	if (name !== 'notPassed' || !failedChecks?.length) return true;
	return validationOf(record).failedChecks?.some((check) => failedChecks.includes(check)) === true;
}
