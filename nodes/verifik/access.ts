// What a user typed into the credential, made safe to use: the token, the base URL, and where the token may go.
import { VerifikFailure } from './errors';
import { expiryOf, isOver } from './jwt';

/** The fields of the Verifik API credential as n8n hands them over. */
export type VerifikCredential = {
	accessToken?: unknown;
	baseUrl?: unknown;
	keepAlive?: unknown;
	renewalMonths?: unknown;
	/** what `renewedField` made: the token of the latest renewal, and the pasted one that it goes back to */
	renewedToken?: unknown;
};

export const DEFAULT_BASE_URL = 'https://api.verifik.co';

/**
 * The token in use: the renewed one, if it goes back to the pasted one and still lives; else the pasted one.
 *
 * @throws VerifikFailure `tokenMissing`, `tokenUnusable`
 */
export function readToken(credential: VerifikCredential, now = new Date()): string {
	const pasted = readPastedToken(credential);
	const renewed = readRenewed(credential.renewedToken, pasted);
	if (renewed === undefined) return pasted;
	// Of two that are over, the renewed one tells when it came to that.
	return isOver(renewed, now) && !isOver(pasted, now) ? pasted : renewed;
}

/**
 * What the credential's `renewedToken` holds after a renewal: both tokens, which hold no white space. When another one is
 * pasted later, it is not the one in there, and wins.
 */
export function renewedField(pasted: string, renewed: string): string {
	return `${pasted} ${renewed}`;
}

/**
 * The pasted token. What people paste along with it is taken off: white space and line breaks (also those inside, from
 * wrapped e-mails) and a leading `Bearer`.
 *
 * @throws VerifikFailure `tokenMissing`, `tokenUnusable`
 */
export function readPastedToken(credential: VerifikCredential): string {
	const token = String(credential.accessToken ?? '')
		.replace(/^\s*(authorization\s*:)?\s*bearer\s/i, '')
		.replace(/\s+/g, '');
	if (token === '') throw new VerifikFailure('tokenMissing');
	// Anything else would be refused by Node's HTTP client in words that quote the header.
	if (!isUsable(token)) throw new VerifikFailure('tokenUnusable');
	return token;
}

/** Whether a text can stand in a header as a token. */
export function isUsable(token: string): boolean {
	return /^[\x21-\x7e]+$/.test(token);
}

function readRenewed(field: unknown, pasted: string): string | undefined {
	const [of, renewed] = String(field ?? '').split(' ');
	return of === pasted && renewed ? renewed : undefined;
}

/**
 * The base URL, without white space around it or slashes at its end.
 *
 * @throws VerifikFailure `baseUrlInvalid`, `plainHttp`
 */
export function readBaseUrl(credential: VerifikCredential): URL {
	const typed = String(credential.baseUrl ?? '').trim() || DEFAULT_BASE_URL;
	const url = parse(typed);
	if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
		throw new VerifikFailure('baseUrlInvalid');
	}
	if (url.protocol === 'http:' && !isLocal(url.hostname)) {
		throw new VerifikFailure('plainHttp', { host: url.host });
	}
	url.search = '';
	url.hash = '';
	url.pathname = url.pathname.replace(/\/+$/, '');
	return url;
}

/**
 * The value of the Authorization header for a request to `target`.
 *
 * @param target absolute address of the request, or one relative to the credential's base URL
 * @throws VerifikFailure when the token may not go there, or its life is over
 */
export function authorizationFor(
	credential: VerifikCredential,
	target: string,
	now = new Date(),
): string {
	const token = readToken(credential, now);
	const baseUrl = readBaseUrl(credential);
	if (isOver(token, now)) throw new VerifikFailure('tokenExpired', { expiredAt: expiryOf(token) });
	const url = parse(target, baseUrl.href);
	if (url?.origin !== baseUrl.origin) {
		throw new VerifikFailure('otherOrigin', { host: url?.host });
	}
	return `Bearer ${token}`;
}

/**
 * The address of an image as a record states it, if it may be opened: over https, or as the credential's own server is
 * reached (a sandbox on this machine speaks plain http).
 *
 * @throws VerifikFailure `imageAddress`
 */
export function readImageUrl(text: string, baseUrl: URL): URL {
	const url = parse(text, baseUrl.href);
	const isPlain = url?.protocol === 'http:';
	const mayBePlain = baseUrl.protocol === 'http:' && isPlain && isLocal(url.hostname);
	if (!url || url.username || url.password || (url.protocol !== 'https:' && !mayBePlain)) {
		throw new VerifikFailure('imageAddress');
	}
	return url;
}

function parse(text: string, base?: string): URL | undefined {
	return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Whether a host name can only mean the machine that n8n runs on. */
function isLocal(hostname: string): boolean {
	return (
		/^(.+\.)?localhost$/.test(hostname) ||
		/^127(\.\d{1,3}){3}$/.test(hostname) ||
		hostname === '[::1]'
	);
}
