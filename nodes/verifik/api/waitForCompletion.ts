// Waits until the checks of a validation are finished, by reading it repeatedly. Pure: how it is read, whether it is pending,
// and the clock are arguments.
import type { ValidationAnswer, VerifikRecord } from './documentLiveness';
import type { ErrorCode } from '../errors/messages';
import { catchVerifikError, type VerifikError } from '../errors/VerifikError';
import type { Clock } from '../http/requestQueue';

/** The latest answer about a validation and, if it is still pending, why the waiting ended. */
export type Completion = {
	answer: ValidationAnswer;
	pendingBecause?: 'time' | 'noId' | VerifikError;
};

type WaitOptions = {
	/** Reads the validation. If it is not found, or another one is returned, it is read again later. */
	read: () => Promise<ValidationAnswer>;
	isPending: (record: VerifikRecord) => boolean;
	clock: Pick<Clock, 'now' | 'sleep'>;
	timeoutMs: number;
};

const READ_AGAIN: ErrorCode[] = ['validationNotFound', 'otherValidation'];

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/**
 * Reads a validation until it is no longer pending. If a request does not succeed, nothing is lost: Verifik has the document,
 * and the latest answer is returned.
 *
 * @param created the answer of Create
 * @throws VerifikError only `cancelled`
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
		const isTimeUp = () => clock.now() + pause >= deadline;
		if (isTimeUp()) return { answer, pendingBecause: 'time' };
		await clock.sleep(pause);
		const next = await catchVerifikError(read(), (error) => {
			if (error.code === 'cancelled') throw error;
			if (READ_AGAIN.includes(error.code)) return undefined;
			// The client's time, which may end a request, began a little before the deadline was set.
			const isCutShort = error.code === 'timedOut' && isTimeUp();
			return { pendingBecause: isCutShort ? ('time' as const) : error };
		});
		if (next && 'pendingBecause' in next) return { answer, ...next };
		answer = next ?? answer;
	}
	return { answer };
}
