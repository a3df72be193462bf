// Makes a text from outside safe and short enough for a message. Pure. Only the beginning of the text is read, since the text
// may be megabytes of what is slowest for a pattern.

/** Characters of a quoted text. */
const MAX_QUOTED = 200;

/** Characters that are searched for a text to quote; most of them may be markup. */
const MAX_READ = 4_000;

/**
 * A text without markup, line breaks, tokens and images, of at most 200 characters.
 *
 * @param token the token in use, which is removed even if it does not look like a token
 */
export function sanitizeText(text: string, token?: string): string {
	const plain = beginningWithoutToken(text, token)
		// A token; also a part of one at the end of the cut text.
		.replace(/eyJ[\w-]{4,}(\.[\w-]*){0,2}/g, '[token]')
		.replace(/\bbearer\s{1,20}[^\s"'<]+/gi, '[token]')
		// An image in Base64, or another text without spaces.
		.replace(/[\w+/=-]{80,}/g, '[…]')
		.replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, ' ')
		.replace(/<[^>]*>?/g, ' ')
		// Control and invisible characters, such as those that change the direction of the text.
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.trim();
	return cutText(plain, MAX_QUOTED);
}

/** The beginning of a text, with “…” if it was cut: at most `maxLength` characters. */
export function cutText(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	// Not within a surrogate pair: half of one cannot be stored as UTF-8.
	const end = /[\ud800-\udbff]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
	return `${text.slice(0, end).trimEnd()}…`;
}

/**
 * The first characters of a text, copied: V8 keeps the whole text in memory for a slice of it. It may end within a surrogate
 * pair.
 */
export function beginningOf(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	return Buffer.from(text.slice(0, maxLength), 'utf16le').toString('utf16le');
}

/**
 * The first characters of a text with the token replaced, so that the cut leaves no part of it. A token is searched for only
 * where its first character would be kept: over megabytes, searching a token that the server has chosen can take seconds.
 */
function beginningWithoutToken(text: string, token?: string): string {
	if (!token) return text.slice(0, MAX_READ);
	let clean = '';
	let from = 0;
	while (clean.length < MAX_READ && from < text.length) {
		const end = from + MAX_READ - clean.length;
		const searched = text.slice(from, end + token.length - 1);
		const place = searched.indexOf(token);
		if (place === -1) return clean + text.slice(from, end);
		clean += `${searched.slice(0, place)}[token]`;
		from += place + token.length;
	}
	return clean;
}
