// Signs a request, for the credential's own server only, and so that what was checked is what is sent. Serves the nodes of
// this package, the credential test and n8n's HTTP Request node, whose requests come in another form. Pure.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { VerifikError } from '../errors/VerifikError';
import { joinAddress, leadsToTokens } from './address';
import { readCredential, type CredentialFields, type VerifikCredential } from './credential';

/** What the client of this package hands along with a request: n8n puts a signal of its own in place of the request's. */
export const OWN_REQUEST = Symbol('n8n-nodes-verifik: own request');

export type OwnRequest = {
	/** ends the request, its answer too */
	signal: AbortSignal;
	/** the token that signed it; filled in by `signRequest` */
	token?: string;
};

/** What n8n hands to `authenticate`: its HTTP Request node names the address `uri`, everything else `url`. */
export type SignableRequest = Omit<IHttpRequestOptions, 'url'> & {
	url?: string;
	uri?: string;
	[OWN_REQUEST]?: OwnRequest;
	/** of the HTTP Request node (n8n-workflow, IRequestOptions) */
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	rejectUnauthorized?: boolean;
	agentOptions?: object;
};

/** A client certificate proves who asks; anything else that can be set there weakens how the server is checked. */
const HARMLESS_AGENT_OPTIONS = ['cert', 'key', 'passphrase'];

/** Headers that stand for what was checked; by those of addresses, some servers answer for another path than was asked for. */
const OWN_HEADERS = ['host', 'authorization', 'x-original-url', 'x-override-url', 'x-rewrite-url'];

/** Of any other, TRACE for one, the answer may hold the request's own headers. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const MAX_METHOD_SHOWN = 20;

/**
 * Adds the Authorization header, and changes the request so that it goes where it was checked to go: to an absolute
 * address, under no other Host, and on to nowhere else.
 *
 * @throws VerifikError when the token may not go there or in that way, or its life is over
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
	request[request.url === undefined ? 'uri' : 'url'] = url.href;
	if (request.url !== undefined) delete request.uri;
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
 * @throws VerifikError when the token may not go there, or its life is over
 */
export function authorizationFor(
	{ baseUrl, token, expiresAt }: VerifikCredential,
	address: string,
	now = new Date(),
): string {
	if (expiresAt && expiresAt <= now)
		throw new VerifikError('tokenExpired', { expiredAt: expiresAt });
	const url = URL.canParse(address) ? new URL(address) : undefined;
	// The origin of a `blob:` address is the one that stands in it.
	if (url?.protocol !== baseUrl.protocol || url.host !== baseUrl.host) {
		throw new VerifikError('otherOrigin', { host: url?.host });
	}
	return `Bearer ${token}`;
}

/** What of a request would show the token to somebody else, in words; undefined where nothing does. */
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
	// Some servers make one of `_` and `-`.
	const plain = (name: string) => name.trim().toLowerCase().replaceAll('_', '-');
	const kept = Object.entries(headers ?? {}).filter(([name]) => !OWN_HEADERS.includes(plain(name)));
	return Object.fromEntries(kept) as IHttpRequestOptions['headers'];
}

/** n8n's HTTP client sends the header along to other origins, or at least to sub-domains of the host. */
function followNothing(request: SignableRequest, url: URL): void {
	request.disableFollowRedirect = true;
	request.maxRedirects = 0;
	request.followRedirect = false;
	request.followAllRedirects = false;
	request.sendCredentialsOnCrossOriginRedirect = false;
	// n8n's own second look (n8n-workflow, assertUrlAllowed); it takes a comma for the end of a name
	if (!url.hostname.includes(',')) request.allowedDomains = url.hostname;
}
