// In which direction a list is ordered. The API does not say, so it is read off the records.
import { VerifikError } from '../../verifik/errors/VerifikError';
import type { ListPage, ListEntry, ListReader } from './listReader';

export type DateField = 'createdMs' | 'updatedMs';
const FIELDS: DateField[] = ['createdMs', 'updatedMs'];

/** A list in the order of insertion has dates that are some seconds off. */
const TOLERANCE_MS = 60_000;

/**
 * Learns from the first page and the last whether the list is newest first, and whether it is in any order.
 *
 * @param known the direction that an earlier poll made out; if the first page does not contradict it, that is enough
 */
export async function learnOrder(
	reader: ListReader,
	head: ListPage,
	known?: boolean,
): Promise<void> {
	reader.isNewestFirst = known ?? reader.isNewestFirst;
	reader.isDirectionSure ||= known !== undefined;
	if (known !== undefined && isInOrder(halvesOf(head.entries), known)) return;
	reader.hasComparedEnds = true;
	const last = reader.isWhole ? undefined : await reader.readLastPage();
	reader.isWhole ||= last === undefined;
	// The server takes no notice of the page.
	const isRepeated = last && last.entries[0]?.id === head.entries[0]?.id;
	if (isRepeated) throw new VerifikError('unordered');
	const { isNewestFirst, isDirectionSure } = reader;
	compareEnds(reader, head, last);
	if (reader.isNewestFirst || !last) return;
	// What came in meanwhile makes the end of a short list that is newest first look newer than its head was.
	const { pageSize: limit } = reader;
	const again = await reader.fetch({ page: 1, limit });
	Object.assign(reader, { isNewestFirst, isDirectionSure });
	compareEnds(reader, again, last);
}

function compareEnds(reader: ListReader, head: ListPage, last: ListPage | undefined): void {
	const shown: Ends = last?.entries.length ? [head.entries, last.entries] : halvesOf(head.entries);
	const newestFirst = leastInversions(shown, true);
	const oldestFirst = leastInversions(shown, false);
	const isTie = newestFirst === oldestFirst;
	if (!isTie) reader.isNewestFirst = newestFirst < oldestFirst;
	reader.hasOrder = isInOrder(shown, reader.isNewestFirst);
	reader.isDirectionSure = reader.hasOrder && (!isTie || reader.isDirectionSure);
}

/** How often a record is newer than the one that comes after it where the list is oldest first, or the other way round. */
export function countInversions(
	entries: ListEntry[],
	field: DateField,
	isNewestFirst: boolean,
	toleranceMs: number,
): number {
	const sign = isNewestFirst ? 1 : -1;
	return entries.filter(
		(entry, place) => place > 0 && sign * (entry[field] - entries[place - 1]![field]) > toleranceMs,
	).length;
}

/** Two parts of a list, the first of which stands before the second. */
type Ends = [ListEntry[], ListEntry[]];

function halvesOf(entries: ListEntry[]): Ends {
	const half = Math.ceil(entries.length / 2);
	return [entries.slice(0, half), entries.slice(half)];
}

function leastInversions(ends: Ends, isNewestFirst: boolean): number {
	const entries = ends.flat();
	const counts = FIELDS.map((field) =>
		runsAgainst(ends, field, isNewestFirst)
			? entries.length
			: countInversions(entries, field, isNewestFirst, TOLERANCE_MS),
	);
	return Math.min(...counts);
}

/** Records that are less than the tolerance apart show no inversions; but one end is newer than the other. */
function runsAgainst([first, second]: Ends, field: DateField, isNewestFirst: boolean): boolean {
	const median = (some: ListEntry[]) =>
		some.map((entry) => entry[field]).sort((one, other) => one - other)[some.length >> 1] ?? NaN;
	const growth = median(second) - median(first);
	return (isNewestFirst ? growth : -growth) > TOLERANCE_MS;
}

/** Some records may be dated wrongly. */
function isInOrder(ends: Ends, isNewestFirst: boolean): boolean {
	return leastInversions(ends, isNewestFirst) <= 2 + ends.flat().length * 0.05;
}
