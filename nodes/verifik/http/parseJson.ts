// Parses JSON that nobody has checked: a text of usual size can hold millions of values, or be nested so deep that a later
// recursion overflows the stack. Pure.
import { memorySize } from './memorySize';

/** Levels; a record of the API has four. */
const MAX_DEPTH = 100;

/** A page of 100 records has about 6,000 values. Parsing this many takes about 50 ms. */
const MAX_VALUES = 150_000;

/** Bytes in memory; a page of 100 records has about 0.3 MB. */
const MAX_MEMORY_BYTES = 24_000_000;

/** A shorter text cannot hold many more values than that, so they are not counted first. */
const COUNTED_FROM_BYTES = 400_000;

/**
 * The parsed value, or why there is none. `size` is that of its JSON, or about that in memory if it is more.
 */
export type Parsed = { value: unknown; size: number } | 'notJson' | 'tooMany' | 'tooDeep';

/** Parses JSON within the limits above. @param bytes UTF-8, with or without a byte order mark */
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
	const size = memorySize(value, MAX_DEPTH);
	if (size === Infinity) return 'tooDeep';
	return size > MAX_MEMORY_BYTES ? 'tooMany' : { value, size: Math.max(bytes.length, size) };
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How many levels a JSON text has, and how many values at most. */
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
