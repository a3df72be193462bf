// Which address a request goes to, as n8n's HTTP client and servers read it. Pure.
import { VerifikError } from '../errors/VerifikError';
import { isThisMachine } from './credential';

/** A path segment that all servers read in the same way. */
const PLAIN = /^\w[\w.~-]*$/;

/** A decoded path segment that cannot become another path when a server decodes it again, cuts it or normalizes it. */
const HARMLESS = /^[\p{L}\p{N}_+@-][\p{L}\p{M}\p{N} \w.,:=@+~'()!$&*-]*$/u;

/** Servers refuse longer addresses, and reading one of megabytes takes long. */
const MAX_ADDRESS = 8_000;

/** A host name of other letters is encoded in a time that grows with the square of its length. */
const MAX_FOREIGN_ADDRESS = 2_000;

/**
 * The address that n8n's HTTP client makes of `baseURL` and `url` (buildFullPath in axios): it joins the texts instead of
 * resolving one against the other.
 */
export function joinAddress(baseUrl: string | undefined, address: string): string {
	if (!baseUrl || /^([a-z][a-z\d+\-.]*:)?\/\//i.test(address)) return address;
	return address ? `${baseUrl.replace(/\/?\/$/, '')}/${address.replace(/^\/+/, '')}` : baseUrl;
}

/**
 * Whether an address is an endpoint that returns new tokens, or a server might read it as one. The ways to write such an
 * address cannot be listed. So the segments that choose the endpoint must be plain, the others must be harmless, and the path
 * must have a usual length.
 */
export function leadsToTokens(url: URL, baseUrl: URL): boolean {
	if (url.pathname.length > MAX_ADDRESS) return true;
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
 * The address of an image in a record: https, or plain http on this machine if the Base URL is plain http too (a sandbox).
 * Not an endpoint of the API itself, to which the token would be sent.
 *
 * @throws VerifikError `imageAddress` for any other address
 */
export function readImageUrl(text: string, baseUrl: URL): URL {
	const longest = /[^ -~]/.test(text) ? MAX_FOREIGN_ADDRESS : MAX_ADDRESS;
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

/** The segments of the path that are not empty: those of the Base URL, which the user chose, and those after them. */
function segmentsOf(url: URL, baseUrl: URL): { base: string[]; own: string[] } {
	const segments = (path: string) => path.split('/').filter(Boolean);
	const base = baseUrl.pathname.replace(/\/+$/, '');
	const isUnderBase = `${url.pathname}/`.startsWith(`${base}/`);
	return isUnderBase
		? { base: segments(base), own: segments(url.pathname.slice(base.length)) }
		: { base: [], own: segments(url.pathname) };
}

/** A segment without what some servers ignore: case, accents, punctuation, an extension. */
function nameOf(segment: string): string {
	// Accents are removed first: `normalize` sorts those of a letter, in a time that grows with the square of their number.
	const bare = decode(segment).replace(/\p{M}+/gu, '');
	const [name = ''] = bare.normalize('NFKD').toLowerCase().split('.');
	return name.replace(/[^a-z0-9]/g, '');
}

/** Decodes once; the result is empty, and so not harmless, if that is not possible. */
function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return '';
	}
}
