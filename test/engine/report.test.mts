// Get Report through the real engine against the sandbox: what comes out, how much is read, what is refused, and what an
// agent gets.
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { Sandbox, SandboxOptions } from '../../sandbox/server.mts';
import { bytesOf, runNode, type Setup } from '../support/engine.mts';
import { credentialOf, openSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

const ZONE = 'America/Bogota';
const DAY_MS = 86_400_000;

let sandbox: Sandbox;

/** An account whose newest validation has just come in, one every seven minutes. */
async function account(options: SandboxOptions = {}): Promise<void> {
	sandbox = await openSandbox({ records: 1000, now: new Date(), ...options });
}

async function getReport(parameters: IDataObject = {}, setup: Partial<Setup> = {}) {
	return await runNode({
		parameters: { operation: 'report', ...parameters },
		credential: credentialOf(sandbox),
		timezone: ZONE,
		...setup,
	});
}

const figuresOf = async (parameters: IDataObject = {}, setup: Partial<Setup> = {}) => {
	const { records, error } = await getReport(parameters, setup);
	if (error) throw error;
	expect(records).toHaveLength(1);
	return records[0] as any;
};

const dateOf = (time: number | string) =>
	new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(time));
const pagesRead = () => sandbox.requests.filter(({ path }) => path === '/v2/document-liveness');

describe.each(SHAPES)('A report of %s records', (shape) => {
	test('is about the seven full days before today, and the seven before them', async () => {
		await account({ shape, records: 4000 });
		const figures = await figuresOf();
		const today = dateOf(Date.now());
		const days = Array.from({ length: 14 }, (_, back) =>
			dateOf(Date.parse(`${today}T17:00:00Z`) - (back + 1) * DAY_MS),
		);
		const created = [...sandbox.records()].map(({ createdAt }) => dateOf(createdAt as string));
		const countOf = (some: string[]) => created.filter((date) => some.includes(date)).length;
		expect(figures.counts.total).toBe(countOf(days.slice(0, 7)));
		expect(figures.previous.counts.total).toBe(countOf(days.slice(7)));
		expect(figures.series.rows.map(({ date }: IDataObject) => date)).toEqual(
			days.slice(0, 7).reverse(),
		);
		for (const { date, total } of figures.series.rows) expect(total).toBe(countOf([date]));
		expect(figures).toMatchObject({
			reportVersion: 1,
			preset: 'last7Days',
			timeZone: ZONE,
			isComplete: true,
			account: new URL(sandbox.url).host,
			period: { firstDay: days[6], lastDay: days[0], days: 7 },
		});
	});

	test('has the same keys on every run, whatever the account holds', async () => {
		await account({ shape });
		const full = await figuresOf();
		await account({ shape, records: 0 });
		const { records, hints } = await getReport();
		expect(keysOf(records[0])).toEqual(keysOf(full));
		expect(records[0]).toMatchObject({ rates: { passed: { value: null, of: 0, n: 0 } } });
		expect(hints.map(({ message }) => message).join()).toMatch(/^No validations were created from/);
	});
});

/** Of lists the keys of their items are not looked at: there may be none. */
function keysOf(value: unknown): unknown {
	if (Array.isArray(value) || typeof value !== 'object' || value === null) return null;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, keysOf(one)]));
}

describe('A report', () => {
	test('reads the pages of two weeks and a few more, not the account', async () => {
		await account({ records: 10_000 });
		await figuresOf();
		const perDay = (24 * 60) / 7;
		const twoWeeks = Math.ceil((15 * perDay) / 100);
		expect(pagesRead().length).toBeLessThanOrEqual(twoWeeks + 16);
		expect(pagesRead().length).toBeGreaterThanOrEqual(Math.floor((14 * perDay) / 100));
	});

	test('reads all of a list that is not ordered newest first, with the same figures', async () => {
		await account({ records: 3000 });
		const { generatedAt: _, ...newest } = await figuresOf();
		sandbox.settings.order = 'oldest';
		const { generatedAt: __, ...oldest } = await figuresOf();
		expect(oldest.counts).toEqual(newest.counts);
		expect(oldest.riskiest).toEqual(newest.riskiest);
		expect(oldest.series).toEqual(newest.series);
	});

	test('is a mail in the language that was chosen, with the names only if they were asked for', async () => {
		await account({ shape: 'nested' });
		const { html, text, subject, riskiest } = await figuresOf({ language: 'pt' });
		expect(html).toContain('<html lang="pt-BR">');
		expect(subject).toMatch(/^Documentos verificados, .+%/);
		expect(text).toContain('Não aprovadas');
		expect(riskiest).toHaveLength(10);
		expect(riskiest[0]).toMatchObject({ applicantName: null, clientName: null });
		const populate = ['appRegistration', 'client'];
		const named = await figuresOf({ options: { populate, riskiest: 3 } });
		expect(named.riskiest).toHaveLength(3);
		expect(named.riskiest[0].applicantName).toMatch(/\w+ \w+/);
		expect(named.html).toContain(named.riskiest[0].applicantName);
	});

	test('comes as a file too, where that was chosen', async () => {
		await account();
		const plain = await getReport();
		expect(plain.items[0]!.binary).toBeUndefined();
		const { items } = await getReport({ options: { attachFile: true } });
		const file = items[0]!.binary!.data!;
		expect(file).toMatchObject({ fileName: 'report.html', mimeType: 'text/html' });
		expect((await bytesOf(file)).toString('utf8')).toBe(items[0]!.json.html);
	});

	test('of a period given by hand counts what was created in it, its end left out', async () => {
		await account();
		const times = [...sandbox.records()].map(({ createdAt }) => createdAt as string);
		const [createdBefore, createdAfter] = [times[10]!, times[110]!];
		const { counts, period, preset, previous } = await figuresOf({
			period: 'custom',
			createdAfter,
			createdBefore,
		});
		expect(counts.total).toBe(100);
		expect([preset, period.days, previous.counts.total]).toEqual(['custom', null, 100]);
		const alone = await figuresOf({ period: 'custom', createdAfter, comparePrevious: false });
		expect(alone.counts.total).toBe(111);
		expect(alone.previous).toBeNull();
	});

	test.each([
		[{ createdAfter: '={{ "" }}' }, /needs a start date/],
		[{ createdAfter: '2026-02-01', createdBefore: '2026-02-01' }, /must be later than/],
		[{ createdAfter: 1e18 }, /dates from 1970 to 2200/],
		[{ createdAfter: 'soon' }, /Created After must be a date/],
		[
			{ createdAfter: '2001-01-01', options: { interval: 'day' } },
			/intervals of one day, but a report can have at most 1000/,
		],
		[{ createdAfter: '2026-01-01', options: { riskiest: 51 } }, /Riskiest Validations must be/],
		[{ createdAfter: '2026-01-01', language: 'de' }, /Language must be one of: en, es, pt/],
	])('is refused for %j, with nothing sent', async (parameters: IDataObject, message) => {
		await account();
		const { error } = await getReport({ period: 'custom', ...parameters });
		expect(error?.message).toMatch(message);
		expect(sandbox.requests).toEqual([]);
	});

	test('says so where it is not sure that nothing is missing', async () => {
		// pages of so few records cannot be linked
		await account({ records: 60, faults: [{ kind: 'clampLimit', count: 5 }] });
		const { records, hints } = await getReport();
		expect(records[0]).toMatchObject({ isComplete: false });
		expect(records[0]!.html).toContain('unsure whether every validation is counted');
		expect(hints.map(({ type }) => type)).toContain('warning');
	});
});

describe('As a tool', () => {
	const asTool = async (parameters: IDataObject) => await getReport(parameters, { asTool: true });
	const daysAgo = (days: number) => dateOf(Date.now() - days * DAY_MS);

	test('a report has figures and text for the dates that the model gives, and no HTML or file', async () => {
		await account();
		const week = { createdAfter: daysAgo(3), createdBefore: daysAgo(0) };
		const { records, items } = await asTool({ ...week, options: { attachFile: true } });
		expect(records[0]).toMatchObject({
			preset: 'custom',
			period: { firstDay: week.createdAfter, days: 3 },
		});
		expect(records[0]!.html).toBeUndefined();
		expect(records[0]!.text).toContain('Document checks');
		expect(items.map(({ binary }) => binary)).toEqual([undefined]);
		expect(JSON.stringify(records).length).toBeLessThan(20_000);
	});

	test('a report of a month has all that it has in a workflow, but for the HTML', async () => {
		await account({ shape: 'nested', records: 8000 });
		const month = { period: 'custom', createdAfter: daysAgo(31), createdBefore: daysAgo(0) };
		const options = { riskiest: 50, populate: ['appRegistration', 'client'] };
		const { generatedAt: _, html: __, text, ...rest } = await figuresOf({ ...month, options });
		const { records } = await asTool({ ...month, options });
		expect(records).toEqual([
			{ ...rest, generatedAt: expect.any(String), text: expect.any(String) },
		]);
		// but for the last line, which says when it was made
		const linesOf = (all: unknown) => (all as string).split('\n').slice(0, -2);
		expect(linesOf(records[0]!.text)).toEqual(linesOf(text));
	});

	test('a report that is too long ends within its series, and says so', async () => {
		await account();
		const { records } = await asTool({
			createdAfter: daysAgo(900),
			createdBefore: daysAgo(0),
			options: { interval: 'day' },
		});
		const [report, note] = records as any[];
		expect(report).toMatchObject({ isComplete: true, text: expect.stringContaining('Made ') });
		expect(report.series.rows.length).toBeGreaterThan(100);
		expect(report.series.rows.length).toBeLessThan(900);
		expect(note.note).toContain('not complete');
	});
});
