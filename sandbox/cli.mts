// `npm run sandbox`: starts the sandbox from the command line and says how to use it.
import getPort, { portNumbers } from 'get-port';
import { parseArgs } from 'node:util';

import { FAULT_KINDS, type Fault, type FaultKind } from './faults.mts';
import { SHAPES } from './records.mts';
import { startSandbox, type SandboxOptions } from './server.mts';

const DEFAULT_PORT = 3999;
/** Ten a day: enough of them in a week to see that one is bad. */
const DEFAULT_RECORDS = 900;
const DEFAULT_DAYS = 90;

const HELP = `A local Verifik document-liveness API with invented records.

  npm run sandbox -- [options]

  --port N             port on 127.0.0.1 (default ${DEFAULT_PORT}, or the next free one)
  --records N          how many validations there are to begin with (default ${DEFAULT_RECORDS}, up to 1000000)
  --days N             over how many days they are spread (default ${DEFAULT_DAYS}); in the last seven of them,
                       more documents than usual do not pass. 0: one every seven minutes
  --seed N             other records, or the same again (default 1)
  --order newest|oldest
  --shape live|nested|flat
                       the record's shape: as the running service sends it (the default),
                       as the documentation describes it, or as the service sent it before
  --status-filter working|ignored
                       whether List takes notice of status (default working)
  --envelope pagination|topLevel|bare
                       where the numbers of a list are
  --latency MS         time each answer takes
  --token TEXT         accept this token (default: a new one, shown at the start)
  --token-lifetime S   life of issued tokens in seconds (default 30 days)
  --per-minute N       new validations that come in and finish each minute (default 0)
  --example nested|live
                       a real record in place of invented ones: the example of the API page,
                       or an answer that the running service gave
  --fault KIND[:RATE]  may be given several times; RATE from 0 to 1 (default 1)
                       ${FAULT_KINDS.slice(0, 6).join(', ')},
                       ${FAULT_KINDS.slice(6, 13).join(', ')},
                       ${FAULT_KINDS.slice(13).join(', ')}
  --help
`;

try {
	const options = readOptions();
	if (options) await run(options);
} catch (error) {
	process.stderr.write(`${(error as Error).message}\nSee: npm run sandbox -- --help\n`);
	process.exitCode = 2;
}

async function run(options: SandboxOptions): Promise<void> {
	const wanted = options.port ?? DEFAULT_PORT;
	const port = await getPort({
		host: '127.0.0.1',
		port: portNumbers(wanted, Math.min(wanted + 100, 65535)),
	});
	if (port !== wanted) process.stdout.write(`Port ${wanted} is taken; using ${port}.\n`);
	const sandbox = await startSandbox({ ...options, port });
	process.stdout.write(
		[
			`Verifik sandbox at ${sandbox.url} with ${options.records} validations`,
			`Access token: ${sandbox.token}`,
			`Try: curl -H 'Authorization: Bearer ${sandbox.token}' '${sandbox.url}/v2/document-liveness?limit=2'`,
			'Stop with Ctrl-C.',
			'',
		].join('\n'),
	);
	const stop = async () => {
		await sandbox.close();
		process.exit(0);
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

/** The options of the command line; undefined when only help was asked for. */
function readOptions(): SandboxOptions | undefined {
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			records: { type: 'string' },
			days: { type: 'string' },
			seed: { type: 'string' },
			order: { type: 'string' },
			shape: { type: 'string' },
			envelope: { type: 'string' },
			latency: { type: 'string' },
			token: { type: 'string' },
			'token-lifetime': { type: 'string' },
			'per-minute': { type: 'string' },
			'status-filter': { type: 'string' },
			example: { type: 'string' },
			fault: { type: 'string', multiple: true },
			help: { type: 'boolean' },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return undefined;
	}
	const options: SandboxOptions = {
		port: number('port', values.port, 65535),
		records: number('records', values.records, 1_000_000) ?? DEFAULT_RECORDS,
		days: (number('days', values.days, 10_000) ?? DEFAULT_DAYS) || undefined,
		seed: number('seed', values.seed, 2 ** 31),
		order: choice('order', values.order, ['newest', 'oldest']),
		shape: choice('shape', values.shape, [...SHAPES]) ?? 'live',
		statusFilter: choice('status-filter', values['status-filter'], ['working', 'ignored']),
		envelope: choice('envelope', values.envelope, ['pagination', 'topLevel', 'bare']),
		latencyMs: number('latency', values.latency, 600_000),
		token: values.token,
		tokenLifetimeS: number('token-lifetime', values['token-lifetime'], 10 ** 9),
		perMinute: number('per-minute', values['per-minute'], 60_000),
		example: choice('example', values.example, ['nested', 'live']),
		faults: values.fault?.map(fault),
		now: new Date(),
	};
	return options;
}

function number(name: string, text: string | undefined, max: number): number | undefined {
	if (text === undefined) return undefined;
	if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
	throw new Error(`--${name} takes a whole number up to ${max}, not "${text}".`);
}

function choice<T extends string>(
	name: string,
	text: string | undefined,
	allowed: T[],
): T | undefined {
	if (text === undefined || allowed.includes(text as T)) return text as T | undefined;
	throw new Error(`--${name} takes one of ${allowed.join(', ')}, not "${text}".`);
}

function fault(text: string): Fault {
	const [kind, rate = '1'] = text.split(':');
	if (!FAULT_KINDS.includes(kind as FaultKind) || !(Number(rate) >= 0 && Number(rate) <= 1)) {
		throw new Error(
			`--fault takes a kind and a rate from 0 to 1, such as rateLimit:0.05, not "${text}".`,
		);
	}
	return { kind: kind as FaultKind, rate: Number(rate) };
}
