// The state for the next poll: until when the list was read, where to continue, and which validations to remember.
import type { ListReader } from './listReader';
import type { SeenValidations } from './newEvents';
import type { ForwardReading, ReadEntry } from './readForward';
import { OVERLAP_MS, type Resume, type SeenRecord, type TriggerState } from './state';

/** How many records are stored to find the place again. */
const LINKS = 10;

/** How many pending validations are followed: the newest. */
const MAX_FOLLOWED = 2_000;

/**
 * How many validations are stored besides those that are followed. Only a backlog or a list with wrong dates has more: then
 * those with dates nearest to now are stored. Events of the others may come again if the place in the list is lost.
 */
const MAX_SEEN = 100_000;

/** After as many readings in a row without a known record, they were deleted: that is not one wrong answer. */
const MAX_UNCONFIRMED = 2;

/** The results of a poll. */
type Polled = {
	reader: ListReader;
	reading: ForwardReading;
	/** the records whose events were all returned, oldest first */
	handled: ReadEntry[];
	validations: SeenValidations;
	/** whether this is the first poll, before which no record is known */
	isFirst: boolean;
};

/** The state to store after a poll. */
export function nextState(
	before: TriggerState,
	{ reader, reading, handled, validations, isFirst }: Polled,
): TriggerState {
	const { unconfirmed = 0 } = before;
	const isUnconfirmed = !isFirst && unconfirmed < MAX_UNCONFIRMED && !isConfirmed(reading, before);
	const markMs = isUnconfirmed ? before.markMs : nextMark(reading, reader.clockMs, before);
	return {
		...before,
		isUnread: undefined,
		markMs,
		readUntilMs: reading.isAtNewestEnd
			? reader.clockMs
			: (handled.at(-1)?.createdMs ?? before.readUntilMs),
		unconfirmed: isUnconfirmed ? unconfirmed + 1 : undefined,
		resume: isUnconfirmed ? before.resume : nextResume(handled, reader.clockMs),
		isNewestFirst: reader.isDirectionSure ? reader.isNewestFirst : undefined,
		seen: prune(validations.seen.values(), markMs, reader.clockMs),
	};
}

/**
 * Whether records that were known before, and have not been updated since, were read again, so that everything newer was read
 * too. If not, they may all have been deleted, or one answer of Verifik was wrong: the list of another account, or a page of
 * the list as if it were the whole.
 */
function isConfirmed(
	{ entries }: ForwardReading,
	{ resume, seen, readUntilMs }: TriggerState,
): boolean {
	const updatedMs = (id: string) => entries.get(id)?.updatedMs ?? NaN;
	const isLink = ([id, thenMs]: Resume['links'][number]) => updatedMs(id) === thenMs;
	return resume?.links.some(isLink) || seen.some(([id]) => updatedMs(id) <= readUntilMs);
}

/**
 * Until when the list was read, in milliseconds since 1970: by the records' dates or Verifik's clock, whichever is earlier, so
 * that neither a wrong clock nor a record dated ahead moves it into the future.
 */
function nextMark(reading: ForwardReading, clockMs: number, { markMs }: TriggerState): number {
	if (!reading.isAtNewestEnd) return markMs;
	let newestMs = -Infinity;
	for (const { createdMs } of reading.entries.values()) newestMs = Math.max(newestMs, createdMs);
	return Math.max(markMs, Math.min(clockMs, newestMs) - OVERLAP_MS);
}

/**
 * Where the next reading continues. Records of the latest ten minutes are read again, since a validation may appear late.
 */
function nextResume(handled: ReadEntry[], clockMs: number): Resume | undefined {
	const untouchedSince = clockMs - OVERLAP_MS;
	const links = handled
		.filter(({ createdMs, updatedMs }) => Math.max(createdMs, updatedMs) < untouchedSince)
		.slice(-LINKS);
	const newest = links.at(-1);
	return newest && { links: links.map(({ id, updatedMs }) => [id, updatedMs]), older: newest.age };
}

/** The validations to store: those created after the mark, and those that are followed. */
function prune(seen: Iterable<SeenRecord>, markMs: number, clockMs: number): SeenRecord[] {
	const all = [...seen];
	const isFollowed = ([, , , nextLookUpMs]: SeenRecord) => nextLookUpMs !== undefined;
	const followed = all.filter(isFollowed).sort(([, , one], [, , other]) => other - one);
	const dropped = new Set(followed.slice(MAX_FOLLOWED).map(([id]) => id));
	const kept = all.filter(
		(known) => known[2] > markMs || (isFollowed(known) && !dropped.has(known[0])),
	);
	if (kept.length <= MAX_SEEN) return kept;
	const distance = ([, , createdMs]: SeenRecord) => Math.abs(createdMs - clockMs);
	const nearest = kept.toSorted((one, other) => distance(one) - distance(other));
	const saved = new Set([...followed.slice(0, MAX_FOLLOWED), ...nearest.slice(0, MAX_SEEN)]);
	return kept.filter((known) => saved.has(known));
}
