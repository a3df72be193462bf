// The rules for the number of active requests. Their effect on networks and servers is in test/properties/concurrency.
import { describe, expect, test } from '@jest/globals';

import { Concurrency } from '../../nodes/verifik/http/concurrency.ts';

describe('so many requests may be under way:', () => {
	/** @param times of answers, in milliseconds */
	const after = (times: number[], max = 40) => {
		const concurrency = new Concurrency(max);
		times.forEach((time) => concurrency.succeed(time));
		return concurrency;
	};

	test.each([
		['ten before anything is known', [], 10],
		['ten where answers come at once', [0], 10],
		['as many as 180 a second need, but for ten', [20], 10],
		['as many as 180 a second need', [100], 18],
		['no more than the maximum', [900], 40],
		['so many that ten of them wait, where answers take longer than the fastest', [280, 560], 20],
		['as before, when they do no more', [280, 560, 280], 40],
		['ten, however long they take', [260, 60_000], 10],
	])('%s', (_what, times, allowed) => expect(after(times).allowed).toBe(allowed));

	test('four, where that is the maximum', () => expect(after([900], 4).allowed).toBe(4));

	test('half of that after a refusal, never less than one; then one more after as many answers, ten at most', () => {
		const concurrency = after([80]);
		expect(concurrency.allowed).toBe(14);
		concurrency.refuse();
		expect(concurrency.allowed).toBe(7);
		for (let count = 0; count < 8; count++) concurrency.succeed(80);
		expect(concurrency.allowed).toBe(8);
		for (let count = 0; count < 100; count++) concurrency.succeed(80);
		expect(concurrency.allowed).toBe(10);
		for (let count = 0; count < 9; count++) concurrency.refuse();
		expect(concurrency.allowed).toBe(1);
	});

	test('started evenly over the time of an answer, and a fifth faster', () => {
		const concurrency = after([300]);
		concurrency.start(1000);
		expect(concurrency.nextStart).toBe(1006.25);
		expect(after([]).nextStart).toBe(-Infinity);
	});
});
