// The load of a server: the most active requests at the same time, and in the busiest second.

const SECOND_MS = 1000;

export class Load {
	/** requests so far */
	count = 0;

	/** the most active requests at the same time */
	most = 0;

	private underWay = 0;

	private readonly begins: number[] = [];

	private readonly ends: number[] = [];

	/** A request arrives. @param at milliseconds, never less than in an earlier call */
	begin(at = performance.now()): void {
		this.count++;
		this.begins.push(at);
		this.most = Math.max(this.most, ++this.underWay);
	}

	/** Its answer is sent. */
	end(at = performance.now()): void {
		this.ends.push(at);
		this.underWay--;
	}

	/** The largest average of active requests over a second. */
	mostOverASecond(): number {
		// The average falls where a request begins as the second does, or ends as it does: it is highest at one of those.
		const starts = [...this.begins, ...this.ends.map((at) => at - SECOND_MS)];
		return Math.max(0, ...starts.map((start) => this.timeUnderWay(start) / SECOND_MS));
	}

	/** The most requests that arrive within a second. */
	mostInASecond(): number {
		const { begins } = this;
		const arrivals = begins.map(
			(start) => begins.filter((at) => at >= start && at < start + SECOND_MS).length,
		);
		return Math.max(0, ...arrivals);
	}

	/** What all requests together spend in the server within the second after `start`. */
	private timeUnderWay(start: number): number {
		// which begin belongs to which end makes no difference to the sum
		const clamp = (at: number) => Math.min(Math.max(at - start, 0), SECOND_MS);
		const sum = (times: number[]) => times.reduce((total, at) => total + clamp(at), 0);
		return sum(this.ends) + this.underWay * SECOND_MS - sum(this.begins);
	}
}
