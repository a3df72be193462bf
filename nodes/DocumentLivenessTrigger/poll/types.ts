// What goes into a poll, what comes out of it, and what is kept in between: the types that the host's part works with.
// Pure: nothing here, or in this folder, knows n8n. All times are milliseconds since 1970.
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

/** Which events are wanted. */
export type EventChoice = {
	events: EventName[];
	/** narrows `notPassed` to validations in which at least one of these did not pass; undefined or empty: any */
	failedChecks?: Check[];
};

export type TriggerOptions = EventChoice & {
	/** whose validations are watched: the credential's id. With another one the trigger starts over. */
	account: string;
	/** The node's id (not its name): a node that was deleted and added again under its name starts over. */
	nodeId: string;
	/** events of a poll, at most: 1 or more, or Infinity */
	maximumPerPoll: number;
};

/**
 * Verifik as a poll sees it. Related records (Populate) are the host's part: it asks for them in `fetchPage`, where
 * `status` is undefined. What `getRecord` gives has ids in their place, and its event is handed on like that.
 */
export type PollApi = {
	/**
	 * One page of the account's list.
	 *
	 * @param page 1 or more
	 * @param limit 1 to 100
	 * @param status undefined: the whole list, without `status` in the request
	 * @throws VerifikError, after the retries that the client makes
	 */
	fetchPage(page: number, limit: number, status?: Status): Promise<Pick<Page, 'records' | 'total'>>;
	/**
	 * One validation, as Retrieve gives it.
	 *
	 * @returns undefined where Verifik itself answers 404 (there is none with that id)
	 * @throws VerifikError; `validationNotFound` where a proxy answers that, which tells nothing
	 */
	getRecord(id: string): Promise<VerifikRecord | undefined>;
	/** when the latest answer was made, by its Date header; undefined where it does not say */
	serverTime(): number | undefined;
	/** n8n's clock */
	now(): number;
	/**
	 * Whether three quarters of the poll's time are used, or as much was read as a poll is to hold. From then on no request
	 * is started, and what was read so far counts; requests may be ended by the host some time after that.
	 */
	isTimeUp(): boolean;
};

/** One reason to start the workflow. `eventKey` of the item is `<id>:<name>`. */
export type PollEvent = { id: string; name: EventName; record: VerifikRecord };

export type PollResult = {
	/** oldest validation first; what has to be handed on together with storing `state` */
	events: PollEvent[];
	/** to be stored as it is: plain JSON, of a new object (the one that was handed in is not changed) */
	state: TriggerState;
	/** Whether the newest end of the list was reached; if not, the next poll goes on where this one came to. */
	isAtNewestEnd: boolean;
	/** records without an id or a date that were passed over: worth a line in the log */
	skippedCount: number;
	/** what ended this poll before its time though it had come further: worth a line in the log, the next one goes on */
	interruptedBy?: VerifikError;
};

/** An event name's letter in the state. */
export type EventLetter = 'r' | 'p' | 'n' | 'c' | 'v';

/**
 * A validation that the trigger knows: its id, the letters of the events that had their turn (wanted or not), when it
 * was created, and, where it is pending and so followed, when to look it up next (0: at once).
 */
export type SeenRecord = [id: string, announced: string, createdMs: number, nextLookUpMs?: number];

/** Where the next reading goes on. By ids: a time would hold a reading still where many records share one. */
export type Resume = {
	/** `_id` and `updatedAt` of the last ten records read that had not been touched for ten minutes; oldest first */
	links: Array<[id: string, updatedMs: number]>;
	/**
	 * How many records are older than the newest link, which additions at the newest end do not change. Negative where
	 * the server states no total: then counted back from the newest end (−1 is the newest).
	 */
	older: number;
};

/** What is kept from one poll to the next. Made by `poll`, `activate` or `stateWhileUnreachable`, read by `readState`. */
export type TriggerState = {
	version: 2;
	account: string;
	nodeId: string;
	/** What was created, or came to its outcome, before that is no news. */
	watchedSinceMs: number;
	/** Up to when the list was read when its newest end was last reached, less ten minutes. It never goes back. */
	markMs: number;
	/** The first reading is still to come: Verifik could not be reached when watching began. */
	isUnread?: true;
	resume?: Resume;
	/** undefined while it cannot be told, or makes no difference */
	isNewestFirst?: boolean;
	/** Whether List takes notice of `status`, so that all that was pending at the first reading is followed. */
	isStatusFilterTrusted: boolean;
	/**
	 * What was wanted, the newest choice last, and since when. What an earlier choice did not want is wanted by a later
	 * one only if it was reached after that was made. (Default hosts bring back old states.)
	 */
	choices: Array<EventChoice & { sinceMs: number }>;
	/** what was created after the mark, and what is followed */
	seen: SeenRecord[];
};
