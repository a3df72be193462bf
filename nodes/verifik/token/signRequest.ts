// Signs a request to the credential's own server, and makes sure that the request is sent as it was checked. For the nodes of
// this package, the credential test and n8n's HTTP Request node, whose requests have another form. Pure.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { VerifikError } from '../errors/VerifikError';
import { joinAddress, leadsToTokens } from './address';
import { readCredential, type CredentialFields, type VerifikCredential } from './credential';

/** The key of what this package's client attaches to a request, since n8n replaces the `abortSignal` of the request. */
export const OWN_REQUEST = Symbol('n8n-nodes-verifik: own request');

export type OwnRequest = {
	/** ends the request, also while its answer is read */
	signal: AbortSignal;
	/** the token that signed the request; set by `signRequest` */
	token?: string;
};

/** A request as n8n passes it to `authenticate`: the HTTP Request node calls the address `uri`, all others call it `url`. */
export type SignableRequest = Omit<IHttpRequestOptions, 'url'> & {
	url?: string;
	uri?: string;
	[OWN_REQUEST]?: OwnRequest;
	/** only from the HTTP Request node (IRequestOptions in n8n-workflow) */
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	rejectUnauthorized?: boolean;
	agentOptions?: object;
	useStream?: boolean;
	simple?: boolean;
};

/** The options of a client certificate. All others could weaken the check of the server's certificate. */
const HARMLESS_AGENT_OPTIONS = ['cert', 'key', 'passphrase'];

/** Headers that a request must not set itself: with the last three, some servers answer for another path. */
const OWN_HEADERS = ['host', 'authorization', 'x-original-url', 'x-override-url', 'x-rewrite-url'];

/** The answer to another method (TRACE) may contain the headers of the request. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const MAX_METHOD_SHOWN = 20;

/**
 * Adds the Authorization header, and changes the request so that it goes to the address that was checked: the address is
 * absolute, there is no other Host header, and no redirect is followed.
 *
 * @throws VerifikError if the token must not be sent to this address or in this way, or has expired
 */
export function signRequest(
	fields: CredentialFields,
	request: SignableRequest,
	now = new Date(),
): void {
	const credential = readCredential(fields, now);
	const address = joinAddress(request.baseURL, request.url ?? request.uri ?? '');
	const authorization = authorizationFor(credential, address, now);
	const url = new URL(address);
	if (leadsToTokens(url, credential.baseUrl)) throw new VerifikError('tokenAddress');
	const exposedBy = exposureOf(request);
	if (exposedBy) throw new VerifikError('tokenExposed', { exposedBy });

	// n8n's HTTP client would send a user name in the address instead of the token.
	url.username = '';
	url.password = '';
	if (request.url === undefined) {
		request.uri = url.href;
		// n8n stores the first answer of a test run, and with a stream its request. Pagination, which sets `simple` to false,
		// needs streams (n8n 2.41.1, HttpRequestV3 and requestWithAuthenticationPaginated).
		if (request.simple !== false) request.useStream = false;
	} else {
		request.url = url.href;
		delete request.uri;
	}
	delete request.baseURL;
	delete request.auth;
	request.headers = { ...withoutHeaders(request.headers), Authorization: authorization };
	followNothing(request, url);
	const own = request[OWN_REQUEST];
	if (own) {
		own.token = authorization.slice('Bearer '.length);
		request.abortSignal = own.signal;
	}
}

/**
 * The value of the Authorization header for a request.
 *
 * @param address absolute
 * @throws VerifikError `tokenExpired`; `otherOrigin` if the address is not on the credential's own server
 */
export function authorizationFor(
	{ baseUrl, token, expiresAt }: VerifikCredential,
	address: string,
	now = new Date(),
): string {
	if (expiresAt && expiresAt <= now)
		throw new VerifikError('tokenExpired', { expiredAt: expiresAt });
	const url = URL.canParse(address) ? new URL(address) : undefined;
	// Not `origin`: that of a `blob:` address is the origin of the address within it.
	if (url?.protocol !== baseUrl.protocol || url.host !== baseUrl.host) {
		throw new VerifikError('otherOrigin', { host: url?.host });
	}
	return `Bearer ${token}`;
}

/** The part of a request that would show the token to someone else, in words; undefined if there is none. */
function exposureOf(request: SignableRequest): string | undefined {
	const method = String(request.method || 'GET').toUpperCase();
	if (!METHODS.includes(method)) return `the method ${method.slice(0, MAX_METHOD_SHOWN)}`;
	if (request.proxy) return 'Proxy';
	if (request.rejectUnauthorized === false || request.skipSslCertificateValidation === true) {
		return 'Ignore SSL Issues';
	}
	const agentOptions = Object.keys(request.agentOptions ?? {});
	const isHarmless = agentOptions.every((name) => HARMLESS_AGENT_OPTIONS.includes(name));
	return isHarmless ? undefined : 'a certificate authority of its own';
}

function withoutHeaders(headers: IHttpRequestOptions['headers']): IHttpRequestOptions['headers'] {
	// Some servers treat `_` and `-` alike.
	const plain = (name: string) => name.trim().toLowerCase().replaceAll('_', '-');
	const kept = Object.entries(headers ?? {}).filter(([name, value]) => {
		// The HTTP client takes the headers within `common` and within the name of a method, too.
		const isGroup = typeof value === 'object' && !Array.isArray(value);
		return !isGroup && !OWN_HEADERS.includes(plain(name));
	});
	return Object.fromEntries(kept) as IHttpRequestOptions['headers'];
}

/** n8n's HTTP client would send the Authorization header to other origins, or at least to subdomains, after a redirect. */
function followNothing(request: SignableRequest, url: URL): void {
	request.disableFollowRedirect = true;
	request.maxRedirects = 0;
	request.followRedirect = false;
	request.followAllRedirects = false;
	request.sendCredentialsOnCrossOriginRedirect = false;
	// n8n checks the host once more (assertUrlAllowed in n8n-workflow), but reads a comma as the end of a name.
	if (!url.hostname.includes(',')) request.allowedDomains = url.hostname;
}
