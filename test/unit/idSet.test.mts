// The set of IDs: what it finds, and how much memory and time it needs.
import { expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { IdSet } from '../../nodes/verifik/list/idSet.ts';

const hex = (number: number) => (number * 7919 + 1).toString(16).padStart(24, '0');

test('an ID of 24 hexadecimal digits is found with its position', () => {
	const ids = new IdSet();
	const numbers = Array.from({ length: 5000 }, (_, number) => number);
	expect(numbers.every((number) => ids.add(hex(number)))).toBe(true);
	expect(numbers.some((number) => ids.add(hex(number)))).toBe(false);
	expect(numbers.map((number) => ids.positionOf(hex(number)))).toEqual(numbers);
	expect(ids.has(hex(5000))).toBe(false);
	expect(ids.size).toBe(5000);
});

test('any other ID is found too, and none is mistaken for another', () => {
	const ids = new IdSet();
	const others = [
		5,
		'5',
		{ $oid: hex(1) },
		hex(1),
		`"${hex(1)}"`,
		'ABCDEF0123456789ABCDEF01',
		true,
	];
	for (let number = 0; number < 600; number++) others.push(number * 1000 + 7, hex(number * 3 + 2));
	for (const id of others) expect(ids.add(id)).toBe(true);
	expect(others.map((id) => ids.positionOf(structuredClone(id)))).toEqual(
		others.map((_, at) => at),
	);
});

test('an undefined ID is not found in an empty set', () => {
	expect(new IdSet().positionOf(undefined)).toBeUndefined();
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
	'Low: %s is an ID like any other',
	(id) => {
		const ids = new IdSet();
		expect([ids.has(id), ids.add(id), ids.has(id), ids.add(id)]).toEqual([
			false,
			true,
			true,
			false,
		]);
	},
);

test('item 3: IDs of megabytes are known again, and take no memory', () => {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const long = (number: number) => Buffer.alloc(1_000_000, `id ${number} `).toString('latin1');
	const ids = new IdSet();
	collect();
	const before = process.memoryUsage().heapUsed;
	for (let number = 0; number < 40; number++) expect(ids.add(long(number))).toBe(true);
	collect();
	expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
	expect(ids.add(long(7))).toBe(false);
	expect(ids.positionOf(long(39))).toBe(39);
});

test('item 1: IDs made for one and the same place in the table take no more time than others', () => {
	// They cancel each other out where a hash multiplies the parts of an ID by numbers that everybody can read.
	const [one, two] = [0x9e3779b1, 0x85ebca6b];
	let inverse = 1;
	for (let step = 0; step < 5; step++) {
		inverse = Math.imul(inverse, 2 - Math.imul(two, inverse));
	}
	const part = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
	const ids = new IdSet();
	const begin = performance.now();
	for (let number = 0; number < 20_000; number++) {
		const first = number * 2_654_435 + 1;
		const second = Math.imul(inverse, Math.imul(first, one));
		ids.add(`${part(first)}${part(second)}00000007`);
	}
	expect(ids.size).toBe(20_000);
	// A wide limit: before, it took 15 seconds, six of them without a pause.
	expect(performance.now() - begin).toBeLessThan(5_000);
});

test('item 3: IDs of any form take no more memory than those of 24 digits', () => {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const used = () => {
		collect();
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		return heapUsed + arrayBuffers;
	};
	const ids = new IdSet();
	const before = used();
	// not an `expect` each, which would take seconds
	for (let number = 0; number < 200_000; number++) ids.add(`${number}`.padStart(100, 'x'));
	expect(ids.size).toBe(200_000);
	expect(used() - before).toBeLessThan(20_000_000);
	expect(ids.positionOf('7'.padStart(100, 'x'))).toBe(7);
});

test('a quarter of a million IDs take less than 10 MB, also while the table grows', () => {
	const ids = new IdSet();
	const buffers = () => process.memoryUsage().arrayBuffers;
	const before = buffers();
	let most = 0;
	for (let number = 0; number < 250_000; number++) {
		ids.add(hex(number));
		if (number % 5_000 === 0) most = Math.max(most, buffers() - before);
	}
	expect(ids.size).toBe(250_000);
	// what is no longer used may not have been collected yet: all tables together are twice the last
	expect(most).toBeLessThan(11_000_000);
	const bytes = Object.values(ids as unknown as Record<string, unknown>)
		.filter((value) => value instanceof Uint32Array)
		.reduce((sum, { byteLength }) => sum + byteLength, 0);
	expect(bytes).toBeLessThan(5_500_000);
});
