// Hints above the output that several operations give.
import { REASON_FIELD } from '../../shared/attachImages';
import type { Client } from '../../verifik/http/client';
import type { ReadSummary } from '../../verifik/list/readAllPages';
import type { Hint } from './operation';

/** How many requests were sent again, and how long the waits before them were. */
export function retryHint({ requestQueue: { retries, waitedMs } }: Client): Hint[] {
	if (retries === 0) return [];
	const requests = retries === 1 ? 'One request was' : `${retries} requests were`;
	const waiting = `${(waitedMs / 1000).toFixed(1)} s of waiting`;
	return [{ type: 'info', message: `${requests} retried because Verifik was busy (${waiting}).` }];
}

/** How many images could not be downloaded. */
export function missingImagesHint(count: number): Hint[] {
	if (count === 0) return [];
	const images = count === 1 ? 'One image' : `${count} images`;
	return [
		{
			type: 'warning',
			message: `${images} could not be downloaded. All records were returned; the field “${REASON_FIELD}” gives the reason.`,
		},
	];
}

/** Warnings for a list that may not be complete. */
export function summaryHints(summary: ReadSummary): Hint[] {
	const { isSure, hasOrderChanged, recordsRead, recordsStated } = summary;
	const messages: string[] = [];
	if (!isSure) messages.push(NOT_SURE);
	if (hasOrderChanged) messages.push(ORDER_CHANGED);
	if (recordsStated !== undefined) {
		messages.push(
			`Verifik reports ${recordsStated} validations, but its list has ${recordsRead}. The whole list was read. If validations are missing, tell Verifik.`,
		);
	}
	return messages.map((message) => ({ type: 'warning', message }));
}

const NOT_SURE =
	'Some validations may be missing: the pages or IDs that Verifik sends are not enough to check this. No validation with an ID is here twice. Run again when few new validations come in and compare, or read page by page.';
const ORDER_CHANGED =
	'The order of the list changed while it was read, so some validations may be missing. None is here twice. Run again when few new validations come in.';
