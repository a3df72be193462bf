// Notes above the output that several operations give.
import type { Client } from '../../verifik/client';
import type { Hint } from './operation';

/** That requests had to be sent again, and how long was waited for that. */
export function retryHint({ requestQueue: { retries, waitedMs } }: Client): Hint[] {
	if (retries === 0) return [];
	const requests = retries === 1 ? 'One request was' : `${retries} requests were`;
	const waits = `the waits came to ${(waitedMs / 1000).toFixed(1)} s altogether`;
	return [
		{
			type: 'info',
			message: `${requests} sent again, since Verifik asked to wait or could not answer at first; ${waits}.`,
		},
	];
}
