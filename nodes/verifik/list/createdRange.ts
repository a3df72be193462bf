// Filters records by their creation time, which the API cannot do; and recognizes when the rest of a list that is ordered
// newest first is too old. Pure.
import type { VerifikRecord } from '../api/documentLiveness';

/** From `after` (included) to `before` (not included), in milliseconds since 1970. */
export type CreatedRange = { after?: number; before?: number };

/** If validations are listed in the order in which they were stored, their times are seconds out of order. */
export const ORDER_TOLERANCE_MS = 60_000;

/** Characters of a date at most. `Date.parse` needs a good part of a second for a text of megabytes. */
const MAX_DATE_LENGTH = 100;

/** A time of a record, in milliseconds since 1970; NaN if it has none. @param field e.g. `createdAt` */
export function timeOf(record: VerifikRecord, field: string): number {
	const text = record[field];
	return typeof text === 'string' && text.length <= MAX_DATE_LENGTH ? Date.parse(text) : NaN;
}

/** When a record was created, in milliseconds since 1970; undefined if it does not say. */
export function createdAt(record: VerifikRecord): number | undefined {
	const time = timeOf(record, 'createdAt');
	return Number.isNaN(time) ? undefined : time;
}

/** Whether a record was created within the range; undefined if it does not say when. */
export function isWithin(
	record: VerifikRecord,
	{ after, before }: CreatedRange,
): boolean | undefined {
	if (after === undefined && before === undefined) return true;
	const time = createdAt(record);
	if (time === undefined) return undefined;
	return (after === undefined || time >= after) && (before === undefined || time < before);
}

/** Recognizes from its pages whether a list is ordered newest first, by `createdAt` or by `updatedAt`. */
export class NewestFirst {
	private readonly fields = ['createdAt', 'updatedAt'].map((name) => new Descent(name));

	/**
	 * Takes the next records of the list.
	 *
	 * @param after milliseconds since 1970
	 * @returns whether all further records were created before `after`: the list is ordered newest first by one of the times,
	 * and all times of these records are before `after`
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

/** Whether one time descends from record to record. */
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
		// Written as a negation, so that a record without a time (NaN) counts as out of order.
		if (!(time <= this.oldest + ORDER_TOLERANCE_MS)) this.isDescending = false;
		this.newest = Math.max(this.newest, time);
		this.oldest = Math.min(this.oldest, time);
	}

	/** Whether the order is known and all records are before a time. Validations of one minute (an import) show no order. */
	isBehind(time: number, records: VerifikRecord[]): boolean {
		const hasDescended = this.isDescending && this.newest - this.oldest > ORDER_TOLERANCE_MS;
		return hasDescended && records.every((record) => timeOf(record, this.name) < time);
	}
}
