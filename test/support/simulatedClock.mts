// A clock that goes on to the next moment that is waited for, as soon as nothing else is left to do.
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import type { Clock } from '../../nodes/verifik/http/requestQueue.ts';

export class SimulatedClock implements Clock {
	time = 0;

	/** What `sleep` ends with, as after a stop of the workflow. */
	isStopped = false;

	readonly random: () => number;

	private readonly waiting: Array<{ at: number; goOn: () => void }> = [];

	constructor(random: () => number = () => 1) {
		this.random = random;
	}

	now(): number {
		return this.time;
	}

	async sleep(duration: number): Promise<void> {
		await new Promise<void>((goOn) => {
			const at = this.time + duration;
			let index = this.waiting.length;
			while (index > 0 && this.waiting[index - 1]!.at > at) index--;
			this.waiting.splice(index, 0, { at, goOn });
		});
		if (this.isStopped) throw new VerifikError('cancelled');
	}

	/** Lets time pass until the work is done. */
	async run<T>(work: Promise<T>): Promise<T> {
		let isDone = false;
		work.then(
			() => (isDone = true),
			() => (isDone = true),
		);
		for (;;) {
			await new Promise((goOn) => setImmediate(goOn));
			if (isDone) return await work;
			const next = this.waiting.shift();
			if (!next) throw new Error('everybody waits for nothing');
			this.time = next.at;
			next.goOn();
		}
	}
}
