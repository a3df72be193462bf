// In which direction a list is ordered. The API does not say, so it is read off the records.
import type { Answer, Entry, ListReader } from './listReader';

export type Field = 'createdMs' | 'updatedMs';
const FIELDS: Field[] = ['createdMs', 'updatedMs'];

/** A list in the order of insertion has dates that are some seconds off. */
const TOLERANCE_MS = 60_000;

/**
 * Learns whether the list is newest first, and whether it is in any order. The last page is needed where that is not
 * known yet, or the first page contradicts it.
 *
 * @param known the direction that an earlier poll made out
 * @returns the direction, to be remembered; undefined where it could be either (newest first is assumed then)
 */
export async function learnOrder(
	reader: ListReader,
	head: Answer,
	known: boolean | undefined,
): Promise<boolean | undefined> {
	if (known !== undefined && isInOrder(head.entries, known)) {
		reader.isNewestFirst = known;
		return known;
	}
	const shown = [...head.entries];
	if (!reader.isWhole) {
		const last = await reader.readLastPage();
		reader.isWhole = last === undefined;
		for (const entry of last?.entries ?? []) shown.push(entry);
	}
	const newestFirst = leastInversions(shown, true);
	const oldestFirst = leastInversions(shown, false);
	reader.isNewestFirst = newestFirst <= oldestFirst;
	reader.hasOrder = isInOrder(shown, reader.isNewestFirst);
	return newestFirst === oldestFirst || !reader.hasOrder ? undefined : reader.isNewestFirst;
}

/** How often a record is newer than the one that comes after it where the list is oldest first, or the other way round. */
export function countInversions(
	entries: Entry[],
	field: Field,
	isNewestFirst: boolean,
	toleranceMs: number,
): number {
	const sign = isNewestFirst ? 1 : -1;
	return entries.filter(
		(entry, place) => place > 0 && sign * (entry[field] - entries[place - 1]![field]) > toleranceMs,
	).length;
}

function leastInversions(entries: Entry[], isNewestFirst: boolean): number {
	const counts = FIELDS.map((field) =>
		countInversions(entries, field, isNewestFirst, TOLERANCE_MS),
	);
	return Math.min(...counts);
}

/** Some records may be dated wrongly. */
function isInOrder(entries: Entry[], isNewestFirst: boolean): boolean {
	return leastInversions(entries, isNewestFirst) <= 2 + entries.length * 0.05;
}
