// Simulated arrivals: validations come in, are processed and finish, at a steady rate.
import { initialStatus } from './records.mts';
import type { SandboxContext } from './context.mts';

/** After this many later arrivals a validation is processed, and finishes. */
const PROCESSING_AFTER = 2;
const FINISHED_AFTER = 5;

/**
 * Starts the arrivals.
 *
 * @param perMinute how many come in each minute
 * @returns a function that ends them
 */
export function simulateArrivals(context: SandboxContext, perMinute: number): () => void {
	const underWay: string[] = [];
	const timer = setInterval(() => {
		underWay.push(context.idOf(context.store.add('new', new Date())));
		const processing = underWay.at(-1 - PROCESSING_AFTER);
		if (processing) context.store.setStatus(processing, 'processing');
		const finished = underWay.length > FINISHED_AFTER ? underWay.shift() : undefined;
		const origin = finished ? context.store.find(finished) : undefined;
		if (finished && origin) {
			const isFailed = initialStatus(context.seed, origin.index) === 'failed';
			context.store.setStatus(finished, isFailed ? 'failed' : 'completed');
		}
	}, 60_000 / perMinute);
	return () => clearInterval(timer);
}
