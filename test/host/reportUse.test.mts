// What people do with a report, in the real n8n: a mail every Monday, and a chat about the numbers. Both as the examples
// of this package have it, with nothing changed but what a user puts in.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import type { Page } from 'playwright-core';

import { closeNotices, takeScreenshot } from '../support/browser.mts';
import { readExample } from '../support/examples.mts';
import { gaveBy, type Host } from '../support/host.mts';
import { startMailbox, type Mailbox } from '../support/mailbox.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import type { Panel } from '../support/panel.mts';
import { startScriptedModel } from '../support/scriptedModel.mts';

let host: Host;
let mailbox: Mailbox;
let page: Page;
let panel: Panel;
beforeAll(async () => {
	({ host, page, panel } = await openEditor({ records: 4000, now: new Date(), shape: 'live' }));
	mailbox = await startMailbox();
}, OPEN_MS);
afterAll(async () => await mailbox?.close());

/** Opens the panel of a node. */
async function openNode(workflowId: string, nodeName: string): Promise<void> {
	const { nodes } = await host.n8n.api('GET', `/rest/workflows/${workflowId}`);
	const node = nodes.find(({ name }: IDataObject) => name === nodeName);
	await page.goto(`${host.n8n.url}/workflow/${workflowId}/${node.id}`);
}

describe('the example that sends a report every week', () => {
	let id: string;
	beforeAll(async () => {
		const smtp = await host.addCredential('SMTP', mailbox.credential, 'smtp');
		const example = readExample('weekly-report', { verifikApi: host.credential, smtp });
		({ id } = await host.n8n.api('POST', '/rest/workflows', example));
	});

	test('sends what Get Report made, as HTML and as text', async () => {
		const execution = await host.n8n.run(id, 'Every Monday');
		expect(execution.resultData.error?.message).toBeUndefined();
		const { records, hints } = gaveBy(execution, 'Get Report');
		const [report] = records as any[];
		expect(hints).toEqual([]);
		expect(report.counts.total).toBeGreaterThan(1000);
		expect(mailbox.mails).toHaveLength(1);
		const [mail] = mailbox.mails;
		expect(mail!.subject).toBe(report.subject);
		expect(mail!.html).toBe(report.html);
		expect(mail!.text!.trim()).toBe(report.text.trim());
		expect([mail!.to].flat()[0]!.text).toBe('compliance@example.com');
		expect(await host.findSecret(host.sandbox.token)).toEqual([]);
	});

	test('shows the figures of the report in the panel of Get Report', async () => {
		await openNode(id, 'Get Report');
		await panel.execute();
		await page.getByText('reportVersion').first().waitFor();
		await closeNotices(page);
		await takeScreenshot(page, 'report-panel');
	});
});

describe('the example of an analyst', () => {
	test('answers with what the report, the list and a single validation say', async () => {
		const called: string[] = [];
		const day = (back: number) =>
			new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
		const dates = { Created_After: day(7), Created_Before: day(0) };
		const model = await startScriptedModel(({ tools, results }) => {
			const call = (pattern: RegExp, args: Record<string, unknown>) => {
				const { name } = tools.find(({ description }) => pattern.test(description))!;
				called.push(name);
				return { tool: name, arguments: args };
			};
			if (results.length === 0) return call(/^Get the numbers of a period/, dates);
			const [report] = JSON.parse(results[0]!);
			if (results.length === 1) {
				return call(/^List document liveness/, { Verdict: 'notPassed', ...dates });
			}
			if (results.length === 2) {
				return call(/^Get one document liveness/, { Validation_ID: report.riskiest[0].id });
			}
			return { answer: JSON.stringify(results.map((result) => JSON.parse(result))) };
		});
		try {
			const openAiApi = await host.addCredential(
				'Model',
				{ apiKey: 'none', url: model.url },
				'openAiApi',
			);
			const example = readExample('ai-analyst', { verifikApi: host.credential, openAiApi });
			// so that it can be asked without the editor
			const chat = example.nodes.find(({ name }) => name === 'Chat')!;
			chat.parameters.public = true;
			const { id } = await host.n8n.api('POST', '/rest/workflows', example);
			await openNode(id, 'Get Report');
			const byModel = page.getByText('Defined automatically by the model');
			await byModel.first().waitFor();
			expect(await byModel.count()).toBe(2);
			await takeScreenshot(page, 'report-tool');
			await host.n8n.publish(id);
			const answer = await ask('How many documents did not pass last week?');
			const [[report], listed, [riskiest]] = JSON.parse(answer);
			expect(report).toMatchObject({ preset: 'custom', period: { days: 7 } });
			expect(report.html).toBeUndefined();
			expect(listed.at(-1).moreValidations).not.toBe(0);
			expect(listed[0].verdict).toBe('notPassed');
			expect(report.counts.notPassed).toBeGreaterThanOrEqual(listed.length - 1);
			expect(riskiest.id).toBe(report.riskiest[0].id);
			expect(new Set(called).size).toBe(3);
		} finally {
			await model.close();
		}
	});
});

/** Asks over the chat's own address, as its page does. */
async function ask(question: string): Promise<string> {
	const { webhookId } = readExample('ai-analyst').nodes.find(({ name }) => name === 'Chat')!;
	for (let tries = 1; ; tries++) {
		const response = await fetch(`${host.n8n.url}/webhook/${webhookId}/chat`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId: 'one', chatInput: question }),
		});
		const text = await response.text();
		if (response.ok) return (JSON.parse(text) as { output: string }).output;
		// n8n takes a moment to open the address of a workflow that was just published
		if (tries === 20)
			throw new Error(`The chat answered ${response.status}: ${text.slice(0, 300)}`);
		await sleep(250);
	}
}
