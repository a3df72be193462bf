// Parses JSON of which nothing is known: a text that is no larger than any other can stand for millions of values, or for
// a depth at which whoever handles the result later runs out of stack. Pure.

/** A record of the API is nested four levels deep. */
const MAX_DEPTH = 100;

/** A page of 100 records holds about 6,000. Parsing so many takes about 50 ms. */
const MAX_VALUES = 150_000;

/** A shorter text cannot hold more values than can be parsed in that time, so it is not counted first. */
const COUNTED_FROM_BYTES = 400_000;

/** About what a value takes in memory. Texts are not counted but for wide ones: of real records the JSON is larger. */
const VALUE_BYTES = 24;
const OBJECT_BYTES = 72;

/** What V8 keeps besides for a key that no object had at this place, and for keys like numbers, up to which it leaves room. */
const NEW_KEY_BYTES = 170;
const NUMBER_KEY_BYTES = 300;

/** With more new keys than this, V8 keeps a table for each object. A page of 100 records has some hundred. */
const MAX_NEW_KEYS = 1_000;

/** The same for an object of more keys than this. */
const MAX_KEYS = 120;

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
	const memory = new Memory();
	if (!memory.add(value, MAX_DEPTH)) return 'tooDeep';
	return { value, size: Math.max(bytes.length, memory.bytes) + memory.wideBytes };
}

/** By key: the keys that came next in an object. */
type Keys = Map<string, Keys>;

/** Adds up what values take. */
class Memory {
	bytes = 0;

	/** of texts with characters beyond Latin-1, which take two bytes for each of their characters: the second */
	wideBytes = 0;

	private newKeys = 0;

	private readonly keys: Keys = new Map();

	/** @returns false where a value is nested deeper than so many levels */
	add(value: unknown, levels: number): boolean {
		if (typeof value === 'string' && /[^\0-\xff]/.test(value)) this.wideBytes += value.length;
		if (typeof value !== 'object' || value === null) {
			this.bytes += VALUE_BYTES;
			return true;
		}
		if (levels === 0) return false;
		if (Array.isArray(value)) {
			this.bytes += VALUE_BYTES;
			return value.every((one) => this.add(one, levels - 1));
		}
		this.bytes += OBJECT_BYTES;
		let { keys } = this;
		let count = 0;
		for (const key in value) {
			keys = this.addKey(key, keys);
			if (++count > MAX_KEYS) this.bytes += NEW_KEY_BYTES;
			if (!this.add((value as Record<string, unknown>)[key], levels - 1)) return false;
		}
		return true;
	}

	/** @param before the keys that came before it */
	private addKey(key: string, before: Keys): Keys {
		if (/^\d/.test(key)) this.bytes += NUMBER_KEY_BYTES;
		const known = before.get(key);
		if (known === undefined) this.newKeys++;
		if (known === undefined || this.newKeys > MAX_NEW_KEYS) this.bytes += NEW_KEY_BYTES;
		if (known) return known;
		const keys: Keys = new Map();
		// no more are told apart, so that these take no memory themselves
		if (this.newKeys <= MAX_NEW_KEYS) before.set(key, keys);
		return keys;
	}
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
