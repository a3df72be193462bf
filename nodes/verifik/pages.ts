// All pages of a list, in order, as an async generator. Pure: how a page is fetched is handed in.
import type { Page, VerifikRecord } from './documentLiveness';
import { VerifikFailure } from './errors';

/** Fetches one page, 1 or more. */
export type FetchPage = (page: number) => Promise<Page>;

/** What a reader learns about the reading besides the records. Filled in as the pages arrive. */
export type Reading = {
	/** Signs that records were added or removed meanwhile, so that one may have slipped past. */
	hasMoved: boolean;
};

/**
 * Yields, page by page, the records that were not on an earlier page (by `_id`). A reader that stops, stops the
 * fetching.
 *
 * The list ends where the server states it (`pages`, else `total`; the latest statement counts), or with an empty
 * page where it states neither. It never ends quietly before that.
 *
 * @throws VerifikFailure `repeatedPage` where the server repeats itself, `missingRecords` where it gave fewer
 * records than it ever stated, and whatever `fetchPage` throws, with the page and the number of records read
 */
export async function* readPages(
	fetchPage: FetchPage,
	reading: Reading = { hasMoved: false },
): AsyncGenerator<VerifikRecord[], void> {
	const seen = new Set<unknown>();
	let previous: Page | undefined;
	let received = 0;
	let yielded = 0;
	let fewestStated = Infinity;
	let pagesWithNews = 0;
	let pagesWithoutNews = 0;

	for (let number = 1; ; number++) {
		const page = await at({ page: number, recordsRead: yielded }, fetchPage(number));
		const fresh = page.records.filter((record) => isFirst(record, seen));
		received += page.records.length;
		yielded += fresh.length;
		fewestStated = Math.min(fewestStated, page.total ?? Infinity);

		if (fresh.length > 0) {
			pagesWithNews++;
			pagesWithoutNews = 0;
		} else if (page.records.length > 0) {
			pagesWithoutNews++;
		}
		// Additions can repeat as many pages as were read before, and never the very same page or more than those.
		if (isSamePage(page, previous) || pagesWithoutNews > pagesWithNews) {
			throw new VerifikFailure('repeatedPage', { page: number, recordsRead: yielded });
		}
		if (fresh.length < page.records.length || (previous && page.total !== previous.total)) {
			reading.hasMoved = true;
		}
		previous = page;

		yield fresh;

		if (isLast(page, number, received)) break;
	}
	if (yielded < fewestStated && fewestStated !== Infinity) {
		throw new VerifikFailure('missingRecords', {
			recordsRead: yielded,
			recordsStated: fewestStated,
		});
	}
}

function isLast(page: Page, number: number, received: number): boolean {
	if (page.pages !== undefined) return number >= page.pages;
	if (page.total !== undefined && received >= page.total) return true;
	return page.records.length === 0;
}

/** Adds a record's id to `seen`, and tells whether it was new there. Without an id nothing can be told apart: keep it. */
function isFirst(record: VerifikRecord, seen: Set<unknown>): boolean {
	if (record._id === undefined || record._id === null) return true;
	return seen.size < seen.add(record._id).size;
}

function isSamePage(page: Page, previous: Page | undefined): boolean {
	return (
		previous !== undefined &&
		page.records.length > 0 &&
		page.records.length === previous.records.length &&
		page.records.every((record, index) => identity(record) === identity(previous.records[index]))
	);
}

function identity(record: VerifikRecord): string {
	return JSON.stringify(record._id ?? record);
}

/** Adds to whatever goes wrong where in the list it did. */
async function at(
	place: { page: number; recordsRead: number },
	page: Promise<Page>,
): Promise<Page> {
	try {
		return await page;
	} catch (error) {
		throw located(error, place);
	}
}

function located(error: unknown, place: { page: number; recordsRead: number }): unknown {
	return error instanceof VerifikFailure ? error.with(place) : error;
}
