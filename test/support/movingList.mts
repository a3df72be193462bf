// A simulated server whose list changes while it is read, on a simulated clock; and what a reader made of it.
import type { Page, VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import {
	newReadSummary,
	readAllPages,
	type FetchPage,
	type ReadSummary,
} from '../../nodes/verifik/list/readAllPages.ts';
import { SimulatedClock } from './simulatedClock.mts';

/** What happens to the list; `at` is a share of it. */
export type ListChange =
	| { kind: 'addFirst'; count: number }
	| { kind: 'addLast'; count: number }
	| { kind: 'insert'; at: number; count: number }
	| { kind: 'remove'; at: number; count: number }
	| { kind: 'replace'; at: number };

/** How an answer states the size of the list. */
type Envelope = 'pages' | 'total' | 'pagesOnly' | 'bare';

/** What the stated total is: right, as it was some requests ago, or wrong all the time. */
type Totals = 'right' | 'lagging' | 'low' | 'high';

type IdKind = 'hex' | 'number' | 'object';

export type Server = {
	/** records at first */
	count: number;
	/** largest page */
	maxPageSize: number;
	envelope: Envelope;
	totals: Totals;
	ids: IdKind;
	/** every so many records one has no ID; 0: none */
	withoutId: number;
	/** every so many records one is there twice; 0: none */
	twice: number;
	/** what the server does with `limit` and `page` */
	ignores?: 'limit' | 'page';
	/** what happens when the request with that number reaches the server, counted from 1 */
	changes: Array<{ request: number; change: ListChange }>;
	/** what happens at every so many of the first requests, too */
	steady?: { every: number; until: number; change: ListChange };
	/** how long each request takes to the server and back, in turn */
	latencies: Array<[number, number]>;
};

export type ReadOptions = {
	pageSize: number;
	concurrency: number;
	/** ends the reading after so many records */
	maxRecords?: number;
	/** ends the reading when a record comes that was older than that from the start (by number) */
	until?: number;
};

export type ReadResult = {
	given: number[];
	/** what was in the list from the first request to the last, in its order */
	stayed: number[];
	error?: unknown;
	summary: ReadSummary;
	requests: number;
	/** the most requests at once */
	atOnce: number;
	time: number;
	hasMoved: boolean;
	/** different records in the list at the first request */
	countAtFirst: number;
};

/** More than any reading takes. */
const MAX_REQUESTS = 2_000;

/** When the reading begins, by the server's clock. */
const NOW = Date.UTC(2026, 0, 31);

/** A record by its number: the newer, the higher. Those that come in meanwhile are newer than the reading. */
function recordOf(number: number, { count, ids, withoutId }: Server): VerifikRecord {
	const createdAt = new Date(NOW + (number - count) * 1000 - 120_000 * (number < count ? 1 : 0));
	const times = { number, createdAt: createdAt.toISOString() };
	if (withoutId > 0 && number % withoutId === 0) return times;
	return { _id: idOf(number, ids), ...times };
}

function idOf(number: number, kind: IdKind): unknown {
	if (kind === 'number') return number;
	const hex = (number * 7919 + 1).toString(16).padStart(24, '0');
	return kind === 'hex' ? hex : { $oid: hex };
}

/** Reads such a list with `readAllPages`. Newest first: the first record has the highest number. */
export async function readMovingList(server: Server, options: ReadOptions): Promise<ReadResult> {
	const clock = new SimulatedClock();
	const numbers = Array.from({ length: server.count }, (_, index) => server.count - 1 - index);
	const stayed = new Set(numbers);
	const isTwice = (number: number) => server.twice > 0 && number % server.twice === 0;
	const list = numbers.flatMap((number) => (isTwice(number) ? [number, number] : [number]));
	const records = new Map<number, VerifikRecord>();
	const totals: number[] = [];
	let countAtFirst: number | undefined;
	let [next, requests, active, atOnce, hasMoved] = [server.count, 0, 0, 0, false];

	const remove = (from: number, count: number) => {
		for (const number of list.splice(from, count)) stayed.delete(number);
	};
	const fresh = (count: number) => Array.from({ length: count }, () => next++).reverse();
	const apply = (change: ListChange) => {
		hasMoved = true;
		if (change.kind === 'addFirst') list.unshift(...fresh(change.count));
		else if (change.kind === 'addLast') list.push(...fresh(change.count));
		else if (change.kind === 'insert') {
			list.splice(Math.round(change.at * list.length), 0, ...fresh(change.count));
		} else if (change.kind === 'remove') {
			remove(Math.floor(change.at * list.length), change.count);
		} else {
			remove(Math.floor(change.at * list.length), 1);
			list.unshift(...fresh(1));
		}
	};
	const answer = (page: number, limit: number): Page => {
		const size =
			server.ignores === 'limit' ? server.maxPageSize : Math.min(limit, server.maxPageSize);
		const from = server.ignores === 'page' ? 0 : (page - 1) * size;
		totals.push(list.length);
		countAtFirst ??= new Set(list).size;
		const total = {
			right: list.length,
			lagging: totals[Math.max(0, totals.length - 6)]!,
			low: lowTotal(list.length, server),
			high: list.length * 2 + 7,
		}[server.totals];
		const shown = list.slice(from, from + size).flatMap((number) => {
			let record = records.get(number);
			if (!record) records.set(number, (record = recordOf(number, server)));
			return [record];
		});
		return {
			body: { data: shown },
			records: shown,
			...(['pages', 'total'].includes(server.envelope) && { total }),
			...(server.envelope.startsWith('pages') && { pages: Math.ceil(total / size) }),
		};
	};
	const fetchPage: FetchPage = async (page, limit) => {
		const request = ++requests;
		if (requests > MAX_REQUESTS) throw new Error('The reading does not come to an end');
		atOnce = Math.max(atOnce, ++active);
		const [there, back] = server.latencies[request % server.latencies.length]!;
		await clock.sleep(there);
		for (const entry of server.changes) if (entry.request === request) apply(entry.change);
		const { steady } = server;
		if (steady && request <= steady.until && request % steady.every === 0) apply(steady.change);
		const shown = answer(page, limit);
		await clock.sleep(back);
		active--;
		return shown;
	};

	const given: number[] = [];
	const summary = newReadSummary();
	let error: unknown;
	let isEnough = false;
	const { pageSize, concurrency, maxRecords = Infinity } = options;
	const remaining = () => (isEnough ? 0 : maxRecords - given.length);
	const read = async () => {
		const readAllOptions = { pageSize, concurrency, remaining, serverTime: () => NOW };
		for await (const batch of readAllPages(fetchPage, readAllOptions, summary)) {
			for (const record of batch) given.push(record.number as number);
			isEnough = batch.every(({ number }) => (number as number) < (options.until ?? 0));
		}
	};
	await clock.run(read().catch((reason: unknown) => (error = reason)));
	return {
		given,
		stayed: [...stayed].sort((one, other) => other - one),
		error,
		summary,
		requests,
		atOnce,
		time: clock.time,
		hasMoved,
		countAtFirst: countAtFirst ?? 0,
	};
}

/** Never just the length of a page that is cut: nobody could distinguish that from a list that ends there. */
function lowTotal(length: number, { maxPageSize }: Server): number {
	const total = Math.floor(length * 0.6);
	return total === maxPageSize ? total - 1 : total;
}
