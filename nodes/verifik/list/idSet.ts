// Remembers the IDs of a whole list in little memory, and in which order they came. Pure.
import { fingerprint } from '../token/fingerprint';

/** An ID as Verifik makes them: twelve bytes in hexadecimal digits. */
const OBJECT_ID = /^[0-9a-f]{24}$/;
const WORDS_OF_ID = 3;

/** A longer ID is nobody's, and a list of them would fill the memory. */
const MAX_TEXT = 128;

const FIRST_CAPACITY = 256;

/**
 * Different IDs in the order in which they were added.
 *
 * An ID of 24 hexadecimal digits takes 12 bytes, and 8 to 16 in the table that finds it: 21 MB for a million, 32 MB while the
 * table grows to that. Other IDs (numbers, objects, other text) are kept as text,
 * long ones by their fingerprint.
 */
export class IdSet {
	/** how many there are */
	size = 0;

	/** three words for each ID, in the order in which they came; zeros for one that is kept as text */
	private words = new Uint32Array(FIRST_CAPACITY * WORDS_OF_ID);

	/** open addressing: position + 1 of the ID that belongs here, 0 where there is none; half of them stay free */
	private slots = new Uint32Array(FIRST_CAPACITY * 2);

	private readonly texts = new Map<string, number>();

	/** Adds an ID; gives whether it is new. */
	add(id: unknown): boolean {
		const words = wordsOf(id);
		if (!words) {
			const text = textOf(id);
			if (this.texts.has(text)) return false;
			this.texts.set(text, this.size);
		} else {
			const slot = this.slotOf(words);
			if (this.slots[slot] !== 0) return false;
			this.words.set(words, this.size * WORDS_OF_ID);
			this.slots[slot] = this.size + 1;
		}
		this.size++;
		if (this.size * WORDS_OF_ID === this.words.length) this.grow();
		return true;
	}

	/** As which one an ID was added, counted from 0; undefined where it was not. */
	positionOf(id: unknown): number | undefined {
		const words = wordsOf(id);
		if (!words) return this.texts.get(textOf(id));
		const position = this.slots[this.slotOf(words)]! - 1;
		return position < 0 ? undefined : position;
	}

	has(id: unknown): boolean {
		return this.positionOf(id) !== undefined;
	}

	/** The slot that holds the ID, or the free one where it belongs. */
	private slotOf(words: Words): number {
		const mask = this.slots.length - 1;
		for (let slot = hashOf(words) & mask; ; slot = (slot + 1) & mask) {
			const position = this.slots[slot]! - 1;
			if (position < 0) return slot;
			const at = position * WORDS_OF_ID;
			if (words.every((word, index) => this.words[at + index] === word)) return slot;
		}
	}

	private grow(): void {
		const before = this.words;
		this.words = new Uint32Array(before.length * 2);
		this.words.set(before);
		this.slots = new Uint32Array(this.slots.length * 2);
		const isText = new Set(this.texts.values());
		for (let position = 0; position < this.size; position++) {
			if (isText.has(position)) continue;
			const at = position * WORDS_OF_ID;
			const words: Words = [before[at]!, before[at + 1]!, before[at + 2]!];
			this.slots[this.slotOf(words)] = position + 1;
		}
	}
}

type Words = [number, number, number];

/** What an ID of another form is known by. */
function textOf(id: unknown): string {
	// that of no ID is no text
	const text = JSON.stringify(id) ?? '';
	return text.length > MAX_TEXT ? fingerprint(text) : text;
}

function wordsOf(id: unknown): Words | undefined {
	if (typeof id !== 'string' || !OBJECT_ID.test(id)) return undefined;
	const word = (from: number) => Number.parseInt(id.slice(from, from + 8), 16);
	return [word(0), word(8), word(16)];
}

function hashOf([one, two, three]: Words): number {
	const mixed =
		Math.imul(one, 0x9e3779b1) ^ Math.imul(two, 0x85ebca6b) ^ Math.imul(three, 0xc2b2ae35);
	return (mixed ^ (mixed >>> 15)) >>> 0;
}
