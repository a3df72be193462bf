// Reads what came back from a call: which way of going wrong it is, and Verifik's own text in it. Pure.
import { VerifikFailure, type Cause, type Facts } from './errors';
import { expiryOf } from './jwt';

/** An HTTP answer as n8n's request helper returns it, its body as text. */
export type Answer = { statusCode: number; headers: Record<string, unknown>; body: unknown };

/** What an HTTP status stands for; others of 3xx and 5xx are like those of their kind that are here. */
export const CAUSE_OF_STATUS: Record<number, Cause> = {
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
const CAUSE_OF_CODE: Record<string, Cause> = {
	INVALID_IMAGE_FORMAT: 'imageFormat',
	IMAGE_TOO_LARGE: 'tooLarge',
};

/** What is known of the call before it is made. */
export type Call = { host: string; token: string };

const SAID_LENGTH = 200;

/**
 * The JSON body of an answer that succeeded.
 *
 * @returns the parsed body, or the failure that the answer stands for
 */
export function readAnswer(answer: Answer, call: Call, now: Date): unknown {
	const text = textOf(answer.body);
	const body = parseJson(text);
	const cause = causeOf(answer.statusCode, body, text);
	const isRefusal = (body as { success?: unknown } | null | undefined)?.success === false;
	// Pages are large: only what went wrong is searched for words.
	if (cause === undefined && !isRefusal) return body;

	const facts: Facts = {
		host: call.host,
		httpStatus: answer.statusCode,
		...wordsOf(body, text, call.token),
	};
	// A date is one of the server's clock, which may not agree with ours.
	const sentAt = readDate(answer.headers.date) ?? now.getTime();
	const retryAfterMs = readRetryAfter(answer.headers['retry-after'], new Date(sentAt));
	if (retryAfterMs !== undefined) facts.retryAfterMs = retryAfterMs;
	const refusal = speaksOfToken(facts) ? 'unauthorized' : 'unsuccessful';
	const named = CAUSE_OF_CODE[facts.code ?? ''] ?? cause ?? refusal;
	const validUntil = named === 'unauthorized' ? expiryOf(call.token) : undefined;
	return new VerifikFailure(named, {
		...facts,
		...(validUntil && validUntil > now && { validUntil }),
	});
}

/** What an answer stands for that is no success by its status or its form. */
function causeOf(status: number, body: unknown, text: string): Cause | undefined {
	if (status < 200 || status >= 300) return causeOfStatus(status);
	if (body === undefined) return isCutOff(text) ? 'cutOff' : 'notJson';
	return undefined;
}

/** The failure for a call that brought no answer: refused, reset, timed out, stopped … */
export function readConnectionError(error: unknown, call: Call): VerifikFailure {
	const chain = causes(error);
	const own = chain.find((cause) => cause instanceof VerifikFailure);
	if (own) return own;
	const texts = chain.flatMap((cause) => [cause.code, cause.httpCode, cause.message]);
	const words = texts.filter((text): text is string => typeof text === 'string').join(' ');
	const [cause, pattern] = CONNECTION_CAUSES.find(([, known]) => known.test(words)) ?? [
		'unreachable' as const,
		/\bE[A-Z_]{4,}\b/,
	];
	return new VerifikFailure(cause, { host: call.host, code: pattern.exec(words)?.[0] });
}

/**
 * Somebody else's text, made fit to stand in a sentence of ours: no markup, no line breaks, no token, no image, and short.
 *
 * @param token the token in use, so that it is found even where it does not look like one
 */
export function quotable(text: string, token?: string): string {
	const withoutToken = token ? text.split(token).join('[token]') : text;
	const plain = withoutToken
		.replace(/\beyJ[\w-]*\.[\w-]+(\.[\w-]*)?/g, '[token]')
		.replace(/\bbearer\s+[^\s"'<]+/gi, '[token]')
		// An image in base64, or what else has no end.
		.replace(/[\w+/=-]{80,}/g, '[…]')
		.replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, ' ')
		.replace(/<[^>]*>?/g, ' ')
		// Control and invisible characters (bidirectional overrides among them) have no place in a sentence.
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.trim();
	return plain.length > SAID_LENGTH ? `${plain.slice(0, SAID_LENGTH - 1).trimEnd()}…` : plain;
}

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns undefined where there is no such header or it cannot be read
 */
export function readRetryAfter(header: unknown, now: Date): number | undefined {
	const text = String(Array.isArray(header) ? header[0] : (header ?? '')).trim();
	if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** The time in a `Date` header, in milliseconds since 1970; undefined where there is none. */
export function readDate(header: unknown): number | undefined {
	const time = typeof header === 'string' ? Date.parse(header) : NaN;
	return Number.isNaN(time) ? undefined : time;
}

const CONNECTION_CAUSES: Array<[Cause, RegExp]> = [
	['cancelled', /\bERR_CANCELED\b|\bcanceled\b/],
	['timedOut', /\b(ETIMEDOUT|ESOCKETTIMEDOUT)\b|\btimeout of \d+/],
	['refused', /\bECONNREFUSED\b/],
	['nameNotFound', /\b(ENOTFOUND|EAI_AGAIN)\b/],
	[
		'tls',
		/\b(EPROTO|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(VERIFY|GET)_\w+)\b/,
	],
	['cutOff', /\b(stream has been aborted|aborted)\b|\bERR_BAD_RESPONSE\b/],
	['connectionLost', /\b(ECONNRESET|EPIPE|ECONNABORTED)\b|socket hang up/],
];

function causeOfStatus(status: number): Cause {
	const known = CAUSE_OF_STATUS[status];
	if (known) return known;
	if (status >= 500) return 'serverDown';
	return status >= 300 && status < 400 ? 'redirected' : 'unexpectedStatus';
}

/** Verifik's text and code, wherever they stand: `error`, `message` or `code`; a `message` may hold a code. */
function wordsOf(body: unknown, text: string, token: string): Pick<Facts, 'said' | 'code'> {
	const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
	const words = [fields.error, fields.message, fields.code].flatMap((word) =>
		typeof word === 'string' && word.trim() ? [quotable(word, token)] : [],
	);
	const code = words.findLast((word) => /^[A-Z][A-Za-z]*(_[A-Z]+)*$/.test(word));
	const said = words.find((word) => word !== code) ?? code ?? quotable(text, token);
	return { ...(said && { said }), ...(code && { code }) };
}

function speaksOfToken({ said = '', code = '' }: Facts): boolean {
	return /unauthori[sz]ed|forbidden/i.test(code) || /\btoken\b|unauthori[sz]ed/i.test(said);
}

function textOf(body: unknown): string {
	return typeof body === 'string' ? body : (JSON.stringify(body ?? '') ?? '');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Begins like JSON and does not end: cut off on the way, which another try may mend. */
function isCutOff(text: string): boolean {
	return /^\s*[[{]/.test(text) || text.trim() === '';
}

type AnyError = { code?: unknown; httpCode?: unknown; message?: unknown; cause?: unknown };

/** An error and what caused it, outermost first: n8n wraps the HTTP client's error once or twice. */
function causes(error: unknown): AnyError[] {
	const chain: AnyError[] = [];
	for (let next = error; next && typeof next === 'object' && chain.length < 8; ) {
		chain.push(next as AnyError);
		next = (next as AnyError).cause;
	}
	return chain;
}
