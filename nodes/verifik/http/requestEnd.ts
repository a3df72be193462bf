// Ends a request and the reading of its answer: at its deadline, when the operation has ended, or when the workflow is
// stopped. n8n's own timeout only notices silence: a server that sends a byte now and then would never reach it.
import { VerifikError } from '../errors/VerifikError';
import { type ErrorCode } from '../errors/messages';

/** The end of one request. */
export class RequestEnd {
	/** aborted when the request has to end, with a VerifikError as its reason */
	readonly signal: AbortSignal;

	private readonly controller = new AbortController();

	private readonly sources: Array<[AbortSignal, () => void]> = [];

	/**
	 * @param timeoutMs a whole number
	 * @param stops signals that end the request earlier
	 */
	constructor(timeoutMs: number, host: string, stops: Array<AbortSignal | undefined>) {
		this.signal = this.controller.signal;
		this.listen(AbortSignal.timeout(timeoutMs), 'timedOut', host);
		for (const stop of stops) {
			if (stop) this.listen(stop, 'cancelled', host);
		}
	}

	/** The result of a call. @throws the reason of `signal` if the request has to end before that */
	async limit<T>(call: Promise<T>): Promise<T> {
		const { signal } = this;
		let onAbort = () => {};
		const ended = new Promise<never>((_, reject) => {
			onAbort = () => reject(signal.reason as VerifikError);
			if (signal.aborted) onAbort();
			signal.addEventListener('abort', onAbort);
		});
		try {
			return await Promise.race([call, ended]);
		} finally {
			signal.removeEventListener('abort', onAbort);
		}
	}

	/**
	 * To be called when the request has ended.
	 *
	 * @param isWhole whether the whole answer has come; otherwise the connection is closed
	 */
	release(isWhole: boolean): void {
		for (const [signal, listener] of this.sources) signal.removeEventListener('abort', listener);
		if (!isWhole) this.controller.abort(new VerifikError('cancelled'));
	}

	private listen(signal: AbortSignal, cause: ErrorCode, host: string): void {
		const listener = () => this.controller.abort(new VerifikError(cause, { host }));
		if (signal.aborted) listener();
		signal.addEventListener('abort', listener);
		this.sources.push([signal, listener]);
	}
}
