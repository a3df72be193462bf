// Seeded chance that can be asked for any record alone, so that a million of them need not be held.

/** A number from 0 to 1 (exclusive) that depends on nothing but its arguments. */
export function chance(seed: number, index: number, salt: number): number {
	return bits(seed, index, salt) / 2 ** 32;
}

/** 32 bits that depend on nothing but the arguments (the finalizer of MurmurHash3, applied three times). */
export function bits(seed: number, index: number, salt: number): number {
	return mix(mix(mix(seed) ^ index) ^ salt);
}

/** One of `choices`, each equally likely. */
export function pick<T>(choices: readonly T[], seed: number, index: number, salt: number): T {
	return choices[Math.floor(chance(seed, index, salt) * choices.length)]!;
}

function mix(value: number): number {
	let hash = (value + 0x9e3779b9) >>> 0;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}
