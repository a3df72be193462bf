// Simulates the rules for the number of active requests on many kinds of networks and servers, compared with ten kept
// connections. Without random numbers, so the result is the same on every machine.
import { returnAll, tenConnections, type Line, type Load } from '../test/support/simulatedLine.mts';

type Print = (line?: string) => void;

const PAGES = 100;
const ROUND_TRIPS_MS = [0, 40, 80, 160, 300];
const CAPACITIES = [3, 10, 50];
const EXCESS = ['refused', 'waits'] as const;
/** the time that the server takes for an answer, in milliseconds */
const SERVER_TIMES_MS = [20, 200];

/** Prints a table with a line for each round trip, time of the server, and what it does with too many requests. */
export async function simulateLines(print: Print, isShort: boolean): Promise<void> {
	print();
	print('## Simulated lines and servers');
	print();
	print(
		`Return All of ${PAGES} pages, each request on a connection of its own, beside ten kept connections. A server works on so many requests at once; it refuses what is more (429), or lets it wait. Each is Return All / ten connections.`,
	);
	print();
	print(
		'| round trip | server | at once | more | time | refused | under way at the server | on average over a second |',
	);
	print('| --- | --- | --- | --- | --- | --- | --- | --- |');
	for (const line of linesOf(isShort ? [80] : ROUND_TRIPS_MS)) {
		const loads = [await returnAll(line, PAGES), await tenConnections(line, PAGES)];
		const columns = [
			`${line.roundTrip} ms`,
			`${line.serverTime} ms`,
			line.capacity,
			line.excess === 'refused' ? '429' : 'waits',
			`${both(loads, ({ time }) => (time / 1000).toFixed(2))} s`,
			both(loads, ({ refusals }) => refusals),
			both(loads, ({ most }) => most),
			both(loads, ({ mean }) => mean.toFixed(1)),
		];
		print(`| ${columns.join(' | ')} |`);
	}
}

function linesOf(roundTripsMs: number[]): Line[] {
	return roundTripsMs.flatMap((roundTrip) =>
		SERVER_TIMES_MS.flatMap((serverTime) =>
			EXCESS.flatMap((excess) =>
				CAPACITIES.map((capacity) => ({ roundTrip, serverTime, excess, capacity })),
			),
		),
	);
}

function both(loads: Load[], of: (load: Load) => number | string): string {
	return loads.map(of).join(' / ');
}
