// Looks up pending validations that were not among the read records: by Retrieve or, if there are many and List filters by
// `status`, with the lists of pending validations.
import type { Status } from '../../verifik/api/documentLiveness';
import { catchVerifikError, VerifikError } from '../../verifik/errors/VerifikError';
import { type ErrorCode } from '../../verifik/errors/messages';
import { ListReader, toEntry, type ListEntry } from './listReader';
import type { SeenValidations } from './newEvents';
import { readForward, type ForwardReading } from './readForward';
import type { PollApi, PollEvent } from './types';
import type { SeenRecord } from './state';

const PENDING: Status[] = ['new', 'processing'];

/** How many pending validations are read from the lists. */
const MAX_PENDING = 2_000;

/** How many validations a poll looks up; the others are looked up by the next polls. */
const MAX_LOOKUPS = 50;

/** For more look-ups than this, reading the two lists takes fewer requests. */
const FEW_LOOKUPS = 10;

/** If this many look-ups fail and none succeeds, the reason is not in the records. */
const ENOUGH_LOOKUPS = 3;

/** After these errors, looking up other validations is useless. */
const STOPPING: ErrorCode[] = [
	'tokenMissing',
	'tokenUnusable',
	'tokenExpired',
	'unauthorized',
	'rateLimited',
];

/** What the lists of pending validations returned. */
export type PendingLists = {
	/** by ID; if not `isTrusted`, also validations that are not pending */
	entries: Map<string, ListEntry>;
	/** whether all have the requested status: List filters by `status` */
	isTrusted: boolean;
};

/**
 * Reads the pending validations from the lists of both statuses: first New, since validations move from there to Processing.
 *
 * @throws VerifikError of the API
 */
export async function readPending(api: PollApi): Promise<PendingLists> {
	const entries = new Map<string, ListEntry>();
	let isTrusted = true;
	for (const status of PENDING) {
		const reader = new ListReader(api, status);
		// Read from the head of the list; its order does not matter.
		reader.isNewestFirst = false;
		const isEnough = (fresh: ListEntry[]) => {
			for (const entry of fresh) {
				entries.set(entry.id, entry);
				if (entry.record.status !== status) isTrusted = false;
			}
			return !isTrusted || entries.size >= MAX_PENDING;
		};
		const head = await reader.readHead();
		await reader.isHeadWhole(head);
		const { interruptedBy } = await readForward(reader, head, isEnough);
		if (interruptedBy) throw interruptedBy;
		if (!isTrusted) break;
	}
	return { entries, isTrusted };
}

/** The result of the look-ups of a poll. */
export type LookUps = {
	events: PollEvent[];
	/** undefined: the lists of pending validations were not read */
	isStatusFilterTrusted?: boolean;
	/** why the look-ups ended early */
	interruptedBy?: VerifikError;
};

/**
 * Looks up the followed validations that are due and were not among the read records: the longest overdue first.
 *
 * @param reading what was read of the list
 * @param limits whether the lists of pending validations may be read, and how many events there is room for
 */
export async function lookUp(
	api: PollApi,
	validations: SeenValidations,
	reading: ForwardReading,
	{ isStatusFilterTrusted, room }: { isStatusFilterTrusted: boolean; room: number },
): Promise<LookUps> {
	const unmet = validations.followed().filter(([id]) => !reading.entries.has(id));
	let due = unmet.filter((known) => validations.isDue(known));
	let isTrusted: boolean | undefined;
	if (isStatusFilterTrusted && due.length > FEW_LOOKUPS && room > 0 && !api.isTimeUp()) {
		const pending = await catchVerifikError(readPending(api), (interruptedBy) => ({
			interruptedBy,
		}));
		if ('interruptedBy' in pending) return { events: [], ...pending };
		({ isTrusted } = pending);
		for (const entry of pending.entries.values()) validations.follow(entry);
		// A validation that is no longer in the lists is finished or deleted, so it is looked up even if it is not due. One that
		// was not found before probably is deleted.
		if (isTrusted) {
			due = unmet.filter((known) => {
				const [id, , , , notFoundCount] = known;
				const isDue = !notFoundCount || validations.isDue(known);
				return !pending.entries.has(id) && isDue;
			});
		}
	}
	due.sort(([, , , one = 0], [, , , other = 0]) => one - other);
	const retrieved = await retrieve(api, validations, due.slice(0, MAX_LOOKUPS), room);
	return { ...retrieved, isStatusFilterTrusted: isTrusted };
}

async function retrieve(
	api: PollApi,
	validations: SeenValidations,
	due: SeenRecord[],
	room: number,
): Promise<Pick<LookUps, 'events' | 'interruptedBy'>> {
	const events: PollEvent[] = [];
	let [tries, failures] = [0, 0];
	let interruptedBy: VerifikError | undefined;
	for (const known of due) {
		// At least one, since reading the lists may have taken all the time.
		if (events.length >= room || (tries > 0 && api.isTimeUp())) break;
		tries++;
		const [id, , createdMs] = known;
		const found = await catchVerifikError(
			api.getRecord(id).then((record) => ({ record })),
			(error) => ({ error }),
		);
		if ('error' in found) {
			interruptedBy = found.error;
			if (STOPPING.includes(interruptedBy.code)) return { events, interruptedBy };
			validations.postpone(known);
			failures++;
		} else if (found.record === undefined) {
			validations.notFound(known);
		} else {
			const { record } = found;
			const dates = toEntry(record) ?? { createdMs, updatedMs: createdMs };
			events.push(...validations.take({ ...dates, id, record }, room - events.length));
		}
	}
	const isOwnTrouble = failures < tries || tries < ENOUGH_LOOKUPS;
	return { events, interruptedBy: isOwnTrouble ? undefined : interruptedBy };
}
