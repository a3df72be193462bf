// What is news of a validation: which events it has come to that had not their turn.
import { timeOf } from '../../verifik/list/createdRange';
import { isValidationId, type VerifikRecord } from '../../verifik/api/documentLiveness';
import { readRecord, type Validation, type Verdict } from '../../verifik/record/readRecord';
import type { ListEntry } from './listReader';
import type {
	EventChoice,
	EventName,
	EventLetter,
	PollEvent,
	SeenRecord,
	TriggerState,
} from './types';

const HOUR_MS = 60 * 60_000;

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

/** What the trigger knows of validations, and the events that come of what it reads. */
export class SeenValidations {
	readonly seen: Map<string, SeenRecord>;

	private readonly state: TriggerState;

	private readonly clockMs: number;

	/** At the first reading nothing is news. */
	private readonly isFirst: boolean;

	constructor(state: TriggerState, clockMs: number, isFirst: boolean) {
		this.seen = new Map(state.seen.map((known) => [known[0], known]));
		this.state = state;
		this.clockMs = clockMs;
		this.isFirst = isFirst;
	}

	/** The events to hand on for a record, as far as they are wanted. */
	newEventsOf(entry: ListEntry): EventName[] {
		return eventsOf(entry).filter(
			(name) => this.isNew(name, entry) && isWanted(name, entry, this.state.choices),
		);
	}

	/**
	 * Takes in a record, with as many of its events as there is room for.
	 *
	 * @returns those events; fewer than its news where there was no room, and then its turn is still to come
	 */
	take(entry: ListEntry, room: number): PollEvent[] {
		const { id, createdMs, record } = entry;
		const names = eventsOf(entry);
		const isPending = names.length === 1;
		const known = this.seen.get(id);
		if (!known && !this.isAfterMark(entry) && !isPending) return [];
		const news = this.newEventsOf(entry);
		const taken = news.slice(0, room);
		const isDone = taken.length === news.length;
		if (!isDone && taken.length === 0) return [];
		const turns = names.filter((name) => !news.includes(name) || taken.includes(name));
		const letters = new Set([...(known?.[1] ?? ''), ...turns.map((name) => LETTERS[name])]);
		const next: SeenRecord = [id, [...letters].join(''), createdMs];
		if (isPending && isValidationId(id)) next.push(this.nextLookUp(createdMs));
		this.seen.set(id, next);
		return taken.map((name) => ({ id, name, record }));
	}

	/** Notes that a validation is pending, if what is read of the list will not bring it. */
	follow(entry: ListEntry): void {
		const isFollowed = this.seen.get(entry.id)?.[3] !== undefined;
		const isPending = eventsOf(entry).length === 1;
		if (isPending && (isFollowed || !this.isAfterMark(entry))) this.take(entry, Infinity);
	}

	/** What is pending, as far as it is known. */
	followed(): SeenRecord[] {
		return [...this.seen.values()].filter(([, , , nextLookUpMs]) => nextLookUpMs !== undefined);
	}

	/** Looks at a validation later: after 5 % of its age, or an hour. */
	postpone([id, announced, createdMs]: SeenRecord): void {
		this.seen.set(id, [id, announced, createdMs, this.nextLookUp(createdMs)]);
	}

	/** A look-up that is further off than any can be was made by a clock that was wrong. */
	isDue([, , , nextLookUpMs = Infinity]: SeenRecord): boolean {
		return nextLookUpMs <= this.clockMs || nextLookUpMs > this.clockMs + 2 * HOUR_MS;
	}

	private nextLookUp(createdMs: number): number {
		const ageMs = Math.max(0, this.clockMs - createdMs);
		return this.clockMs + Math.round(Math.min(ageMs * 0.05, HOUR_MS));
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

/** A record is read once, however often it is looked at. */
const cache = new WeakMap<VerifikRecord, Validation>();

function validationOf(record: VerifikRecord): Validation {
	const validation = cache.get(record) ?? readRecord(record);
	cache.set(record, validation);
	return validation;
}

/** What a validation has come to. */
export function eventsOf({ record }: ListEntry): EventName[] {
	const { verdict } = validationOf(record);
	return verdict === 'pending' ? ['received'] : ['received', OUTCOMES[verdict]];
}

/** When a validation came to an event. */
function reachedMs(name: EventName, { record, createdMs, updatedMs }: ListEntry): number {
	if (name === 'received') return createdMs;
	const completedMs = timeOf(record, 'completedAt');
	return Math.max(createdMs, Number.isNaN(completedMs) ? updatedMs : completedMs);
}

/** Whether the newest choice wants an event; and, if that is younger than the event, the one before it too. */
function isWanted(name: EventName, entry: ListEntry, choices: TriggerState['choices']): boolean {
	for (const { sinceMs, ...choice } of choices.toReversed()) {
		if (!isChosen(name, entry, choice)) return false;
		if (reachedMs(name, entry) > sinceMs) return true;
	}
	return true;
}

/** Whether a choice wants an event of a validation. */
export function isChosen(
	name: EventName,
	{ record }: ListEntry,
	{ events, failedChecks }: EventChoice,
): boolean {
	if (!events.includes(name)) return false;
	if (name !== 'notPassed' || !failedChecks?.length) return true;
	return validationOf(record).failedChecks?.some((check) => failedChecks.includes(check)) === true;
}
