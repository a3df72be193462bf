// Which records of a list a page and a limit show, and which page and limit show a given place. Pure.
// The API has only page and limit. With another limit, pages begin and end at other places, so they can overlap.

/** A request for a part of a list: the records from place `(page - 1) * limit` on. */
export type PageRange = { page: number; limit: number };

/** How many records neighbouring ranges of an unchanged list have in common at least. */
export const MIN_OVERLAP = 2;

/** Place of the range's first record, counted from 0. */
export function startOf({ page, limit }: PageRange): number {
	return (page - 1) * limit;
}

/** Place behind the range's last record. */
export function endOf({ page, limit }: PageRange): number {
	return page * limit;
}

/**
 * The range that begins at least `overlap` records before a place and reaches furthest beyond it.
 *
 * If no limit allows that, the overlap is smaller. At a place that every limit divides (2,520 with limits up to 10), there
 * is none: then the range begins at the place itself.
 *
 * @param place counted from 0
 * @param maxPageSize the largest limit that the server accepts
 */
export function rangeBeyond(place: number, overlap: number, maxPageSize: number): PageRange {
	let best: PageRange = { page: Math.floor(place / maxPageSize) + 1, limit: maxPageSize };
	if (place === 0) return best;
	for (let shared = Math.min(overlap, place, maxPageSize - 1); shared > 0; shared--) {
		let furthest = place;
		for (let limit = maxPageSize; limit > shared; limit--) {
			const range = { page: Math.floor((place - shared) / limit) + 1, limit };
			if (endOf(range) > furthest) [best, furthest] = [range, endOf(range)];
		}
		if (furthest > place) break;
	}
	return best;
}

/**
 * The range that ends at least `overlap` records behind a place and reaches furthest to the front of the list: like
 * `rangeBeyond` in the other direction, with the same exceptions.
 *
 * @param place counted from 0
 * @param maxPageSize the largest limit that the server accepts
 */
export function rangeBefore(place: number, overlap: number, maxPageSize: number): PageRange {
	let best: PageRange = { page: Math.max(1, Math.ceil(place / maxPageSize)), limit: maxPageSize };
	// Limited, since the overlap comes from a number that the server states, and may be of any size.
	for (let shared = Math.min(overlap, maxPageSize - 1); shared > 0; shared--) {
		let furthest = place;
		for (let limit = maxPageSize; limit > shared; limit--) {
			const range = { page: Math.ceil((place + shared) / limit), limit };
			if (startOf(range) < furthest) [best, furthest] = [range, startOf(range)];
		}
		if (furthest < place) break;
	}
	return best;
}

/** The overlap after ranges that were not linked: it doubles, up to a quarter of a page. */
export function widerOverlap(overlap: number, maxPageSize: number): number {
	return Math.max(MIN_OVERLAP, Math.min(overlap * 2, quarterOf(maxPageSize)));
}

/** The overlap after a range that was linked. */
export function narrowerOverlap(overlap: number): number {
	return Math.max(MIN_OVERLAP, overlap - 1);
}

/** A quarter of a page, in records. */
export function quarterOf(pageSize: number): number {
	return Math.ceil(pageSize / 4);
}
