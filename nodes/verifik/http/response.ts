// Reads what came back from a call: which way of going wrong it is, and Verifik's own text in it.
import { VerifikError } from '../errors/VerifikError';
import { type ErrorCode, type ErrorDetails } from '../errors/messages';
import { expiryOf } from '../token/jwt';
import { parseJson } from './parseJson';
import { readBody, type Room } from './readBody';
import { sanitizeText } from './sanitizeText';

/** An HTTP answer as n8n's request helper returns it; its body is a stream. */
export type HttpAnswer = { statusCode: number; headers: Record<string, unknown>; body: unknown };

/** What an HTTP status stands for; others of 3xx and 5xx are like those of their kind that are here. */
export const CODE_OF_STATUS: Record<number, ErrorCode> = {
	301: 'redirected',
	302: 'redirected',
	307: 'redirected',
	308: 'redirected',
	400: 'invalidParameters',
	401: 'unauthorized',
	403: 'forbidden',
	404: 'notFound',
	408: 'serverDown',
	409: 'conflict',
	413: 'tooLarge',
	425: 'serverDown',
	429: 'rateLimited',
	500: 'serverDown',
	502: 'serverDown',
	503: 'serverDown',
	504: 'serverDown',
};

/** What Verifik's own code stands for, where it says more than the status. */
const CODE_OF_API_CODE = new Map<string, ErrorCode>([
	['INVALID_IMAGE_FORMAT', 'imageFormat'],
	['IMAGE_TOO_LARGE', 'tooLarge'],
]);

/** What is known of the call before it is made. */
export type RequestTarget = { host: string; token: string };

/** A page of 100 real records has about 0.3 MB. */
const MAX_ANSWER_BYTES = 8_000_000;

/** Of an answer that is none, only the beginning is quoted. */
const MAX_REFUSAL_BYTES = 64_000;

/** What is needed to read an answer. */
export type ReadOptions = {
	target: RequestTarget;
	now: Date;
	/** ends the reading */
	signal: AbortSignal;
	/** that it shares with others */
	room?: Room;
	/** called with how many bytes it takes: unpacked, or in memory where that is more */
	count?: (bytes: number) => void;
};

/**
 * The JSON body of an answer that succeeded.
 *
 * @throws VerifikError that the answer stands for; the signal's reason, or whatever the stream throws when the connection breaks
 */
export async function readAnswer(
	{ statusCode, headers, body: stream }: HttpAnswer,
	{ target, now, signal, room, count }: ReadOptions,
): Promise<unknown> {
	const code = codeOfStatus(statusCode);
	const { bytes, isCut } = await readBody(
		stream,
		code === undefined ? MAX_ANSWER_BYTES : MAX_REFUSAL_BYTES,
		signal,
		room,
	);
	const known: ErrorDetails = { host: target.host, httpStatus: statusCode };
	if (code === undefined && isCut) throw new VerifikError('answerTooLarge', known);
	const parsed = parseJson(bytes);
	count?.(typeof parsed === 'object' ? parsed.size : bytes.length);
	if (code === undefined && parsed === 'tooDeep') throw new VerifikError('answerTooDeep', known);
	if (code === undefined && parsed === 'tooMany') {
		throw new VerifikError('answerTooLarge', known);
	}
	const isJson = typeof parsed === 'object';
	const body = isJson ? parsed.value : undefined;
	const isRefusal = (body as { success?: unknown } | null | undefined)?.success === false;
	// Pages are large: only what went wrong is searched for words.
	if (isJson && code === undefined && !isRefusal) return body;

	const text = bytes.toString('utf8', 0, MAX_REFUSAL_BYTES);
	const facts: ErrorDetails = { ...known, isJson, ...wordsOf(body, text, target.token) };
	// A date is one of the server's clock, which may not agree with ours.
	const sentAt = readDate(headers.date) ?? now;
	const retryAfterMs = readRetryAfter(headers['retry-after'], sentAt);
	if (retryAfterMs !== undefined) facts.retryAfterMs = retryAfterMs;
	const unreadable = isCutOff(text) ? 'cutOff' : 'notJson';
	const refusal = speaksOfToken(facts) ? 'unauthorized' : 'unsuccessful';
	const named = code ?? (isJson ? refusal : unreadable);
	throw toError(CODE_OF_API_CODE.get(facts.apiCode ?? '') ?? named, facts, target, now);
}

function toError(
	code: ErrorCode,
	facts: ErrorDetails,
	target: RequestTarget,
	now: Date,
): VerifikError {
	const validUntil = code === 'unauthorized' ? expiryOf(target.token) : undefined;
	return new VerifikError(code, {
		...facts,
		...(validUntil && validUntil > now && { validUntil }),
	});
}

/** The error for a call that brought no answer: refused, reset, timed out, stopped … */
export function toConnectionError(error: unknown, target: RequestTarget): VerifikError {
	const chain = causes(error);
	const own = chain.find((cause) => cause instanceof VerifikError);
	if (own) return own;
	const texts = chain.flatMap((cause) => [cause.name, cause.code, cause.httpCode, cause.message]);
	const words = texts.filter((text): text is string => typeof text === 'string').join(' ');
	const [code, pattern] = CONNECTION_CODES.find(([, known]) => known.test(words)) ?? [
		'unreachable' as const,
		/\bE[A-Z_]{4,}\b/,
	];
	return new VerifikError(
		code,
		{ host: target.host, apiCode: pattern.exec(words)?.[0] },
		// n8n's own error holds the request, and with it the token
		{ cause: new Error(sanitizeText(words, target.token)) },
	);
}

/** Longer than any wait that is meant; what is beyond it is a slip of the server's clock or of its digits. */
const MAX_RETRY_AFTER_MS = 365 * 24 * 3_600_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds, a year at most: seconds or an HTTP date (RFC 9110,
 * 10.2.3).
 *
 * @param now by the server's clock where it says (`Date`), since a date in the header is by that clock
 * @returns undefined where there is no such header or it cannot be read
 */
export function readRetryAfter(header: unknown, now: Date): number | undefined {
	const text = String(Array.isArray(header) ? header[0] : (header ?? '')).trim();
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	const ms = /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1000) : date - now.getTime();
	return Number.isNaN(ms) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

/** The time in a `Date` header; undefined where there is none. */
export function readDate(header: unknown): Date | undefined {
	const date = new Date(typeof header === 'string' ? header : NaN);
	return Number.isNaN(date.getTime()) ? undefined : date;
}

const CONNECTION_CODES: Array<[ErrorCode, RegExp]> = [
	['blockedByN8n', /\bThe request was blocked because\b|\bSsrfBlocked\w+/],
	['cancelled', /\bERR_CANCELED\b|\bcanceled\b/],
	['timedOut', /\b(ETIMEDOUT|ESOCKETTIMEDOUT)\b|\btimeout of \d+/],
	['refused', /\bECONNREFUSED\b/],
	['nameNotFound', /\b(ENOTFOUND|EAI_AGAIN)\b/],
	[
		'tls',
		/\b(EPROTO|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(VERIFY|GET)_\w+)\b/,
	],
	[
		'cutOff',
		/\b(stream has been aborted|aborted)\b|\bERR_BAD_RESPONSE\b|\bZ_[A-Z]+_ERROR\b|\bERR__ERROR_\w+/,
	],
	['connectionLost', /\b(ECONNRESET|EPIPE|ECONNABORTED|HPE_\w+)\b|socket hang up/],
];

/** undefined for a success */
function codeOfStatus(status: number): ErrorCode | undefined {
	if (status >= 200 && status < 300) return undefined;
	const known = CODE_OF_STATUS[status];
	if (known) return known;
	if (status >= 500) return 'serverDown';
	return status >= 300 && status < 400 ? 'redirected' : 'unexpectedStatus';
}

/** Verifik's text and code, wherever they stand: `error`, `message` or `code`; a `message` may hold a code. */
function wordsOf(
	body: unknown,
	text: string,
	token: string,
): Pick<ErrorDetails, 'apiMessage' | 'apiCode'> {
	const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
	const words = [fields.error, fields.message, fields.code].flatMap((word) =>
		typeof word === 'string' && word.trim() ? [sanitizeText(word, token)] : [],
	);
	const code = words.findLast((word) => /^[A-Z][A-Za-z]*(_[A-Z]+)*$/.test(word));
	const said = words.find((word) => word !== code) ?? code ?? sanitizeText(text, token);
	return { ...(said && { apiMessage: said }), ...(code && { apiCode: code }) };
}

function speaksOfToken({ apiMessage: said = '', apiCode: code = '' }: ErrorDetails): boolean {
	// what `sanitizeText` put in place of one is no word of Verifik's
	const own = said.replaceAll('[token]', '');
	return /unauthori[sz]ed|forbidden/i.test(code) || /\btoken\b|unauthori[sz]ed/i.test(own);
}

/** Begins like JSON and does not end: cut off on the way, which another try may mend. */
function isCutOff(text: string): boolean {
	return /^\s*[[{]/.test(text) || text.trim() === '';
}

type AnyError = {
	name?: unknown;
	code?: unknown;
	httpCode?: unknown;
	message?: unknown;
	cause?: unknown;
};

/** An error and what caused it, outermost first: n8n wraps the HTTP client's error once or twice. */
function causes(error: unknown): AnyError[] {
	const chain: AnyError[] = [];
	for (let next = error; next && typeof next === 'object' && chain.length < 8; ) {
		chain.push(next as AnyError);
		next = (next as AnyError).cause;
	}
	return chain;
}
