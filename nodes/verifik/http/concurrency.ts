// How many requests may be under way at once, and how soon the next may start. Pure.
//
// n8n's HTTP client opens a connection for each request, which costs two round trips before the request's own. So as many
// as `BASE` kept connections hold at the server are several times as many on the way there and back. How much of an
// answer's time is the line and how much the server, nobody can tell from outside; these rules hold for both:
// - The line: more than `BASE` only as far as `MAX_RATE` needs them (Little's law: under way = rate x time).
// - Gradient (as TCP Vegas): what makes answers take longer than the fastest one waits at the server. No more than `BASE`.
// - AIMD: half as many after a refusal, then one more after as many answers as are under way; and never more than `BASE`
//   of a server that has refused.
// - Pacing: starts come evenly, a little faster than answers would. So it takes the time of an answer until all are under way.

/** As many may always be under way, but for a server that refuses: a browser or a pool of connections has as many. */
const BASE = 10;

/** Requests a millisecond, where more than `BASE` are under way: of a server that takes 55 ms these are `BASE`. */
const MAX_RATE = 0.18;

/** Starts come so much faster than answers, so that those that are late leave no gap. */
const PACING_GAIN = 1.2;

export class Concurrency {
	/** no more than these, whatever the line and the server bear */
	private max: number;

	/** what refusals leave */
	private ceiling: number;

	/** time of the fastest answer, in milliseconds; 0 before the first one */
	private fastest = 0;

	/** time of the latest answer */
	private latest = 1;

	/** when the latest request was started */
	private startedAt = -Infinity;

	/** @param max how many may be under way at most */
	constructor(max: number) {
		this.max = max;
		this.ceiling = max;
	}

	/** How many requests may be under way. */
	get allowed(): number {
		return Math.floor(this.target);
	}

	/** When the next request may be started. */
	get nextStart(): number {
		return this.startedAt + this.fastest / (PACING_GAIN * this.target);
	}

	/** A request is started. */
	start(now: number): void {
		this.startedAt = now;
	}

	/** An answer came, after so many milliseconds. */
	succeed(time: number): void {
		this.latest = Math.max(1, time);
		this.fastest = Math.min(this.fastest || this.latest, this.latest);
		this.ceiling = Math.min(this.max, this.ceiling + 1 / this.ceiling);
	}

	/** The server refuses requests, since they are too many. */
	refuse(): void {
		this.max = Math.min(this.max, BASE);
		this.ceiling = Math.max(1, Math.min(this.max, this.target / 2));
	}

	private get target(): number {
		const line = Math.max(BASE, MAX_RATE * this.fastest);
		// so many of which `BASE` wait at the server
		const gradient = BASE / (1 - this.fastest / this.latest);
		return Math.min(this.ceiling, line, gradient);
	}
}
