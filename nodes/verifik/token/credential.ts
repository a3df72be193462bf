// What a user typed into the credential, made safe to use: the token and the base URL.
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
	/** what `renewedField` made: the token of the latest renewal, and what the pasted one is known by */
	renewedToken?: unknown;
};

export const DEFAULT_BASE_URL = 'https://api.verifik.co';

/** Servers refuse longer header lines (nginx those over 8 kB); Verifik's tokens have some hundred characters. */
const MAX_TOKEN_LENGTH = 7_000;

/** What renews itself must not grow until it is refused: half of that, twice a large JWT. */
const MAX_RENEWED_LENGTH = 3_500;

const MAX_BASE_URL_LENGTH = 2_000;

/** A credential, ready to be used. */
export type VerifikCredential = {
	/** without slashes at its end */
	baseUrl: URL;
	/** as the user entered it, without what was pasted along */
	pastedToken: string;
	/** the one in use: the pasted one, or what it was renewed to */
	token: string;
	/** when the token in use expires; undefined where it does not say */
	expiresAt?: Date;
};

/** @throws VerifikError `tokenMissing`, `tokenUnusable`, `baseUrlInvalid`, `plainHttp` */
export function readCredential(fields: CredentialFields, now = new Date()): VerifikCredential {
	const pastedToken = readPastedToken(fields.accessToken);
	const token = tokenInUse(pastedToken, readRenewed(fields.renewedToken, pastedToken), now);
	return { baseUrl: readBaseUrl(fields.baseUrl), pastedToken, token, expiresAt: expiryOf(token) };
}

/** The renewed token, as long as it lives and was not refused; else the pasted one. */
function tokenInUse(pasted: string, renewed: string | undefined, now: Date): string {
	if (renewed === undefined || renewed === pasted) return pasted;
	// Of two that are over, the renewed one tells when it came to that.
	const isWorse = isExpired(renewed, now) || refusedTokens.has(renewed);
	return isWorse && !isExpired(pasted, now) ? pasted : renewed;
}

/**
 * To be called when Verifik refused a token: if it was a renewed one, the pasted one is used again from now on, as long as
 * it lives.
 *
 * @returns whether the pasted one may work instead
 */
export function fallBackToPasted({ pastedToken }: VerifikCredential, refused?: string): boolean {
	if (refused === undefined || refused === pastedToken) return false;
	refusedTokens.add(refused);
	return !isExpired(pastedToken, new Date());
}

/**
 * What the credential's `renewedToken` holds after a renewal: the fingerprint of the pasted token, and the renewed one.
 * When another one is pasted later, the fingerprint is not its, and it wins. Never the pasted token itself: where it comes
 * from an external vault, n8n would store a copy of it.
 */
export function renewedField(pasted: string, renewed: string): string {
	return `${fingerprint(pasted)} ${renewed}`;
}

/**
 * What people paste along with a token is taken off: white space and line breaks (also those inside, from wrapped e-mails)
 * and a leading `Bearer`.
 */
function readPastedToken(field: unknown): string {
	const token = String(field ?? '')
		// first, since a pattern that begins with white space takes a time that grows with its square
		.trim()
		.replace(/^(authorization\s*:\s*)?bearer(\s+|$)/i, '')
		.replace(/\s+/g, '');
	if (token === '') throw new VerifikError('tokenMissing');
	// Node's HTTP client would refuse other characters with a message that quotes the header.
	const isUsable = token.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token);
	if (!isUsable) throw new VerifikError('tokenUnusable');
	return token;
}

/** Whether a text has the form of a token that Verifik issues: a JWT (RFC 7519), and no giant. */
export function isIssuedToken(text: string): boolean {
	return text.length <= MAX_RENEWED_LENGTH && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function readRenewed(field: unknown, pasted: string): string | undefined {
	const [of, renewed] = String(field ?? '').split(' ', 2);
	if (!of || !renewed || !isIssuedToken(renewed)) return undefined;
	return of === fingerprint(pasted) ? renewed : undefined;
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
 * Whether a host name can only mean the machine that n8n runs on. Names under `.localhost` are not among them: only
 * browsers promise that, while Node asks the name server.
 */
export function isThisMachine(hostname: string): boolean {
	return hostname === 'localhost' || /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]';
}
