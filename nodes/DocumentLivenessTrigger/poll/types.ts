// What a poll is told and asks for: options, the API as it sees it, events. Nothing in this folder uses n8n. All times are
// milliseconds since 1970.
import type { Check, Page, Status, VerifikRecord } from '../../verifik/api/documentLiveness';

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
	 * @returns undefined after a 404: there is none with this ID, or a proxy answered
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
