// Whatever the server does: a message instead of a crash, no token anywhere, and n8n goes on meanwhile. Only gross bounds are
// asserted here (a stall of a second, 300 MB); `npm run bench` measures.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as tls from 'node:tls';
import type { IDataObject } from 'n8n-workflow';

import { runNode } from '../support/engine.mts';
import { photo } from '../support/files.mts';
import { BEHAVIOURS, EMPTY, startHostileApi, type HostileApi } from '../support/hostileApi.mts';
import { jwt } from '../support/jwt.mts';
import { searchValidations } from '../support/listSearch.mts';
import { measured } from '../support/measured.mts';
import { Poller, type Polled } from '../support/poller.mts';

const MAX_STALL_MS = 1_000;
const MAX_GROWTH_BYTES = 300_000_000;

const ID = '65'.repeat(12);
const now = Math.floor(Date.now() / 1000);
const TOKEN = jwt({ iat: now, exp: now + 2_000_000 });
/** due for renewal */
const OLD_TOKEN = jwt({ iat: now - 2_000_000, exp: now + 1_000_000 });

let api: HostileApi;
let secure: HostileApi;
/** for polls: it is honest at first */
let polled: HostileApi;
let file: Buffer;
beforeAll(async () => {
	[api, polled, secure, file] = await Promise.all([
		startHostileApi(),
		startHostileApi(),
		startHostileApi(true),
		photo('image/jpeg'),
	]);
	tls.setDefaultCACertificates([...tls.getCACertificates('default'), secure.certificate!]);
}, 60_000);
afterAll(async () => await Promise.all([api.close(), polled.close(), secure.close()]));
beforeEach(() => {
	api.foreignRequests.length = 0;
	secure.foreignRequests.length = 0;
	polled.foreignRequests.length = 0;
});

const credential = (server = api): IDataObject => ({ accessToken: TOKEN, baseUrl: server.url });
const options = { timeout: 1 };

/** What came of it: everything that n8n would store, and the sentence where there is one. */
type Outcome = { stored: unknown; words?: string };

const node = async (parameters: IDataObject, more = {}): Promise<Outcome> => {
	const setup = { parameters: { options, ...parameters }, credential: credential(), ...more };
	const { error, run } = await runNode(setup);
	return { stored: run, words: error && `${error.message}. ${error.description}` };
};

function pollOutcome(polls: Polled[], { stored }: Poller): Outcome {
	const error = polls.find((poll) => poll.error)?.error;
	return { stored: [polls, stored], words: error && `${error.message}. ${error.description}` };
}

const operations: Record<string, () => Promise<Outcome>> = {
	List: async () => await node({ operation: 'list', output: 'raw' }),
	'Return All': async () => await node({ operation: 'list', returnAll: true }),
	Get: async () =>
		await node({ operation: 'get', validationId: { __rl: true, mode: 'id', value: ID } }),
	Create: async () =>
		await node({ operation: 'create', waitForCompletion: false }, { files: [{ data: file }] }),
	'a tool': async () => await node({ operation: 'list', output: 'raw' }, { asTool: true }),
	'a request with a renewal': async () =>
		await node(
			{ operation: 'list' },
			{
				credential: {
					...credential(),
					accessToken: OLD_TOKEN,
					renewAutomatically: true,
					renewalMonths: 1,
				},
			},
		),
	'a poll': async () => {
		const poller = new Poller({ credential: credential(polled), host: 'default', budgetMs: 1_000 });
		const { behaviour } = api;
		polled.behaviour = EMPTY;
		const first = await poller.activate();
		polled.behaviour = behaviour;
		const second = await poller.poll();
		expect(first.error).toBeUndefined();
		return pollOutcome([second], poller);
	},
	'the first poll': async () => {
		const poller = new Poller({ credential: credential(), host: 'default' });
		return pollOutcome([await poller.activate()], poller);
	},
	'the pick-list': async () => {
		try {
			return { stored: await searchValidations(credential()) };
		} catch (error) {
			const { message, description } = error as { message: string; description: string };
			return { stored: error, words: `${message}. ${description}` };
		}
	},
	'List over TLS': async () =>
		await node({ operation: 'list' }, { credential: credential(secure) }),
};

function expectHarmless({ stored, words }: Outcome): void {
	if (words !== undefined) {
		expect(words).not.toMatch(/\b(error|problem|failure|mistake)s?\b/i);
		expect(words).not.toMatch(
			/RangeError|TypeError|call stack|primitive value|out of range|undefined|NaN|Infinity|\[object/,
		);
		expect(words.length).toBeLessThan(1_500);
	}
	const everything = JSON.stringify(stored, (_key, value: unknown) =>
		value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value,
	);
	for (const token of [TOKEN, OLD_TOKEN]) expect(everything.includes(token)).toBe(false);
}

/** What has a timeout of half a minute, whatever is set. */
const FIXED_TIMEOUT = ['the pick-list', 'the first poll'];

describe('every operation works, or says why not, when the server', () => {
	test.each(BEHAVIOURS)('$name', async (behaviour) => {
		api.behaviour = behaviour;
		secure.behaviour = behaviour;
		// All behaviours that make them wait for so long are waited for at once, below.
		const names = Object.keys(operations).filter(
			(name) => !FIXED_TIMEOUT.includes(name) || !(behaviour.isSlow || behaviour.isTriedAgain),
		);
		const outcomes: Outcome[] = [];
		const { stallMs, grownBy } = await measured(async () => {
			outcomes.push(...(await Promise.all(names.map(async (name) => await operations[name]!()))));
		});
		outcomes.forEach(expectHarmless);
		if (behaviour.isSlow) {
			const silent = names.filter((_name, at) => outcomes[at]!.words === undefined);
			// A model reads it as an item, and a poll begins at the same place the next time.
			expect(silent.filter((name) => name !== 'a tool' && name !== 'a poll')).toEqual([]);
		}
		expect([...api.foreignRequests, ...polled.foreignRequests, ...secure.foreignRequests]).toEqual(
			[],
		);
		expect({}).not.toHaveProperty('polluted');
		expect(stallMs).toBeLessThan(MAX_STALL_MS);
		expect(grownBy).toBeLessThan(MAX_GROWTH_BYTES);
	});
});

test('the pick-list and a first poll end after half a minute, however long the server lets them wait', async () => {
	const taking = BEHAVIOURS.filter(({ isSlow, isTriedAgain }) => isSlow || isTriedAgain);
	const outcomes = taking.map(async (behaviour) => {
		const server = Object.assign(await startHostileApi(), { behaviour });
		const poller = new Poller({ credential: credential(server), host: 'default' });
		const [found, first] = await Promise.all([
			searchValidations(credential(server)).catch((error: unknown) => error),
			poller.activate(),
		]);
		await server.close();
		expect((found as Error).name).toBe('NodeApiError');
		return [found, first];
	});
	expect(JSON.stringify(await Promise.all(outcomes))).not.toContain(TOKEN);
}, 90_000);
