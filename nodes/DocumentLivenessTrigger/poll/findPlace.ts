// Finds the place in the list where a poll begins to read: at the records that were read last, found by their IDs. If they
// cannot be found, by time, far enough back that everything after the mark is read again.
import { VerifikError } from '../../verifik/errors/VerifikError';
import { MAX_PAGE, type ListPage, type ListEntry, type ListReader } from './listReader';
import { countInversions, learnOrder, type DateField } from './listOrder';
import type { Resume, TriggerState } from './state';

/** Records: a list in no order has to be read as a whole, and a longer one is too long for that. */
const MAX_UNORDERED = 1_000;

/** How many of the oldest records of a page are compared: one with a wrong date must not decide. */
const ENOUGH_AT_FAR_END = 10;

/** Reading this many pages takes no more requests than searching further. */
const CLOSE_ENOUGH_PAGES = 8;

/** Records that are less than this out of order are not counted as inversions. */
const INVERSION_MS = 10 * 60_000;

/**
 * The page at which to begin: everything that may be new is on it or towards the newest end.
 *
 * @throws VerifikError `unordered`, and those of the API
 */
export async function findPlace(
	reader: ListReader,
	head: ListPage,
	{ resume, markMs }: TriggerState,
): Promise<ListPage> {
	const isLinked = isLinkedTo(resume);
	if (reader.isWhole || (reader.isNewestFirst && isLinked(head))) return head;
	if (await reader.isHeadWhole(head)) return head;
	if (!reader.hasOrder) {
		const { total = Infinity } = head;
		const whole = total <= MAX_UNORDERED ? await reader.readOn(0, () => true) : undefined;
		if (!whole) throw new VerifikError('unordered');
		return whole;
	}
	const found = resume && (await reader.readOn(resume.older + 1, isLinked, resume.links.length));
	if (found) return found;
	// The order of the list may have been reversed.
	if (!reader.hasComparedEnds) await learnOrder(reader, head);
	return reader.isWhole ? head : await findByTime(reader, head, markMs);
}

function isLinkedTo(resume: Resume | undefined): (answer: ListPage) => boolean {
	const updated = new Map(resume?.links);
	return ({ entries }) => entries.some(({ id, updatedMs }) => updated.get(id) === updatedMs);
}

/**
 * The page whose oldest records are before a time, whichever field the list is ordered by. Pages are numbered from the newest
 * end, and tried in the order 1, 2, 4, 8 …
 */
async function findByTime(reader: ListReader, head: ListPage, time: number): Promise<ListPage> {
	const { pageSize: limit, isNewestFirst } = reader;
	const newest = isNewestFirst ? head : ((await reader.readLastPage()) ?? head);
	const probes = new Map<number, ListPage>();
	if (newest.range.limit === limit) probes.set(1, newest);

	async function probe(number: number): Promise<ListPage | undefined> {
		const page = isNewestFirst ? number : newest.range.page - number + 1;
		if (page < 1) return undefined;
		if (page > MAX_PAGE) throw new VerifikError('unordered');
		const answer = probes.get(number) ?? (await reader.fetch({ page, limit }));
		probes.set(number, answer);
		return answer.count > 0 ? answer : undefined;
	}

	async function search(field: DateField): Promise<{ place?: ListPage; isOldest: boolean }> {
		const isBefore = (answer: ListPage | undefined) => {
			if (!answer) return true;
			const oldest = reader.oldestFirst(answer.entries).slice(0, ENOUGH_AT_FAR_END);
			return oldest.length > 0 && oldest.every((entry) => entry[field] < time);
		};
		let [near, far] = [0, 1];
		while (!isBefore(await probe(far))) [near, far] = [far, far * 2];
		while (far - near > (probes.get(far)?.count ? CLOSE_ENOUGH_PAGES : 1)) {
			const middle = Math.floor((near + far) / 2);
			if (isBefore(await probe(middle))) far = middle;
			else near = middle;
		}
		const place = await probe(far);
		return { place: place ?? (await probe(near)), isOldest: place === undefined };
	}

	// A record that was updated before the time was created before it too.
	const found = await search('updatedMs');
	const place =
		found.isOldest && isOrderedByCreation(probes, isNewestFirst)
			? (await search('createdMs')).place
			: found.place;
	return place ?? head;
}

/** Whether the list is ordered by creation: then even its oldest page may have been updated after the time. */
function isOrderedByCreation(probes: Map<number, ListPage>, isNewestFirst: boolean): boolean {
	const numbers = [...probes.keys()].sort((one, other) => one - other);
	const newestFirst: ListEntry[] = numbers.flatMap((number) => {
		const { entries } = probes.get(number)!;
		return isNewestFirst ? entries : entries.toReversed();
	});
	const count = (field: DateField) => countInversions(newestFirst, field, true, INVERSION_MS);
	return count('createdMs') <= count('updatedMs');
}
