// Texts made safe to stand in HTML or in a line, whatever a record or a user put into them. Pure.

/** Longer texts in a cell are cut. */
const MAX_TEXT = 80;

/** Control characters, and those that turn the direction of what follows. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
/** half of a pair, which no encoding can say */
const LONE_SURROGATE = /\p{Cs}/gu;

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** One line of what can be seen, of bounded length. */
export function plainLine(text: string, maxLength = MAX_TEXT): string {
	const line = text.replace(INVISIBLE, ' ').replace(LONE_SURROGATE, '\ufffd').trim();
	const characters = [...line];
	return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line;
}

/** A text between tags, or in an attribute within double quotes. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
