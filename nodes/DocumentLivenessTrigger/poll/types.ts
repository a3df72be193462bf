// The arguments and results of a poll, and the state that is stored between polls. Nothing in this folder uses n8n. All times
// are milliseconds since 1970.
import type { Check, Page, Status, VerifikRecord } from '../../verifik/api/documentLiveness';
import type { VerifikError } from '../../verifik/errors/VerifikError';

/** What can start a workflow, in the order in which one validation goes through them. */
export const EVENT_NAMES = [
	'received',
	'passed',
	'notPassed',
	'notCarriedOut',
	'noVerdict',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** The events that the user has chosen. */
export type EventChoice = {
	events: EventName[];
	/** `notPassed` only for documents that did not pass at least one of these; undefined or empty: all */
	failedChecks?: Check[];
};

/** What the user has chosen, and for which account and node. */
export type TriggerOptions = EventChoice & {
	/** the ID of the credential; with another one the trigger starts over */
	account: string;
	/** the ID of the node, not its name: a node that was deleted and added again starts over */
	nodeId: string;
	/** how many events a poll returns at most: 1 or more, or Infinity */
	maximumPerPoll: number;
};

/**
 * The requests that a poll can make. Related records (Populate) come only from `fetchPage` without a status; a record from
 * `getRecord` has only their IDs.
 */
export type PollApi = {
	/**
	 * One page of the account's list.
	 *
	 * @param page 1 or more
	 * @param limit 1 to 100
	 * @param status undefined: the whole list
	 * @throws VerifikError after the retries of the client
	 */
	fetchPage(page: number, limit: number, status?: Status): Promise<Pick<Page, 'records' | 'total'>>;
	/**
	 * One validation, from Retrieve.
	 *
	 * @returns undefined if there is none with this ID
	 * @throws VerifikError
	 */
	getRecord(id: string): Promise<VerifikRecord | undefined>;
	/** the time of the latest answer, by its Date header; undefined if it has none */
	serverTime(): number | undefined;
	/** n8n's clock */
	now(): number;
	/**
	 * Whether no further request may start: three quarters of the poll's time have passed, or as much was read as a poll may hold
	 * in memory. Requests that are still active may be ended some time later.
	 */
	isTimeUp(): boolean;
};

/** An event that starts the workflow. The `eventKey` of its item is `<id>:<name>`. */
export type PollEvent = { id: string; name: EventName; record: VerifikRecord };

export type PollResult = {
	/** oldest validation first; to be returned to n8n together with storing `state` */
	events: PollEvent[];
	/** plain JSON, to be stored; the state that was passed in is not changed */
	state: TriggerState;
	/** whether the newest end of the list was reached; if not, the next poll continues where this one ended */
	isAtNewestEnd: boolean;
	/** how many records without an ID or a date were skipped, for the log */
	skippedCount: number;
	/** what ended the poll early after some progress, for the log; the next poll continues */
	interruptedBy?: VerifikError;
};

/** The letter of an event in the state. */
export type EventLetter = 'r' | 'p' | 'n' | 'c' | 'v';

/**
 * A validation that the trigger knows: its ID, the letters of the events that were handled (chosen or not), when it was created
 * and, if it is pending, when to look it up next (0: at once).
 */
export type SeenRecord = [id: string, announced: string, createdMs: number, nextLookUpMs?: number];

/** Where the next reading continues. By IDs: with a time, many records of the same time would stop the progress. */
export type Resume = {
	/** `_id` and `updatedAt` of the last ten handled records that were not updated for ten minutes; oldest first */
	links: Array<[id: string, updatedMs: number]>;
	/**
	 * How many records are older than the newest link; new records do not change that. Negative if the server states no total:
	 * then counted back from the newest end (−1 is the newest).
	 */
	older: number;
};

/** The state between polls. Made by `poll`, `activate` or `stateWhileUnreachable`, read by `readState`. */
export type TriggerState = {
	version: 2;
	account: string;
	nodeId: string;
	/** events before this are not new */
	watchedSinceMs: number;
	/** until when the list was read when its newest end was last reached, minus ten minutes; never decreases */
	markMs: number;
	/** the list was never read, since Verifik could not be reached at the activation */
	isUnread?: true;
	resume?: Resume;
	/** undefined while it is not known */
	isNewestFirst?: boolean;
	/** whether List filters by `status`, so that the lists of pending validations can be used */
	isStatusFilterTrusted: boolean;
	/**
	 * The choices of events and since when they hold, the newest last. An event that an earlier choice did not contain is returned
	 * only if it was reached after the later choice was made. (On default hosts, an old state can come back.)
	 */
	choices: Array<EventChoice & { sinceMs: number }>;
	/** validations created after the mark, and those that are followed */
	seen: SeenRecord[];
};
