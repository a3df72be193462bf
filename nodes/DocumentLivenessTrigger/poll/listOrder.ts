// Finds out whether a list is newest first or oldest first. The API does not document it, so the records are compared.
import { VerifikError } from '../../verifik/errors/VerifikError';
import type { ListPage, ListEntry, ListReader } from './listReader';

export type DateField = 'createdMs' | 'updatedMs';
const FIELDS: DateField[] = ['createdMs', 'updatedMs'];

/** In a list in the order of insertion, dates are some seconds out of order. */
const TOLERANCE_MS = 60_000;

/**
 * Finds out from the first and the last page whether the list is newest first, and whether it is ordered at all. Sets these
 * fields of the reader.
 *
 * @param known the direction that an earlier poll found out; enough if the first page does not contradict it
 * @throws VerifikError `unordered` if the server ignores the page, and those of the API
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
	// The server ignores the page.
	const isRepeated = last && last.entries[0]?.id === head.entries[0]?.id;
	if (isRepeated) throw new VerifikError('unordered');
	const { isNewestFirst, isDirectionSure } = reader;
	compareEnds(reader, head, last);
	if (reader.isNewestFirst || !last) return;
	// Records that were added between the two requests can move to the last page of a short list, so that it looks newer.
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

/** How many neighbouring records are out of order by more than the tolerance. */
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

/** Two parts of a list: the first is before the second. */
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

/** Whether the second part is on the wrong side of the first: steps within the tolerance are no inversions, but add up. */
function runsAgainst([first, second]: Ends, field: DateField, isNewestFirst: boolean): boolean {
	const median = (some: ListEntry[]) =>
		some.map((entry) => entry[field]).sort((one, other) => one - other)[some.length >> 1] ?? NaN;
	const growth = median(second) - median(first);
	return (isNewestFirst ? growth : -growth) > TOLERANCE_MS;
}

/** Whether two parts are in order; a few records may have wrong dates. */
function isInOrder(ends: Ends, isNewestFirst: boolean): boolean {
	return leastInversions(ends, isNewestFirst) <= 2 + ends.flat().length * 0.05;
}
