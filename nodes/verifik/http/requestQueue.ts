// The requests of one operation: limits how many are active at the same time, pauses all while the server asks to wait,
// retries where that may help, and ends all at the deadline. Pure: the function that sends a request is an argument.
import { VerifikError } from '../errors/VerifikError';
import { Concurrency } from './concurrency';
import { waitBeforeRetry } from './retryPolicy';

/** Time and random numbers, which tests simulate. */
export type Clock = {
	/** milliseconds by a monotonic clock: nobody sets it, so no wait or deadline moves when the system clock is set */
	now(): number;
	/** @throws VerifikError `cancelled` soon after the workflow was stopped */
	sleep(ms: number): Promise<void>;
	/** from 0 to 1 */
	random(): number;
};

type QueueLimits = {
	timeoutMs: number;
	maxConcurrency: number;
	/** host of the server, for messages */
	host?: string;
	/** whether the server has already answered this operation in JSON */
	hasAnswered?: boolean;
};

/** Sends the requests of one operation. */
export class RequestQueue {
	/** how many requests were sent again */
	retries = 0;

	/** time of all waits before retries */
	waitedMs = 0;

	private readonly clock: Clock;

	/** when the operation has to end, by `Clock.now` */
	private readonly deadline: number;

	private readonly concurrency: Concurrency;

	private readonly host?: string;

	private activeCount = 0;

	/** Nothing is sent before this time, by `Clock.now`. */
	private pausedUntil = 0;

	private isOver = false;

	private hasAnswered: boolean;

	/** settled when the request that was added last may be sent, or cannot be sent any more */
	private lastTurn: Promise<void> = Promise.resolve();

	/** Wakes the request that waits for another one to end. */
	private goOn: () => void = () => undefined;

	constructor(clock: Clock, limits: QueueLimits) {
		this.clock = clock;
		this.deadline = clock.now() + limits.timeoutMs;
		this.concurrency = new Concurrency(limits.maxConcurrency);
		this.host = limits.host;
		this.hasAnswered = limits.hasAnswered ?? false;
	}

	/**
	 * Sends a request, and retries it where that may help.
	 *
	 * @param attempt sends it once, within the given milliseconds
	 * @param isRepeatable whether sending it twice has the same effect as once (a GET)
	 * @throws VerifikError with the number of tries; `timedOut` after the deadline; `cancelled` after `end`
	 */
	async send<T>(attempt: (timeLeftMs: number) => Promise<T>, isRepeatable: boolean): Promise<T> {
		for (let tries = 1; ; tries++) {
			await this.enter();
			const sentAt = this.clock.now();
			const result = await attempt(this.deadline - sentAt).then(
				(value) => {
					this.hasAnswered = true;
					this.concurrency.succeed(this.clock.now() - sentAt);
					this.leave();
					return { value };
				},
				async (error: unknown) => {
					this.leave();
					if (!(error instanceof VerifikError)) throw error;
					// Called at once, so that no waiting request is sent before a pause begins.
					await this.waitToRetry(error, { tries, sentAt, isRepeatable });
					return undefined;
				},
			);
			if (result) return result.value;
		}
	}

	/** From now on no request is sent, also none that waits. */
	end(): void {
		this.isOver = true;
	}

	/** @throws VerifikError if nothing may be sent any more: after `end`, and past the deadline */
	checkTime(now = this.clock.now()): void {
		if (this.isOver) throw new VerifikError('cancelled', { host: this.host });
		if (now >= this.deadline) throw new VerifikError('timedOut', { host: this.host });
	}

	/** Waits before the next try. @throws the error if the request must not be sent again */
	private async waitToRetry(
		error: VerifikError,
		{ tries, sentAt, isRepeatable }: { tries: number; sentAt: number; isRepeatable: boolean },
	): Promise<void> {
		const { code, details } = error;
		const { retryAfterMs } = details;
		const { hasAnswered } = this;
		const attempt = { code, tries, retryAfterMs, isRepeatable, hasAnswered };
		const wait = waitBeforeRetry(attempt, this.clock.random());
		const now = this.clock.now();
		// If the wait does not fit before the deadline, there is no retry: the server asked for all of it.
		if (wait === undefined || now + wait >= this.deadline) {
			error.addContext({ tries });
			throw error;
		}
		this.retries++;
		if (code === 'rateLimited') {
			this.pause(now + wait, sentAt);
			return;
		}
		this.waitedMs += wait;
		await this.clock.sleep(wait);
	}

	/** Pauses all requests. A refusal of a request from before the current pause says nothing new about the server. */
	private pause(until: number, sentAt: number): void {
		if (sentAt >= this.pausedUntil) this.concurrency.refuse();
		const from = Math.max(this.clock.now(), this.pausedUntil);
		if (until > from) this.waitedMs += until - from;
		this.pausedUntil = Math.max(this.pausedUntil, until);
	}

	/** Waits until the request may be sent. Requests are sent in the order in which they were added: a list is read in order. */
	private async enter(): Promise<void> {
		const turn = this.lastTurn.then(async () => await this.waitForRoom());
		// An error is thrown to its own request only.
		this.lastTurn = turn.catch(() => undefined);
		await turn;
	}

	private async waitForRoom(): Promise<void> {
		const { concurrency } = this;
		for (;;) {
			const now = this.clock.now();
			this.checkTime(now);
			const wait = Math.max(this.pausedUntil, concurrency.nextStart) - now;
			if (this.activeCount >= concurrency.allowed) {
				await new Promise<void>((resolve) => (this.goOn = resolve));
			} else if (wait > 0) {
				// After slow answers, the next start may be after the deadline.
				await this.clock.sleep(Math.min(wait, this.deadline - now));
			} else {
				this.activeCount++;
				concurrency.start(now);
				return;
			}
		}
	}

	private leave(): void {
		this.activeCount--;
		this.goOn();
	}
}
