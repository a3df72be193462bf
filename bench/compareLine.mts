// Compares Return All, the HTTP Request node and bare fetch over a connection with the delay of the Internet: how long they
// take, and how many requests reach the server.
import { startSandbox } from '../sandbox/server.mts';
import { startHost } from '../test/support/host.mts';
import { median, ratio, seconds } from './figures.mts';
import { startLine, type Line } from './line.mts';
import { bareFetch, call, publish } from './subjects.mts';

export type LineRow = { pages: number; roundTripMs: number };

type Print = (line?: string) => void;

/** In the order in which they run and are in the tables. */
const SUBJECTS = ['ours', 'httpRequest', 'bare'] as const;
type Subject = (typeof SUBJECTS)[number];

/** One run of a subject: its time, and the requests at the server. */
type Run = {
	ms: number;
	connections: number;
	most: number;
	mostOverASecond: number;
	mostInASecond: number;
};

/** The runs of each subject; none if it is left out. */
type Runs = Record<Subject, Run[]>;

/** Runs a subject over a number of pages. Returns milliseconds. */
type Start = Record<Subject, (pages: number) => Promise<number>>;

export const LINE_ROWS: LineRow[] = [10, 100, 1000].flatMap((pages) =>
	[0, 40, 80, 160].map((roundTripMs) => ({ pages, roundTripMs })),
);

/** the time that the server takes for an answer */
const SERVER_MS = 20;
const ROUNDS = 3;
/** A longer run is done once: nearly all of it is waiting, which hardly differs. */
const LONG_MS = 5_000;

/** The HTTP Request node reads one page after the other: a thousand take minutes, and a hundred show the same. */
const isLeftOut = (subject: Subject, { pages, roundTripMs }: LineRow) =>
	subject === 'httpRequest' && pages > 100 && roundTripMs > 0;

/** Prints two tables, with a line for each row. */
export async function compareBehindLine(print: Print, rows: LineRow[]): Promise<void> {
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
	const start: Start = {
		ours: async () => await call(ours),
		httpRequest: async () => await call(theirs),
		bare: async (pages) => await bareFetch({ url: line.url, token }, pages, line.env),
	};
	print();
	print('## Behind a line');
	print();
	print(
		`Over TLS, and a line on which a connection costs a round trip, and every chunk half of one each way; ${SERVER_MS} ms in the server. Bare fetch keeps its ten connections. Medians of ${ROUNDS} runs; what takes longer than ${LONG_MS / 1000} s is run once. 1,000 pages one after the other take HTTP Request minutes (about ten times as long as 100): measured without a round trip only.`,
	);
	print();
	print(
		'| pages | round trip | Return All | HTTP Request | bare fetch, 10 connections | times faster than HTTP Request | of bare fetch |',
	);
	print('| --- | --- | --- | --- | --- | --- | --- |');
	const measured: Array<{ row: LineRow; runs: Runs }> = [];
	for (const row of rows) {
		const sandbox = await startSandbox({ records: row.pages * 100, token });
		line.serverUrl = sandbox.url;
		if (measured.length === 0) {
			// n8n and the sandbox warm up
			await call(ours);
			await call(theirs);
		}
		sandbox.settings.latencyMs = SERVER_MS;
		const runs = await measureRow(line, start, row);
		await sandbox.close();
		measured.push({ row, runs });
		printTimes(print, row, runs);
	}
	await host.stop();
	await line.close();
	print();
	print(
		'What that is for the server: connections; requests under way in it, at most; under way on average, and arriving, in the second in which they are most. Each is Return All / HTTP Request / bare fetch, the most of their runs.',
	);
	print();
	print(
		'| pages | round trip | connections | under way | on average over a second | arriving in a second |',
	);
	print('| --- | --- | --- | --- | --- | --- |');
	for (const { row, runs } of measured) printLoad(print, row, runs);
}

async function measureRow(line: Line, start: Start, row: LineRow): Promise<Runs> {
	line.roundTripMs = row.roundTripMs;
	const runs: Runs = { ours: [], httpRequest: [], bare: [] };
	for (let round = 0; round < ROUNDS; round++) {
		for (const subject of SUBJECTS) {
			const isLong = runs[subject].some(({ ms }) => ms > LONG_MS);
			if (isLong || isLeftOut(subject, row)) continue;
			const count = line.count();
			const ms = await start[subject](row.pages);
			const { connections, load } = count;
			if (load.count < row.pages) {
				throw new Error(`${subject} sent ${load.count} requests for ${row.pages} pages`);
			}
			runs[subject].push({
				ms,
				connections,
				most: load.most,
				mostOverASecond: load.mostOverASecond(),
				mostInASecond: load.mostInASecond(),
			});
		}
	}
	return runs;
}

function printTimes(print: Print, { pages, roundTripMs }: LineRow, runs: Runs): void {
	const [our, their, bare] = SUBJECTS.map((subject) => median(runs[subject].map(({ ms }) => ms)));
	const isMeasured = runs.httpRequest.length > 0;
	const columns = [
		pages,
		`${roundTripMs} ms`,
		seconds(our!),
		isMeasured ? seconds(their!) : '–',
		seconds(bare!),
		isMeasured ? ratio(their!, our!) : '–',
		ratio(our!, bare!),
	];
	print(`| ${columns.join(' | ')} |`);
}

function printLoad(print: Print, { pages, roundTripMs }: LineRow, runs: Runs): void {
	const most = (figure: keyof Run, digits = 0) =>
		SUBJECTS.map((subject) => runs[subject].map((run) => run[figure]))
			.map((figures) => (figures.length > 0 ? Math.max(...figures).toFixed(digits) : '–'))
			.join(' / ');
	const columns = [
		pages,
		`${roundTripMs} ms`,
		most('connections'),
		most('most'),
		most('mostOverASecond', 1),
		most('mostInASecond'),
	];
	print(`| ${columns.join(' | ')} |`);
}
