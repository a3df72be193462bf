// Get and Create in the panel, in a browser, as a user works with them on the packed node in the real n8n.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

import { VERDICT_LABELS } from '../../nodes/verifik/record/labels.ts';
import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import { closeNotices, takeScreenshot } from '../support/browser.mts';
import { fileNodes, PDF, photo } from '../support/files.mts';
import { START, type Host } from '../support/host.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import type { Panel } from '../support/panel.mts';

/** More than a search reads for one call. Of the sandbox's invented documents, the one that comes next did not pass. */
const RECORDS = 2594;

let host: Host;
let page: Page;
let panel: Panel;
/** as List gives them, newest first, with the applicant in full */
let records: any[];
beforeAll(async () => {
	({ host, page, panel } = await openEditor({ records: RECORDS, now: new Date() }));
	const [far] = [...host.sandbox.records()].slice(850, 851);
	host.sandbox.alter(String(far!._id), {
		appRegistration: { _id: 'a', fullName: 'Zoë Einmalig', email: 'zoe@example.com' },
	});
	records = [...host.sandbox.records({ populates: ['appRegistration'] })];
}, OPEN_MS);

/** What the pick-list calls a record; n8n's time zone is New York's where no other is set. */
function entryOf(record: any, timeZone = 'America/New_York'): string {
	const { verdict } = readRecord(record);
	const format = new Intl.DateTimeFormat('sv-SE', {
		timeZone,
		dateStyle: 'short',
		timeStyle: 'short',
	});
	const date = format.format(new Date(record.createdAt));
	return `${VERDICT_LABELS[verdict]} · ${record.appRegistration.fullName} · ${date}`;
}

/** The entries of the open pick-list. */
const items = () => panel.byId('rlc-item').filter({ visible: true });
/** Without the name of the time zone, which goes with the season. */
const textOf = (entry: string) => entry.trim().replace(/ GMT\S+$/, '');
const search = async (text: string) =>
	await panel.field('rlc-search').filter({ visible: true }).fill(text);

describe('Get: a user', () => {
	test('adds its action, and sees the newest validations in the pick-list', async () => {
		await panel.addAction('Get document liveness validation');
		await panel.byId('rlc-input').first().click();
		await items().first().waitFor();
		await takeScreenshot(page, 'pick-list');
		const shown = await items().allInnerTexts();
		expect(shown.slice(0, 100).map(textOf)).toEqual(
			records.slice(0, 100).map((record) => entryOf(record)),
		);
	});

	test('sees their times on the clock of the workflow', async () => {
		const get = host.verifik({ operation: 'get', validationId: { __rl: true, mode: 'list' } });
		const timezone = 'Asia/Tokyo';
		await panel.open(await host.addSequence([START, get], { timezone }), 'Verifik');
		await panel.byId('rlc-input').first().click();
		await items().first().waitFor();
		expect(textOf(await items().first().innerText())).toBe(entryOf(records[0], timezone));
		await takeScreenshot(page, 'pick-list-time-zone');
		await panel.addAction('Get document liveness validation');
		await panel.byId('rlc-input').first().click();
		await items().first().waitFor();
	});

	test('scrolls down, and the next page comes', async () => {
		const before = await items().count();
		await items().last().scrollIntoViewIfNeeded();
		await items().nth(before).waitFor();
		expect(textOf(await items().nth(before).innerText())).toBe(entryOf(records[before]));
	});

	test('finds an applicant far down by name, in whatever spelling', async () => {
		await search('zoe einm');
		await items().getByText('Zoë Einmalig').waitFor();
		await takeScreenshot(page, 'pick-list-search');
		expect(await items().count()).toBe(1);
		expect(textOf(await items().first().innerText())).toBe(entryOf(records[850]));
	});

	test('finds the oldest by its ID, beyond what a search reads', async () => {
		const { _id } = records.at(-1);
		await search(_id);
		const date = entryOf(records.at(-1)).split(' · ').at(-1)!;
		await items().getByText(date).waitFor();
		expect(await items().count()).toBe(1);
		await items().first().click();
	});

	test('executes, and reads the record in the table', async () => {
		await panel.execute();
		const row = panel.rows.first();
		await row.waitFor();
		expect(await row.innerText()).toContain(records.at(-1)._id);
		await closeNotices(page);
		await takeScreenshot(page, 'get');
	});

	test('downloads the image, and looks at it under Binary', async () => {
		const chosen = records.find(({ imageSaved }) => imageSaved);
		await panel.byId('rlc-mode-selector').first().click();
		await panel.byId('mode-id').click();
		await panel.field('rlc-input').fill(chosen._id);
		await panel.openMenu('Add option');
		await takeScreenshot(page, 'get-options');
		// an option that is added is on
		await panel.entries.getByText('Download Image', { exact: true }).click();
		await panel.execute();
		const { output } = panel;
		await panel.show('binary');
		await takeScreenshot(page, 'get-binary');
		await output.getByText('image/png').waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'get-binary');
		expect(await output.innerText()).toContain(chosen._id);
		await panel.byId('ndv-view-binary-data').click();
		const image = page.locator('img[src*="binary-data"], img[src^="data:image/png"]').first();
		await image.waitFor();
		// as wide as the sandbox draws it: it has really come
		const width = await image.evaluate(async (element: HTMLImageElement) => {
			await element.decode();
			return element.naturalWidth;
		});
		expect(width).toBe(640);
		await takeScreenshot(page, 'get-image');
	});
});

/** A field beside the file, as a form brings it. */
const FORM_FIELDS = {
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		mode: 'raw',
		jsonOutput: '{ "applicant": "Julio Ficticia" }',
		includeOtherFields: true,
		options: { stripBinary: false },
	},
};

describe('Create: a user', () => {
	/** Opens the panel of Create in a workflow that gives it a file. */
	async function open(bytes: Buffer, fileName: string): Promise<void> {
		const create = host.verifik({ operation: 'create' });
		const form = { ...FORM_FIELDS, name: 'Form Fields' };
		const id = await host.addSequence([START, ...fileNodes(bytes, fileName), form, create]);
		await panel.open(id, 'Verifik');
		await panel.parameter('checks').waitFor();
	}

	test('adds its action, and sees that it waits for the verdict, and its options', async () => {
		await panel.addAction('Create document liveness validation');
		await panel.parameter('checks').waitFor();
		expect(await panel.input('waitForCompletion').getAttribute('aria-checked')).toBe('true');
		await panel.openMenu('Add option');
		await takeScreenshot(page, 'create-options');
		const offered = await panel.entries.allInnerTexts();
		expect(offered).toEqual(
			expect.arrayContaining(['Include Input Fields', 'Wait Timeout', 'Timeout']),
		);
		await panel.byId('tab-params').click();
		await panel.parameter('waitForCompletion').click();
		await panel.openMenu('Add option');
		expect(await panel.entries.allInnerTexts()).not.toContain('Wait Timeout');
	});

	test('gives a photo, waits, and reads the verdict in the table, beside the fields of its input', async () => {
		await open(await photo('image/jpeg'), 'passport.jpg');
		await panel.add('Add option', 'Include Input Fields');
		const { records: given } = await panel.run();
		expect(given).toMatchObject([{ applicant: 'Julio Ficticia', verdict: 'notPassed' }]);
		// n8n keeps the view that was chosen last, which was Binary
		await panel.show('table');
		await panel.rows.first().getByText('notPassed').waitFor();
		expect(await panel.rows.first().innerText()).toContain('Julio Ficticia');
		await closeNotices(page);
		await takeScreenshot(page, 'create');
	});

	test('gives a PDF, and reads what came instead of an image', async () => {
		const before = host.sandbox.requests.length;
		await open(PDF, 'passport.jpg');
		await panel.execute();
		await panel
			.byId('node-error-message')
			.getByText('The document is a PDF document, not an image')
			.waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'create-pdf');
		expect(host.sandbox.requests).toHaveLength(before);
	});
});

describe('as a tool of an AI Agent', () => {
	test('Create shows a binary field and no other source of an image', async () => {
		await panel.addAgent();
		await (await panel.searchTool()).click();
		await panel.choose('operation', /^Create/);
		await panel.parameter('binaryPropertyName').waitFor();
		await takeScreenshot(page, 'create-tool');
		expect(await panel.parameter('imageSource').count()).toBe(0);
		expect(await panel.parameter('imageBase64').count()).toBe(0);
		expect(await panel.parameter('toolDescription').locator('textarea').inputValue()).toMatch(
			/^Check a photo of an identity document, and get the new validation/,
		);
	});
});

test('the token and the image are in no log of n8n', async () => {
	const log = await readFile(host.n8n.logFile, 'utf8');
	expect(log).not.toContain((await photo('image/jpeg')).toString('base64').slice(0, 60));
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
