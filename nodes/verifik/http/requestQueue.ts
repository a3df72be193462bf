// The requests of one operation: as many at once as the line and the server bear, all of them paused while the server asks
// to wait, tried again where that may help, ended at the deadline. Knows no network: what sends a request is handed in.
import { VerifikError } from '../errors/VerifikError';
import { Concurrency } from './concurrency';
import { waitBeforeRetry } from './retryPolicy';

/** Time and chance, so that tests can simulate them. */
export type Clock = {
	/** milliseconds */
	now(): number;
	/** @throws VerifikError `cancelled` soon after the workflow was stopped */
	sleep(ms: number): Promise<void>;
	/** from 0 to 1 */
	random(): number;
};

type QueueLimits = {
	timeoutMs: number;
	maxConcurrency: number;
	/** of the server, for messages */
	host?: string;
	/** whether the server has answered the operation before as the API does */
	hasAnswered?: boolean;
};

export class RequestQueue {
	/** requests that were sent again, and the time that was waited for that */
	retries = 0;

	waitedMs = 0;

	private readonly clock: Clock;

	/** when the operation has to be over, as `Clock.now` counts */
	private readonly deadline: number;

	private readonly concurrency: Concurrency;

	private readonly host?: string;

	private activeCount = 0;

	/** Nothing is sent before. */
	private pausedUntil = 0;

	private isOver = false;

	private hasAnswered: boolean;

	/** settled when the one who asked last may send, or gave up */
	private lastTurn: Promise<void> = Promise.resolve();

	/** Lets the one whose turn it is look again whether there is room. */
	private goOn: () => void = () => undefined;

	constructor(clock: Clock, limits: QueueLimits) {
		this.clock = clock;
		this.deadline = clock.now() + limits.timeoutMs;
		this.concurrency = new Concurrency(limits.maxConcurrency);
		this.host = limits.host;
		this.hasAnswered = limits.hasAnswered ?? false;
	}

	/**
	 * Sends a request, again where that may help.
	 *
	 * @param attempt sends it once, within the given milliseconds
	 * @param isRepeatable whether sending it twice does the same as once (a GET)
	 * @throws VerifikError with the number of tries; `timedOut` past the deadline; `cancelled` after `end`
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
					// begins at once: none of those that wait for room may slip through before a pause
					await this.waitToRetry(error, { tries, sentAt, isRepeatable });
					return undefined;
				},
			);
			if (result) return result.value;
		}
	}

	/** Nothing more is sent, whatever still waits. */
	end(): void {
		this.isOver = true;
	}

	/** @throws VerifikError where nothing may be sent any more: after `end`, and past the deadline */
	checkTime(now = this.clock.now()): void {
		if (this.isOver) throw new VerifikError('cancelled', { host: this.host });
		if (now >= this.deadline) throw new VerifikError('timedOut', { host: this.host });
	}

	/** @throws the error where the request must not be sent again */
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
		// A wait that the server asks for is not shortened to fit.
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

	/** The server asks all requests to wait; those that had been sent before it did so tell nothing new. */
	private pause(until: number, sentAt: number): void {
		if (sentAt >= this.pausedUntil) this.concurrency.refuse();
		const from = Math.max(this.clock.now(), this.pausedUntil);
		if (until > from) this.waitedMs += until - from;
		this.pausedUntil = Math.max(this.pausedUntil, until);
	}

	/** Waits until one more request may be sent, one after another in the order of asking: a list is needed in its order. */
	private async enter(): Promise<void> {
		const turn = this.lastTurn.then(async () => await this.waitForRoom());
		// each gets an error of its own, to say of which request
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
				// after answers that took long, the next start may lie behind the deadline
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
