// The panel in a browser, as a user works with it, on the packed node in the real n8n.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';

import { explain, type Cause } from '../../nodes/verifik/errors.ts';
import type { Fault } from '../../sandbox/faults.mts';
import { closeNotices, openBrowser, signIn, takePicture } from '../support/browser.mts';
import { startHost, type Host } from '../support/host.mts';

let host: Host;
let browser: Browser;
let page: Page;
beforeAll(async () => {
	host = await startHost({ records: 250, now: new Date() });
	browser = await openBrowser();
	page = await signIn(browser, host.n8n);
}, 240_000);
afterAll(async () => {
	await browser?.close();
	await host?.stop();
}, 60_000);

const byId = (id: string): Locator => page.getByTestId(id);
const input = (parameter: string) => byId(`parameter-input-${parameter}`).locator('input').first();

async function choose(parameter: string, option: RegExp): Promise<void> {
	await byId(`parameter-input-${parameter}`).click();
	await page.getByRole('option', { name: option }).click();
	await page.keyboard.press('Escape');
}

/** Starts the node. What it gave is waited for by who looks at it. */
async function execute(): Promise<void> {
	await closeNotices(page);
	await byId('node-execute-button').first().getByText('Execute step').waitFor();
	await byId('node-execute-button').first().click();
}

describe('a user', () => {
	test('finds the node by searching for "verifik", and adds its action', async () => {
		await page.goto(`${host.n8n.url}/workflow/new`);
		await byId('canvas-plus-button').click();
		await byId('node-creator-search-bar').fill('verifik');
		await page.getByText('Verifik Document Liveness').first().waitFor();
		await takePicture(page, 'search');
		await page.getByText('Verifik Document Liveness').first().click();
		// on an empty canvas, what can start a workflow stands open
		await page.getByText(/^Actions \(/).click();
		await page.getByText('List document liveness validations').click();
		await byId('parameter-input-status').waitFor();
		await takePicture(page, 'panel');
	});

	test('makes a credential with a refused token, and reads what is the matter', async () => {
		await byId('node-credentials-select').click();
		await byId('node-credentials-select-item-new').click();
		await input('accessToken').fill('not-the-token');
		await input('baseUrl').fill(host.sandbox.url);
		await takePicture(page, 'credential');
		await byId('credential-save-button').click();
		await page.getByText('More details').click();
		const { message } = explain('unauthorized');
		await page.getByText(message).first().waitFor();
		await takePicture(page, 'credential-refused');
	});

	test('puts in the right token, and the test is passed', async () => {
		await input('accessToken').fill(`Bearer ${host.sandbox.token}`);
		await byId('credential-save-button').click();
		// n8n closes the dialog when the test is passed; opened again, it says so
		await byId('editCredential-modal').waitFor({ state: 'detached' });
		await byId('credential-edit-button').click();
		await byId('credentials-config-container-test-success').filter({ visible: true }).waitFor();
		await takePicture(page, 'credential-passed');
		await byId('editCredential-modal').getByRole('button', { name: /close/i }).first().click();
		await byId('editCredential-modal').waitFor({ state: 'detached' });
	});

	test('picks that credential, sets Status and Populate, executes, and reads the table', async () => {
		await choose('status', /^Completed/);
		await choose('populate', /^App Registration/);
		await execute();
		const rows = byId('ndv-data-container').locator('table tbody tr');
		await rows.first().waitFor();
		await closeNotices(page);
		await takePicture(page, 'list');
		const [first] = host.sandbox.records({
			status: 'completed',
			populates: ['appRegistration'],
		}) as Iterable<any>;
		const row = byId('output-panel').locator('table tbody tr').first();
		expect(await row.innerText()).toContain(first._id);
		expect(await row.innerText()).toContain(first.appRegistration.fullName);
		const head = await byId('output-panel').locator('table thead').innerText();
		expect(head.split(/\s+/).filter(Boolean)).toEqual([
			'id',
			'status',
			'verdict',
			'failedChecks',
			'riskScore',
			'confidence',
			'client',
			'appRegistration',
			'imageUrl',
			'createdAt',
		]);
		expect(await byId('run-data-item-count').innerText()).toContain('50 items');
	});

	test('sees Page and Limit only while Return All is off', async () => {
		expect(await byId('parameter-input-page').count()).toBe(1);
		await byId('parameter-input-returnAll').click();
		await byId('parameter-input-page').waitFor({ state: 'detached' });
		expect(await byId('parameter-input-limit').count()).toBe(0);
		await execute();
		const all = [...host.sandbox.records({ status: 'completed' })].length;
		await byId('run-data-item-count').getByText(`${all} items`).waitFor();
		await closeNotices(page);
		await takePicture(page, 'return-all');
		await byId('parameter-input-returnAll').click();
	});
});

describe('what went wrong stands where the user looks', () => {
	const faults: Array<[Cause, Fault]> = [
		['invalidParameters', { kind: 'status', status: 400 }],
		['unauthorized', { kind: 'status', status: 401 }],
		['forbidden', { kind: 'status', status: 403 }],
		['notFound', { kind: 'status', status: 404 }],
		['conflict', { kind: 'status', status: 409 }],
		['rateLimited', { kind: 'rateLimit', retryAfterS: 7200 }],
		['redirected', { kind: 'redirect' }],
		['notJson', { kind: 'html' }],
		['unsuccessful', { kind: 'unsuccessful' }],
		['notTheApi', { kind: 'notJson', body: '{"hello":"world"}' }],
	];
	test.each(faults)('%s', async (cause, fault) => {
		host.sandbox.faults.list = [fault];
		await execute();
		const { message } = explain(cause, { host: new URL(host.sandbox.url).host });
		// what may pass by itself is tried for a while
		await byId('node-error-message').getByText(message).waitFor({ timeout: 60_000 });
		host.sandbox.faults.list = [];
		await byId('node-error-description').first().waitFor();
		await closeNotices(page);
		await takePicture(page, `message-${cause}`);
	});

	test('a value that is not allowed', async () => {
		await byId('limit-parameter-input-options-container').hover();
		await byId('limit-parameter-input-options-container')
			.getByTestId('radio-button-expression')
			.click();
		await byId('parameter-input-limit').locator('.cm-content').first().fill('{{ 100 + 1 }}');
		// what the expression gives is shown below it, once n8n has taken it over
		await byId('node-parameters').getByText('101', { exact: true }).waitFor();
		await byId('tab-params').click();
		await execute();
		await byId('node-error-message').getByText('Limit must be 1 to 100 (it is 101)').waitFor();
		await takePicture(page, 'message-limit');
	});
});

test('the node is in the list of tools of an AI Agent', async () => {
	await page.goto(`${host.n8n.url}/workflow/new`);
	await byId('canvas-plus-button').click();
	await byId('node-creator-search-bar').fill('AI Agent');
	await byId('node-creator-item-name').getByText('AI Agent', { exact: true }).first().click();
	await page.keyboard.press('Escape');
	await byId('canvas-handle-plus').filter({ visible: true }).last().click();
	await byId('node-creator-search-bar').fill('verifik');
	await byId('node-creator-item-name').getByText('Verifik Document Liveness').first().waitFor();
	await takePicture(page, 'tools');
});

test('the token stands in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
