// About how many bytes a value takes in memory that was parsed from JSON: up to forty times those of its text. Pure.
// The figures were measured in V8 (Node 20 and 24), which gives objects with the same keys in the same order one common shape.

const SMALL_BYTES = 8;
/** a number that is no integer has an object of its own */
const NUMBER_BYTES = 24;
const TEXT_BYTES = 32;
const ARRAY_BYTES = 56;
const OBJECT_BYTES = 64;

/** A key that was not there before: its text, and a new shape for the object. */
const NEW_KEY_BYTES = 130;

/** A key that was behind another one before: a new shape. */
const MOVED_KEY_BYTES = 100;

/** Values of keys that are numbers are in an array that has room for more of them. */
const NUMBER_KEY_BYTES = 300;

/** An object with more keys is a hash table. */
const MAX_SHAPED_KEYS = 120;
const TABLE_KEY_BYTES = 64;

const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

/** The bytes of a value in memory, rather too many than too few; Infinity if it has more than this number of levels. */
export function memorySize(value: unknown, levels: number): number {
	return new Sizes().of(value, levels, '');
}

class Sizes {
	private readonly keys = new Set<string>();

	/** for each key, the one that was behind it latest */
	private readonly next = new Map<string, string>();

	/** @param keyBefore the key before the first one of an object: that of the object itself */
	of(value: unknown, levels: number, keyBefore: string): number {
		if (typeof value === 'string') return TEXT_BYTES + textSize(value);
		if (typeof value === 'number') return Number.isInteger(value) ? SMALL_BYTES : NUMBER_BYTES;
		if (typeof value !== 'object' || value === null) return SMALL_BYTES;
		if (levels === 0) return Infinity;
		if (Array.isArray(value)) {
			let size = ARRAY_BYTES;
			for (const one of value) size += this.of(one, levels - 1, keyBefore);
			return size;
		}
		let size = OBJECT_BYTES;
		let [before, count] = [keyBefore, 0];
		for (const key in value) {
			count++;
			if (this.next.get(before) !== key) size += this.moved(before, key);
			if (key >= '0' && key < ':') size += NUMBER_KEY_BYTES;
			size += this.of((value as Record<string, unknown>)[key], levels - 1, key);
			before = key;
		}
		return count > MAX_SHAPED_KEYS ? size + count * TABLE_KEY_BYTES : size;
	}

	private moved(before: string, key: string): number {
		this.next.set(before, key);
		if (this.keys.has(key)) return MOVED_KEY_BYTES;
		this.keys.add(key);
		return NEW_KEY_BYTES + textSize(key);
	}
}

/** A text with one character beyond Latin-1 takes two bytes for each. */
function textSize(text: string): number {
	return BEYOND_LATIN_1.test(text) ? 2 * text.length : text.length;
}
