// Waiting until a validation is over, with a simulated clock.
import { expect, test } from '@jest/globals';

import { untilOver } from '../../nodes/verifik/completion.ts';
import type { VerifikRecord } from '../../nodes/verifik/documentLiveness.ts';
import { VerifikFailure, type Cause } from '../../nodes/verifik/errors.ts';

/** @param answers what each reading gives; the last one again and again */
function scene(answers: Array<VerifikRecord | Cause>, readMs = 0) {
	let time = 0;
	const readAt: number[] = [];
	const clock = { now: () => time, sleep: async (ms: number) => void (time += ms) };
	const read = async () => {
		readAt.push(time);
		time += readMs;
		const answer = answers[Math.min(readAt.length, answers.length) - 1]!;
		if (typeof answer === 'string') throw new VerifikFailure(answer);
		return answer;
	};
	const wait = async (first: VerifikRecord, timeoutMs = 60_000) =>
		await untilOver(first, read, clock, timeoutMs);
	return { wait, readAt };
}

const waiting = { _id: 'a', status: 'processing' };
const done = { _id: 'a', status: 'completed' };

test.each([
	{ status: 'completed' },
	{ status: 'failed' },
	// the flat shape has no status, and holds its result
	{ screenReplayProbability: 1 },
])('%j is over already', async (record) => {
	const { wait, readAt } = scene([]);
	expect(await wait(record)).toEqual({ record });
	expect(readAt).toEqual([]);
});

test('reads at growing intervals until it is over', async () => {
	const { wait, readAt } = scene([...Array<VerifikRecord>(8).fill(waiting), done]);
	expect(await wait({ _id: 'a', status: 'new' })).toEqual({ record: done });
	expect(readAt).toEqual([
		500, 1250, 2375, 4062.5, 6593.75, 10390.625, 15390.625, 20390.625, 25390.625,
	]);
});

test('a state that nobody knows is waited through', async () => {
	const { wait } = scene([{ status: 'queued' }, { status: 'failed' }]);
	expect(await wait({ status: 'received' })).toEqual({ record: { status: 'failed' } });
});

test('when time is over, gives the record as it stands', async () => {
	const { wait, readAt } = scene([{ ...waiting, step: 2 }]);
	expect(await wait(waiting, 3_000)).toEqual({
		record: { ...waiting, step: 2 },
		openBecause: 'time',
	});
	expect(readAt.at(-1)).toBeLessThan(3_000);
});

test('a reading that runs into the end of the time counts as that', async () => {
	const { wait } = scene(['timedOut'], 5_000);
	expect(await wait(waiting, 3_000)).toEqual({ record: waiting, openBecause: 'time' });
});

test('a validation that is not found yet is looked for again', async () => {
	const { wait } = scene(['validationNotFound', 'validationNotFound', done]);
	expect(await wait(waiting)).toEqual({ record: done });
});

test('what goes wrong while reading loses nothing', async () => {
	const { wait } = scene([{ ...waiting, step: 2 }, 'unauthorized']);
	const { record, openBecause } = await wait(waiting);
	expect(record).toEqual({ ...waiting, step: 2 });
	expect((openBecause as VerifikFailure).explanation.cause).toBe('unauthorized');
});

test('Stop ends it', async () => {
	const { wait } = scene(['cancelled']);
	await expect(wait(waiting)).rejects.toMatchObject({ explanation: { cause: 'cancelled' } });
});
