// A token whose life is running out: the note above the output, and automatic renewal when Verifik does not renew.
import { beforeAll, describe, expect, test } from '@jest/globals';

import type { Fault } from '../../sandbox/faults.mts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { jwt } from '../support/jwt.mts';
import { credentialOf, openSandbox, openSharedSandbox } from '../support/sandboxes.mts';

const DAY_S = 24 * 3600;
const nowS = () => Math.floor(Date.now() / 1000);

async function runWith(token: string, setup: Partial<Setup> = {}) {
	return await runNode({
		parameters: { operation: 'list' },
		credential: credentialOf(await openSandbox({ records: 5, token })),
		...setup,
	});
}

test('a token in its last week has a hint with its date, once, however many items there are', async () => {
	const end = nowS() + 3 * DAY_S;
	const { hints, records } = await runWith(jwt({ exp: end }), { input: [{}, {}, {}] });
	expect(records).toHaveLength(15);
	const date = new Date(end * 1000).toISOString().slice(0, 10);
	const expiry = hints.filter(({ message }) => message.includes('expires on'));
	expect(expiry).toEqual([
		expect.objectContaining({ type: 'warning', message: expect.stringContaining(date) }),
	]);
});

test.each([
	['a token with more than a week to go', jwt({ exp: nowS() + 8 * DAY_S })],
	['a token that is no JWT', 'opaque-token'],
])('%s has no hint', async (_what, token) => {
	const { hints, records } = await runWith(token);
	expect(records).toHaveLength(5);
	expect(hints).toEqual([]);
});

test('a run in which nothing succeeded says only what happened', async () => {
	const token = jwt({ exp: nowS() + DAY_S });
	const { hints, records } = await runWith(token, {
		parameters: { operation: 'list', limit: 101 },
		onError: 'continueRegularOutput',
	});
	expect(records).toHaveLength(1);
	expect(hints).toEqual([]);
});

describe('Renew Token Automatically', () => {
	let sandbox: Sandbox;
	let otherOrigin: Sandbox;
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 500 });
		otherOrigin = await openSharedSandbox();
	});

	/** A token of which so much of its 30 days is over, in a credential that is renewed automatically. */
	const credentialAfter = async (days: number) => ({
		accessToken: await sandbox.tokens.issue(1, days * DAY_S),
		baseUrl: sandbox.url,
		renewAutomatically: true,
		renewalMonths: 3,
	});
	const listAll = async (credential: Setup['credential']) =>
		await runNode({ parameters: { operation: 'list', returnAll: true }, credential });
	const renewals = () => sandbox.requests.filter(({ path }) => path === '/v2/auth/session');

	test('renews once for as many months as asked, and the next run needs no other renewal', async () => {
		const credential = await credentialAfter(16);
		const before = renewals().length;
		for (let run = 0; run < 3; run++) {
			const { records, hints } = await listAll(credential);
			expect(records).toHaveLength(500);
			expect(hints).toEqual([]);
		}
		expect(renewals().length - before).toBe(1);
		expect(renewals().at(-1)).toMatchObject({ query: { origin: 'refresh', expiresIn: '3' } });
		expect(credential).toMatchObject({ renewedToken: expect.stringContaining('eyJ') });
	});

	test('does nothing in the first half of a token, nor while it is off', async () => {
		const before = renewals().length;
		for (const credential of [
			await credentialAfter(14),
			{ ...(await credentialAfter(20)), renewAutomatically: false },
		]) {
			expect((await listAll(credential)).records).toHaveLength(500);
			expect(credential).not.toHaveProperty('renewedToken');
		}
		expect(renewals()).toHaveLength(before);
	});

	const faults: Array<[string, () => Fault]> = [
		['is refused', () => ({ kind: 'status', status: 401 })],
		['is not there', () => ({ kind: 'status', status: 404 })],
		['is too much', () => ({ kind: 'rateLimit', retryAfterS: 1 })],
		['is down', () => ({ kind: 'serverDown' })],
		['breaks off', () => ({ kind: 'reset' })],
		['is a page of HTML', () => ({ kind: 'html' })],
		['holds no token', () => ({ kind: 'notJson', body: '{"success":true}' })],
		[
			'holds a token that no header can carry',
			() => ({ kind: 'notJson', body: '{"accessToken":"a b"}' }),
		],
		['leads elsewhere', () => ({ kind: 'redirect', to: `${otherOrigin.url}/v2/auth/session` })],
	];
	test.each(faults)(
		'takes nothing from the token in use when the session endpoint %s',
		async (_how, fault) => {
			const credential = await credentialAfter(25);
			const before = renewals().length;
			sandbox.faults.list = [{ ...fault(), on: 'renew' }];
			const { records, error, hints, run } = await listAll(credential);
			sandbox.faults.list = [];
			expect(error).toBeUndefined();
			expect(records).toHaveLength(500);
			expect(renewals().length - before).toBe(1);
			expect(otherOrigin.requests).toEqual([]);
			expect(credential).not.toHaveProperty('renewedToken');
			expect(hints).toEqual([
				expect.objectContaining({
					message: expect.stringMatching(/^The access token could not be renewed/),
				}),
			]);
			expect(JSON.stringify(run)).not.toContain(credential.accessToken);
		},
	);
});
