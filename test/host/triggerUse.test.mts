// The trigger as a user meets it: found and tried out in the editor, and at work in the example workflow.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';

import { explain } from '../../nodes/verifik/errors.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import { closeNotices, openBrowser, signIn, takePicture } from '../support/browser.mts';
import { startCrm, type Crm } from '../support/crm.mts';
import { startHost, type Host } from '../support/host.mts';
import { outcomeKey } from '../support/outcomes.mts';
import {
	addTriggerWorkflow,
	untilPolled,
	type HostWorkflow,
} from '../support/triggerWorkflows.mts';
import { until } from '../support/until.mts';

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
const parameter = (name: string) => byId(`parameter-input-${name}`);

async function fetchTestEvent(): Promise<void> {
	await closeNotices(page);
	await byId('node-execute-button').first().getByText('Fetch Test Event').click();
}

describe('a user', () => {
	test('finds the trigger by searching for "verifik", and adds it by what is to start the workflow', async () => {
		await page.goto(`${host.n8n.url}/workflow/new`);
		await byId('canvas-plus-button').click();
		await byId('node-creator-search-bar').fill('verifik');
		await page.getByText('Verifik Document Liveness').first().click();
		// n8n makes an entry of each event
		await page.getByText('On did not pass').click();
		await parameter('events').getByText('Did Not Pass').waitFor();
	});

	test('chooses the credential, fetches a test event, and sees the newest record', async () => {
		await byId('node-credentials-select').click();
		await page.getByRole('option', { name: host.credential.name }).click();
		await parameter('populate').click();
		await page.getByRole('option', { name: /^App Registration/ }).click();
		await page.keyboard.press('Escape');
		await fetchTestEvent();
		const output = byId('output-panel');
		await output.getByText('1 item').waitFor();
		const ended = [...host.sandbox.records({ populates: ['appRegistration'] })].find((record) =>
			outcomeKey(record)?.endsWith(':notPassed'),
		) as any;
		const row = await output.locator('table tbody tr').first().innerText();
		expect(row).toContain(ended._id);
		expect(row).toContain(ended.appRegistration.fullName);
		await output.getByText('JSON', { exact: true }).click();
		await output.getByText('"eventKey"').waitFor();
		await closeNotices(page);
		await page.getByText('When will this node trigger my flow?').click();
		await takePicture(page, 'trigger');
		expect((await output.innerText()).replaceAll(/\s+/g, '')).toContain(
			`"eventKey":"${outcomeKey(ended)}"`,
		);
	});

	const offered = async () => {
		await page.getByPlaceholder('Add option').click();
		const names = await page.getByRole('option').allInnerTexts();
		await page.keyboard.press('Escape');
		return names.map((name) => name.split('\n')[0]!.trim());
	};

	test('is offered Failed Checks only while Did Not Pass starts the workflow', async () => {
		expect(await offered()).toContain('Failed Checks');
		await parameter('events').click();
		for (const name of [/^No Verdict/, /^Did Not Pass/]) {
			await page.getByRole('option', { name }).click();
		}
		await page.keyboard.press('Escape');
		expect(await offered()).not.toContain('Failed Checks');
		expect(await offered()).toContain('Maximum per Poll');
	});

	test('is told what to do when nothing fits', async () => {
		await byId('tab-params').click();
		await fetchTestEvent();
		const { message } = explain('noneToShow');
		await byId('node-error-message').getByText(message).waitFor();
		await closeNotices(page);
		await takePicture(page, 'trigger-none');
	});

	test('reads on the canvas what starts the workflow, in the words of Trigger On', async () => {
		await page.keyboard.press('Escape');
		const node = byId('canvas-node').filter({ hasText: 'Verifik Document Liveness Trigger' });
		await node.getByText('No Verdict', { exact: true }).waitFor();
	});

	test('reads every event and every option in full: no label is cut off', async () => {
		const name = '[data-node-name="Verifik Document Liveness Trigger"]';
		await page.locator(`[data-test-id="canvas-node"]${name}`).dblclick();
		await parameter('events').click();
		for (const name of [/^Passed/, /^Did Not Pass/, /^Could Not Be Carried Out/, /^Received/]) {
			await page.getByRole('option', { name }).click();
		}
		await page.keyboard.press('Escape');
		for (const name of ['Failed Checks', 'Maximum per Poll', 'Download Image']) {
			await page.getByPlaceholder('Add option').click();
			await page.getByRole('option', { name }).click();
		}
		await closeNotices(page);
		await takePicture(page, 'trigger-labels');
		const cut = await byId('node-parameters')
			.locator('*')
			.evaluateAll((elements) =>
				elements
					.filter((one) => getComputedStyle(one).textOverflow === 'ellipsis')
					.filter((one) => one.scrollWidth > one.clientWidth)
					.map((one) => one.textContent),
			);
		expect(cut).toEqual([]);
	});
});

describe('the example that keeps a CRM up to date', () => {
	let crm: Crm;
	let id: string;
	beforeAll(async () => {
		crm = await startCrm();
		// as it is, but for what a user puts in
		const text = await readFile('examples/crm-update.json', 'utf8');
		const example = JSON.parse(text.replaceAll('https://crm.example.com', crm.url));
		id = await addTriggerWorkflow(host, example as HostWorkflow, { everySeconds: 5 });
	});
	afterAll(async () => await crm.close());

	const appliedKeys = () => crm.applied.map(({ key }) => key);

	/** What the executions that did not succeed say. */
	async function complaints(): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id, status: ['error'] }));
		const { results } = await host.n8n.api('GET', `/rest/executions?filter=${filter}`);
		const executions = results.map(async (one: { id: string }) => await host.n8n.end(one.id));
		return (await Promise.all(executions)).map(({ resultData }) => resultData.error.message);
	}

	test('opens in the editor with nothing to mend', async () => {
		await page.goto(`${host.n8n.url}/workflow/${id}`);
		await byId('canvas-node').getByText('Update Contact').waitFor();
		await page.getByText('Keep the Idempotency-Key').waitFor();
		await closeNotices(page);
		await takePicture(page, 'example');
		expect(await byId('node-issues').count()).toBe(0);
	});

	test('updates each contact once, however often it has to be sent, and names what the CRM does not take', async () => {
		const { n8n, sandbox } = host;
		await n8n.publish(id);
		await untilPolled(sandbox);
		const ids = sandbox.add(30, 'processing', new Date());
		const [refused, ...others] = ids as [string, ...string[]];
		crm.refuse = ({ key }) => (key.startsWith(refused) ? 503 : undefined);
		// The first answer does not say that the update was taken in, so n8n sends it again.
		const tries = (id: string) => crm.received.filter(({ key }) => key.startsWith(id)).length;
		crm.fumble = ({ key }) => (tries(key) > 1 ? undefined : 503);
		ids.forEach((one, at) => sandbox.setStatus(one, at % 10 === 9 ? 'failed' : 'completed'));
		await until('the others are updated', () => others.every((id) => tries(id) > 1));
		await until('the execution names the refused one', async () =>
			(await complaints()).some((message) => message.includes(refused)),
		);
		await untilPolled(sandbox, 2);

		const records = [...sandbox.records({ populates: ['appRegistration'] })].filter(({ _id }) =>
			others.includes(_id as string),
		) as any[];
		expect(appliedKeys().sort()).toEqual(records.map(outcomeKey).sort());
		for (const record of records) {
			const { verdict, failedChecks } = simplify(record);
			expect(crm.contacts.get(record.appRegistration.email)).toEqual({
				documentCheck: verdict === 'passed' ? 'verified' : 'review',
				documentNote:
					verdict === 'passed'
						? 'All checks passed'
						: failedChecks
							? `Did not pass: ${failedChecks.join(', ')}`
							: 'The checks could not be carried out',
				validation: record._id,
				riskScore: record.riskScore ?? null,
			});
		}
		expect(await complaints()).toEqual([expect.stringMatching(`^1 of \\d+ .*: ${refused}:`)]);
	});
});

test('the token stands in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
