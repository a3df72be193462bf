// Reads the list of an account as far back as a report needs, and adds each page to its figures.
import { MAX_LIMIT } from '../api/documentLiveness';
import { NewestFirst } from '../list/createdRange';
import { readAllPages, type FetchPage, type ReadSummary } from '../list/readAllPages';
import type { ReportFold } from './fold';
import type { Scope } from './periods';

type ReadOptions = {
	concurrency: number;
	serverTime: () => number;
	giveTurn?: () => Promise<void>;
	/** filled in when reading has ended */
	summary: ReadSummary;
};

/**
 * Reads the list, and adds its records to the figures. A list that is ordered newest first is read only to the beginning of the
 * period (with a comparison: of the period before), and a page or two further.
 *
 * @throws VerifikError
 */
export async function readIntoFold(
	fold: ReportFold,
	{ period, previous }: Scope,
	fetchPage: FetchPage,
	{ summary, ...options }: ReadOptions,
): Promise<void> {
	const { after } = previous ?? period;
	const order = new NewestFirst();
	let isBehind = false;
	const remaining = () => (isBehind ? 0 : Infinity);
	const reading = { pageSize: MAX_LIMIT, ...options, remaining, mayEndEarly: true };
	const pages = readAllPages(fetchPage, reading, summary);
	for await (const records of pages) {
		fold.add(records);
		isBehind = order.isBehind(after, records);
	}
}

/** Whether it is certain that no validation of the period is missing. */
export function isCompleteReading({ isSure, hasOrderChanged }: ReadSummary): boolean {
	return isSure && !hasOrderChanged;
}
