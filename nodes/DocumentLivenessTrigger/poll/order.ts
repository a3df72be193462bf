// In which direction a list is ordered. The API does not say, so it is read off the records.
import { VerifikFailure } from '../../verifik/errors';
import type { Answer, Entry, ListReader } from './listReader';

export type Field = 'createdMs' | 'updatedMs';
const FIELDS: Field[] = ['createdMs', 'updatedMs'];

/** A list in the order of insertion has dates that are some seconds off. */
const TOLERANCE_MS = 60_000;

/**
 * Learns from the first page and the last whether the list is newest first, and whether it is in any order.
 *
 * @param known the direction that an earlier poll made out; if the first page does not contradict it, that is enough
 */
export async function learnOrder(reader: ListReader, head: Answer, known?: boolean): Promise<void> {
	reader.isNewestFirst = known ?? reader.isNewestFirst;
	reader.isDirectionSure ||= known !== undefined;
	if (known !== undefined && isInOrder(head.entries, known)) return;
	reader.hasComparedEnds = true;
	const last = reader.isWhole ? undefined : await reader.readLastPage();
	reader.isWhole ||= last === undefined;
	// The server takes no notice of the page.
	const isRepeated = last && last.entries[0]?.id === head.entries[0]?.id;
	if (isRepeated) throw new VerifikFailure('unordered');
	const { isNewestFirst, isDirectionSure } = reader;
	compareEnds(reader, head, last);
	if (reader.isNewestFirst || !last) return;
	// What came in meanwhile makes the end of a short list that is newest first look newer than its head was.
	const { pageSize: limit } = reader;
	const again = await reader.fetch({ page: 1, limit });
	Object.assign(reader, { isNewestFirst, isDirectionSure });
	compareEnds(reader, again, last);
}

function compareEnds(reader: ListReader, head: Answer, last: Answer | undefined): void {
	const shown = [...head.entries];
	for (const entry of last?.entries ?? []) shown.push(entry);
	const newestFirst = leastInversions(shown, true);
	const oldestFirst = leastInversions(shown, false);
	const isTie = newestFirst === oldestFirst;
	if (!isTie) reader.isNewestFirst = newestFirst < oldestFirst;
	reader.hasOrder = isInOrder(shown, reader.isNewestFirst);
	reader.isDirectionSure = reader.hasOrder && (!isTie || reader.isDirectionSure);
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
		runsAgainst(entries, field, isNewestFirst)
			? entries.length
			: countInversions(entries, field, isNewestFirst, TOLERANCE_MS),
	);
	return Math.min(...counts);
}

/** Records that are less than the tolerance apart show no inversions; but half of them is newer than the other half. */
function runsAgainst(entries: Entry[], field: Field, isNewestFirst: boolean): boolean {
	const half = Math.floor(entries.length / 2);
	const median = (some: Entry[]) =>
		some.map((entry) => entry[field]).sort((one, other) => one - other)[Math.floor(half / 2)] ?? 0;
	const growth = median(entries.slice(-half)) - median(entries.slice(0, half));
	return half > 0 && (isNewestFirst ? growth : -growth) > TOLERANCE_MS;
}

/** Some records may be dated wrongly. */
function isInOrder(entries: Entry[], isNewestFirst: boolean): boolean {
	return leastInversions(entries, isNewestFirst) <= 2 + entries.length * 0.05;
}
