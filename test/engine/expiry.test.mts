// The note about a token that is about to end, on the runs of the node.
import { expect, test } from '@jest/globals';

import { startSandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { jwt } from '../support/jwt.mts';

const DAY_S = 24 * 3600;
const nowS = () => Math.floor(Date.now() / 1000);

async function runWith(token: string, setup: Partial<Setup> = {}) {
	const sandbox = await startSandbox({ records: 5, token });
	try {
		return await runNode({
			parameters: { operation: 'list' },
			credential: { accessToken: token, baseUrl: sandbox.url },
			...setup,
		});
	} finally {
		await sandbox.close();
	}
}

test('a token of its last week is told with its date, once, however many items there are', async () => {
	const end = nowS() + 3 * DAY_S;
	const { hints, records } = await runWith(jwt({ exp: end }), { input: [{}, {}, {}] });
	expect(records).toHaveLength(15);
	const date = new Date(end * 1000).toISOString().slice(0, 10);
	const told = hints.filter(({ message }) => message.includes('expires on'));
	expect(told).toEqual([
		expect.objectContaining({ type: 'warning', message: expect.stringContaining(date) }),
	]);
});

test.each([
	['a token with more than a week to go', jwt({ exp: nowS() + 8 * DAY_S })],
	['a token that is no JWT', 'opaque-token'],
])('%s is not told', async (_what, token) => {
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
