// Get and Create in the panel, in a browser, as a user works with them on the packed node in the real n8n.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';

import { closeNotices, openBrowser, signIn, takePicture } from '../support/browser.mts';
import { fileNodes, PDF, photo } from '../support/files.mts';
import { START, startHost, type Host } from '../support/host.mts';

/** More than a search reads for one call. */
const RECORDS = 2600;

let host: Host;
let browser: Browser;
let page: Page;
/** as List gives them, newest first, with the applicant in full */
let records: any[];
beforeAll(async () => {
	host = await startHost({ records: RECORDS, now: new Date() });
	const [far] = [...host.sandbox.records()].slice(850, 851);
	host.sandbox.alter(String(far!._id), {
		appRegistration: { _id: 'a', fullName: 'Zoë Einmalig', email: 'zoe@example.com' },
	});
	records = [...host.sandbox.records({ populates: ['appRegistration'] })];
	browser = await openBrowser();
	page = await signIn(browser, host.n8n);
}, 240_000);
afterAll(async () => {
	await browser?.close();
	await host?.stop();
}, 60_000);

const byId = (id: string): Locator => page.getByTestId(id);
/** A text field, whether the test ID stands on it or around it. */
const field = (id: string) =>
	page.locator(`input[data-test-id="${id}"], [data-test-id="${id}"] input`).first();
const parameter = (name: string) => byId(`parameter-input-${name}`);

/** Adds an action of the node to a new workflow; its panel is open then. */
async function addAction(action: string): Promise<void> {
	await page.goto(`${host.n8n.url}/workflow/new`);
	await byId('canvas-plus-button').click();
	await byId('node-creator-search-bar').fill('verifik');
	await page.getByText('Verifik Document Liveness').first().click();
	// on an empty canvas, what can start a workflow stands open
	await page.getByText(/^Actions \(/).click();
	await page.getByText(action).click();
}

async function openOptions(): Promise<void> {
	await page.locator('[data-test-id^="collection-parameter-add"]').first().click();
}

async function execute(): Promise<void> {
	await closeNotices(page);
	await byId('node-execute-button').first().getByText('Execute step').waitFor();
	await byId('node-execute-button').first().click();
}

/** What the pick-list calls a record. */
function entryOf({ appRegistration, status, createdAt }: any): string {
	const state = status[0].toUpperCase() + status.slice(1);
	const date = createdAt.slice(0, 16).replace('T', ' ');
	return `${appRegistration.fullName} · ${state} · ${date} UTC`;
}

const items = () => byId('rlc-item').filter({ visible: true });
const search = async (text: string) =>
	await field('rlc-search').filter({ visible: true }).fill(text);

describe('Get: a user', () => {
	test('adds its action, and sees the newest validations in the pick-list', async () => {
		await addAction('Get a document liveness validation');
		await byId('rlc-input').first().click();
		await items().first().waitFor();
		await takePicture(page, 'pick-list');
		const shown = await items().allInnerTexts();
		expect(shown.slice(0, 100).map((text) => text.trim())).toEqual(
			records.slice(0, 100).map(entryOf),
		);
	});

	test('scrolls down, and the next page comes', async () => {
		const before = await items().count();
		await items().last().scrollIntoViewIfNeeded();
		await items().nth(before).waitFor();
		expect((await items().nth(before).innerText()).trim()).toBe(entryOf(records[before]));
	});

	test('finds an applicant far down by name, in whatever spelling', async () => {
		await search('zoe einm');
		await items().getByText('Zoë Einmalig').waitFor();
		await takePicture(page, 'pick-list-search');
		expect(await items().count()).toBe(1);
		expect((await items().first().innerText()).trim()).toBe(entryOf(records[850]));
	});

	test('finds the oldest by its ID, beyond what a search reads', async () => {
		const { _id } = records.at(-1);
		await search(_id);
		await items()
			.getByText(
				entryOf({ ...records.at(-1) })
					.split(' · ')
					.at(-1)!,
			)
			.waitFor();
		expect(await items().count()).toBe(1);
		await items().first().click();
	});

	test('executes, and reads the record in the table', async () => {
		await execute();
		const row = byId('output-panel').locator('table tbody tr').first();
		await row.waitFor();
		expect(await row.innerText()).toContain(records.at(-1)._id);
		await closeNotices(page);
		await takePicture(page, 'get');
	});

	test('downloads the image, and looks at it under Binary', async () => {
		const chosen = records.find(({ imageSaved }) => imageSaved);
		await byId('rlc-mode-selector').first().click();
		await byId('mode-id').click();
		await field('rlc-input').fill(chosen._id);
		await openOptions();
		await takePicture(page, 'get-options');
		await page.getByRole('option', { name: 'Download Image' }).click();
		await parameter('downloadImage').click();
		await execute();
		const output = byId('output-panel');
		await output.getByTestId('radio-button-binary').click();
		await takePicture(page, 'get-binary');
		await output.getByText('image/png').waitFor();
		await closeNotices(page);
		await takePicture(page, 'get-binary');
		expect(await output.innerText()).toContain(chosen._id);
		await byId('ndv-view-binary-data').click();
		const picture = page.locator('img[src*="binary-data"], img[src^="data:image/png"]').first();
		await picture.waitFor();
		// as wide as the sandbox draws it: it has really come
		const width = await picture.evaluate(async (image: HTMLImageElement) => {
			await image.decode();
			return image.naturalWidth;
		});
		expect(width).toBe(640);
		await takePicture(page, 'get-picture');
	});
});

describe('Create: a user', () => {
	/** Opens the panel of Create in a workflow that gives it a file. */
	async function open(bytes: Buffer, fileName: string): Promise<void> {
		const create = host.verifik({ operation: 'create' });
		const id = await host.addChain([START, ...fileNodes(bytes, fileName), create]);
		await page.goto(`${host.n8n.url}/workflow/${id}`);
		await page.locator('[data-test-id="canvas-node"][data-node-name="Verifik"]').dblclick();
		await parameter('checks').waitFor();
	}

	test('adds its action, and sees its fields and options', async () => {
		await addAction('Create a document liveness validation');
		await parameter('checks').waitFor();
		await openOptions();
		await page.getByRole('option', { name: 'Wait for Completion' }).waitFor();
		await takePicture(page, 'create-options');
	});

	test('gives a photo, waits, and reads the verdict in the table', async () => {
		await open(await photo('image/jpeg'), 'passport.jpg');
		await execute();
		// n8n keeps the view that was chosen last, which was Binary
		await byId('output-panel').getByTestId('radio-button-table').click();
		const row = byId('output-panel').locator('table tbody tr').first();
		await row.getByText('completed').waitFor();
		await closeNotices(page);
		await takePicture(page, 'create');
	});

	test('gives a PDF, and reads what came instead of an image', async () => {
		const before = host.sandbox.requests.length;
		await open(PDF, 'passport.jpg');
		await execute();
		await byId('node-error-message')
			.getByText('The document is a PDF document, not an image')
			.waitFor();
		await closeNotices(page);
		await takePicture(page, 'create-pdf');
		expect(host.sandbox.requests).toHaveLength(before);
	});
});

describe('as a tool of an AI Agent', () => {
	test('Create shows a binary field and no other source of an image', async () => {
		await page.goto(`${host.n8n.url}/workflow/new`);
		await byId('canvas-plus-button').click();
		await byId('node-creator-search-bar').fill('AI Agent');
		await byId('node-creator-item-name').getByText('AI Agent', { exact: true }).first().click();
		await page.keyboard.press('Escape');
		await byId('canvas-handle-plus').filter({ visible: true }).last().click();
		await byId('node-creator-search-bar').fill('verifik');
		await byId('node-creator-item-name').getByText('Verifik Document Liveness').first().click();
		await parameter('operation').click();
		await page.getByRole('option', { name: /^Create/ }).click();
		await parameter('binaryPropertyName').waitFor();
		await takePicture(page, 'create-tool');
		expect(await parameter('imageSource').count()).toBe(0);
		expect(await parameter('imageBase64').count()).toBe(0);
		expect(await parameter('toolDescription').locator('textarea').inputValue()).toMatch(
			/^Have a photo of an identity document validated/,
		);
	});
});

test('the token and the picture stand in no log of n8n', async () => {
	const log = await readFile(host.n8n.logFile, 'utf8');
	expect(log).not.toContain((await photo('image/jpeg')).toString('base64').slice(0, 60));
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
