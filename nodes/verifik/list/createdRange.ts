// Narrows a list by when its validations were created, since the API cannot; and tells when a list that is ordered
// newest first holds nothing more that is wanted. Pure.
import type { VerifikRecord } from '../api/documentLiveness';

/** In milliseconds since 1970: from `after` (included) to `before` (not included). */
export type CreatedRange = { after?: number; before?: number };

/** A list in the order in which validations were stored is off by seconds from the times that they state. */
export const ORDER_TOLERANCE_MS = 60_000;

/** No way of writing a date takes more characters; reading a text of megabytes as one takes a good part of a second. */
const MAX_DATE_LENGTH = 100;

/** A time that a record states, in milliseconds since 1970; NaN where it does not say. */
export function timeOf(record: VerifikRecord, field: string): number {
	const text = record[field];
	return typeof text === 'string' && text.length <= MAX_DATE_LENGTH ? Date.parse(text) : NaN;
}

/** When a record was created, in milliseconds since 1970; undefined where it does not say. */
export function createdAt(record: VerifikRecord): number | undefined {
	const time = timeOf(record, 'createdAt');
	return Number.isNaN(time) ? undefined : time;
}

/** Whether a record was created within the range; undefined where it does not say when. */
export function isWithin(
	record: VerifikRecord,
	{ after, before }: CreatedRange,
): boolean | undefined {
	if (after === undefined && before === undefined) return true;
	const time = createdAt(record);
	if (time === undefined) return undefined;
	return (after === undefined || time >= after) && (before === undefined || time < before);
}

/** Watches the pages of a list as they come, for whether it is ordered newest first, by either of its times. */
export class NewestFirst {
	private readonly fields = ['createdAt', 'updatedAt'].map((name) => new Descent(name));

	/**
	 * Takes in the next records of the list.
	 *
	 * @returns whether nothing from here on was created at `after` or later: one of the two times has descended so far
	 * and lies behind `after`, and no record of these states a time that does not
	 */
	isBehind(after: number, records: VerifikRecord[]): boolean {
		for (const field of this.fields) records.forEach((record) => field.note(record));
		const latest = (record: VerifikRecord) =>
			Math.max(...this.fields.map(({ name }) => timeOf(record, name) || -Infinity));
		return (
			records.length > 0 &&
			records.every((record) => latest(record) < after) &&
			this.fields.some((field) => field.isBehind(after - ORDER_TOLERANCE_MS, records))
		);
	}
}

/** One time of the records of a list. */
class Descent {
	readonly name: string;

	private newest = -Infinity;

	private oldest = Infinity;

	private isDescending = true;

	constructor(name: string) {
		this.name = name;
	}

	note(record: VerifikRecord): void {
		const time = timeOf(record, this.name);
		// also where it states none
		if (!(time <= this.oldest + ORDER_TOLERANCE_MS)) this.isDescending = false;
		this.newest = Math.max(this.newest, time);
		this.oldest = Math.min(this.oldest, time);
	}

	/** Many validations of one minute, as an import makes them, show no order. */
	isBehind(time: number, records: VerifikRecord[]): boolean {
		const hasDescended = this.isDescending && this.newest - this.oldest > ORDER_TOLERANCE_MS;
		return hasDescended && records.every((record) => timeOf(record, this.name) < time);
	}
}
