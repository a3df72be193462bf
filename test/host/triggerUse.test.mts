// The trigger as a user meets it: found and tried out in the editor. Its examples are run in examples.test.mts.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { describeError } from '../../nodes/verifik/errors/messages.ts';
import { closeNotices, takeScreenshot } from '../support/browser.mts';
import type { Host } from '../support/host.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import { outcomeKey } from '../support/outcomes.mts';
import type { Panel } from '../support/panel.mts';
import { until } from '../support/until.mts';

let host: Host;
let page: Page;
let panel: Panel;
beforeAll(async () => {
	({ host, page, panel } = await openEditor({ records: 250, now: new Date() }));
}, OPEN_MS);

async function fetchTestEvent(): Promise<void> {
	await closeNotices(page);
	await panel.byId('node-execute-button').first().getByText('Fetch Test Event').click();
}

describe('a user', () => {
	test('finds the trigger by searching for "verifik", and adds it by what is to start the workflow', async () => {
		await panel.openNew();
		await panel.byId('node-creator-search-bar').fill('verifik');
		await page.getByText('Verifik Document Liveness').first().click();
		// n8n makes an entry of each event
		await page.getByText('On did not pass').click();
		await panel.parameter('events').getByText('Did Not Pass').waitFor();
	});

	test('chooses the credential, fetches a test event, and sees the newest record', async () => {
		await panel.byId('node-credentials-select').click();
		await page.getByRole('option', { name: host.credential.name }).click();
		await panel.parameter('populate').click();
		await page.getByRole('option', { name: /^App Registration/ }).click();
		await page.keyboard.press('Escape');
		await fetchTestEvent();
		const { output } = panel;
		await output.getByText('1 item').waitFor();
		const ended = [...host.sandbox.records({ populates: ['appRegistration'] })].find((record) =>
			outcomeKey(record)?.endsWith(':notPassed'),
		) as any;
		const row = await panel.rows.first().innerText();
		expect(row).toContain(ended._id);
		expect(row).toContain(ended.appRegistration.fullName);
		await output.getByText('JSON', { exact: true }).click();
		await output.getByText('"eventKey"').waitFor();
		await closeNotices(page);
		await page.getByText('When will this node trigger my flow?').click();
		await takeScreenshot(page, 'trigger');
		expect((await output.innerText()).replaceAll(/\s+/g, '')).toContain(
			`"eventKey":"${outcomeKey(ended)}"`,
		);
	});

	/** what is chosen under Trigger On */
	let chosen = 'Did Not Pass';
	test.each([
		['Passed', 'passed'],
		['Could Not Be Carried Out', 'notCarriedOut'],
		['Received', 'received'],
		['No Verdict', 'noVerdict'],
		['Did Not Pass', 'notPassed'],
	])('chooses %s, and fetches the newest validation that has come to it', async (label, name) => {
		const { settings } = host.sandbox;
		const { shape } = settings;
		// only the older records hold no verdict
		if (name === 'noVerdict') settings.shape = 'flat';
		await panel.byId('tab-params').click();
		await panel.parameter('events').click();
		for (const one of [label, chosen]) {
			await page.getByRole('option', { name: new RegExp(`^${one}`) }).click();
		}
		await page.keyboard.press('Escape');
		chosen = label;
		await fetchTestEvent();
		const newest = [...host.sandbox.records()].find(
			(record) => name === 'received' || outcomeKey(record)?.endsWith(`:${name}`),
		);
		const shown = `"eventKey":"${String(newest!._id)}:${name}"`;
		await until(`${shown} is shown`, async () => {
			const text = await panel.byId('output-panel').innerText();
			return text.replaceAll(/\s+/g, '').includes(shown);
		});
		settings.shape = shape;
	});

	const offered = async () => {
		await page.getByPlaceholder('Add option').click();
		const names = await page.getByRole('option').allInnerTexts();
		await page.keyboard.press('Escape');
		return names.map((name) => name.split('\n')[0]!.trim());
	};

	test('is offered Failed Checks only while Did Not Pass starts the workflow', async () => {
		expect(await offered()).toContain('Failed Checks');
		await panel.parameter('events').click();
		for (const name of [/^No Verdict/, /^Did Not Pass/]) {
			await page.getByRole('option', { name }).click();
		}
		await page.keyboard.press('Escape');
		expect(await offered()).not.toContain('Failed Checks');
		expect(await offered()).toContain('Maximum per Poll');
	});

	test('reads what to do when no validation matches', async () => {
		await panel.byId('tab-params').click();
		await fetchTestEvent();
		const { message } = describeError('noneToShow');
		await panel.byId('node-error-message').getByText(message).waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'trigger-none');
	});

	test('reads on the canvas what starts the workflow, in the words of Trigger On', async () => {
		await page.keyboard.press('Escape');
		const node = panel.byId('canvas-node').filter({ hasText: 'Verifik Document Liveness Trigger' });
		await node.getByText('No Verdict', { exact: true }).waitFor();
	});

	test('reads every event and every option in full: no label is cut off', async () => {
		await panel.node('Verifik Document Liveness Trigger').dblclick();
		await panel.parameter('events').click();
		for (const name of [/^Passed/, /^Did Not Pass/, /^Could Not Be Carried Out/, /^Received/]) {
			await page.getByRole('option', { name }).click();
		}
		await page.keyboard.press('Escape');
		for (const name of ['Failed Checks', 'Maximum per Poll', 'Download Image']) {
			await page.getByPlaceholder('Add option').click();
			await page.getByRole('option', { name }).click();
		}
		await closeNotices(page);
		await takeScreenshot(page, 'trigger-labels');
		const cut = await panel
			.byId('node-parameters')
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

test('the token is in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
