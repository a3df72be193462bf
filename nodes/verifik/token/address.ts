// Where a request goes, read as n8n's HTTP client and a server read it. Pure.
import { VerifikError } from '../errors/VerifikError';
import { isThisMachine } from './credential';

/** How often a server or a proxy may decode a path, one after the other. */
const MAX_DECODINGS = 5;

/** Longer addresses are refused by servers, and reading them takes time. */
const MAX_IMAGE_ADDRESS = 8_000;

/**
 * The address that n8n's HTTP client makes of a base and an address (axios, buildFullPath): it joins texts, and does not
 * resolve one against the other.
 */
export function joinAddress(baseUrl: string | undefined, address: string): string {
	if (!baseUrl || /^([a-z][a-z\d+\-.]*:)?\/\//i.test(address)) return address;
	return address ? `${baseUrl.replace(/\/?\/$/, '')}/${address.replace(/^\/+/, '')}` : baseUrl;
}

/** Whether an address is one of those that answer with a fresh token, however it is written. */
export function leadsToTokens(url: URL): boolean {
	return readings(url).some((path) => `${path}/`.includes('/v2/auth/'));
}

/**
 * The address of an image as a record states it, if it may be opened: over https, or as the credential's own server is
 * reached (a sandbox on this machine speaks plain http). None under the API itself: the token would go along.
 *
 * @throws VerifikError `imageAddress`
 */
export function readImageUrl(text: string, baseUrl: URL): URL {
	const isSane = text.length <= MAX_IMAGE_ADDRESS && URL.canParse(text, baseUrl.href);
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
	const [base = ''] = readings(baseUrl);
	return readings(url).some((path) =>
		[`${base}/v2/`, '/v2/'].some((root) => `${path}/`.startsWith(root)),
	);
}

/**
 * A path as servers may read it: as it stands and decoded, once or more, each with dots resolved and without; in lower
 * case, with single slashes and none at its end.
 */
function readings(url: URL): string[] {
	const found = new Set<string>();
	let path = url.pathname.toLowerCase();
	for (let decodings = 0; decodings <= MAX_DECODINGS; decodings++) {
		const segments = path
			.split(/[/\\]/)
			// what stands behind a semicolon is a parameter of the segment to some servers; others ignore odd characters
			.map((segment) => segment.split(';', 1)[0]!.replace(/[^\w.%-]/g, ''))
			.filter((segment) => segment !== '' && segment !== '.');
		found.add(`/${segments.join('/')}`);
		found.add(`/${resolveDots(segments).join('/')}`);
		const decoded = decode(path);
		if (decoded === path) break;
		path = decoded;
	}
	return [...found];
}

/** Byte by byte: a path that is no UTF-8 must not end the comparison. */
function decode(path: string): string {
	return path
		.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
		.toLowerCase();
}

function resolveDots(segments: string[]): string[] {
	const resolved: string[] = [];
	for (const segment of segments) {
		if (segment === '..') resolved.pop();
		else resolved.push(segment);
	}
	return resolved;
}
