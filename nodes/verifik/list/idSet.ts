// A set of the IDs of a whole list that needs little memory, and keeps their order. Pure.
import { randomFillSync } from 'crypto';

import { fingerprint } from '../token/fingerprint';

/** An ID of Verifik: twelve bytes in hexadecimal digits. */
const OBJECT_ID = /^[0-9a-f]{24}$/;
const BYTES_OF_ID = 12;
const WORDS_OF_ID = 3;

const FIRST_CAPACITY = 256;

/**
 * For hashing: a random number for each byte at each place of an ID (simple tabulation; Pătraşcu and Thorup, 2011). Random, so
 * that nobody can make IDs that all belong to the same slot, which would make each search slower.
 */
const TABULATION = randomFillSync(new Uint32Array(BYTES_OF_ID * 256));

/**
 * A set of IDs in the order in which they were added.
 *
 * An ID takes 12 bytes, and 8 to 16 bytes in the hash table: 21 MB for a million IDs, 32 MB while the table grows to that.
 * Of an ID without 24 hexadecimal digits (a number, an object, another text), twelve bytes of its fingerprint are stored.
 */
export class IdSet {
	/** number of IDs */
	size = 0;

	/** three words for each ID, in the order in which they were added */
	private words = new Uint32Array(FIRST_CAPACITY * WORDS_OF_ID);

	/** hash table with open addressing: position + 1 of an ID, 0 for a free slot; at least half of the slots are free */
	private slots = new Uint32Array(FIRST_CAPACITY * 2);

	/** Adds an ID. @returns whether it is new */
	add(id: unknown): boolean {
		const words = wordsOf(id);
		const slot = this.slotOf(words);
		if (this.slots[slot] !== 0) return false;
		this.words.set(words, this.size * WORDS_OF_ID);
		this.slots[slot] = this.size + 1;
		this.size++;
		if (this.size * WORDS_OF_ID === this.words.length) this.grow();
		return true;
	}

	/** The position of an ID in the order of adding, counted from 0; undefined if it was not added. */
	positionOf(id: unknown): number | undefined {
		const position = this.slots[this.slotOf(wordsOf(id))]! - 1;
		return position < 0 ? undefined : position;
	}

	has(id: unknown): boolean {
		return this.positionOf(id) !== undefined;
	}

	/** The slot of the ID, or the free slot where it belongs. */
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
		for (let position = 0; position < this.size; position++) {
			const at = position * WORDS_OF_ID;
			const words: Words = [before[at]!, before[at + 1]!, before[at + 2]!];
			this.slots[this.slotOf(words)] = position + 1;
		}
	}
}

type Words = [number, number, number];

function wordsOf(id: unknown): Words {
	if (typeof id === 'string' && OBJECT_ID.test(id)) {
		const word = (from: number) => Number.parseInt(id.slice(from, from + 8), 16);
		return [word(0), word(8), word(16)];
	}
	// As JSON, so that 5 and "5" are different IDs.
	const bytes = Buffer.from(fingerprint(JSON.stringify(id) ?? ''), 'base64url');
	return [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
}

function hashOf(words: Words): number {
	let hash = 0;
	for (let place = 0; place < BYTES_OF_ID; place++) {
		const byte = (words[place >> 2]! >>> (8 * (place & 3))) & 0xff;
		hash ^= TABULATION[(place << 8) | byte]!;
	}
	return hash >>> 0;
}
