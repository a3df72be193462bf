// Waits until a validation is over, by reading it again and again. Pure: how it is read, and time, are handed in.
import { isUnderWay, type VerifikRecord } from './documentLiveness';
import { settled, VerifikFailure } from './errors';
import type { Clock } from './http/requestQueue';

/** The latest that is known of a validation, and why it is not known to be over, where it is not. */
export type Completion = { record: VerifikRecord; openBecause?: 'time' | 'noId' | VerifikFailure };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Reads a validation until it is completed or failed. What goes wrong meanwhile loses nothing: the document is with
 * Verifik, and its record is given back as it was last seen.
 *
 * @param record as Create gave it
 * @param read gives it as it is now; a validation that is not found yet is looked for again
 * @throws VerifikFailure `cancelled`, and nothing else
 */
export async function untilOver(
	record: VerifikRecord,
	read: () => Promise<VerifikRecord>,
	clock: Pick<Clock, 'now' | 'sleep'>,
	timeoutMs: number,
): Promise<Completion> {
	const deadline = clock.now() + timeoutMs;
	let latest = record;
	for (
		let pause = FIRST_PAUSE_MS;
		isUnderWay(latest);
		pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)
	) {
		if (clock.now() + pause >= deadline) return { record: latest, openBecause: 'time' };
		await clock.sleep(pause);
		const answer = await settled(read());
		if (!(answer instanceof VerifikFailure)) {
			latest = answer;
			continue;
		}
		const { cause } = answer.explanation;
		if (cause === 'cancelled') throw answer;
		const isTimeOver = cause === 'timedOut' && clock.now() >= deadline;
		if (cause !== 'validationNotFound') {
			return { record: latest, openBecause: isTimeOver ? 'time' : answer };
		}
	}
	return { record: latest };
}
