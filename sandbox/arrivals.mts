// Time that moves on: validations come in, are processed and finish, at a steady rate.
import { initialStatus } from './records.mts';
import type { SandboxContext } from './context.mts';

/** After so many more arrivals a validation is taken up, and is finished. */
const TAKEN_UP_AFTER = 2;
const FINISHED_AFTER = 5;

/**
 * Starts the arrivals.
 *
 * @param perMinute how many come in each minute
 * @returns a function that ends them
 */
export function simulateArrivals(house: SandboxContext, perMinute: number): () => void {
	const underWay: string[] = [];
	const timer = setInterval(() => {
		underWay.push(house.idOf(house.store.add('new', new Date())));
		const takenUp = underWay.at(-1 - TAKEN_UP_AFTER);
		if (takenUp) house.store.setStatus(takenUp, 'processing');
		const finished = underWay.length > FINISHED_AFTER ? underWay.shift() : undefined;
		const origin = finished ? house.store.find(finished) : undefined;
		if (finished && origin) {
			const isFailed = initialStatus(house.seed, origin.index) === 'failed';
			house.store.setStatus(finished, isFailed ? 'failed' : 'completed');
		}
	}, 60_000 / perMinute);
	return () => clearInterval(timer);
}
