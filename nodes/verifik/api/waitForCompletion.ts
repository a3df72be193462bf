// Waits until the checks of a validation are through, by reading it again and again. Pure: how it is read, when it is
// through, and time, are handed in.
import type { ValidationAnswer, VerifikRecord } from './documentLiveness';
import { catchVerifikError, type VerifikError } from '../errors/VerifikError';
import type { Clock } from '../http/requestQueue';

/** The latest answer about a validation, and why its result is not in it, where it is not. */
export type Completion = {
	answer: ValidationAnswer;
	pendingBecause?: 'time' | 'noId' | VerifikError;
};

type WaitOptions = {
	/** Gives the validation as it is now; one that is not found yet is looked for again. */
	read: () => Promise<ValidationAnswer>;
	isPending: (record: VerifikRecord) => boolean;
	clock: Pick<Clock, 'now' | 'sleep'>;
	timeoutMs: number;
};

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/**
 * Reads a validation until it is not pending any more. What goes wrong meanwhile loses nothing: the document is with
 * Verifik, and its record is given back as it was last seen.
 *
 * @param created as Create gave it
 * @throws VerifikError `cancelled`, and nothing else
 */
export async function waitForCompletion(
	created: ValidationAnswer,
	{ read, isPending, clock, timeoutMs }: WaitOptions,
): Promise<Completion> {
	const deadline = clock.now() + timeoutMs;
	let answer = created;
	for (
		let pause = FIRST_PAUSE_MS;
		isPending(answer.record);
		pause = Math.min(pause * 1.5, MAX_PAUSE_MS)
	) {
		if (clock.now() + pause >= deadline) return { answer, pendingBecause: 'time' };
		await clock.sleep(pause);
		const next = await catchVerifikError(read(), (error) => {
			if (error.code === 'cancelled') throw error;
			if (error.code === 'validationNotFound') return undefined;
			const isTimeOver = error.code === 'timedOut' && clock.now() >= deadline;
			return { pendingBecause: isTimeOver ? ('time' as const) : error };
		});
		if (next && 'pendingBecause' in next) return { answer, ...next };
		answer = next ?? answer;
	}
	return { answer };
}
