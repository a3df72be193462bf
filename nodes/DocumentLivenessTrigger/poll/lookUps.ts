// Follows pending validations that the reading of the list did not meet: by Retrieve, and where there are many and List
// takes notice of `status`, by the lists of what is pending.
import type { Status } from '../../verifik/api/documentLiveness';
import { catchVerifikError, VerifikError } from '../../verifik/errors/VerifikError';
import { type ErrorCode } from '../../verifik/errors/messages';
import { ListReader, toEntry, type ListEntry } from './listReader';
import type { SeenValidations } from './newEvents';
import { readForward, type ForwardReading } from './readForward';
import type { PollApi, PollEvent, SeenRecord } from './types';

const PENDING: Status[] = ['new', 'processing'];

/** Of each list of pending validations, so many are read. */
const MOST_PENDING = 2_000;

/** Validations that a poll looks up, at most; the others have their turn with the next. */
const MOST_LOOKUPS = 50;

/** Two lists cost less than so many look-ups. */
const FEW_LOOKUPS = 10;

/** If so many look-ups do not work, and none does, it is not the records' own trouble. */
const ENOUGH_LOOKUPS = 3;

/** After these, asking for other validations is of no use either. */
const STOPPING: ErrorCode[] = [
	'tokenMissing',
	'tokenUnusable',
	'tokenExpired',
	'unauthorized',
	'rateLimited',
];

export type PendingLists = {
	/** pending, or what else came */
	entries: Map<string, ListEntry>;
	/** Whether all came, and nothing else: List takes notice of `status`. */
	isTrusted: boolean;
};

/**
 * The validations that are pending, by the lists of both statuses: New first, since they move from there to Processing.
 *
 * @throws VerifikError what the API throws
 */
export async function readPending(api: PollApi): Promise<PendingLists> {
	const entries = new Map<string, ListEntry>();
	let isTrusted = true;
	for (const status of PENDING) {
		const reader = new ListReader(api, status);
		// From its head on; in which order it is makes no difference.
		reader.isNewestFirst = false;
		const isEnough = (fresh: ListEntry[]) => {
			for (const entry of fresh) {
				entries.set(entry.id, entry);
				if (entry.record.status !== status) isTrusted = false;
			}
			return !isTrusted || entries.size >= MOST_PENDING;
		};
		const head = await reader.readHead();
		await reader.isHeadWhole(head);
		const { interruptedBy } = await readForward(reader, head, isEnough);
		if (interruptedBy) throw interruptedBy;
		if (!isTrusted) break;
	}
	return { entries, isTrusted };
}

export type LookUps = {
	events: PollEvent[];
	/** undefined: the lists of pending validations were not read */
	isStatusFilterTrusted?: boolean;
	/** why it ended early */
	interruptedBy?: VerifikError;
};

/**
 * Looks at the validations that are followed and were not met: those that are due, the longest overdue first.
 *
 * @param run what was read of the list
 * @param limits whether the lists of pending validations may be read; room for so many events
 */
export async function lookUp(
	api: PollApi,
	ledger: SeenValidations,
	run: ForwardReading,
	{ isStatusFilterTrusted, room }: { isStatusFilterTrusted: boolean; room: number },
): Promise<LookUps> {
	const unmet = ledger.followed().filter(([id]) => !run.entries.has(id));
	let due = unmet.filter((known) => ledger.isDue(known));
	let isTrusted: boolean | undefined;
	if (isStatusFilterTrusted && due.length > FEW_LOOKUPS && room > 0 && !api.isTimeUp()) {
		const pending = await catchVerifikError(readPending(api), (interruptedBy) => ({
			interruptedBy,
		}));
		if ('interruptedBy' in pending) return { events: [], ...pending };
		({ isTrusted } = pending);
		for (const entry of pending.entries.values()) ledger.follow(entry);
		// What is not in the lists any more has come to its outcome, or was deleted: no need to wait until it is due.
		if (isTrusted) due = unmet.filter(([id]) => !pending.entries.has(id));
	}
	due.sort(([, , , one = 0], [, , , other = 0]) => one - other);
	const retrieved = await retrieve(api, ledger, due.slice(0, MOST_LOOKUPS), room);
	return { ...retrieved, isStatusFilterTrusted: isTrusted };
}

async function retrieve(
	api: PollApi,
	ledger: SeenValidations,
	due: SeenRecord[],
	room: number,
): Promise<Pick<LookUps, 'events' | 'interruptedBy'>> {
	const events: PollEvent[] = [];
	let [tries, failures] = [0, 0];
	let interruptedBy: VerifikError | undefined;
	for (const known of due) {
		// One at least: the lists of what is pending may have taken the time.
		if (events.length >= room || (tries > 0 && api.isTimeUp())) break;
		tries++;
		const [id, , createdMs] = known;
		const found = await catchVerifikError(
			api.getRecord(id).then((record) => ({ record })),
			(error) => ({ error }),
		);
		if ('error' in found) {
			// Where a proxy answers so, it may be for each that was deleted: no reason for a poll to throw.
			if (found.error.code === 'validationNotFound') {
				ledger.postpone(known);
				continue;
			}
			interruptedBy = found.error;
			if (STOPPING.includes(interruptedBy.code)) return { events, interruptedBy };
			ledger.postpone(known);
			failures++;
		} else if (found.record === undefined) {
			ledger.seen.delete(id);
		} else {
			const { record } = found;
			const dates = toEntry(record) ?? { createdMs, updatedMs: createdMs };
			events.push(...ledger.take({ ...dates, id, record }, room - events.length));
		}
	}
	const isOwnTrouble = failures < tries || tries < ENOUGH_LOOKUPS;
	return { events, interruptedBy: isOwnTrouble ? undefined : interruptedBy };
}
