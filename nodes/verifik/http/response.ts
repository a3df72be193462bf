// Reads an answer: its JSON, or the error that it stands for, with Verifik's own text.
import { VerifikError } from '../errors/VerifikError';
import { type ErrorCode, type ErrorDetails } from '../errors/messages';
import { expiryOf } from '../token/jwt';
import { parseJson } from './parseJson';
import { readBody, type SharedBytes } from './readBody';
import { sanitizeText } from './sanitizeText';

/** An HTTP answer as n8n's request helper returns it; its body is a stream. */
export type HttpAnswer = { statusCode: number; headers: Record<string, unknown>; body: unknown };

/** The error code of an HTTP status. Other statuses: see `codeOfStatus`. */
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

/** The error code of Verifik's own codes that say more than the status. */
const CODE_OF_API_CODE = new Map<string, ErrorCode>([
	['INVALID_IMAGE_FORMAT', 'imageFormat'],
	['IMAGE_TOO_LARGE', 'tooLarge'],
]);

/** The host of a request, and its token, which no error may quote. */
export type RequestTarget = { host: string; token: string };

/** A page of 100 real records has about 0.3 MB. */
const MAX_ANSWER_BYTES = 8_000_000;

/** An answer with an error status is read only as far as it may be quoted. */
const MAX_REFUSAL_BYTES = 64_000;

/** What is needed to read an answer. */
export type ReadOptions = {
	target: RequestTarget;
	now: Date;
	/** ends the reading */
	signal: AbortSignal;
	/** the bytes that all answers of the operation have while they are received */
	shared?: SharedBytes;
	/** called with the size of the answer, in bytes: decompressed, or in memory if that is more */
	count?: (bytes: number) => void;
};

/**
 * The JSON body of an answer that succeeded.
 *
 * @throws VerifikError for any other answer; the reason of the signal; what the stream throws if the connection breaks
 */
export async function readAnswer(
	{ statusCode, headers, body: stream }: HttpAnswer,
	{ target, now, signal, shared, count }: ReadOptions,
): Promise<unknown> {
	const code = codeOfStatus(statusCode);
	const { bytes, isCut } = await readBody(
		stream,
		code === undefined ? MAX_ANSWER_BYTES : MAX_REFUSAL_BYTES,
		signal,
		shared,
	);
	const known: ErrorDetails = { host: target.host, httpStatus: statusCode };
	if (code === undefined && isCut) throw new VerifikError('answerTooLarge', known);
	const parsed = parseJson(bytes);
	count?.(typeof parsed === 'object' ? parsed.size : bytes.length);
	if (code === undefined && parsed === 'tooDeep') throw new VerifikError('answerTooDeep', known);
	if (code === undefined && parsed === 'tooMany') throw new VerifikError('answerTooLarge', known);
	const isJson = typeof parsed === 'object';
	const body = isJson ? parsed.value : undefined;
	const isRefusal = (body as { success?: unknown } | null | undefined)?.success === false;
	// Pages are large, so only an answer that did not succeed is searched for Verifik's text.
	if (isJson && code === undefined && !isRefusal) return body;

	const text = bytes.toString('utf8', 0, MAX_REFUSAL_BYTES);
	const facts: ErrorDetails = { ...known, ...wordsOf(body, text, target.token) };
	// A date in Retry-After is by the server's clock, which may differ from ours.
	const sentAt = readDate(headers.date) ?? now;
	const retryAfterMs = readRetryAfter(headers['retry-after'], sentAt);
	if (retryAfterMs !== undefined) facts.retryAfterMs = retryAfterMs;
	const unreadable = isCutOff(text) ? 'cutOff' : 'notJson';
	const refusal = speaksOfToken(facts) ? 'unauthorized' : 'unsuccessful';
	const named = code ?? (isJson ? refusal : unreadable);
	const codeOfError = CODE_OF_API_CODE.get(facts.apiCode ?? '') ?? named;
	const validUntil = codeOfError === 'unauthorized' ? expiryOf(target.token) : undefined;
	if (validUntil && validUntil > now) facts.validUntil = validUntil;
	throw new VerifikError(codeOfError, facts);
}

/** The error for a request without an answer: refused, reset, timed out, stopped … */
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
		// Only the text: n8n's own error has the request, and so the token.
		{ cause: new Error(sanitizeText(words, target.token)) },
	);
}

/** A year: a longer wait would be a mistake of the server. */
const MAX_RETRY_AFTER_MS = 365 * 24 * 3_600_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds, at most a year. The header has seconds or an HTTP date
 * (RFC 9110, 10.2.3).
 *
 * @param now by the server's clock (its `Date` header), since a date in `Retry-After` is by that clock too
 * @returns undefined if there is no such header or it cannot be read
 */
export function readRetryAfter(header: unknown, now: Date): number | undefined {
	const text = String(Array.isArray(header) ? header[0] : (header ?? '')).trim();
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	const ms = /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1000) : date - now.getTime();
	return Number.isNaN(ms) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

/** The time in a `Date` header; undefined if it cannot be read. */
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

/** The error code of an HTTP status; undefined for a success. */
function codeOfStatus(status: number): ErrorCode | undefined {
	if (status >= 200 && status < 300) return undefined;
	const known = CODE_OF_STATUS[status];
	if (known) return known;
	if (status >= 500) return 'serverDown';
	return status >= 300 && status < 400 ? 'redirected' : 'unexpectedStatus';
}

/** Verifik's text and code from the fields `error`, `message` and `code`; a `message` may be a code. */
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
	// `[token]` is from `sanitizeText`, not from Verifik.
	const own = said.replaceAll('[token]', '');
	return /unauthori[sz]ed|forbidden/i.test(code) || /\btoken\b|unauthori[sz]ed/i.test(own);
}

/** Whether a text that is not JSON begins like JSON, or is empty: then it was cut off, and a retry may help. */
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
