// Reads and checks the fields of the credential: the token and the Base URL.
import { VerifikError } from '../errors/VerifikError';
import { fingerprint } from './fingerprint';
import { expiryOf, isExpired } from './jwt';
import { refusedTokens } from './refusedTokens';

/** The fields of the Verifik API credential as n8n hands them over. */
export type CredentialFields = {
	accessToken?: unknown;
	baseUrl?: unknown;
	renewAutomatically?: unknown;
	renewalMonths?: unknown;
	/** the latest renewed tokens and the fingerprint of the pasted one, as `renewedField` makes it */
	renewedToken?: unknown;
};

export const DEFAULT_BASE_URL = 'https://api.verifik.co';

/** Servers refuse longer header lines (nginx: over 8 kB). Verifik's tokens have a few hundred characters. */
const MAX_TOKEN_LENGTH = 7_000;

/** Half of that, so that a token that grows with each renewal is not accepted until servers refuse it. */
const MAX_RENEWED_LENGTH = 3_500;

const MAX_BASE_URL_LENGTH = 2_000;

/** A credential that was read and checked. */
export type VerifikCredential = {
	/** without a slash at its end */
	baseUrl: URL;
	/** the token that the user entered, without white space and `Bearer` */
	pastedToken: string;
	/** the renewed tokens, the newest first, and the pasted one */
	tokens: string[];
	/** the one of them that is in use */
	token: string;
	/** when the token in use expires; undefined if it does not say */
	expiresAt?: Date;
};

/** Reads and checks a credential. @throws VerifikError `tokenMissing`, `tokenUnusable`, `baseUrlInvalid`, `plainHttp` */
export function readCredential(fields: CredentialFields, now = new Date()): VerifikCredential {
	const pastedToken = readPastedToken(fields.accessToken);
	const tokens = [...readRenewed(fields.renewedToken, pastedToken), pastedToken];
	// If all have expired, the message has the date of the newest.
	const token = tokens.find((one) => isUsable(one, now)) ?? tokens[0]!;
	return {
		baseUrl: readBaseUrl(fields.baseUrl),
		pastedToken,
		tokens,
		token,
		expiresAt: expiryOf(token),
	};
}

/** Whether a token neither has expired nor was refused. */
function isUsable(token: string, now: Date): boolean {
	return !isExpired(token, now) && !refusedTokens.has(token);
}

/**
 * To be called when Verifik refused a token. After a renewed token, the one before it is used again until it expires.
 *
 * @returns whether the request can be sent again with another token
 */
export function fallBack(
	{ tokens, pastedToken }: VerifikCredential,
	refused: string | undefined,
	now = new Date(),
): boolean {
	if (refused === undefined || refused === pastedToken) return false;
	refusedTokens.add(refused);
	return tokens.some((one) => isUsable(one, now));
}

/**
 * The value of `renewedToken` after a renewal: the fingerprint of the pasted token, the renewed token and, if it had been renewed
 * before, the token before it. If another token is pasted later, the fingerprint does not match, and these tokens are ignored.
 * Not the pasted token itself: if it comes from an external vault, n8n would store a copy of it.
 */
export function renewedField(pasted: string, renewed: string, before = pasted): string {
	const tokens = before === pasted ? [renewed] : [renewed, before];
	return [fingerprint(pasted), ...tokens].join(' ');
}

/**
 * The token without what is often pasted with it: white space, line breaks (also within it, from wrapped emails) and a
 * leading `Bearer`.
 */
function readPastedToken(field: unknown): string {
	const token = String(field ?? '')
		// First, since a pattern that begins with white space is slow on much of it.
		.trim()
		.replace(/^(authorization\s*:\s*)?bearer(\s+|$)/i, '')
		.replace(/\s+/g, '');
	if (token === '') throw new VerifikError('tokenMissing');
	// Node's HTTP client would refuse other characters with a message that quotes the header.
	const isUsable = token.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token);
	if (!isUsable) throw new VerifikError('tokenUnusable');
	return token;
}

/** Whether a text has the form of a token that Verifik issues: a JWT (RFC 7519) of a usual length. */
export function isIssuedToken(text: string): boolean {
	return text.length <= MAX_RENEWED_LENGTH && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function readRenewed(field: unknown, pasted: string): string[] {
	const [of, ...tokens] = String(field ?? '').split(' ', 3);
	return of === fingerprint(pasted) ? tokens.filter(isIssuedToken) : [];
}

/** The base URL, without white space around it or slashes at its end. */
function readBaseUrl(field: unknown): URL {
	const typed = String(field ?? '').trim() || DEFAULT_BASE_URL;
	const isSane = typed.length <= MAX_BASE_URL_LENGTH && URL.canParse(typed);
	const url = isSane ? new URL(typed) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
		throw new VerifikError('baseUrlInvalid');
	}
	if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
		throw new VerifikError('plainHttp', { host: url.host });
	}
	url.search = '';
	url.hash = '';
	url.pathname = url.pathname.replace(/\/+$/, '');
	return url;
}

/**
 * Whether a host name always means the machine that n8n runs on. Names under `.localhost` do not: browsers resolve them to
 * this machine, but Node.js asks the name server.
 */
export function isThisMachine(hostname: string): boolean {
	return hostname === 'localhost' || /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]';
}
