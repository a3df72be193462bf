// `npm run check:live` against the sandbox: what it finds out, and that its report holds nothing personal.
import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import getPort from 'get-port';

import type { Fault } from '../../sandbox/faults.mts';
import type { Json } from '../../sandbox/records.mts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { checkLive } from '../../tools/checkLive.mts';
import { fieldsOf, wordsOf } from '../../tools/liveFields.mts';
import { openSandbox } from '../support/sandboxes.mts';

/** Runs the check as a user does, but in this process. */
async function check(environment: Record<string, string>) {
	const printed: string[] = [];
	const exitCode = await checkLive(environment, (text) => printed.push(text));
	const text = printed.join('\n');
	for (const token of Object.values(environment).filter((value) => value.startsWith('ey'))) {
		expect(text).not.toContain(token);
	}
	return { exitCode, text, finding: (name: string) => findingOf(text, name) };
}

function findingOf(text: string, name: string): string | undefined {
	return new RegExp(`^- ${name}: (.*)$`, 'm').exec(text)?.[1];
}

const environmentOf = ({ token, url }: Sandbox) => ({
	VERIFIK_ACCESS_TOKEN: token,
	VERIFIK_BASE_URL: url,
});
const checkOf = async (options: SandboxOptions) =>
	await check(environmentOf(await openSandbox(options)));

/** All texts and all numbers with decimals in a value. */
function valuesOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return Number.isInteger(value) ? [] : [String(value)];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(valuesOf);
}

const isWord = (text: string) =>
	/^([A-Z_]+(10_PERCENT)?|success|new|processing|completed|failed|[a-z]+-[a-z]+_2024-09)$/.test(
		text,
	);

describe('the report', () => {
	test.each([
		[
			'live',
			'flat with a verdict \\d+, flat, pending \\d+',
			'- rawResponse.pipeline_results[].is_live: boolean',
		],
		['nested', 'nested \\d+', '- validationResults.screenReplay.passed: boolean'],
		['flat', 'flat without a verdict \\d+, flat, pending \\d+', '- sreenReplayScore: number'],
	] as const)(
		'reports what the %s shape holds, and what List does',
		async (shape, shapes, field) => {
			const sandbox = await openSandbox({ shape });
			const { exitCode, text, finding } = await check(environmentOf(sandbox));
			expect(exitCode).toBe(0);
			expect(finding('shapes')).toMatch(new RegExp(`^${shapes}$`));
			expect(text).toContain(field);
			expect(['page', 'limit', 'status'].map(finding)).toEqual(Array(3).fill('took effect'));
			expect(finding('order by createdAt')).toBe('newest first');
			expect(finding('its record')).toBe('the same fields as in List');
			expect(text.split('### Envelope of one record')[1]!.includes('\n- id: string')).toBe(
				shape === 'live',
			);
			expect(sandbox.requests.length).toBeLessThanOrEqual(8);
			expect(sandbox.requests.every(({ query }) => Number(query.limit ?? 1) <= 10)).toBe(true);
		},
	);

	test('counts verdicts, and names the words of the service', async () => {
		const { text, finding } = await checkOf({ shape: 'live' });
		expect(finding('verdicts')).toMatch(/^passed \d+, .*notCarriedOut \d+, pending \d+$/);
		expect(text).toMatch(/^- rawResponse.pipeline_results\[\].status: DOCUMENT_.*, success$/m);
		expect(text).toContain('screen-replay_2024-09');
		expect(text).toMatch(/^- sreenReplayCalibration: REGULAR$/m);
	});

	test.each(['live', 'nested', 'flat'] as const)(
		'holds nothing personal of any record of the %s shape',
		async (shape) => {
			const sandbox = await openSandbox({ shape, records: 40 });
			// a service that sends related records although nobody asked for them
			for (const { _id } of sandbox.records()) {
				const [full] = [...sandbox.records({ populates: ['client', 'appRegistration'] })].filter(
					(record) => record._id === _id,
				);
				const { client, appRegistration = { fullName: 'Alma Ejemplo' } } = full as Json;
				sandbox.alter(String(_id), {
					client,
					appRegistration,
					[`note ${String(_id)}`]: 'Alma',
					[String(_id)]: { 'alma@example.com': 'Calle 1' },
					status: 'Alma Ejemplo',
				});
			}
			const { text, exitCode } = await check(environmentOf(sandbox));
			expect(exitCode).toBe(0);
			const records = [...sandbox.records()];
			const personal = new Set(valuesOf(records).filter((value) => !isWord(value)));
			expect(personal.size).toBeGreaterThan(100);
			expect([...personal].filter((value) => text.includes(value))).toEqual([]);
			expect(records.filter(({ _id }) => text.includes(String(_id)))).toEqual([]);
			expect(text).not.toMatch(/Alma|@|https?:|20\d\d-\d\d-\d\d|April/);
			expect(text).toContain('(a name that may be personal)');
			expect(text).toContain('status: (another text)');
		},
	);

	test('shows a list of records in the order of their creation', async () => {
		const { finding } = await checkOf({ order: 'oldest' });
		expect(finding('order by createdAt')).toBe('oldest first');
	});

	test('reports a status filter that is ignored, with a status in the records and without', async () => {
		for (const shape of ['nested', 'live'] as const) {
			const { finding } = await checkOf({ shape, statusFilter: 'ignored' });
			expect(finding('status')).toMatch(/^was ignored: /);
			expect(finding('page')).toBe('took effect');
		}
	});

	const listFaults: Array<[Fault, string, string]> = [
		[{ kind: 'ignorePage' }, 'page', 'was ignored: page 2 holds the records of page 1'],
		[
			{ kind: 'clampLimit', count: 3 },
			'limit',
			'was cut: 10 and 5 were asked for, 3 and 3 came, and there are more',
		],
		[{ kind: 'status', status: 400, page: 2 }, 'page', 'cannot be told: no list came for page 2'],
		[{ kind: 'reset', page: 2 }, 'page', 'cannot be told: no list came for page 2'],
	];
	test.each(listFaults)('after %j says of %s: %s', async (fault, name, expected) => {
		const { exitCode, finding } = await checkOf({ shape: 'live', faults: [fault] });
		expect(exitCode).toBe(0);
		expect(finding(name)).toBe(expected);
	});

	test('says which headers there are', async () => {
		const faults: Fault[] = [{ kind: 'rateLimit', retryAfterS: 1, page: 2 }];
		const { text } = await checkOf({ faults });
		expect(text).toContain('| List, page=1&limit=10 | 200 | 10 | yes | no |');
		expect(text).toContain('| List, page=2&limit=10 | 429 | - | yes | yes |');
	});

	test('says of an empty account, and of a small one, what cannot be found out', async () => {
		const empty = await checkOf({ records: 0 });
		expect(empty.exitCode).toBe(0);
		for (const name of ['page', 'limit', 'status']) {
			expect(empty.finding(name)).toBe('cannot be told: the account has no records');
		}
		expect(empty.finding('shapes')).toBe('none');
		const small = await checkOf({ records: 1 });
		expect(small.finding('page')).toBe('took effect (page 2 is empty)');
		expect(small.finding('limit')).toBe('cannot be told: the account has too few records');
		expect(small.finding('order by createdAt')).toMatch(/^cannot be told/);
	});

	test('of a server that does not state the numbers of a list finds the same', async () => {
		const { finding } = await checkOf({
			envelope: 'bare',
			faults: [{ kind: 'clampLimit', count: 3 }],
		});
		expect(finding('limit')).toMatch(/^was cut/);
	});
});

describe('where there is no report', () => {
	test('a missing token is asked for, and nothing is sent', async () => {
		const sandbox = await openSandbox({});
		const { exitCode, text } = await check({ VERIFIK_BASE_URL: sandbox.url });
		expect(exitCode).toBe(2);
		expect(text).toContain('VERIFIK_ACCESS_TOKEN=… npm run check:live');
		expect(sandbox.requests).toEqual([]);
	});

	test.each(['http://verifik.example', 'verifik', 'https://user:secret@verifik.example'])(
		'the address %s is not used',
		async (url) => {
			const result = await check({ VERIFIK_ACCESS_TOKEN: 'eyJ', VERIFIK_BASE_URL: url });
			expect(result.exitCode).toBe(2);
			expect(result.text).toContain('VERIFIK_BASE_URL is not an address');
			expect(result.text).not.toContain('secret');
		},
	);

	test('a refused token is sent once, and not shown', async () => {
		const sandbox = await openSandbox({});
		sandbox.tokens.revokeAll();
		const { exitCode, text } = await check(environmentOf(sandbox));
		expect(exitCode).toBe(1);
		expect(text).toMatch(/^Verifik refused the access token \(HTTP 401\)/);
		expect(sandbox.requests).toHaveLength(1);
	});

	test('a host that cannot be reached is named with the reason', async () => {
		const url = `http://127.0.0.1:${await getPort()}`;
		const { exitCode, text } = await check({ VERIFIK_ACCESS_TOKEN: 'eyJ', VERIFIK_BASE_URL: url });
		expect(exitCode).toBe(1);
		expect(text).toContain('gave no answer (ECONNREFUSED)');
	});

	const faults: Array<[Fault, RegExp]> = [
		[{ kind: 'html' }, /something else than JSON, such as a web page/],
		[{ kind: 'redirect' }, /sends on to another address \(HTTP 302\)/],
		[{ kind: 'rateLimit', retryAfterS: 5 }, /HTTP 429, with a Retry-After header/],
		[{ kind: 'serverDown' }, /answered with HTTP 503/],
		[{ kind: 'unsuccessful' }, /holds no list under "data"[^]*- success: boolean/],
	];
	test.each(faults)('%j is reported, and not tried again', async (fault, message) => {
		const sandbox = await openSandbox({ faults: [fault] });
		const { exitCode, text } = await check(environmentOf(sandbox));
		expect(exitCode).toBe(1);
		expect(text).toMatch(message);
		expect(sandbox.requests).toHaveLength(1);
	});
});

test('names and words that the service made from values are left out', () => {
	const record = {
		a070c1c4c298b5c833d907d0: 1,
		note: { '573001234567': 'x' },
		status: 'n12345678',
	};
	expect([...fieldsOf([record]).keys()]).toEqual([
		'(a name that may be personal)',
		'note',
		'note.(a name that may be personal)',
		'status',
	]);
	expect([...wordsOf([record])]).toEqual([['status', new Set(['(another text)'])]]);
});

test('the command runs without a build, and ends with the exit code', async () => {
	const sandbox = await openSandbox({ shape: 'live' });
	const [command, ...args] = (
		await import('../../package.json', { with: { type: 'json' } })
	).default.scripts['check:live'].split(' ');
	const run = async (token: string) =>
		await execa(command!, args, {
			preferLocal: true,
			all: true,
			reject: false,
			env: { ...environmentOf(sandbox), VERIFIK_ACCESS_TOKEN: token },
		});
	const done = await run(sandbox.token);
	expect(done.all).toContain('## What Verifik sends');
	expect(done.stderr).toBe('');
	expect(done.exitCode).toBe(0);
	expect((await run('')).exitCode).toBe(2);
});
