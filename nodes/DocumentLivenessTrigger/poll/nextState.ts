// What the next poll has to know: up to when the list was read, where to go on, and which validations to remember.
import type { ListReader } from './listReader';
import type { SeenValidations } from './newEvents';
import type { ForwardReading, ReadEntry } from './readForward';
import { OVERLAP_MS } from './state';
import type { Resume, SeenRecord, TriggerState } from './types';

/** Records by which the place is found again. */
const LINKS = 10;

/** Pending validations that are followed, at most: the newest. */
const MAX_FOLLOWED = 2_000;

/**
 * Validations that are saved besides those that are followed, at most. Only a backlog has more, or a list whose dates are
 * wrong: then those count whose dates are nearest to now. The others may come again where the place in the list is lost.
 */
const MAX_SEEN = 100_000;

/** What a poll read, and what it knows after that. */
type Polled = {
	reader: ListReader;
	reading: ForwardReading;
	/** what counts as read, oldest first */
	handled: ReadEntry[];
	validations: SeenValidations;
};

export function nextState(
	before: TriggerState,
	{ reader, reading, handled, validations }: Polled,
): TriggerState {
	const markMs = nextMark(reading, reader.clockMs, before);
	return {
		...before,
		isUnread: undefined,
		markMs,
		resume: nextResume(handled, reader.clockMs),
		isNewestFirst: reader.isDirectionSure ? reader.isNewestFirst : undefined,
		seen: prune(validations.seen.values(), markMs, reader.clockMs),
	};
}

/**
 * Up to when the list was read: by the records' own clock or Verifik's, whichever is behind. So one wrong clock, or one
 * record dated ahead, cannot carry it away.
 */
function nextMark(reading: ForwardReading, clockMs: number, { markMs }: TriggerState): number {
	if (!reading.isAtNewestEnd) return markMs;
	let newestMs = -Infinity;
	for (const { createdMs } of reading.entries.values()) newestMs = Math.max(newestMs, createdMs);
	return Math.max(markMs, Math.min(clockMs, newestMs) - OVERLAP_MS);
}

/**
 * Where the next reading goes on: among the latest ten minutes nothing is handled, since a validation may show late.
 */
function nextResume(handled: ReadEntry[], clockMs: number): Resume | undefined {
	const untouchedSince = clockMs - OVERLAP_MS;
	const links = handled
		.filter(({ createdMs, updatedMs }) => Math.max(createdMs, updatedMs) < untouchedSince)
		.slice(-LINKS);
	const newest = links.at(-1);
	return newest && { links: links.map(({ id, updatedMs }) => [id, updatedMs]), older: newest.age };
}

/** What was created after the mark, or is followed. */
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
