// When a request has to end, its answer included: at its deadline, when the operation is over, or when the workflow is
// stopped. n8n's own timeout looks at silence only: a byte now and then goes on for ever.
import { VerifikError } from '../errors/VerifikError';
import { type ErrorCode } from '../errors/messages';

export class RequestEnd {
	/** aborted then, with the failure as its reason */
	readonly signal: AbortSignal;

	private readonly controller = new AbortController();

	private readonly sources: Array<[AbortSignal, () => void]> = [];

	/** @param stops signals of whoever may end it earlier */
	constructor(timeoutMs: number, host: string, stops: Array<AbortSignal | undefined>) {
		this.signal = this.controller.signal;
		// it takes whole milliseconds only, and a share of a poll's time is none
		this.listen(AbortSignal.timeout(Math.ceil(timeoutMs)), 'timedOut', host);
		for (const stop of stops) {
			if (stop) this.listen(stop, 'cancelled', host);
		}
	}

	/** What a call gives, or the failure with which the request has to end, if that is first. */
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
	 * To be called when the request is over.
	 *
	 * @param isWhole whether all of the answer has come; otherwise the connection is closed
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
