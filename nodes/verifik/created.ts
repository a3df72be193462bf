// Narrows a list by when its validations were created, since the API cannot; and tells when a list that is ordered
// newest first holds nothing more that is wanted. Pure.
import type { VerifikRecord } from './documentLiveness';

/** In milliseconds since 1970: from `after` (included) to `before` (not included). */
export type CreatedRange = { after?: number; before?: number };

/** A time that a record states, in milliseconds since 1970; NaN where it does not say. */
export function timeOf(record: VerifikRecord, field: string): number {
	const text = record[field];
	return typeof text === 'string' ? Date.parse(text) : NaN;
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

/** Watches the records of a list as they come, for whether they are ordered newest first. */
export class NewestFirst {
	private oldest = Infinity;

	private holds = true;

	/**
	 * Takes in the next records of the list.
	 *
	 * @returns whether all so far are ordered newest first, and all of these were created before `after`
	 */
	isBehind(after: number, records: VerifikRecord[]): boolean {
		const newestOfThese = createdAt(records[0] ?? {});
		for (const record of records) {
			const time = createdAt(record);
			if (time === undefined || time > this.oldest) this.holds = false;
			else this.oldest = time;
		}
		return this.holds && newestOfThese !== undefined && newestOfThese < after;
	}

	/** Whether the end of the list goes on in that order. */
	isProvenBy(end: VerifikRecord[]): boolean {
		const rest = new NewestFirst();
		rest.oldest = this.oldest;
		rest.isBehind(Infinity, end);
		return this.holds && rest.holds && end.length > 0;
	}
}
