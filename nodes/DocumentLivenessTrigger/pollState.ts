// One poll of the trigger: state and answers in, events and next state out. Pure: the API is handed in, with its clock.
//
// Every validation that a poll can see is looked at while it stands in New or Processing, so one that gets to its end
// however late is missed there and followed. What is created and finished between two polls stands at the newest end
// of its list, which is read back to some minutes before the last poll; what is known there is remembered by id.
import { timeOf } from '../verifik/list/createdRange';
import { STATUSES, type Status, type VerifikRecord } from '../verifik/documentLiveness';
import { VerifikFailure } from '../verifik/errors';
import { createdAt, MOST_PENDING, Sight, type Api } from './sight';
import {
	endedOf,
	isPending,
	markOf,
	PENDING,
	VERSION,
	type Ended,
	type Pending,
	type State,
	type Watched,
} from './state';

/** Validations that a poll looks at one by one, at most; the others have their turn with the next. */
const MOST_LOOKUPS = 100;

/** How many of the newest validations a test event is looked for in, of each status. */
const MOST_FOR_TEST = 1_000;

export type Wishes = {
	account: string;
	statuses: Status[];
	/** Lists include related records, which Retrieve does not. */
	isPopulated: boolean;
	/** events of a poll, at most */
	maximum: number;
	/** whether a validation is wanted at all */
	isWanted(record: VerifikRecord): boolean;
};

export type Event = { id: string; status: Status; record: VerifikRecord };
export type Outcome = { events: Event[]; state: State };

/**
 * One poll. A list that is watched for the first time brings no events, only what is compared with later. When the time
 * is up, what is complete counts, and the rest is as if it had not been asked for.
 *
 * @throws VerifikFailure; then the state is as it was
 */
export async function poll(stored: State | undefined, wishes: Wishes, api: Api): Promise<Outcome> {
	const sight = new Sight(api, stored?.account === wishes.account ? stored : undefined);
	const ended = endedOf(wishes.statuses);
	for (const status of PENDING) await sight.readPending(status);
	for (const status of ended) await sight.readEnded(status);
	// What has no beginning cannot be left for later.
	const isShort = ended.some(
		(status) => !sight.complete.has(status) && !sight.before?.watched[status],
	);
	if (sight.failure && (isShort || sight.complete.size === 0)) throw sight.failure;
	const unresolved = await lookUp(sight, wishes);

	const events: Event[] = [];
	const held: Event[] = [];
	for (const event of newsOf(sight, wishes.statuses)) {
		if (!wishes.isWanted(event.record)) continue;
		(events.length < wishes.maximum ? events : held).push(event);
	}
	return { events, state: nextState(sight, wishes, held, unresolved) };
}

/**
 * The state to begin with when the workflow is activated. Where there is one already, what happened since counts; only a
 * status that is watched for the first time begins now.
 *
 * @throws VerifikFailure
 */
export async function begin(stored: State | undefined, wishes: Wishes, api: Api): Promise<State> {
	if (stored?.account !== wishes.account) return (await poll(undefined, wishes, api)).state;
	const added = endedOf(wishes.statuses).filter((status) => !stored.watched[status]);
	if (added.length === 0 || stored.blindSince !== undefined) {
		// only to see whether Verifik can be asked
		await api.fetchPage('new', 1, 1);
		return stored;
	}
	const sight = new Sight(api, stored);
	for (const status of PENDING) await sight.readPending(status);
	const watched = { ...stored.watched };
	for (const status of added) {
		await sight.readEnded(status);
		if (sight.failure) throw sight.failure;
		watched[status] = nextWatched(sight, status, []);
	}
	const isOver = (id: string) => added.some((status) => sight.listOf(status).has(id));
	const stand = PENDING.flatMap((status) => [...sight.listOf(status).keys()]);
	const pending = {
		new: stored.pending.new.filter((id) => !isOver(id)),
		processing: stored.pending.processing.filter((id) => !isOver(id)),
		held: [...stored.pending.held, ...stand.filter((id) => !sight.wasPending.has(id))],
	};
	return { ...stored, pending, watched };
}

/**
 * The newest validation that would start the workflow, for a test.
 *
 * @throws VerifikFailure `noneToShow`, and what the API throws
 */
export async function newestEvent(wishes: Wishes, api: Api): Promise<Event> {
	const sight = new Sight(api, undefined);
	const found: Event[] = [];
	for (const status of wishes.statuses) {
		const list = sight.listOf(status);
		const isEnough = (records: VerifikRecord[]) =>
			records.some((record) => wishes.isWanted(record)) || list.size >= MOST_FOR_TEST;
		await sight.read(status, isEnough);
		for (const [id, record] of list) {
			if (wishes.isWanted(record)) found.push({ id, status, record });
		}
	}
	const [newest] = found.sort((one, other) => createdAt(other.record) - createdAt(one.record));
	if (!newest) throw new VerifikFailure('noneToShow');
	return newest;
}

/**
 * Follows the validations that stood pending and are in no list that was read.
 *
 * @returns the ids of those of which it is still not known where they stand
 */
async function lookUp(sight: Sight, wishes: Wishes): Promise<Set<string>> {
	const ended = endedOf(wishes.statuses);
	const isMet = (id: string) => [...PENDING, ...ended].some((list) => sight.listOf(list).has(id));
	const gone = [...sight.wasPending].filter((id) => !isMet(id));
	const unresolved = new Set(gone);
	/** Their lists have to be looked into: for their status, or for their related records. */
	const unplaced = new Map<string, VerifikRecord>();
	for (const id of gone.slice(0, MOST_LOOKUPS)) {
		await sight.inTime(
			sight.get(id).then((record) => {
				unresolved.delete(id);
				if (!record) return;
				const status = PENDING.find((pending) => pending === record.status);
				if (status) sight.listOf(status).set(id, record);
				else unplaced.set(id, record);
			}),
		);
	}
	const isListNeeded = ([, { status }]: [string, VerifikRecord]) =>
		typeof status !== 'string' || (wishes.isPopulated && ended.some((list) => list === status));
	const sought = [...unplaced].filter(isListNeeded);
	if (sought.length > 0) {
		const oldest = Math.min(...sought.map(([, record]) => timeOf(record, 'createdAt')));
		for (const status of ended) {
			await sight.readBackTo(status, oldest, () => sought.every(([id]) => isMet(id)));
		}
	}
	for (const [id, record] of unplaced) {
		if (isMet(id)) continue;
		const status = ended.find((list) => list === record.status);
		if (status) sight.listOf(status).set(id, record);
		// Of two lists it must be in one; of one only if that was read in full.
		const isOutOfSight = ended.length < 2 && sight.unsure.size === 0 && !sight.failure;
		if (typeof record.status !== 'string' && !isOutOfSight) unresolved.add(id);
	}
	return unresolved;
}

/** What has happened since the last poll, oldest first. */
function newsOf(sight: Sight, statuses: Status[]): Event[] {
	const { before } = sight;
	if (!before) return [];
	const news: Event[] = [];
	for (const status of STATUSES.filter((name) => statuses.includes(name))) {
		const isNews = isPending(status)
			? pendingNews(sight, before, status)
			: endedNews(sight, before, status);
		for (const [id, record] of sight.listOf(status)) {
			if (isNews(id, record)) news.push({ id, status, record });
		}
	}
	return news.sort((one, other) => createdAt(one.record) - createdAt(other.record));
}

type IsNews = (id: string, record: VerifikRecord) => boolean;

function pendingNews(sight: Sight, before: State, status: Pending): IsNews {
	const { blindSince } = sight;
	if (blindSince !== undefined) return (_id, record) => createdAt(record) >= blindSince;
	const stood = new Set(before.pending[status]);
	// Of a list that is too long to be followed, old ones come into sight again when others leave it.
	const isCut = Math.max(stood.size, sight.listOf(status).size) >= MOST_PENDING;
	const isFresh: IsNews = (id, record) =>
		sight.wasPending.has(id) || createdAt(record) > before.latest.createdAt;
	return (id, record) => !stood.has(id) && (!isCut || isFresh(id, record));
}

function endedNews(sight: Sight, before: State, status: Ended): IsNews {
	const watched = before.watched[status];
	// A list that is watched for the first time has no news, unless nothing could be read when it should have been.
	const mark = watched ? markOf(watched) : (sight.blindSince ?? Infinity);
	const floor = floorOf(sight, status);
	return (id, record) => {
		if (watched && Object.hasOwn(watched.known, id)) return false;
		return sight.wasPending.has(id) || momentOf(record, floor) >= mark;
	};
}

function nextState(
	sight: Sight,
	{ account, statuses }: Wishes,
	held: Event[],
	unresolved: Set<string>,
): State {
	const ended = endedOf(statuses);
	const watched: State['watched'] = {};
	/** had not their turn, and would not be met again as news without being remembered */
	const owed = new Set<string>();
	for (const status of ended) {
		const before = sight.before?.watched[status];
		const mark = before ? markOf(before) : (sight.blindSince ?? 0);
		const later = held.filter((event) => event.status === status);
		const isInList = ({ id, record }: Event) =>
			!sight.wasPending.has(id) && createdAt(record) >= mark;
		for (const event of later) if (!isInList(event)) owed.add(event.id);
		watched[status] = nextWatched(sight, status, later, later.find(isInList));
	}
	held.filter(({ status }) => isPending(status)).forEach(({ id }) => owed.add(id));

	const isOver = (id: string) => owed.has(id) || ended.some((list) => sight.listOf(list).has(id));
	const stoodIn = (group: Pending | 'held') =>
		(sight.before?.pending[group] ?? []).filter((id) => unresolved.has(id));
	const stand = (status: Pending) =>
		[...sight.listOf(status).keys()]
			.filter((id) => status === 'processing' || !sight.listOf('processing').has(id))
			.filter((id) => !isOver(id))
			.concat(stoodIn(status))
			.slice(0, MOST_PENDING);
	return {
		version: VERSION,
		account,
		latest: sight.latest,
		pending: {
			new: stand('new'),
			processing: stand('processing'),
			held: [...owed, ...stoodIn('held')],
		},
		watched,
		sortings: sight.order.sortings,
		ends: sight.ends,
	};
}

/**
 * @param later events of this list that have yet to have their turn
 * @param oldest of those that the list brings again if it is read back to them
 */
function nextWatched(sight: Sight, status: Ended, later: Event[], oldest?: Event): Watched {
	const before = sight.before?.watched[status];
	let { since, seen } = before ?? sight.nextBounds();
	// Where something may have slipped past, the next reading goes as far back as this one.
	if (before && sight.complete.has(status) && !sight.unsure.has(status)) {
		({ since, seen } = sight.nextBounds());
		// A clock that went back must not make news of what was forgotten.
		since = Math.max(before.since, since);
	}
	if (oldest) since = Math.min(since, createdAt(oldest.record));
	const floor = floorOf(sight, status);
	const next: Watched = { since, seen, floor, known: { ...before?.known } };
	const waiting = new Set(later.map(({ id }) => id));
	const list = sight.listOf(status);
	const isPendingAgain = (id: string) => PENDING.some((name) => sight.listOf(name).has(id));
	for (const [id, record] of list) {
		if (!waiting.has(id)) next.known[id] = momentOf(record, floor);
	}
	const nextMark = markOf(next);
	next.known = Object.fromEntries(
		Object.entries(next.known).filter(
			([id, moment]) => moment >= nextMark && !(isPendingAgain(id) && !list.has(id)),
		),
	);
	return next;
}

/** What a validation counts from: when it was created; or completed, if that is later and not before the floor. */
function momentOf(record: VerifikRecord, floor: number): number {
	const completed = timeOf(record, 'completedAt');
	return completed >= floor ? Math.max(createdAt(record), completed) : createdAt(record);
}

/** When a list began to be watched. Of two clocks, the one that is ahead. */
function floorOf(sight: Sight, status: Ended): number {
	const { before, blindSince, startedAt, latest } = sight;
	return before?.watched[status]?.floor ?? blindSince ?? Math.max(startedAt, latest.updatedAt);
}
