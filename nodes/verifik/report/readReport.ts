// Makes a report of an account: reads its list as far back as the report reaches, and folds each page as it comes.
import { MAX_LIMIT } from '../api/documentLiveness';
import { NewestFirst } from '../list/createdRange';
import { readAllPages, type FetchPage, type ReadSummary } from '../list/readAllPages';
import type { ReportFold } from './fold';
import type { Scope } from './periods';

type ReadOptions = {
	concurrency: number;
	serverTime: () => number;
	/** filled in when all has been read */
	summary: ReadSummary;
};

/**
 * Reads the list into the fold. Of a list that is ordered newest first, no more is read than the validations since the
 * beginning of the period (of the one before it, where they are compared) and a page or two beyond.
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

/** Whether it is sure that no validation of the period is missing. */
export function isCompleteReading({ isSure, hasOrderChanged }: ReadSummary): boolean {
	return isSure && !hasOrderChanged;
}
