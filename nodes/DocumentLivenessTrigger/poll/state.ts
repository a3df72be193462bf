// The state that is stored between polls: what is in it, and how it is read, checked and begun.
import { VerifikError } from '../../verifik/errors/VerifikError';
import type { EventChoice, TriggerOptions } from './types';

/** The letter of an event in the state. */
export type EventLetter = 'r' | 'p' | 'n' | 'c' | 'v';

/**
 * A validation that the trigger knows: its ID, the letters of the events that were handled (chosen or not), when it was created
 * and, if it is pending, when to look it up next (0: at once) and how many look-ups in a row did not find it.
 */
export type SeenRecord = [
	id: string,
	announced: string,
	createdMs: number,
	nextLookUpMs?: number,
	notFoundCount?: number,
];

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
	/** until when the latest poll read the list: Verifik's time if it reached the newest end */
	readUntilMs: number;
	/** the list was never read, since Verifik could not be reached at the activation */
	isUnread?: true;
	resume?: Resume;
	/** how many readings in a row held no record that was known, so that mark and place were not moved; undefined: none */
	unconfirmed?: number;
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

/** The number of the state's format. */
const VERSION = 2;

/** How many choices of events are stored: a user who tries out options publishes often. */
const MAX_CHOICES = 5;

/** The latest ten minutes are read again: a validation may appear in the list some time after it was created. */
export const OVERLAP_MS = 10 * 60_000;

/**
 * The state in n8n's static data (`{ state }`).
 *
 * @returns undefined if nothing is stored
 * @throws VerifikError `stateUnknown` if the stored state cannot be read; then nothing must be changed
 */
export function readState(staticData: object): TriggerState | undefined {
	const { state } = staticData as { state?: unknown };
	if (state === undefined && Object.keys(staticData).length === 0) return undefined;
	if (isState(state)) return state;
	throw new VerifikError('stateUnknown');
}

/** Whether a state belongs to this account and node; if not, the trigger starts over. */
export function isOwnState(
	state: TriggerState | undefined,
	{ account, nodeId }: TriggerOptions,
): state is TriggerState {
	return state?.account === account && state.nodeId === nodeId;
}

/**
 * The state to continue with if Verifik cannot be reached at the activation.
 *
 * @param stored the result of `readState`; if it belongs to this account and node, only a changed choice is noted
 * @param nowMs time of the activation by n8n's clock; the first poll that reaches Verifik corrects it
 */
export function stateWhileUnreachable(
	stored: TriggerState | undefined,
	options: TriggerOptions,
	nowMs: number,
): TriggerState {
	if (isOwnState(stored, options)) return withChoice(stored, options, nowMs);
	return { ...newState(options, nowMs), isUnread: true };
}

/** The state before the first reading. */
export function newState(
	{ account, nodeId, events, failedChecks }: TriggerOptions,
	nowMs: number,
): TriggerState {
	return {
		version: VERSION,
		account,
		nodeId,
		watchedSinceMs: nowMs,
		markMs: nowMs - OVERLAP_MS,
		readUntilMs: nowMs,
		isStatusFilterTrusted: false,
		choices: [{ events, failedChecks, sinceMs: 0 }],
		seen: [],
	};
}

/** The state with the present choice of events. */
export function withChoice(
	state: TriggerState,
	{ events, failedChecks }: TriggerOptions,
	nowMs: number,
): TriggerState {
	const textOf = (choice: EventChoice) =>
		JSON.stringify([choice.events.toSorted(), choice.failedChecks?.toSorted() ?? []]);
	const next = { events, failedChecks };
	if (textOf(state.choices.at(-1)!) === textOf(next)) return state;
	const choices = [...state.choices, { ...next, sinceMs: nowMs }].slice(-MAX_CHOICES);
	return { ...state, choices };
}

function isState(value: unknown): value is TriggerState {
	const state = value as TriggerState;
	return (
		isObject(value) &&
		state.version === VERSION &&
		typeof state.account === 'string' &&
		typeof state.nodeId === 'string' &&
		[state.watchedSinceMs, state.markMs, state.readUntilMs, state.unconfirmed ?? 0].every(
			Number.isFinite,
		) &&
		(state.resume === undefined || isResume(state.resume)) &&
		Array.isArray(state.choices) &&
		state.choices.length > 0 &&
		state.choices.every(
			(choice) =>
				isObject(choice) &&
				[choice.events, choice.failedChecks ?? []].every(isListOfTexts) &&
				Number.isFinite(choice.sinceMs),
		) &&
		Array.isArray(state.seen) &&
		state.seen.every(
			(known) =>
				Array.isArray(known) &&
				known.slice(0, 2).every((part) => typeof part === 'string') &&
				known.length >= 3 &&
				known.slice(2).every(Number.isFinite),
		)
	);
}

function isResume(value: unknown): value is Resume {
	if (!isObject(value)) return false;
	const { links, older } = value as Resume;
	return Array.isArray(links) && links.every(Array.isArray) && Number.isFinite(older);
}

function isListOfTexts(value: unknown): boolean {
	return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}
