// Makes any text from a record or a user safe for HTML or for a line of text. Pure.

/** Characters of a text in a cell. */
const MAX_TEXT = 80;

/** Control characters, and those that change the direction of the following text. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
/** half of a surrogate pair, which UTF-8 cannot encode */
const LONE_SURROGATE = /\p{Cs}/gu;

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** A text as one line without invisible characters, of at most `maxLength` characters. */
export function plainLine(text: string, maxLength = MAX_TEXT): string {
	const line = text.replace(INVISIBLE, ' ').replace(LONE_SURROGATE, '\ufffd').trim();
	const characters = [...line];
	return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line;
}

/** Escapes a text for use between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
