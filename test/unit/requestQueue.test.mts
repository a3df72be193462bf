// Retries, waits and the number of requests at once, with a simulated clock.
import { describe, expect, test } from '@jest/globals';

import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { type ErrorCode, type ErrorDetails } from '../../nodes/verifik/errors/messages.ts';
import { waitBeforeRetry } from '../../nodes/verifik/http/retryPolicy.ts';
import { RequestQueue } from '../../nodes/verifik/http/requestQueue.ts';
import { SimulatedClock } from '../support/simulatedClock.mts';

describe('a request may be sent again', () => {
	const wait = (code: ErrorCode, tries = 1, isRepeatable = true, retryAfterMs?: number) =>
		waitBeforeRetry({ code, tries, isRepeatable, retryAfterMs, hasAnswered: true }, 0.5);

	test.each([
		'rateLimited',
		'serverDown',
		'connectionLost',
		'cutOff',
		'notJson',
		'timedOut',
	] as const)('after %s', (code) => expect(wait(code)).toBeGreaterThan(0));

	test.each([
		...(['invalidParameters', 'unauthorized', 'forbidden', 'notFound', 'conflict'] as const),
		...(['tooLarge', 'redirected', 'tls', 'notTheApi', 'unsuccessful', 'cancelled'] as const),
	])('never after %s', (code) => expect(wait(code)).toBeUndefined());

	test('with waits that double, spread by chance over their upper half', () => {
		const waits = [1, 2, 3, 4, 5, 6, 7].map((tries) => wait('serverDown', tries));
		expect(waits).toEqual([150, 300, 600, 1200, 2400, 4800, 9600]);
		const attempt = {
			code: 'serverDown',
			tries: 2,
			isRepeatable: true,
			hasAnswered: true,
		} as const;
		expect([0, 1].map((random) => waitBeforeRetry(attempt, random))).toEqual([200, 400]);
	});

	test('twice only where the first answer of a server is not JSON: that is seldom a short outage', () => {
		const attempt = { code: 'notJson', isRepeatable: true } as const;
		const wait = (tries: number, hasAnswered: boolean) =>
			waitBeforeRetry({ ...attempt, tries, hasAnswered }, 0.5);
		expect([wait(1, false), wait(2, false), wait(2, true)]).toEqual([150, undefined, 300]);
	});

	test('so often and no more', () => {
		expect(wait('serverDown', 8)).toBeUndefined();
		expect(wait('refused', 3)).toBeUndefined();
		expect(wait('timedOut', 3)).toBeUndefined();
	});

	test('after what the server asks for, an hour at most', () => {
		expect(wait('rateLimited', 1, true, 123_456)).toBe(123_456);
		expect(wait('rateLimited', 1, true, 86_400_000)).toBe(3_600_000);
	});

	test('5: and never sooner than without being asked: a Retry-After of 0 does not use up the tries', () => {
		expect([1, 2, 3].map((tries) => wait('serverDown', tries, true, 0))).toEqual([150, 300, 600]);
		expect(wait('rateLimited', 7, true, 1000)).toBe(9600);
	});

	test('a second time, where that is not the same as once, only when it was surely not done', () => {
		const may = (code: ErrorCode) => wait(code, 1, false) !== undefined;
		expect((['refused', 'nameNotFound', 'rateLimited'] as const).every(may)).toBe(true);
		expect(
			(
				['serverDown', 'connectionLost', 'cutOff', 'notJson', 'timedOut', 'unreachable'] as const
			).some(may),
		).toBe(false);
	});
});

const failure = (code: ErrorCode, details: ErrorDetails = {}) => new VerifikError(code, details);

describe('the requests of an operation', () => {
	const start = (limits: Partial<{ timeoutMs: number; maxConcurrency: number }> = {}) => {
		const clock = new SimulatedClock();
		const queue = new RequestQueue(clock, {
			timeoutMs: 60_000,
			maxConcurrency: 10,
			host: 'h',
			...limits,
		});
		/** Sends requests of 100 ms each, that end with what `answer` gives. */
		const send = async (answer: (sentAt: number) => VerifikError | undefined) => {
			const attempt = async () => {
				const sentAt = clock.time;
				sent.push(sentAt);
				most = Math.max(most, ++underWay);
				await clock.sleep(100);
				underWay--;
				const error = answer(sentAt);
				if (error) throw error;
				return 'ok';
			};
			return await queue.send(attempt, true);
		};
		const sent: number[] = [];
		let [underWay, most] = [0, 0];
		return { clock, queue, send, sent, most: () => most };
	};

	test('holds no more requests than allowed', async () => {
		const { clock, send, most } = start({ maxConcurrency: 4 });
		await clock.run(
			Promise.all(Array.from({ length: 20 }, async () => await send(() => undefined))),
		);
		expect(most()).toBe(4);
		// five times 100 ms; all but the first four are started evenly
		expect(clock.time).toBe(562.5);
	});

	test('tries again what passes by itself, and counts it', async () => {
		const { clock, queue, send } = start();
		let left = 3;
		await clock.run(send(() => (left-- > 0 ? failure('serverDown') : undefined)));
		expect({ retries: queue.retries, waitedMs: queue.waitedMs }).toEqual({
			retries: 3,
			waitedMs: 200 + 400 + 800,
		});
	});

	test('holds everything while the server asks to wait, and sends less at once afterwards', async () => {
		const { clock, queue, send, sent } = start();
		const answers = Array.from(
			{ length: 30 },
			async () =>
				await send((sentAt) =>
					sentAt === 0 ? failure('rateLimited', { retryAfterMs: 5_000 }) : undefined,
				),
		);
		await clock.run(Promise.all(answers));
		expect(sent.filter((at) => at > 0 && at < 5_100)).toEqual([]);
		const first = Math.min(...sent.filter((at) => at > 0));
		expect(first).toBe(5_100);
		expect(sent.filter((at) => at === first)).toHaveLength(5);
		expect(queue.waitedMs).toBe(5_000);
		// and it grows again
		expect(clock.time).toBeLessThan(6_000);
	});

	test('sends in the order of asking', async () => {
		const { clock, queue } = start();
		const sent: number[] = [];
		const ask = async (number: number) =>
			await queue.send(async () => {
				sent.push(number);
				await clock.sleep(100 + ((number * 7) % 10));
			}, true);
		const numbers = Array.from({ length: 40 }, (_, number) => number);
		await clock.run(Promise.all(numbers.map(ask)));
		expect(sent).toEqual(numbers);
	});

	test.each([10, 40])(
		'5: finds the rate of a server that takes five a second, instead of exceeding it again and again: %i',
		async (maxConcurrency) => {
			const { clock, send } = start({ timeoutMs: 600_000, maxConcurrency });
			const taken: number[] = [];
			let refusals = 0;
			const answer = (sentAt: number) => {
				if (taken.filter((at) => at > sentAt - 1000).length >= 5) {
					refusals++;
					return failure('rateLimited');
				}
				taken.push(sentAt);
				return undefined;
			};
			await clock.run(Promise.all(Array.from({ length: 300 }, async () => await send(answer))));
			expect(taken).toHaveLength(300);
			expect(refusals).toBeLessThan(270);
		},
	);

	test('does not shorten a wait to fit: it gives up at once and says when to come back', async () => {
		const { clock, send, sent } = start({ timeoutMs: 4_000 });
		const gone = clock.run(send(() => failure('rateLimited', { retryAfterMs: 5_000 })));
		await expect(gone).rejects.toMatchObject({
			code: 'rateLimited',
			details: { retryAfterMs: 5_000 },
		});
		expect(sent).toHaveLength(1);
		expect(clock.time).toBe(100);
	});

	test('ends at the deadline, and says so', async () => {
		const { clock, send, sent } = start({ timeoutMs: 250, maxConcurrency: 1 });
		const all = Promise.allSettled(
			Array.from({ length: 5 }, async () => await send(() => undefined)),
		);
		const results = await clock.run(all);
		expect(results.map(({ status }) => status)).toEqual([
			'fulfilled',
			'fulfilled',
			'fulfilled',
			'rejected',
			'rejected',
		]);
		expect(sent).toHaveLength(3);
		const [one, other] = results.slice(3).map((result) => (result as PromiseRejectedResult).reason);
		expect(other.message).toBe('h did not answer in time');
		// each message names its own page
		expect(other).not.toBe(one);
	});

	test('ends at the deadline, too, where it waits to start evenly after answers that took long', async () => {
		const { clock, queue } = start({ maxConcurrency: 1 });
		const answer = async (time: number, error?: VerifikError) => {
			await clock.sleep(time);
			if (error) throw error;
		};
		await clock.run(queue.send(async () => await answer(50_000), true));
		const refused = queue.send(async () => await answer(1, failure('rateLimited')), true);
		await expect(clock.run(refused)).rejects.toMatchObject({ code: 'timedOut' });
		expect(clock.time).toBe(60_000);
	});

	test('a lasting failure says how often it was tried', async () => {
		const { clock, send } = start();
		await expect(clock.run(send(() => failure('serverDown')))).rejects.toMatchObject({
			explanation: { description: expect.stringContaining('The request was tried 8 times.') },
		});
	});

	test('what is not temporary is reported at once', async () => {
		const { clock, send, sent } = start();
		await expect(clock.run(send(() => failure('unauthorized')))).rejects.toMatchObject({
			code: 'unauthorized',
		});
		expect(sent).toHaveLength(1);
	});

	test('stops: nothing is sent after it, whatever was waiting', async () => {
		const { clock, queue, send, sent } = start({ maxConcurrency: 2 });
		const all = Promise.allSettled(
			Array.from({ length: 9 }, async () => await send(() => (queue.end(), undefined))),
		);
		await clock.run(all);
		expect(sent).toHaveLength(2);
	});

	test('a wait ends when the workflow is stopped', async () => {
		const { clock, send, sent } = start();
		const gone = clock.run(
			send(() => {
				clock.isStopped = true;
				return failure('rateLimited', { retryAfterMs: 50_000 });
			}),
		);
		await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
		expect(sent).toHaveLength(1);
	});
});
