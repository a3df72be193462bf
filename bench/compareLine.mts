// Return All beside the HTTP Request node and bare fetch, behind a line as long as one across the Internet: how long they take,
// and what they ask of the server.
import { startSandbox } from '../sandbox/server.mts';
import { startHost } from '../test/support/host.mts';
import { median, ratio, seconds } from './figures.mts';
import { startLine } from './line.mts';
import { bareFetch, call, publish } from './subjects.mts';

export type LineRow = { pages: number; roundTripMs: number };

type Cell = {
	times: number[];
	/** the most of all its runs */
	connections: number;
	most: number;
	mostOverASecond: number;
	mostInASecond: number;
};

const SUBJECTS = ['ours', 'httpRequest', 'bare'] as const;

export const LINE_ROWS: LineRow[] = [10, 100, 1000].flatMap((pages) =>
	[0, 40, 80, 160].map((roundTripMs) => ({ pages, roundTripMs })),
);

/** what the server takes for an answer */
const SERVER_MS = 20;
const ROUNDS = 3;
/** What takes longer is measured once: it is the round trips that it waits for, and these do not vary. */
const LONG_MS = 10_000;

/** The HTTP Request node needs minutes for a thousand pages, one after the other; how long, a hundred show as well. */
const isLeftOut = (subject: (typeof SUBJECTS)[number], { pages, roundTripMs }: LineRow) =>
	subject === 'httpRequest' && pages > 100 && roundTripMs > 0;

/** Prints two tables, with a line for each row. */
export async function compareBehindLine(
	print: (line?: string) => void,
	rows: LineRow[],
): Promise<void> {
	const line = await startLine();
	const host = await startHost({ records: 1 }, line.env);
	const { token } = host.sandbox;
	const credential = await host.addCredential('Behind the line', {
		accessToken: token,
		baseUrl: line.url,
	});
	const source = { url: line.url, credential };
	const ours = await publish(host, 'ours', {}, source);
	const theirs = await publish(host, 'httpRequest', {}, source);
	const run = {
		ours: async () => await call(ours),
		httpRequest: async () => await call(theirs),
		bare: async (pages: number) => await bareFetch({ url: line.url, token }, pages, line.env),
	};
	const measured: Array<LineRow & { cells: Partial<Record<(typeof SUBJECTS)[number], Cell>> }> = [];
	for (const row of rows) {
		const { pages, roundTripMs } = row;
		const sandbox = await startSandbox({ records: pages * 100, token });
		line.serverUrl = sandbox.url;
		// n8n and the sandbox warm up
		if (measured.length === 0) for (const url of [ours, theirs]) await call(url);
		line.roundTripMs = roundTripMs;
		sandbox.settings.latencyMs = SERVER_MS;
		const cells: (typeof measured)[number]['cells'] = {};
		for (let round = 0; round < ROUNDS; round++) {
			for (const subject of SUBJECTS.filter((one) => !isLeftOut(one, row))) {
				const before = cells[subject];
				if (before && before.times[0]! > LONG_MS) continue;
				const count = line.count();
				const ms = await run[subject](pages);
				const { connections, load } = count;
				if (load.count < pages) throw new Error(`${load.count} requests instead of ${pages}`);
				cells[subject] = {
					times: [...(before?.times ?? []), ms],
					connections: Math.max(before?.connections ?? 0, connections),
					most: Math.max(before?.most ?? 0, load.most),
					mostOverASecond: Math.max(before?.mostOverASecond ?? 0, load.mostOverASecond()),
					mostInASecond: Math.max(before?.mostInASecond ?? 0, load.mostInASecond()),
				};
			}
		}
		measured.push({ ...row, cells });
		await sandbox.close();
	}
	await host.stop();
	await line.close();

	const cell = (value: number | undefined, write: (value: number) => string) =>
		value === undefined ? '–' : write(value);
	print();
	print('## Behind a line');
	print();
	print(
		`Over TLS and a line with a round trip: one for a connection, half of one for every chunk each way; ${SERVER_MS} ms in the server. Bare fetch keeps its ten connections. Medians of ${ROUNDS} runs; what takes longer than ${LONG_MS / 1000} s is run once, and HTTP Request reads 1,000 pages only without a line (it takes ten times as long as for 100).`,
	);
	print();
	print(
		'| pages | round trip | Return All | HTTP Request | bare fetch, 10 connections | times faster than HTTP Request | of bare fetch |',
	);
	print('| --- | --- | --- | --- | --- | --- | --- |');
	for (const { pages, roundTripMs, cells } of measured) {
		const [our, their, bare] = SUBJECTS.map((one) => cells[one] && median(cells[one].times));
		print(
			`| ${pages} | ${roundTripMs} ms | ${seconds(our!)} | ${cell(their, seconds)} | ${seconds(bare!)} | ${cell(their, (ms) => ratio(ms, our!))} | ${ratio(our!, bare!)} |`,
		);
	}
	print();
	print(
		'What that is for the server: connections; requests under way in it at most; under way on average, and arriving, in the second in which they are most. Each is Return All / HTTP Request / bare fetch, at most in any run.',
	);
	print();
	print(
		'| pages | round trip | connections | most under way | on average in a second | arriving in a second |',
	);
	print('| --- | --- | --- | --- | --- | --- |');
	for (const { pages, roundTripMs, cells } of measured) {
		const all = (write: (one: Cell) => string) =>
			SUBJECTS.map((one) => (cells[one] ? write(cells[one]) : '–')).join(' / ');
		const columns = [
			all(({ connections }) => String(connections)),
			all(({ most }) => String(most)),
			all(({ mostOverASecond }) => mostOverASecond.toFixed(1)),
			all(({ mostInASecond }) => String(mostInASecond)),
		];
		print(`| ${pages} | ${roundTripMs} ms | ${columns.join(' | ')} |`);
	}
}
