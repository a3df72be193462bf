// Whether a request that went wrong may be sent again, and after how long. Pure.
import type { ErrorCode } from '../errors/messages';

/** What a retry is decided by. */
export type Attempt = {
	code: ErrorCode;
	/** how often the request has been sent, 1 or more */
	tries: number;
	/** how long the server asked to wait */
	retryAfterMs?: number;
	/** Whether sending it twice does the same as once (a GET). */
	isRepeatable: boolean;
	/** Whether the server answered a request of this operation as the API does. */
	hasAnswered: boolean;
};

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 30_000;

/** A server that asks for more is asked again after that, all the same. */
const MAX_REQUESTED_WAIT_MS = 3_600_000;

/** How often a request is sent at most, for what may pass by itself. What is not here is final. */
const MAX_TRIES: Partial<Record<ErrorCode, number>> = {
	rateLimited: 8,
	serverDown: 8,
	connectionLost: 8,
	cutOff: 8,
	notJson: 8,
	// each of these takes a minute
	timedOut: 3,
	// more often a wrong address than a short outage
	refused: 3,
	nameNotFound: 3,
	unreachable: 3,
};

/** Something else than JSON as the first answer is more likely a wrong address or a sign-in page than a short outage. */
const MAX_TRIES_NOT_JSON_AT_FIRST = 2;

/** The request did not arrive, or was turned away at the door: sending it again cannot do a thing twice. */
const SURELY_NOT_DONE: readonly ErrorCode[] = ['rateLimited', 'refused', 'nameNotFound'];

/**
 * How long to wait before the request is sent again, in milliseconds; undefined where it must not be.
 *
 * The wait doubles from try to try, and chance spreads it over its upper half, so that requests that were refused
 * together do not come back together. Where the server asks for a longer wait, that counts, up to an hour.
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
