// Waiting until the checks of a validation are finished, with a simulated clock.
import { expect, test } from '@jest/globals';

import { waitForCompletion } from '../../nodes/verifik/api/waitForCompletion.ts';
import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { type ErrorCode } from '../../nodes/verifik/errors/messages.ts';
import { isPending } from '../../nodes/verifik/record/readRecord.ts';

/** @param answers what each reading gives; the last one again and again */
function scene(answers: Array<VerifikRecord | ErrorCode>, readMs = 0) {
	let time = 0;
	const readAt: number[] = [];
	const clock = { now: () => time, sleep: async (ms: number) => void (time += ms) };
	const read = async () => {
		readAt.push(time);
		time += readMs;
		const answer = answers[Math.min(readAt.length, answers.length) - 1]!;
		if (typeof answer === 'string') throw new VerifikError(answer);
		return { body: { data: answer }, record: answer };
	};
	const wait = async (first: VerifikRecord, timeoutMs = 60_000) => {
		const created = { body: { data: first }, record: first };
		const options = { read, isPending, clock, timeoutMs };
		const { answer, pendingBecause } = await waitForCompletion(created, options);
		expect(answer.body.data).toBe(answer.record);
		return { record: answer.record, ...(pendingBecause && { pendingBecause }) };
	};
	return { wait, readAt };
}

const waiting = { _id: 'a', status: 'processing' };
const done = { _id: 'a', status: 'completed' };

test.each([
	{ status: 'completed' },
	{ status: 'failed' },
	// a flat record has no status, and holds its result
	{ validateScreenReplay: true, screenReplayProbability: 1 },
	{ validateScreenReplay: true, isLive: false },
	// of a status that nobody knows, nobody knows when it ends
	{ status: 'queued' },
])('%j is not waited for', async (record) => {
	const { wait, readAt } = scene([]);
	expect(await wait(record)).toEqual({ record });
	expect(readAt).toEqual([]);
});

test('reads at growing intervals until the checks are finished', async () => {
	const { wait, readAt } = scene([...Array<VerifikRecord>(8).fill(waiting), done]);
	expect(await wait({ _id: 'a', status: 'new' })).toEqual({ record: done });
	expect(readAt).toEqual([
		500, 1250, 2375, 4062.5, 6593.75, 10390.625, 15390.625, 20390.625, 25390.625,
	]);
});

test('a flat record without any result is waited for', async () => {
	const pending = { _id: 'a', validatePrintedCopy: true };
	const { wait } = scene([pending, { ...pending, isLive: true }]);
	expect(await wait(pending)).toEqual({ record: { ...pending, isLive: true } });
});

test('when the time is over, returns the latest record', async () => {
	const { wait, readAt } = scene([{ ...waiting, step: 2 }]);
	expect(await wait(waiting, 3_000)).toEqual({
		record: { ...waiting, step: 2 },
		pendingBecause: 'time',
	});
	expect(readAt.at(-1)).toBeLessThan(3_000);
});

test.each([
	['after the end', 5_000],
	["a little before it, since the client's time began earlier", 2_499.9],
])(
	'a request that ends because the time is over counts as time over: %s',
	async (_when, readMs) => {
		const { wait } = scene(['timedOut'], readMs);
		expect(await wait(waiting, 3_000)).toEqual({ record: waiting, pendingBecause: 'time' });
	},
);

test('a validation that is not found yet is looked for again', async () => {
	const { wait } = scene(['validationNotFound', 'validationNotFound', done]);
	expect(await wait(waiting)).toEqual({ record: done });
});

test('if reading does not work, the latest record is returned', async () => {
	const { wait } = scene([{ ...waiting, step: 2 }, 'unauthorized']);
	const { record, pendingBecause } = await wait(waiting);
	expect(record).toEqual({ ...waiting, step: 2 });
	expect((pendingBecause as VerifikError).code).toBe('unauthorized');
});

test('a request that takes too long long before the end is why it could not be read', async () => {
	const { wait } = scene(['timedOut'], 2_000);
	const { pendingBecause } = await wait(waiting, 30_000);
	expect((pendingBecause as VerifikError).code).toBe('timedOut');
});

test('Stop ends the waiting', async () => {
	const { wait } = scene(['cancelled']);
	await expect(wait(waiting)).rejects.toMatchObject({ code: 'cancelled' });
});
