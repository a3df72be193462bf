// Which stretch of a list a page and a limit stand for, and which page and limit show a wanted stretch. Pure.
// The API knows only page and limit; varying the limit moves where pages begin and end.

/** A request for part of a list: its records stand at `(page - 1) * limit` and after. */
export type Window = { page: number; limit: number };

/** Place of the window's first record, counted from 0. */
export function startOf({ page, limit }: Window): number {
	return (page - 1) * limit;
}

/** Place behind the window's last record. */
export function endOf({ page, limit }: Window): number {
	return page * limit;
}

/**
 * The window that has the most on both sides of a place.
 *
 * @param place counted from 0; the window holds the records before it and from it on
 * @param most largest limit that the server takes
 */
export function windowAround(place: number, most: number): Window {
	let best: Window = { page: 1, limit: most };
	let widest = -Infinity;
	for (let limit = most; limit >= smallest(most); limit--) {
		const window = { page: Math.floor(place / limit) + 1, limit };
		const margin = Math.min(place - startOf(window), endOf(window) - place);
		if (margin > widest) [best, widest] = [window, margin];
	}
	return best;
}

/**
 * The window that begins at least `overlap` before a place and reaches furthest beyond it.
 *
 * @param most largest limit that the server takes
 */
export function windowBeyond(place: number, overlap: number, most: number): Window {
	// what is right where the limit is too small for an overlap
	let best: Window = { page: Math.floor(place / most) + 1, limit: most };
	let furthest = -Infinity;
	for (let limit = most; limit >= smallest(most); limit--) {
		const window = { page: Math.floor(Math.max(0, place - overlap) / limit) + 1, limit };
		if (endOf(window) > Math.max(place, furthest)) [best, furthest] = [window, endOf(window)];
	}
	return best;
}

/**
 * The window that ends at least `overlap` behind a place and reaches furthest towards the head of the list.
 *
 * @param most largest limit that the server takes
 */
export function windowBefore(place: number, overlap: number, most: number): Window {
	// what is right where the limit is too small for an overlap
	let best: Window = { page: Math.ceil(place / most), limit: most };
	let furthest = place;
	for (let limit = most; limit >= smallest(most); limit--) {
		const window = { page: Math.ceil((place + overlap) / limit), limit };
		if (startOf(window) < furthest) [best, furthest] = [window, startOf(window)];
	}
	return best;
}

/** Smaller limits would show too little. */
function smallest(most: number): number {
	return Math.max(1, Math.ceil(most * 0.6));
}
