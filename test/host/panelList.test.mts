// List in a browser, as a user works with it: filters, page and limit, output, notes, and what the canvas says of it.
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { Page } from 'playwright-core';

import { closeNotices, takeScreenshot } from '../support/browser.mts';
import { START, type Host } from '../support/host.mts';
import { SIMPLIFIED_KEYS } from '../support/knownRecords.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import type { Panel } from '../support/panel.mts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE = 'America/Bogota';

/** Longer than the longest preset goes back. */
const DAYS = 65;

let host: Host;
let page: Page;
let panel: Panel;
/** as List gives them raw, newest first */
let records: any[];
beforeAll(async () => {
	const now = Date.now();
	({ host, page, panel } = await openEditor({
		records: 100,
		shape: 'nested',
		now: now - DAYS * DAY_MS,
	}));
	for (let age = DAYS * DAY_MS; age > HOUR_MS; age -= 4 * HOUR_MS) {
		host.sandbox.add(1, age % (7 * HOUR_MS) ? 'completed' : 'failed', new Date(now - age));
	}
	records = [...host.sandbox.records()];
}, OPEN_MS);

/** Makes a workflow of Start → List, and opens its panel. */
async function openList(parameters: IDataObject = {}): Promise<string> {
	const list = host.verifik({
		resource: 'documentLiveness',
		operation: 'list',
		returnAll: true,
		...parameters,
	});
	const next = { name: 'Next', type: 'n8n-nodes-base.noOp' };
	const id = await host.addSequence([START, list, next], { timezone: ZONE });
	await panel.open(id, 'Verifik');
	return id;
}

const idsOf = (some: any[]) => some.map(({ id, _id }) => id ?? _id);

/** What the API page's records say of their checks. */
const failedChecksOf = ({ validationResults = {} }: any) =>
	Object.keys(validationResults).filter((check) => validationResults[check].passed === false);
const hasNotPassed = (record: any) =>
	record.status === 'completed' && failedChecksOf(record).length > 0;

describe('a filter that is added in the panel', () => {
	beforeEach(async () => {
		await openList();
	});

	const twentyDaysAgo = new Date(Date.now() - 20 * DAY_MS);
	/** as the date picker shows it, on the workflow's clock */
	const asPicked = new Date(twentyDaysAgo.getTime() - 5 * HOUR_MS)
		.toISOString()
		.slice(0, 19)
		.replace('T', ' ');
	const pickedMs = Math.floor(twentyDaysAgo.getTime() / 1000) * 1000;

	test.each<[string, () => Promise<void>, (record: any) => boolean]>([
		['Verdict', async () => {}, hasNotPassed],
		[
			'Failed Checks',
			async () => {
				await panel.choose('failedChecks', /^Printed Copy/);
				await panel.choose('failedChecks', /^Screen Replay/);
			},
			(record) =>
				failedChecksOf(record).some((check) => /^(printedCopy|screenReplay)$/.test(check)),
		],
		[
			'Minimum Risk Score',
			async () => await panel.type('minimumRiskScore', '0.875'),
			({ riskScore }) => riskScore >= 0.875,
		],
		[
			'Created After',
			async () => await panel.type('createdAfter', asPicked),
			({ createdAt }) => Date.parse(createdAt) >= pickedMs,
		],
		[
			'Created Before',
			async () => await panel.type('createdBefore', asPicked),
			({ createdAt }) => Date.parse(createdAt) < pickedMs,
		],
	])('%s', async (label, fillIn, fits) => {
		await panel.add('Add filter', label);
		await fillIn();
		const { records: given, error } = await panel.run();
		expect(error?.message).toBeUndefined();
		const expected = records.filter(fits);
		expect(expected.length).toBeGreaterThan(10);
		expect(expected.length).toBeLessThan(records.length);
		expect(idsOf(given)).toEqual(idsOf(expected));
		const count = `${expected.length} match the filters.`;
		await panel.output.getByText(count).waitFor();
	});

	test('Created, with each of its presets, in the time zone of the workflow', async () => {
		await panel.add('Add filter', 'Created');
		const dateOf = (ms: number) =>
			new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(ms));
		const now = Date.now();
		const today = dateOf(now);
		const monthBefore = dateOf(Date.parse(`${today.slice(0, 7)}-01T05:00:00Z`) - 1).slice(0, 7);
		const presets: Array<[string, (date: string, ms: number) => boolean]> = [
			['Last 7 Days', (date) => date >= dateOf(now - 7 * DAY_MS)],
			['Last 24 Hours', (_date, ms) => ms >= now - DAY_MS],
			['Last 30 Days', (date) => date >= dateOf(now - 30 * DAY_MS)],
			['This Month', (date) => date.startsWith(today.slice(0, 7))],
			['Last Month', (date) => date.startsWith(monthBefore)],
		];
		const counts = new Set<number>();
		for (const [preset, fits] of presets) {
			await panel.choose('created', new RegExp(`^${preset}`));
			const { records: given } = await panel.run();
			const expected = records.filter(({ createdAt }) =>
				fits(dateOf(Date.parse(createdAt)), Date.parse(createdAt)),
			);
			expect([preset, idsOf(given)]).toEqual([preset, idsOf(expected)]);
			counts.add(given.length);
		}
		// so each of them was really chosen
		expect(counts.size).toBe(presets.length);
	});

	test('several of them hold together, and of several values in one any', async () => {
		await panel.add('Add filter', 'Verdict');
		await panel.choose('verdict', /^Could Not Be Carried Out/);
		await panel.add('Add filter', 'Created');
		await takeScreenshot(page, 'list-filters');
		await panel.choose('created', /^Last 30 Days/);
		const { records: given } = await panel.run();
		const after = Date.now() - 30 * DAY_MS;
		const surely = records.filter(
			(record) =>
				Date.parse(record.createdAt) >= after &&
				(hasNotPassed(record) || record.status === 'failed'),
		);
		expect(idsOf(given)).toEqual(expect.arrayContaining(idsOf(surely)));
		expect(new Set(given.map(({ verdict }) => verdict))).toEqual(
			new Set(['notPassed', 'notCarriedOut']),
		);
	});
});

describe('Page and Limit', () => {
	test('count what matches, and a note says how many validations were read', async () => {
		await openList({ returnAll: false, limit: 10, filters: { verdict: ['notPassed'] } });
		await panel.type('page', '2');
		const { records: given } = await panel.run();
		const expected = records.filter(hasNotPassed).slice(10, 20);
		expect(idsOf(given)).toEqual(idsOf(expected));
		await panel.show('table');
		await panel.rows.first().waitFor();
		expect(await panel.notes()).toContainEqual(
			expect.stringMatching(/^\d+ validations were read: 20 match the filters\.$/),
		);
		await closeNotices(page);
		await takeScreenshot(page, 'list-page-of-matches');
	});

	test('a Limit of 500 is kept as typed, and the message says what is allowed', async () => {
		await openList({ returnAll: false });
		await panel.type('limit', '500');
		expect(await panel.input('limit').inputValue()).toBe('500');
		const { error } = await panel.run();
		const message = 'Limit must be 1 to 100 (it is 500). For more, turn on Return All.';
		expect(error?.message).toBe(message);
		await panel.byId('node-error-message').getByText(message).waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'message-limit-500');
	});

	test('a risk score in percent is kept as typed, and is refused', async () => {
		await openList();
		await panel.add('Add filter', 'Minimum Risk Score');
		await panel.type('minimumRiskScore', '90');
		const { error } = await panel.run();
		expect(error?.message).toBe('Minimum Risk Score must be a number, 0 to 1 (it is 90)');
	});

	test.each<[string, IDataObject, RegExp]>([
		[
			'a page past the end of the list',
			{ returnAll: false, page: 90 },
			/^Page 90 is past the end of the list, which has \d+ validations\.$/,
		],
		[
			'a page past the last match',
			{ returnAll: false, page: 90, filters: { verdict: ['notPassed'] } },
			/^\d+ validations were read: \d+ match the filters, so there is no page 90\.$/,
		],
		[
			'filters that nothing matches',
			{ filters: { createdAfter: '2099-01-01T00:00:00' } },
			/^\d+ validations were read: none match the filters\.$/,
		],
	])('above an empty output stands why it is empty: %s', async (_why, parameters, note) => {
		await openList(parameters);
		const { records: given, error } = await panel.run();
		expect([given, error]).toEqual([[], undefined]);
		await panel.byId('node-hint').first().waitFor();
		expect(await panel.notes()).toContainEqual(expect.stringMatching(note));
		await closeNotices(page);
		await takeScreenshot(page, 'list-empty');
	});

	test('Full Response with a filter stops before anything is sent', async () => {
		await openList({ returnAll: false, filters: { verdict: ['notPassed'] } });
		await panel.add('Add option', 'Full Response');
		const before = host.sandbox.requests.length;
		const { error } = await panel.run();
		expect(error?.message).toMatch(/^Full Response does not work together with filters/);
		expect(error?.description).toMatch(/^Nothing was sent to Verifik\./);
		expect(host.sandbox.requests).toHaveLength(before);
	});
});

describe('Output, as table and as JSON', () => {
	const columns: Record<string, string[]> = {
		Simplified: SIMPLIFIED_KEYS,
		'Spreadsheet Row': [
			'id',
			'status',
			'verdict',
			'failedChecks',
			'screenReplayScore',
			'printedCopyScore',
			'portraitSubstitutionScore',
			'digitalManipulationScore',
			'riskScore',
			'confidence',
			'warnings',
			'credits',
			'clientName',
			'clientEmail',
			'applicantName',
			'applicantEmail',
			'imageUrl',
			'createdAt',
			'completedAt',
		],
		'Selected Fields': ['id', 'verdict', 'failedChecks'],
		Raw: ['_id', 'status', 'validationResults'],
	};

	test('each of them, of documents that did not pass', async () => {
		await openList({ returnAll: false, limit: 20, filters: { verdict: ['notPassed'] } });
		await panel.choose('populate', /^App Registration/);
		const expected = records.filter(hasNotPassed).slice(0, 20);
		for (const [output, keys] of Object.entries(columns)) {
			await panel.choose('output', new RegExp(`^${output}`));
			const { records: given } = await panel.run();
			expect(idsOf(given)).toEqual(idsOf(expected));
			await panel.show('table');
			await panel.output.getByRole('columnheader', { name: keys.at(-1)! }).waitFor();
			const head = await panel.output.locator('table thead th').allInnerTexts();
			const titles = head.map((title) => title.trim()).filter(Boolean);
			if (output === 'Raw') expect(titles).toEqual(expect.arrayContaining(keys));
			else expect(titles).toEqual(keys);
			expect(await panel.rows.first().innerText()).toContain(String(expected[0]._id));
			await closeNotices(page);
			await takeScreenshot(page, `output-${output.toLowerCase().replace(' ', '-')}`);
			await panel.show('json');
			await panel.output.getByText(String(expected[0]._id)).first().waitFor();
			const json = await panel.output.innerText();
			for (const key of keys) expect(json).toContain(`"${key}":`);
		}
	});
});

describe('on the canvas', () => {
	test.each<[string, IDataObject, string]>([
		['nothing is narrowed', {}, 'List'],
		[
			'status and filters are set',
			{
				status: 'completed',
				filters: {
					verdict: ['notPassed', 'notCarriedOut'],
					failedChecks: ['screenReplay'],
					minimumRiskScore: 0.5,
					created: 'last7Days',
					createdBefore: '2026-01-31T00:00:00',
				},
			},
			'List: Completed, Did Not Pass, Could Not Be Carried Out, Minimum Risk Score 0.5, Screen Replay, Created Before, Last 7 Days',
		],
		[
			'a filter is an expression',
			{ filters: { verdict: "={{ ['passed'] }}", createdAfter: '={{ $now }}' } },
			'List: Verdict, Created After',
		],
	])('the node says in words what it lists: %s', async (_what, parameters, subtitle) => {
		await openList(parameters);
		await panel.close();
		await panel.node('Verifik').getByText(subtitle, { exact: true }).waitFor();
		await takeScreenshot(page, 'canvas');
	});

	test('a node that is added from the panel is named after its action', async () => {
		for (const action of [
			'List document liveness validations',
			'Get document liveness validation',
			'Create document liveness validation',
		]) {
			await panel.addAction(action);
			await panel.close();
			await panel.node(action).waitFor();
		}
		await takeScreenshot(page, 'canvas-names');
	});
});

test('the next node shows what will come out, before the first run', async () => {
	const id = await openList();
	await panel.open(id, 'Next');
	const shown = panel.byId('ndv-input-panel');
	await shown.getByText('Usually outputs the following fields').waitFor();
	for (const field of ['id', 'verdict', 'failedChecks', 'riskScore', 'createdAt']) {
		await shown.getByText(field, { exact: true }).waitFor();
	}
	await takeScreenshot(page, 'schema');
});

test('in dark mode, panel and canvas are drawn with the dark icon', async () => {
	await page.evaluate(() => localStorage.setItem('N8N_THEME', 'dark'));
	try {
		await openList({ returnAll: false, filters: { verdict: ['notPassed'] } });
		await panel.run();
		await panel.show('table');
		await panel.rows.first().waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'list-dark');
		await panel.close();
		const icon = panel.node('Verifik').locator('img').first();
		expect(await icon.getAttribute('src')).toContain('verifik.dark.svg');
		await takeScreenshot(page, 'canvas-dark');
	} finally {
		await page.evaluate(() => localStorage.removeItem('N8N_THEME'));
	}
});
