// Where a request goes, read as n8n's HTTP client and a server read it. Pure.
import { VerifikError } from '../errors/VerifikError';
import { isThisMachine } from './credential';

/** What no server reads in more than one way. */
const PLAIN = /^\w[\w.~-]*$/;

/** A value in a path, decoded once: nothing that leads elsewhere when it is decoded again, cut or cleaned. */
const HARMLESS = /^[\p{L}\p{N}_+@-][\p{L}\p{M}\p{N} \w.,:=@+~'()!$&*-]*$/u;

/** Longer addresses are refused by servers, and reading them takes time. */
const MAX_IMAGE_ADDRESS = 8_000;

/** A host name of other letters is encoded in a time that grows with the square of its length. */
const MAX_FOREIGN_ADDRESS = 2_000;

/**
 * The address that n8n's HTTP client makes of a base and an address (axios, buildFullPath): it joins texts, and does not
 * resolve one against the other.
 */
export function joinAddress(baseUrl: string | undefined, address: string): string {
	if (!baseUrl || /^([a-z][a-z\d+\-.]*:)?\/\//i.test(address)) return address;
	return address ? `${baseUrl.replace(/\/?\/$/, '')}/${address.replace(/^\/+/, '')}` : baseUrl;
}

/**
 * Whether an address is one of those that answer with a fresh token, or some server might read it as one. Which that are
 * nobody can list: so what decides which endpoint is asked has to be plain, and the rest must not lead back to it.
 */
export function leadsToTokens(url: URL, baseUrl: URL): boolean {
	const { base, own } = segmentsOf(url, baseUrl);
	const names = [...base, ...own].map(nameOf);
	return (
		names.some((name, at) => name === 'v2' && names[at + 1] === 'auth') ||
		own.some((segment, at) => {
			const decides = at === 0 || nameOf(own[at - 1]!) === 'v2';
			return decides ? !PLAIN.test(segment) : !HARMLESS.test(decode(segment));
		})
	);
}

/**
 * The address of an image as a record states it, if it may be opened: over https, or as the credential's own server is
 * reached (a sandbox on this machine speaks plain http). None under the API itself: the token would go along.
 *
 * @throws VerifikError `imageAddress`
 */
export function readImageUrl(text: string, baseUrl: URL): URL {
	const longest = /[^ -~]/.test(text) ? MAX_FOREIGN_ADDRESS : MAX_IMAGE_ADDRESS;
	const isSane = text.length <= longest && URL.canParse(text, baseUrl.href);
	const url = isSane ? new URL(text, baseUrl.href) : undefined;
	const isPlain = url?.protocol === 'http:';
	const mayBePlain = baseUrl.protocol === 'http:' && isPlain && isThisMachine(url.hostname);
	if (!url || url.username || url.password || (url.protocol !== 'https:' && !mayBePlain)) {
		throw new VerifikError('imageAddress');
	}
	if (url.origin === baseUrl.origin && isOfApi(url, baseUrl)) {
		throw new VerifikError('imageAddress');
	}
	return url;
}

function isOfApi(url: URL, baseUrl: URL): boolean {
	const { base, own } = segmentsOf(url, baseUrl);
	const isRoot = (segment?: string) => segment !== undefined && nameOf(segment) === 'v2';
	return leadsToTokens(url, baseUrl) || isRoot(own[0]) || isRoot(base[0]);
}

/** The path's segments that are not empty: those of the Base URL, which its owner answers for, and what follows them. */
function segmentsOf(url: URL, baseUrl: URL): { base: string[]; own: string[] } {
	const segments = (path: string) => path.split('/').filter(Boolean);
	const base = baseUrl.pathname.replace(/\/+$/, '');
	const isUnderBase = `${url.pathname}/`.startsWith(`${base}/`);
	return isUnderBase
		? { base: segments(base), own: segments(url.pathname.slice(base.length)) }
		: { base: [], own: segments(url.pathname) };
}

/** What a segment is called, without what servers take no notice of: case, accents, signs, an extension. */
function nameOf(segment: string): string {
	// Accents first: Unicode has many on one letter sorted, which takes a time that grows with their square.
	const bare = decode(segment).replace(/\p{M}+/gu, '');
	const [name = ''] = bare.normalize('NFKD').toLowerCase().split('.');
	return name.replace(/[^a-z0-9]/g, '');
}

/** Decoded once; what cannot be decoded is empty, and so not harmless. */
function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return '';
	}
}
