// Makes somebody else's text fit to stand in a sentence of ours. Pure, and linear in time: the text may be megabytes of
// whatever is worst for a pattern.

/** Length of what is quoted. */
const MAX_QUOTED = 200;

/** As much of a text as is looked at; markup may take up most of it. */
const MAX_READ = 4_000;

/**
 * No markup, no line breaks, no token, no image, and short.
 *
 * @param token the token in use, so that it is found even where it does not look like one
 */
export function sanitizeText(text: string, token?: string): string {
	const plain = beginningWithoutToken(text, token)
		// also a token that ends where the text was cut
		.replace(/eyJ[\w-]{4,}(\.[\w-]*){0,2}/g, '[token]')
		.replace(/\bbearer\s{1,20}[^\s"'<]+/gi, '[token]')
		// An image in base64, or what else has no end.
		.replace(/[\w+/=-]{80,}/g, '[…]')
		.replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, ' ')
		.replace(/<[^>]*>?/g, ' ')
		// Control and invisible characters (bidirectional overrides among them) have no place in a sentence.
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.trim();
	return cutText(plain, MAX_QUOTED);
}

/** A text of at most so many characters, with … where it was cut. */
export function cutText(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	// No half of a character that is made of two: it could not be stored.
	const end = /[\ud800-\udbff]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
	return `${text.slice(0, end).trimEnd()}…`;
}

/**
 * The first characters of a text, as a text of its own: what is sliced off a text keeps all of it in memory. It may end with
 * half of a character.
 */
export function beginningOf(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	return Buffer.from(text.slice(0, maxLength), 'utf16le').toString('utf16le');
}

/** The first characters of a text, with something else for the token. No part of the token is left at the cut. */
function beginningWithoutToken(text: string, token?: string): string {
	let clean = '';
	for (let from = 0; from < text.length && clean.length < MAX_READ; ) {
		const found = token ? text.indexOf(token, from) : -1;
		const end = found === -1 ? text.length : found;
		clean += text.slice(from, Math.min(end, from + MAX_READ - clean.length));
		if (found === -1) break;
		clean += '[token]';
		from = found + token!.length;
	}
	return clean;
}
