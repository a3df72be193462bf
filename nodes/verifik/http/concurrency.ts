// How many requests may be active at the same time, and when the next may start. Pure.
//
// n8n's HTTP client opens a connection for each request (n8n 2.41.1), which costs two round trips before that of the request.
// So to have as many requests at the server as `BASE` kept connections have, several times as many must be active. It is not
// known how much of the time of an answer is the network and how much the server. These rules work for both:
// - Network: more than `BASE` requests only as far as `MAX_RATE` needs them (Little's law: active = rate x time).
// - Gradient (as in TCP Vegas): if answers take longer than the fastest one, requests wait at the server: at most `BASE` do.
// - AIMD: after a refusal half as many; then one more each time as many answers have come as are active; never again more
//   than `BASE`.
// - Pacing: requests start evenly, a little faster than answers come, so it takes the time of one answer until all are active.

/** This many requests may be active unless the server refuses: about as many as the connections of a browser. */
const BASE = 10;

/** Requests per millisecond, if more than `BASE` are active. At a server that takes 55 ms, that is `BASE` requests. */
const MAX_RATE = 0.18;

/** Requests start faster than answers come by this factor, so that a late start leaves no gap. */
const PACING_GAIN = 1.2;

/** The number of active requests, adapted to the answers so far. Times are in milliseconds. */
export class Concurrency {
	/** upper limit; `BASE` after a refusal */
	private max: number;

	/** limit after refusals; grows again with answers */
	private ceiling: number;

	/** time of the fastest answer; 0 before the first one */
	private fastest = 0;

	/** time of the latest answer */
	private latest = 1;

	/** when the latest request started */
	private startedAt = -Infinity;

	/** @param max how many may be active at most */
	constructor(max: number) {
		this.max = max;
		this.ceiling = max;
	}

	/** How many requests may be active. */
	get allowed(): number {
		return Math.floor(this.target);
	}

	/** When the next request may start. */
	get nextStart(): number {
		return this.startedAt + this.fastest / (PACING_GAIN * this.target);
	}

	/** To be called when a request starts. */
	start(now: number): void {
		this.startedAt = now;
	}

	/** To be called when an answer came. @param time between request and answer */
	succeed(time: number): void {
		this.latest = Math.max(1, time);
		this.fastest = Math.min(this.fastest || this.latest, this.latest);
		this.ceiling = Math.min(this.max, this.ceiling + 1 / this.ceiling);
	}

	/** To be called when the server refused a request because there were too many. */
	refuse(): void {
		this.max = Math.min(this.max, BASE);
		this.ceiling = Math.max(1, Math.min(this.max, this.target / 2));
	}

	private get target(): number {
		const network = Math.max(BASE, MAX_RATE * this.fastest);
		// With this many requests, `BASE` of them wait at the server.
		const gradient = BASE / (1 - this.fastest / this.latest);
		return Math.min(this.ceiling, network, gradient);
	}
}
