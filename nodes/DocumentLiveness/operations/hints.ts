// Notes above the output that several operations give.
import { REASON_FIELD } from '../../panel/attachImages';
import type { Client } from '../../verifik/client';
import type { ReadSummary } from '../../verifik/list/readAllPages';
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

/** What a user has to know about the reading of a list before relying on it. */
export function summaryHints(summary: ReadSummary): Hint[] {
	const { isSure, hasOrderChanged, recordsRead, recordsStated } = summary;
	const messages: string[] = [];
	if (!isSure) messages.push(NOT_SURE);
	if (hasOrderChanged) messages.push(ORDER_CHANGED);
	if (recordsStated !== undefined) {
		messages.push(
			`Verifik states ${recordsStated} validations but its list holds ${recordsRead}. All of the list was read; tell Verifik if validations are missing in it.`,
		);
	}
	return messages.map((message) => ({ type: 'warning', message }));
}

const NOT_SURE =
	'It cannot be made sure that every validation is here: Verifik does not give pages or IDs by which one page can be joined to the next. Each validation with an ID that is here is here once. Run again at a quiet time and compare, or read page by page.';
const ORDER_CHANGED =
	'The order of the list changed while it was read, so validations may be missing. Each that is here is here once. Run again at a quiet time.';
