// The panel in a browser, as a user works with it, on the packed node in the real n8n.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { describeError, type ErrorCode } from '../../nodes/verifik/errors/messages.ts';
import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import type { Fault } from '../../sandbox/faults.mts';
import { closeNotices, takeScreenshot } from '../support/browser.mts';
import type { Host } from '../support/host.mts';
import { jwt } from '../support/jwt.mts';
import { SIMPLIFIED_KEYS } from '../support/knownRecords.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import type { Panel } from '../support/panel.mts';

let host: Host;
let page: Page;
let panel: Panel;
beforeAll(async () => {
	({ host, page, panel } = await openEditor({ records: 250, now: new Date() }));
}, OPEN_MS);

const records = (status?: string) => [
	...host.sandbox.records({ status, populates: ['appRegistration'] }),
];

describe('a user', () => {
	test('finds the node by searching for "verifik", and adds its action', async () => {
		await panel.openNew();
		await panel.byId('node-creator-search-bar').fill('verifik');
		await page.getByText('Verifik Document Liveness').first().waitFor();
		await takeScreenshot(page, 'search');
		await panel.addAction('List document liveness validations');
		await takeScreenshot(page, 'panel');
	});

	test('finds the node by what people search for', async () => {
		await panel.openNew();
		for (const words of ['passport', 'ID check', 'deepfake', 'fake document', 'cédula', 'KYC']) {
			await panel.byId('node-creator-search-bar').fill(words);
			const entry = panel.byId('node-creator-item-name').getByText('Verifik Document Liveness');
			await entry.first().waitFor();
		}
		await panel.addAction('List document liveness validations');
	});

	test('makes a credential with a refused token, and reads that Verifik does not accept it', async () => {
		await panel.byId('node-credentials-select').click();
		await panel.byId('node-credentials-select-item-new').click();
		await panel.input('accessToken').fill('not-the-token');
		await panel.input('baseUrl').fill(host.sandbox.url);
		await takeScreenshot(page, 'credential');
		await panel.byId('credential-save-button').click();
		await page.getByText('More details').click();
		const { message } = describeError('unauthorized');
		await page.getByText(message).first().waitFor();
		await takeScreenshot(page, 'credential-refused');
	});

	test('puts in an expired token, and reads how to get a new one', async () => {
		await panel.input('accessToken').fill(jwt({ exp: 1_000_000_000 }));
		await panel.byId('credential-save-button').click();
		const { message, description } = describeError('tokenExpired', {
			expiredAt: new Date('2001-09-09'),
		});
		await page.getByText(`${message}. ${description}`).first().waitFor();
		await takeScreenshot(page, 'credential-expired');
	});

	test('puts in the right token, and the test is passed', async () => {
		await panel.input('accessToken').fill(`Bearer ${host.sandbox.token}`);
		await panel.byId('credential-save-button').click();
		// n8n closes the dialog when the test is passed; opened again, it says so
		await panel.byId('editCredential-modal').waitFor({ state: 'detached' });
		await panel.byId('credential-edit-button').click();
		await panel
			.byId('credentials-config-container-test-success')
			.filter({ visible: true })
			.waitFor();
		await takeScreenshot(page, 'credential-passed');
		await panel
			.byId('editCredential-modal')
			.getByRole('button', { name: /close/i })
			.first()
			.click();
		await panel.byId('editCredential-modal').waitFor({ state: 'detached' });
	});

	test('picks that credential, asks for documents that did not pass, executes, and reads the table', async () => {
		await panel.add('Add filter', 'Verdict');
		await panel.choose('populate', /^App Registration/);
		await panel.execute();
		await panel.rows.first().waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'list');
		const notPassed = records().filter(
			(record) => readRecord(record).verdict === 'notPassed',
		) as any[];
		const first = await panel.rows.first().innerText();
		expect(first).toContain(notPassed[0]._id);
		expect(first).toContain(notPassed[0].appRegistration.fullName);
		const head = await panel.output.locator('table thead').innerText();
		expect(head.split(/\s+/).filter(Boolean)).toEqual(SIMPLIFIED_KEYS);
		const count = await panel.byId('run-data-item-count').innerText();
		expect(count).toContain(`${Math.min(50, notPassed.length)} items`);
	});

	test('sees Page and Limit only while Return All is off', async () => {
		expect(await panel.parameter('page').count()).toBe(1);
		await panel.choose('status', /^Completed/);
		await panel.parameter('returnAll').click();
		await panel.parameter('page').waitFor({ state: 'detached' });
		expect(await panel.parameter('limit').count()).toBe(0);
		await panel.execute();
		const notPassed = records('completed').filter(
			(record) => readRecord(record).verdict === 'notPassed',
		);
		await panel.byId('run-data-item-count').getByText(`${notPassed.length} items`).waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'return-all');
		await panel.parameter('returnAll').click();
	});
});

describe('what went wrong is shown in the panel of the node', () => {
	const faults: Array<[ErrorCode, Fault]> = [
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
		await panel.execute();
		const { message } = describeError(cause, { host: new URL(host.sandbox.url).host });
		// what may be temporary is tried for a while
		await panel.byId('node-error-message').getByText(message).waitFor({ timeout: 60_000 });
		host.sandbox.faults.list = [];
		await panel.byId('node-error-description').first().waitFor();
		await closeNotices(page);
		await takeScreenshot(page, `message-${cause}`);
	});

	test('a value that is not allowed', async () => {
		await panel.byId('limit-parameter-input-options-container').hover();
		await panel
			.byId('limit-parameter-input-options-container')
			.getByTestId('radio-button-expression')
			.click();
		await panel.parameter('limit').locator('.cm-content').first().fill('{{ 100 + 1 }}');
		// what the expression gives is shown below it, once n8n has taken it over
		await panel.byId('node-parameters').getByText('101', { exact: true }).waitFor();
		await panel.byId('tab-params').click();
		await panel.execute();
		await panel
			.byId('node-error-message')
			.getByText('Limit must be 1 to 100 (it is 101)')
			.waitFor();
		await takeScreenshot(page, 'message-limit');
	});
});

test('the node is in the list of tools of an AI Agent', async () => {
	await panel.addAgent();
	await panel.searchTool();
	await takeScreenshot(page, 'tools');
});

test('the token is in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
