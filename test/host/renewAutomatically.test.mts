// Automatic renewal in the real n8n, with tokens that live for seconds: through several renewals, in two processes at once.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import type { Page } from 'playwright-core';

import type { RecordedRequest } from '../../sandbox/server.mts';
import { takeScreenshot } from '../support/browser.mts';
import { NODE_TYPE, type Credential, type Host } from '../support/host.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import type { Panel } from '../support/panel.mts';

/** Life of an issued token. A renewal falls due after half of it. */
const LIFE_S = 16;

let host: Host;
let page: Page;
let panel: Panel;
beforeAll(async () => {
	// n8n writes all that it does to its log, which must not hold a token either
	const env = { N8N_LOG_LEVEL: 'debug', DB_SQLITE_POOL_SIZE: '4' };
	({ host, page, panel } = await openEditor({ records: 5000, tokenLifetimeS: LIFE_S }, env));
}, OPEN_MS);

/** A credential with a token of its own, that renews its token automatically. */
async function credentialWith(accessToken: string, fields: IDataObject = {}): Promise<Credential> {
	const { url } = host.sandbox;
	const data = { accessToken, baseUrl: url, renewAutomatically: true, ...fields };
	return await host.addCredential(`Token ${host.sandbox.tokens.issued.length}`, data);
}

/** A token that lives for several minutes, with this share of its life over. */
const tokenOfAge = async (share: number) =>
	await host.sandbox.tokens.issue(30, Math.ceil(30 * LIFE_S * share));

const list = async (credential: Credential, parameters: IDataObject = {}) =>
	await host.runNode({
		type: NODE_TYPE,
		parameters: { operation: 'list', limit: 1, ...parameters },
		credential,
	});

const httpRequest = async (credential: Credential) =>
	await host.runNode({
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url: `${host.sandbox.url}/v2/document-liveness`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'verifikApi',
			options: {},
		},
		credential,
	});

const stored = async ({ id }: Credential) =>
	await host.n8n.api('GET', `/rest/credentials/${id}?includeData=true`);

/** Saves the credential that is open in the panel, and waits until n8n says that its test is passed. */
async function save(): Promise<void> {
	const saved = page.waitForResponse(
		(response) =>
			/\/rest\/credentials(\/(?!test)\w+)?$/.test(response.url()) &&
			['PATCH', 'POST'].includes(response.request().method()),
	);
	await panel.byId('credential-save-button').click();
	await saved;
	await panel.byId('credentials-config-container-test-success').filter({ visible: true }).waitFor();
}

const isRenewal = ({ path }: RecordedRequest) => path === '/v2/auth/session';
const renewals = (from = 0) => host.sandbox.requests.slice(from).filter(isRenewal);

test('two processes work on past the life of the pasted token, through several renewals', async () => {
	const { n8n, sandbox } = host;
	sandbox.settings.latencyMs = 1200;
	const credential = await credentialWith(await sandbox.tokens.issue());
	const from = sandbox.requests.length;
	// one page after another, for several lives of a token
	const workflow = async (status: string) =>
		await host.addWorkflow({
			type: NODE_TYPE,
			parameters: {
				operation: 'list',
				returnAll: true,
				status,
				options: { concurrency: 1, maxRecords: 4000 },
			},
			credential,
		});
	const [one, two] = [await workflow('any'), await workflow('completed')];
	const begun = await n8n.begin(one, 'Start');
	await n8n.command('execute', `--id=${two}`);
	const execution = await n8n.end(begun);
	sandbox.settings.latencyMs = 0;

	expect(execution.resultData.error).toBeUndefined();
	expect(execution.status).toBe('success');
	const requests = sandbox.requests.slice(from);
	expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
	const spans = [undefined, 'completed'].map((status) => {
		const pages = requests.filter(
			({ path, query }) => path === '/v2/document-liveness' && query.status === status,
		);
		return { from: pages[0]!.at, to: pages.at(-1)!.at };
	});
	const together = { from: spans[1]!.from, to: Math.min(spans[0]!.to, spans[1]!.to) };
	expect(together.to - together.from).toBeGreaterThan(LIFE_S * 1000);
	expect(spans[0]!.to - spans[0]!.from).toBeGreaterThan(2 * LIFE_S * 1000);
	expect(renewals(from).length).toBeGreaterThanOrEqual(4);
}, 300_000);

test('many requests at once make one renewal, and no hint mentions it', async () => {
	const credential = await credentialWith(await tokenOfAge(0.6));
	const from = host.sandbox.requests.length;
	const { records, hints } = await list(credential, {
		returnAll: true,
		options: { concurrency: 20 },
	});
	expect(records).toHaveLength(5000);
	expect(hints).toEqual([]);
	expect(renewals(from)).toHaveLength(1);
	expect(renewals(from)[0]).toMatchObject({
		method: 'GET',
		url: '/v2/auth/session?origin=refresh&expiresIn=1',
		status: 200,
	});
});

test('a renewal that does not work leaves the token in use, is not tried with every request, and is reported', async () => {
	const credential = await credentialWith(await tokenOfAge(0.8));
	const { sandbox } = host;
	const from = sandbox.requests.length;
	sandbox.faults.list = [{ kind: 'status', status: 403, on: 'renew' }];
	const { records, error, hints } = await list(credential, { returnAll: true });
	sandbox.faults.list = [];
	expect(error).toBeUndefined();
	expect(records).toHaveLength(5000);
	expect(renewals(from)).toHaveLength(1);
	expect(hints).toEqual([
		expect.objectContaining({
			message: expect.stringMatching(/^The access token could not be renewed \(.+\)\. It expires/),
		}),
	]);
});

describe('a renewed token', () => {
	let credential: Credential;
	beforeAll(async () => {
		// renewed for an hour, so that what follows has time
		const pasted = await host.sandbox.tokens.issue(1, LIFE_S * 0.5);
		credential = await credentialWith(pasted, { renewalMonths: 200 });
		await list(credential);
		await sleep(LIFE_S * 500);
	});

	test('signs for the HTTP Request node too, when the pasted one has expired', async () => {
		const from = host.sandbox.requests.length;
		const { records, error } = await httpRequest(credential);
		expect(error).toBeUndefined();
		expect(records).toMatchObject([{ success: true }]);
		expect(renewals(from)).toEqual([]);
	});

	test('is stored once: a credential that needs no renewal stays as it is', async () => {
		const { updatedAt } = await stored(credential);
		await list(credential, { returnAll: true });
		expect((await stored(credential)).updatedAt).toBe(updatedAt);
	});

	test('is masked where n8n shows the credential, and encrypted where it exports it', async () => {
		const { data } = await stored(credential);
		expect(data.renewedToken).toBe(data.accessToken);
		expect(data.renewedToken).toMatch(/^__n8n_BLANK/);
		const folder = await host.n8n.command('export:credentials', '--all', '--pretty');
		expect(folder).toContain('"data"');
		for (const token of host.sandbox.tokens.issued) expect(folder).not.toContain(token);
	});

	test('survives a change in the panel, and automatic renewal that is switched off there', async () => {
		await page.goto(`${host.n8n.url}/home/credentials/${credential.id}`);
		await panel.input('renewalMonths').fill('201');
		await page.keyboard.press('Tab');
		await takeScreenshot(page, 'credential-renew');
		await save();
		expect((await stored(credential)).data.renewalMonths).toBe(201);
		expect((await list(credential)).error).toBeUndefined();

		await page.goto(`${host.n8n.url}/home/credentials/${credential.id}`);
		await panel.parameter('renewAutomatically').click();
		await panel.parameter('renewalMonths').waitFor({ state: 'detached' });
		await takeScreenshot(page, 'credential-renew-off');
		await save();
		// n8n stores no value that is the default
		expect((await stored(credential)).data.renewAutomatically).toBeUndefined();
		expect((await list(credential)).error).toBeUndefined();
	}, 180_000);

	test('is replaced by a token that is pasted later', async () => {
		const pasted = await host.sandbox.tokens.issue(1, 2 * LIFE_S);
		await host.n8n.api('PATCH', `/rest/credentials/${credential.id}`, {
			name: credential.name,
			type: 'verifikApi',
			data: { ...(await stored(credential)).data, accessToken: pasted },
		});
		expect((await list(credential)).error?.message).toMatch(/^The access token expired on/);
	});
});

describe('while automatic renewal is off', () => {
	test('nothing is renewed and nothing stored, and every run says when the token expires', async () => {
		const credential = await credentialWith(await tokenOfAge(0.6), { renewAutomatically: false });
		const { updatedAt } = await stored(credential);
		const from = host.sandbox.requests.length;
		const { records, hints } = await list(credential, { returnAll: true });
		expect(records).toHaveLength(5000);
		expect(renewals(from)).toEqual([]);
		expect((await stored(credential)).updatedAt).toBe(updatedAt);
		const today = new Date().toISOString().slice(0, 10);
		expect(hints).toEqual([
			expect.objectContaining({ message: expect.stringContaining(`expires on ${today}`) }),
		]);
	});
});

test('a credential is made in the panel with a token that is due, and its test is passed', async () => {
	await page.goto(`${host.n8n.url}/home/credentials`);
	await panel.byId('add-resource-workflow').or(page.getByText('Create credential')).click();
	await panel.byId('new-credential-type-select').locator('input').fill('Verifik');
	await panel.byId('new-credential-type-select-option').getByText('Verifik API').first().click();
	await panel.byId('new-credential-type-button').click();
	await panel.input('accessToken').fill(await tokenOfAge(0.6));
	await panel.input('baseUrl').fill(host.sandbox.url);
	await panel.parameter('renewAutomatically').click();
	const from = host.sandbox.requests.length;
	await save();
	await takeScreenshot(page, 'credential-renew-made');
	expect(renewals(from)).toHaveLength(1);
});

test('no token that was ever issued is in a file of n8n, or in what its API says of an execution', async () => {
	const { results } = await host.n8n.api('GET', '/rest/executions?limit=100');
	expect(results.length).toBeGreaterThan(5);
	const executions = await Promise.all(
		results.map(async ({ id }: { id: string }) =>
			JSON.stringify(await host.n8n.api('GET', `/rest/executions/${id}`)),
		),
	);
	for (const token of host.sandbox.tokens.issued) {
		expect(await host.findSecret(token)).toEqual([]);
		for (const text of executions) expect(text).not.toContain(token);
		for (const { url } of host.sandbox.requests) expect(url).not.toContain(token);
	}
});
