// Whether a request that did not succeed is sent again, and after how long. Pure.
import type { ErrorCode } from '../errors/messages';

/** What the decision about a retry depends on. */
export type Attempt = {
	code: ErrorCode;
	/** how often the request has been sent, 1 or more */
	tries: number;
	/** how long the server asked to wait */
	retryAfterMs?: number;
	/** whether sending it twice has the same effect as once (a GET) */
	isRepeatable: boolean;
	/** whether the server has answered a request of this operation in JSON */
	hasAnswered: boolean;
};

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 30_000;

/** An hour: the longest wait, also if the server asks for a longer one. */
const MAX_REQUESTED_WAIT_MS = 3_600_000;

/** How often a request is sent at most, by the error of the latest try. After any other error it is not sent again. */
const MAX_TRIES: Partial<Record<ErrorCode, number>> = {
	rateLimited: 8,
	serverDown: 8,
	connectionLost: 8,
	cutOff: 8,
	notJson: 8,
	// each of these takes a minute
	timedOut: 3,
	// more likely a wrong address than a short outage
	refused: 3,
	nameNotFound: 3,
	unreachable: 3,
};

/** If the first answer is not JSON, a wrong address or a sign-in page is more likely than a short outage. */
const MAX_TRIES_NOT_JSON_AT_FIRST = 2;

/** The request did not arrive, or was refused before anything was done: sending it again does nothing twice. */
const SURELY_NOT_DONE: readonly ErrorCode[] = ['rateLimited', 'refused', 'nameNotFound'];

/**
 * How long to wait before the request is sent again, in milliseconds; undefined if it must not be sent again.
 *
 * The wait doubles with each try. A random part (up to half of it) keeps requests that were refused together from being sent
 * again together. If the server asks for a longer wait, that is used, up to an hour.
 *
 * @param random a number from 0 to 1
 */
export function waitBeforeRetry(attempt: Attempt, random: number): number | undefined {
	const { code, tries, retryAfterMs, isRepeatable } = attempt;
	if (tries >= maxTries(attempt)) return undefined;
	if (!isRepeatable && !SURELY_NOT_DONE.includes(code)) return undefined;
	const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
	const backoff = Math.round(wait * (0.5 + random / 2));
	return Math.max(backoff, Math.min(retryAfterMs ?? 0, MAX_REQUESTED_WAIT_MS));
}

function maxTries({ code, hasAnswered }: Attempt): number {
	if (code === 'notJson' && !hasAnswered) return MAX_TRIES_NOT_JSON_AT_FIRST;
	return MAX_TRIES[code] ?? 1;
}
