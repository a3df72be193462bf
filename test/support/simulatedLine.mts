// A list read over a line and a server that are simulated: what Return All takes, and what it asks of the server.
import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { RequestQueue } from '../../nodes/verifik/http/requestQueue.ts';
import { waitBeforeRetry } from '../../nodes/verifik/http/retryPolicy.ts';
import { readAllPages } from '../../nodes/verifik/list/readAllPages.ts';
import { SimulatedClock } from './simulatedClock.mts';

const PAGE_SIZE = 100;

/** A connection costs a round trip for TCP and one for TLS, before the one of the request. */
const CONNECTION_ROUND_TRIPS = 2;

export type Line = {
	/** milliseconds */
	roundTrip: number;
	/** what the server needs for a request by itself, in milliseconds */
	serverTime: number;
	/** requests that it works on at once */
	capacity: number;
	/** what happens to the others: 429, or they wait */
	excess: 'refused' | 'waits';
	/** share by which the times of a request differ from these, by chance */
	spread?: number;
};

export type Load = {
	/** what it took, in milliseconds */
	time: number;
	requests: number;
	refusals: number;
	/** the most requests under way at the server */
	most: number;
	/** the most of the averages over any second */
	mean: number;
};

/** Return All, with a new connection for each request, as n8n's HTTP client does it. */
export async function returnAll(line: Line, pages: number, maxConcurrency = 40): Promise<Load> {
	const simulation = new Simulation(line, maxConcurrency);
	return await simulation.measure(async () => {
		const fetchPage = async (page: number, limit: number) =>
			await simulation.get(() => simulation.page(page, limit, pages * PAGE_SIZE));
		const options = { pageSize: PAGE_SIZE, concurrency: maxConcurrency, serverTime: () => 0 };
		let count = 0;
		for await (const records of readAllPages(fetchPage, options)) count += records.length;
		if (count !== pages * PAGE_SIZE) throw new Error(`${count} records of ${pages} pages`);
	});
}

/** As many pages over ten connections that are kept; a request that is refused waits as the node would let it. */
export async function tenConnections(line: Line, pages: number): Promise<Load> {
	const simulation = new Simulation(line, 1);
	const { clock } = simulation;
	return await simulation.measure(async () => {
		let left = pages;
		const work = async () => {
			for (let isConnected = false; left-- > 0; isConnected = true) {
				for (let tries = 1; !(await simulation.request(isConnected || tries > 1)); tries++) {
					await clock.sleep(waitBeforeRetry({ ...REFUSED, tries }, clock.random())!);
				}
			}
		};
		await Promise.all(Array.from({ length: 10 }, work));
	});
}

const REFUSED = { code: 'rateLimited', isRepeatable: true, hasAnswered: true } as const;

class Simulation {
	private readonly line: Line;
	readonly clock = new SimulatedClock(seeded());
	private readonly chance = seeded();
	private readonly queue: RequestQueue;
	private readonly records: VerifikRecord[] = [];
	private working = 0;
	private readonly waiting: Array<() => void> = [];
	private requests = 0;
	private refusals = 0;
	/** when how many were under way */
	private readonly underWay: Array<{ at: number; count: number }> = [{ at: 0, count: 0 }];

	constructor(line: Line, maxConcurrency: number) {
		this.line = line;
		this.queue = new RequestQueue(this.clock, { timeoutMs: 1e9, maxConcurrency });
	}

	async measure(work: () => Promise<void>): Promise<Load> {
		await this.clock.run(work());
		const { requests, refusals, underWay } = this;
		const most = Math.max(...underWay.map(({ count }) => count));
		return { time: this.clock.time, requests, refusals, most, mean: this.highestMean() };
	}

	/** Sends a request as the node does, on a connection of its own. */
	async get<T>(answer: () => T): Promise<T> {
		return await this.queue.send(async () => {
			if (!(await this.request(false))) throw new VerifikError('rateLimited');
			return answer();
		}, true);
	}

	/** Whether the server took the request. */
	async request(isConnected: boolean): Promise<boolean> {
		this.requests++;
		const trip = this.about(this.line.roundTrip);
		await this.clock.sleep((isConnected ? 0 : CONNECTION_ROUND_TRIPS * trip) + trip / 2);
		const isTaken = await this.serve();
		await this.clock.sleep(trip / 2);
		return isTaken;
	}

	page(page: number, limit: number, total: number) {
		const { records } = this;
		while (records.length < total) {
			const createdAt = new Date(-records.length * 1000).toISOString();
			records.push({ _id: records.length.toString(16).padStart(24, '0'), createdAt });
		}
		const shown = records.slice((page - 1) * limit, page * limit);
		return { body: { data: shown }, records: shown, total, pages: Math.ceil(total / limit) };
	}

	/** Whether the server took the request. */
	private async serve(): Promise<boolean> {
		const { capacity, excess, serverTime } = this.line;
		if (this.working >= capacity && excess === 'refused') {
			this.refusals++;
			return false;
		}
		this.change(1);
		if (this.working >= capacity) await new Promise<void>((goOn) => this.waiting.push(goOn));
		else this.working++;
		await this.clock.sleep(this.about(serverTime));
		this.change(-1);
		const next = this.waiting.shift();
		if (next) next();
		else this.working--;
		return true;
	}

	private about(ms: number): number {
		const { spread = 0 } = this.line;
		return ms * (1 + spread * (this.chance() - 0.5));
	}

	private change(by: number): void {
		this.underWay.push({ at: this.clock.time, count: this.underWay.at(-1)!.count + by });
	}

	private highestMean(): number {
		const { underWay } = this;
		// what all requests took at the server up to each change
		const sums = [0];
		for (let at = 1; at < underWay.length; at++) {
			const before = underWay[at - 1]!;
			sums.push(sums[at - 1]! + before.count * (underWay[at]!.at - before.at));
		}
		let [from, highest] = [0, 0];
		for (const [to, { at }] of underWay.entries()) {
			while (underWay[from + 1] && underWay[from + 1]!.at <= at - 1000) from++;
			const missing = Math.max(0, at - 1000 - underWay[from]!.at) * underWay[from]!.count;
			highest = Math.max(highest, sums[to]! - sums[from]! - missing);
		}
		return highest / 1000;
	}
}

/** Numbers from 0 to 1 that look like chance and are the same every time. */
function seeded(): () => number {
	let state = 1;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
