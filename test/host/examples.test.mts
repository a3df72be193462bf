// The example workflows: what they look like on the canvas, and what they do. Each as it is, with nothing changed but what
// a user puts in. Those of the report and of another endpoint are run in reportUse.test.mts and credential.test.mts.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { Browser, Page } from 'playwright-core';

import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import { spreadsheetRow } from '../../nodes/verifik/record/spreadsheetRow.ts';
import { takeScreenshot } from '../support/browser.mts';
import { pasteWorkflow, placedOn, takeCanvasScreenshot } from '../support/canvas.mts';
import { startCrm, type Crm } from '../support/crm.mts';
import { EXAMPLES, readExample, type Credentials } from '../support/examples.mts';
import { PDF, photo, readBack } from '../support/files.mts';
import { gaveBy, type Host } from '../support/host.mts';
import { startHubspot, type Hubspot } from '../support/hubspot.mts';
import { startMailbox, type Mailbox } from '../support/mailbox.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import { outcomeKeys } from '../support/outcomes.mts';
import { overlaps } from '../support/overlaps.mts';
import { readXlsx } from '../support/spreadsheets.mts';
import {
	addTriggerWorkflow,
	untilPolled,
	type HostWorkflow,
} from '../support/triggerWorkflows.mts';
import { until } from '../support/until.mts';

let host: Host;
let mailbox: Mailbox;
let hubspot: Hubspot;
let crm: Crm;
let browser: Browser;
let page: Page;
let credentials: Credentials;

beforeAll(async () => {
	({ host, browser, page } = await openEditor({
		records: 4000,
		now: new Date(),
		shape: 'live',
		// longer than any test: a test says what comes of an upload
		processingMs: 3_600_000,
	}));
	[mailbox, hubspot, crm] = await Promise.all([startMailbox(), startHubspot(), startCrm()]);
	credentials = {
		verifikApi: host.credential,
		smtp: await host.addCredential('SMTP', mailbox.credential, 'smtp'),
		openAiApi: await host.addCredential('Model', { apiKey: 'none' }, 'openAiApi'),
		hubspotAppToken: await host.addCredential(
			'HubSpot',
			{ appToken: hubspot.serviceKey },
			'hubspotAppToken',
		),
	};
}, OPEN_MS);
afterAll(async () => {
	await Promise.all([mailbox?.close(), hubspot?.close(), crm?.close()]);
});

const add = async (workflow: HostWorkflow): Promise<string> =>
	(await host.n8n.api('POST', '/rest/workflows', workflow)).id;

async function executionsOf(workflowId: string, status?: string) {
	const filter = { workflowId, ...(status && { status: [status] }) };
	const query = encodeURIComponent(JSON.stringify(filter));
	const { results } = await host.n8n.api('GET', `/rest/executions?filter=${query}`);
	return await Promise.all(results.map(async ({ id }: { id: string }) => await host.n8n.end(id)));
}

/** All records as the service has them, the newest first. */
const records = () => [...host.sandbox.records()] as any[];
const recordOf = (id: string) => records().find(({ _id }) => _id === id);

type Verdict = 'passed' | 'notPassed' | 'notCarriedOut' | 'unknown';

/** Lets a validation come to this verdict. */
function finish(id: string, verdict: Verdict): void {
	if (verdict === 'notCarriedOut') {
		host.sandbox.setStatus(id, 'failed');
		return;
	}
	const isLive = { passed: true, notPassed: false, unknown: undefined }[verdict];
	// without what the single checks say
	host.sandbox.alter(id, { isLive, rawResponse: undefined });
	host.sandbox.setStatus(id, 'completed');
	expect(readRecord(recordOf(id)).verdict).toBe(verdict);
}

/** Rows of a Data Table, without the table's own columns. */
async function rowsOf(tableName: string): Promise<IDataObject[]> {
	const [project] = await host.n8n.api('GET', '/rest/projects/my-projects');
	const tables = `/rest/projects/${project.id}/data-tables`;
	const { data } = await host.n8n.api('GET', tables);
	const named = data.filter(({ name }: { name: string }) => name === tableName);
	expect(named).toHaveLength(1);
	const rows = await host.n8n.api('GET', `${tables}/${named[0].id}/rows?take=250`);
	return rows.data.map(({ id, createdAt, updatedAt, ...row }: IDataObject) => row);
}

describe('on the canvas', () => {
	test.each(EXAMPLES)(
		'%s can be pasted: nothing to mend but credentials, nothing over anything else',
		async (name) => {
			await pasteWorkflow(page, host.n8n.url, readExample(name, credentials));
			await takeCanvasScreenshot(page, `example-${name}`);
			const placed = await placedOn(page);
			expect(placed).toHaveLength(readExample(name).nodes.length);
			expect(overlaps(placed)).toEqual([]);
			expect(await page.getByTestId('node-issues').count()).toBe(0);
		},
	);

	test('every node is of the latest version that this n8n has', async () => {
		const latest = await page.evaluate(async () => {
			const types: any[] = await (await fetch('/types/nodes.json')).json();
			const versions: Record<string, number> = {};
			for (const { name, version } of types) {
				versions[name] = Math.max(versions[name] ?? 0, ...[version].flat());
			}
			return versions;
		});
		const older = EXAMPLES.flatMap((name) =>
			readExample(name)
				.nodes.filter(({ type }) => !type.startsWith('n8n-nodes-verifik.'))
				.filter(({ type, typeVersion }) => typeVersion !== latest[type])
				.map(({ type }) => `${name}: ${type} has ${latest[type]}`),
		);
		expect(older).toEqual([]);
	});
});

describe('what did not pass', () => {
	test('failed-checks: the riskiest come first', async () => {
		const id = await add(readExample('failed-checks', credentials));
		const execution = await host.n8n.run(id, 'Start');
		const sorted = gaveBy(execution, 'Riskiest First').records;
		const notPassed = records().filter((record) => readRecord(record).verdict === 'notPassed');
		expect(sorted).toHaveLength(notPassed.length);
		const confidences = sorted.map(({ confidence }) => Number(confidence));
		expect(confidences).toEqual([...confidences].sort((one, other) => one - other));
		expect(new Set(confidences).size).toBeGreaterThan(10);
	});

	test('failed-to-spreadsheet: an Excel file with a row for each document of the last 7 days', async () => {
		const example = readExample('failed-to-spreadsheet', credentials);
		const { nodes, connections, settings } = example;
		settings.timezone = 'UTC';
		nodes.push({ ...readBack(), typeVersion: 1, position: [900, 0] } as any);
		connections['Excel File'] = { main: [[{ node: 'Read back', type: 'main', index: 0 }]] };
		const execution = await host.n8n.run(await add(example), 'Start');
		const [file] = gaveBy(execution, 'Excel File').items;
		const today = new Date().toISOString().slice(0, 10);
		expect(file!.binary!.data!.fileName).toBe(`did-not-pass-${today}.xlsx`);
		const bytes = Buffer.from(String(gaveBy(execution, 'Read back').records[0]!.bytes), 'base64');
		const { columns, rows } = await readXlsx(bytes);

		const since = Date.parse(today) - 7 * 86_400_000;
		const populated = [
			...host.sandbox.records({ populates: ['client', 'appRegistration'] }),
		] as any[];
		const due = populated.filter(
			(record) =>
				readRecord(record).verdict === 'notPassed' && Date.parse(record.createdAt) >= since,
		);
		expect(due.length).toBeGreaterThan(50);
		expect(columns).toEqual(Object.keys(spreadsheetRow({})));
		expect(rows.map(([id]) => id)).toEqual(due.map(({ _id }) => _id));
		expect(new Set(rows.map(([, , verdict]) => verdict))).toEqual(new Set(['Did Not Pass']));
	});
});

describe('validate-upload', () => {
	let id: string;
	let webhookId: string;
	let file: Buffer;
	beforeAll(async () => {
		const example = readExample('validate-upload', credentials);
		webhookId = String(example.nodes.find(({ name }) => name === 'Upload')!.webhookId);
		id = await add(example);
		await host.n8n.publish(id);
		file = await photo('image/jpeg');
	});

	/** Uploads a photo as a visitor does, until the form ends with this title; gives how the execution ended. */
	async function upload(
		buffer: Buffer,
		title: string,
		meanwhile: () => Promise<void> = async () => undefined,
	) {
		const context = await browser.newContext({ viewport: { width: 900, height: 500 } });
		try {
			const visitor = await context.newPage();
			const input = visitor.locator('input[type="file"]');
			// n8n takes a moment to open the address of a workflow that was just published
			await until('the form is there', async () => {
				await visitor.goto(`${host.n8n.url}/form/${webhookId}`);
				return (await input.count()) > 0;
			});
			const before = (await executionsSoFar()).length;
			await input.setInputFiles({ name: 'document.jpg', mimeType: 'image/jpeg', buffer });
			await visitor.locator('#submit-btn').click();
			await meanwhile();
			await visitor.getByText(title).first().waitFor({ timeout: 60_000 });
			await takeScreenshot(visitor, `page-${title.toLowerCase().replaceAll(' ', '-')}`);
			await until('one execution more', async () => (await executionsSoFar()).length > before);
			const [execution] = await executionsOf(id);
			return execution;
		} finally {
			await context.close();
		}
	}

	const executionsSoFar = async () => {
		const query = encodeURIComponent(JSON.stringify({ workflowId: id }));
		return (await host.n8n.api('GET', `/rest/executions?filter=${query}`)).results;
	};

	test.each<[Verdict, string]>([
		['passed', 'Your document is accepted'],
		['notPassed', 'Your document is not accepted'],
		['notCarriedOut', 'Please send another photo'],
		['unknown', 'We have your photo'],
	])('the page says what %s means to the visitor', async (verdict, title) => {
		const before = new Set(records().map(({ _id }) => _id));
		const execution = await upload(file, title, async () => {
			const isNew = ({ _id }: any) => !before.has(_id);
			await until('the photo has come in', () => records().some(isNew));
			finish(records().find(isNew)._id, verdict);
		});
		expect(execution.status).toBe('success');
	});

	test('a file that is no image: the visitor is asked for another one, and the execution says why', async () => {
		const posts = () => host.sandbox.requests.filter(({ method }) => method === 'POST').length;
		const before = posts();
		const execution = await upload(PDF, 'We could not check this photo');
		expect(execution.status).toBe('error');
		expect(execution.resultData.error.message).toMatch(/PDF document, not an image/);
		expect(posts()).toBe(before);
	});
});

describe.each(['crm-update', 'crm-update-hubspot'])('%s', (name) => {
	const isHubspot = name === 'crm-update-hubspot';

	test('updates each contact once, however often it has to be sent, and names what was not updated', async () => {
		const { n8n, sandbox } = host;
		const example = readExample(name, credentials, {
			'https://crm.example.com': crm.url,
			'https://api.hubapi.com': hubspot.url,
		});
		const workflowId = await addTriggerWorkflow(host, example, { everySeconds: 5 });
		await n8n.publish(workflowId);
		await untilPolled(sandbox);
		const ids = sandbox.add(12, 'processing', new Date());
		const [refused, ...others] = ids as [string, ...string[]];

		// each is answered 503 once: the CRM had taken it in, HubSpot had not
		const tries = (id: string) => crm.received.filter(({ key }) => key.startsWith(id)).length;
		crm.refuse = ({ key }) => (key.startsWith(refused) ? 503 : undefined);
		crm.answerAfterUpdate = ({ key }) => (tries(key) > 1 ? undefined : 503);
		const seen = new Set<string>();
		hubspot.refuse = (id) => {
			const isFirst = !seen.has(id);
			seen.add(id);
			return isFirst ? 503 : undefined;
		};
		// HubSpot knows no contact of the refused one
		for (const id of others) hubspot.contacts.set(id, { verifik_validation_id: id });

		ids.forEach((id, at) =>
			finish(id, (['passed', 'notPassed', 'notCarriedOut', 'unknown'] as const)[at % 4]!),
		);
		const complaints = async () =>
			(await executionsOf(workflowId, 'error')).map(({ resultData }) => resultData.error.message);
		await until('the execution names the refused one', async () =>
			(await complaints()).some((message) => message.includes(refused)),
		);
		const isUpdated = (id: string) =>
			isHubspot ? hubspot.updated.includes(id) : crm.contacts.has(id) && tries(id) > 1;
		await until('the others are updated', () => others.every(isUpdated));
		// what comes twice would come now
		await untilPolled(sandbox, 2);
		await n8n.api('POST', `/rest/workflows/${workflowId}/deactivate`);

		if (!isHubspot) {
			expect(crm.applied.map(({ key }) => key).sort()).toEqual(outcomeKeys(sandbox, others));
		}
		for (const id of others) {
			const { verdict, failedChecks, confidence } = simplify(recordOf(id));
			const check = verdict === 'passed' ? 'verified' : 'review';
			const failed = ((failedChecks ?? []) as string[]).join(', ');
			expect(isHubspot ? hubspot.contacts.get(id) : crm.contacts.get(id)).toEqual(
				isHubspot
					? {
							verifik_validation_id: id,
							verifik_check: check,
							verifik_verdict: verdict,
							verifik_failed_checks: failed,
						}
					: { documentCheck: check, verdict, failedChecks: failed, confidence },
			);
		}
		expect(await complaints()).toEqual([
			expect.stringMatching(`^Contacts not updated: 1 of \\d+\\. Validations: ${refused}\\b`),
		]);
	});
});

describe('validation-log', () => {
	const TABLE = 'Verifik validation log';

	test('logs every outcome in one row, also one that comes twice', async () => {
		const { n8n, sandbox } = host;
		const example = readExample('validation-log', credentials);
		const id = await addTriggerWorkflow(host, example, { everySeconds: 5 });
		for (let time = 0; time < 2; time++) {
			const { status } = await n8n.run(id, 'Press Once');
			expect(status).toBe('success');
		}
		await n8n.publish(id);
		await untilPolled(sandbox);
		const ids = sandbox.add(4, 'processing', new Date());
		const verdicts = ['passed', 'notPassed', 'notCarriedOut', 'unknown'] as const;
		ids.forEach((one, at) => finish(one, verdicts[at]!));
		await until('all are logged', async () => (await rowsOf(TABLE)).length >= ids.length);
		await n8n.api('POST', `/rest/workflows/${id}/deactivate`);
		// a test event is the newest validation, which is logged already
		const { status } = await n8n.run(id, 'Validation Finished');
		expect(status).toBe('success');

		const rows = await rowsOf(TABLE);
		expect(rows.map(({ eventKey }) => eventKey).sort()).toEqual(outcomeKeys(sandbox, ids));
		for (const one of ids) {
			const row = spreadsheetRow(recordOf(one));
			expect(rows.find(({ validationId }) => validationId === one)).toMatchObject({
				verdict: row.verdict,
				failedChecks: row.failedChecks,
				confidence: row.confidence,
				warnings: row.warnings,
				validatedAt: row.createdAt,
			});
		}
	});
});

describe('review-queue', () => {
	const TABLE = 'Verifik document reviews';

	/** Opens the link of a mail and decides. */
	async function decide(link: string, decision: string, comment: string): Promise<void> {
		const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
		try {
			const reviewer = await context.newPage();
			await reviewer.goto(link);
			await reviewer.getByText('Review a document').waitFor();
			await reviewer.locator('select').selectOption(decision);
			await reviewer.locator('textarea').fill(comment);
			await reviewer.getByLabel('Reviewer').fill('Ana');
			await takeScreenshot(reviewer, 'review-form');
			await reviewer.locator('#submit-btn').click();
			await reviewer.locator('#submitted-form').waitFor();
			await takeScreenshot(reviewer, 'review-form-sent');
		} finally {
			await context.close();
		}
	}

	test('mails each document with its image, and records what was decided, in any order', async () => {
		const { n8n, sandbox } = host;
		const example = readExample('review-queue', credentials);
		const id = await addTriggerWorkflow(host, example, { everySeconds: 5 });
		await n8n.run(id, 'Press Once');
		await n8n.publish(id);
		await untilPolled(sandbox);
		const ids = sandbox.add(3, 'processing', new Date());
		const [first, second, passed] = ids as [string, string, string];
		// an image that is stored, and none
		sandbox.alter(first, { imageSaved: true, imageUrl: `${sandbox.url}/images/${first}.png` });
		sandbox.alter(second, { imageSaved: false, imageUrl: undefined });
		finish(first, 'notPassed');
		finish(second, 'notPassed');
		finish(passed, 'passed');
		const mailOf = (one: string) => mailbox.mails.find(({ html }) => String(html).includes(one));
		await until('both are mailed', () => [first, second].every((one) => mailOf(one)));
		await untilPolled(sandbox, 2);
		await n8n.api('POST', `/rest/workflows/${id}/deactivate`);
		expect(mailOf(passed)).toBeUndefined();
		expect(mailbox.mails).toHaveLength(2);

		const [withImage, without] = [mailOf(first)!, mailOf(second)!];
		const served = await fetch(`${sandbox.url}/images/${first}.png`);
		expect(withImage.attachments.map(({ content }) => content)).toEqual([
			Buffer.from(await served.arrayBuffer()),
		]);
		expect(without.attachments).toEqual([]);
		expect(String(without.html)).toContain('No image is stored.');
		const linkOf = ({ html }: typeof withImage) => /<a href="([^"]+)"/.exec(String(html))![1]!;
		await decide(linkOf(without), 'Ask for a new photo', '');
		await decide(linkOf(withImage), 'Reject', 'The portrait is glued on.');

		const rows = await rowsOf(TABLE);
		const [of1, of2] = [first, second].map((one) =>
			rows.find(({ validationId }) => validationId === one),
		);
		expect(rows).toHaveLength(2);
		expect(of1).toMatchObject({
			eventKey: `${first}:notPassed`,
			decision: 'Reject',
			comment: 'The portrait is glued on.',
			reviewer: 'Ana',
		});
		expect(of2).toMatchObject({ eventKey: `${second}:notPassed`, decision: 'Ask for a new photo' });
		expect(Date.parse(String(of1!.decidedAt))).toBeGreaterThan(Date.parse(String(of2!.decidedAt)));
		const statuses = (await executionsOf(id)).map(({ status }) => status);
		expect(statuses).toEqual(['success', 'success', 'success']);
	});
});

test('the token is in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
