// Parses JSON of which nothing is known: a text that is no larger than any other can stand for millions of values, or for
// a depth at which whoever handles the result later runs out of stack. Pure.

/** A record of the API is nested four levels deep. */
const MAX_DEPTH = 100;

/** A page of 100 records holds about 6,000. Parsing so many takes about 50 ms. */
const MAX_VALUES = 150_000;

/** A shorter text cannot hold more values than can be parsed in that time, so it is not counted first. */
const COUNTED_FROM_BYTES = 400_000;

/** About what a value takes in memory. Texts are not counted: of real records the JSON is larger. */
const VALUE_BYTES = 24;
const OBJECT_BYTES = 72;

/** With about how many bytes it takes in memory: `{}`, three bytes of JSON, takes more than twenty times that. */
export type Parsed = { value: unknown; size: number } | 'notJson' | 'tooMany' | 'tooDeep';

/** @param bytes UTF-8, with or without a byte order mark */
export function parseJson(bytes: Buffer): Parsed {
	if (bytes.length > COUNTED_FROM_BYTES) {
		const { depth, values } = measure(bytes);
		if (depth > MAX_DEPTH) return 'tooDeep';
		if (values > MAX_VALUES) return 'tooMany';
	}
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
	} catch {
		return 'notJson';
	}
	const size = sizeOf(value, MAX_DEPTH);
	return size === Infinity ? 'tooDeep' : { value, size: Math.max(bytes.length, size) };
}

/** What a value takes, but for its texts; Infinity where it is nested deeper than so many levels. */
function sizeOf(value: unknown, levels: number): number {
	if (typeof value !== 'object' || value === null) return VALUE_BYTES;
	if (levels === 0) return Infinity;
	if (Array.isArray(value)) {
		return value.reduce<number>((sum, one) => sum + sizeOf(one, levels - 1), VALUE_BYTES);
	}
	let size = OBJECT_BYTES;
	for (const key in value) size += sizeOf((value as Record<string, unknown>)[key], levels - 1);
	return size;
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How deep a text is nested, and how many values it holds at most. */
function measure(bytes: Buffer): { depth: number; values: number } {
	let [depth, open, values] = [0, 0, 1];
	let isInText = false;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (isInText) {
			if (byte === BACKSLASH) at++;
			else if (byte === QUOTE) isInText = false;
		} else if (byte === QUOTE) isInText = true;
		else if (byte === COMMA) values++;
		else if (byte === ARRAY || byte === OBJECT) {
			values++;
			if (++open > depth) depth = open;
		} else if (byte === ARRAY_END || byte === OBJECT_END) open--;
	}
	return { depth, values };
}
