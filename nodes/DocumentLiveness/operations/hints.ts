// Notes above the output that several operations give.
import { REASON_FIELD } from '../../panel/attachImages';
import type { Client } from '../../verifik/client';
import type { Hint } from './operation';

/** That requests had to be sent again, and how long was waited for that. */
export function retryHint({ traffic: { retries, waitedMs } }: Client): Hint[] {
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

/** That images could not be had. */
export function missingImagesHint(count: number): Hint[] {
	if (count === 0) return [];
	const images = count === 1 ? 'One image' : `${count} images`;
	return [
		{
			type: 'warning',
			message: `${images} could not be downloaded. The records are all here; the field “${REASON_FIELD}” says why.`,
		},
	];
}
