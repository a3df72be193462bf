// Automatic renewal with a simulated clock: when it renews, how often it asks, and which token is in use.
import { describe, expect, test } from '@jest/globals';

import {
	fallBack,
	readCredential,
	renewedField,
	type CredentialFields,
} from '../../nodes/verifik/token/credential.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { RefusedTokens } from '../../nodes/verifik/token/refusedTokens.ts';
import { Renewals } from '../../nodes/verifik/token/renewal.ts';
import { newToken } from '../../nodes/verifik/api/session.ts';
import { authorizationFor } from '../../nodes/verifik/token/signRequest.ts';
import { jwt } from '../support/jwt.mts';

const ANY = 'https://api.verifik.co/';
const DAY_MS = 24 * 3_600_000;
const MONTH_MS = 30 * DAY_MS;

/** A service that renews for 30 days, a credential as n8n stores it, and a clock. */
class Simulation {
	time = Date.UTC(2026, 0, 1);
	asked = 0;
	/** thrown instead of an answer */
	refusal?: Error;
	/** what a renewal waits for */
	gate: Promise<void> = Promise.resolve();
	renewals = new Renewals();
	credential: CredentialFields = { accessToken: this.token(), renewAutomatically: true };

	token(life = MONTH_MS): string {
		return jwt({ iat: this.time / 1000, exp: (this.time + life) / 1000, n: this.asked });
	}

	after(ms: number): this {
		this.time += ms;
		return this;
	}

	/** What n8n does before a request; gives the token that signs it. */
	async request(read = this.credential): Promise<string> {
		const field = await this.renewals.renewWhenDue(
			read,
			async () => {
				this.asked++;
				await this.gate;
				if (this.refusal) throw this.refusal;
				return this.token();
			},
			() => new Date(this.time),
		);
		if (field !== undefined) this.credential = { ...this.credential, renewedToken: field };
		const signed = field === undefined ? read : { ...read, renewedToken: field };
		const now = new Date(this.time);
		return authorizationFor(readCredential(signed, now), ANY, now).replace('Bearer ', '');
	}
}

describe('a token is renewed', () => {
	test('once half of its life is over, not before', async () => {
		const simulation = new Simulation();
		const pasted = simulation.credential.accessToken;
		expect(await simulation.after(MONTH_MS / 2 - 1000).request()).toBe(pasted);
		expect(simulation.asked).toBe(0);
		const renewed = await simulation.after(1000).request();
		expect(renewed).not.toBe(pasted);
		expect(simulation.asked).toBe(1);
		expect(await simulation.after(1000).request()).toBe(renewed);
		expect(simulation.asked).toBe(1);
	});

	test('for a year of one run a week, each time from the token before', async () => {
		const simulation = new Simulation();
		const seen = new Set<string>();
		for (let week = 0; week < 52; week++) seen.add(await simulation.after(7 * DAY_MS).request());
		expect(simulation.asked).toBe(seen.size - 1);
		expect(simulation.asked).toBeGreaterThan(15);
		expect(simulation.asked).toBeLessThan(26);
	});

	test('once, however many requests come at the same time or had read the credential before', async () => {
		const simulation = new Simulation().after(20 * DAY_MS);
		let open = () => {};
		simulation.gate = new Promise((resolve) => (open = resolve));
		const stale = simulation.credential;
		const under = Promise.all(
			Array.from({ length: 50 }, async () => await simulation.request(stale)),
		);
		open();
		const tokens = await under;
		expect(simulation.asked).toBe(1);
		expect(new Set(tokens).size).toBe(2);
		expect(await simulation.request(stale)).toBe(
			readCredential(simulation.credential, new Date(simulation.time)).token,
		);
		expect(simulation.asked).toBe(1);
	});

	test('by another process too, and either token works on', async () => {
		const simulation = new Simulation().after(20 * DAY_MS);
		const other = new Simulation();
		other.credential = simulation.credential;
		other.time = simulation.time;
		const [one, two] = [await simulation.request(), await other.request()];
		expect(simulation.asked + other.asked).toBe(2);
		expect(readCredential(other.credential, new Date(other.time)).token).toBe(two);
		// the last write wins
		other.credential = simulation.credential;
		expect(await other.after(DAY_MS).request()).toBe(one);
	});
});

describe('a token is left alone', () => {
	test.each<[string, Partial<CredentialFields>]>([
		['while automatic renewal is off', { renewAutomatically: false }],
		['when it is no JWT', { accessToken: 'opaque' }],
		['when there is none', { accessToken: ' ' }],
		['when it cannot be one', { accessToken: 'tök' }],
	])('%s', async (_when, change) => {
		const simulation = new Simulation().after(20 * DAY_MS);
		Object.assign(simulation.credential, change);
		await simulation.request().catch(() => undefined);
		expect(simulation.asked).toBe(0);
	});

	test('once its life is over: it cannot be renewed', async () => {
		const simulation = new Simulation().after(31 * DAY_MS);
		await expect(simulation.request()).rejects.toThrow('The access token expired on 2026-01-31');
		expect(simulation.asked).toBe(0);
	});
});

describe('a renewal that does not work', () => {
	test.each<[string, Error]>([
		['is refused', new VerifikError('unauthorized')],
		['is not answered', new VerifikError('timedOut')],
		['breaks', new TypeError('fetch failed')],
	])(
		'leaves the token in use, and is not tried again with every request: it %s',
		async (_how, refusal) => {
			const simulation = new Simulation().after(20 * DAY_MS);
			simulation.refusal = refusal;
			for (let request = 0; request < 100; request++) {
				expect(await simulation.after(1000).request()).toBe(simulation.credential.accessToken);
			}
			expect(simulation.asked).toBe(1);
			await simulation.after(3_600_000).request();
			expect(simulation.asked).toBe(2);
			simulation.refusal = undefined;
			expect(await simulation.after(3_600_000).request()).not.toBe(
				simulation.credential.accessToken,
			);
		},
	);

	test('is tried more often towards the end', async () => {
		const simulation = new Simulation();
		simulation.credential.accessToken = simulation.token(60_000);
		simulation.refusal = new VerifikError('serverDown');
		simulation.after(30_000);
		for (let request = 0; request < 290; request++) await simulation.after(100).request();
		expect(simulation.asked).toBeGreaterThan(15);
		expect(simulation.asked).toBeLessThan(30);
	});

	test.each([
		['two hours', 2 * 3_600_000],
		['until the year 9999', 8_000 * 365 * DAY_MS],
		['for ever', Infinity],
	])('item 8: is tried again after an hour, though Verifik asks to wait %s', async (_how, ms) => {
		const simulation = new Simulation().after(20 * DAY_MS);
		simulation.refusal = new VerifikError('rateLimited', { retryAfterMs: ms });
		await simulation.request();
		await simulation.after(3_600_000 - 1000).request();
		expect(simulation.asked).toBe(1);
		await simulation.after(1000).request();
		expect(simulation.asked).toBe(2);
	});

	test('item 7: is tried again when the clock was put back meanwhile', async () => {
		const simulation = new Simulation().after(20 * DAY_MS);
		simulation.refusal = new VerifikError('serverDown');
		await simulation.request();
		await simulation.after(-DAY_MS).request();
		expect(simulation.asked).toBe(2);
	});

	test('gives its reason once the token is overdue', async () => {
		const simulation = new Simulation().after(20 * DAY_MS);
		const overdue = () => {
			const now = new Date(simulation.time);
			return simulation.renewals.overdue(readCredential(simulation.credential, now), now);
		};
		simulation.refusal = new VerifikError('unauthorized');
		await simulation.request();
		expect(overdue()).toBeUndefined();
		simulation.after(3 * DAY_MS);
		expect(overdue()).toEqual({ refusal: simulation.refusal.message });
		simulation.refusal = undefined;
		await simulation.request();
		expect(overdue()).toBeUndefined();
	});

	test.each([
		['is no JWT', () => 'opaque'],
		[
			'is as long as no header may be',
			({ time }: Simulation) => jwt({ exp: time / 1000 + 5_000_000, pad: 'x'.repeat(20_000) }),
		],
		['is over', ({ time }: Simulation) => jwt({ iat: time / 1000 - 10, exp: time / 1000 - 5 })],
		[
			'is due itself',
			({ time }: Simulation) => jwt({ iat: time / 1000 - 9, exp: time / 1000 + 5 }),
		],
	])('is one whose token %s', async (_what, give) => {
		const simulation = new Simulation().after(20 * DAY_MS);
		simulation.token = () => give(simulation);
		expect(await simulation.request()).toBe(simulation.credential.accessToken);
		await simulation.after(1000).request();
		expect(simulation.asked).toBe(1);
	});
});

describe('the token in use', () => {
	const now = new Date('2026-03-01');
	const until = (date: string, n = 0) => jwt({ exp: Date.parse(date) / 1000, n });
	const inUse = (accessToken: string, renewedToken?: string) =>
		readCredential({ accessToken, renewedToken }, now).token;

	test('is the renewed one, also while automatic renewal is off', () => {
		const [old, renewed] = [until('2026-02-01'), until('2026-03-20')];
		expect(inUse(old, renewedField(old, renewed))).toBe(renewed);
		expect(inUse(`Bearer ${old}\n`, renewedField(old, renewed))).toBe(renewed);
	});

	test('is the pasted one, when another one was renewed', () => {
		const [old, pasted] = [until('2026-03-10'), until('2026-03-11')];
		expect(inUse(pasted, renewedField(old, until('2026-03-20')))).toBe(pasted);
	});

	test('is the pasted one, when it outlives the renewed one', () => {
		const pasted = until('2026-04-01');
		expect(inUse(pasted, renewedField(pasted, until('2026-02-20')))).toBe(pasted);
	});

	test('is the renewed one when both have expired, so that the message has the right date', () => {
		const pasted = until('2026-01-01');
		const credential = {
			accessToken: pasted,
			renewedToken: renewedField(pasted, until('2026-02-20')),
		};
		expect(() => authorizationFor(readCredential(credential, now), ANY, now)).toThrow(
			'expired on 2026-02-20',
		);
	});

	test('item 9: is stored without the pasted one, which may come from a vault', () => {
		const pasted = until('2026-03-10');
		expect(renewedField(pasted, until('2026-03-20'))).not.toContain(pasted);
	});

	test('item 8: is the pasted one again, when the renewed one was refused', () => {
		const [pasted, renewed] = [until('2036-03-10'), until('2036-03-20', 8)];
		const credential = { accessToken: pasted, renewedToken: renewedField(pasted, renewed) };
		expect(readCredential(credential, now).token).toBe(renewed);
		expect(fallBack(readCredential(credential, now), pasted)).toBe(false);
		expect(fallBack(readCredential(credential, now), renewed)).toBe(true);
		expect(readCredential(credential, now).token).toBe(pasted);
		// when the pasted one is over, the renewed one is all that is left
		expect(readCredential(credential, new Date('2036-03-15')).token).toBe(renewed);
	});

	test('item 8: is the one before a refused one, until it expires, though the pasted one is over', async () => {
		const simulation = new Simulation();
		const before = await simulation.after(20 * DAY_MS).request();
		const refused = await simulation.after(16 * DAY_MS).request();
		const read = () => readCredential(simulation.credential, new Date(simulation.time));
		expect(read().token).toBe(refused);
		const fallBackFrom = (token: string) => fallBack(read(), token, new Date(simulation.time));
		expect(fallBackFrom(refused)).toBe(true);
		expect(read().token).toBe(before);
		// which is renewed again, but not at once
		expect(await simulation.after(1000).request()).toBe(before);
		const fresh = await simulation.after(3_600_000).request();
		expect([refused, before]).not.toContain(fresh);
		expect(read().tokens).toEqual([fresh, before, simulation.credential.accessToken]);
		expect(fallBackFrom(fresh)).toBe(true);
		expect(fallBackFrom(before)).toBe(false);
	});

	test.each([undefined, null, '', ' ', 'one', {}, 7])('is the pasted one beside %j', (field) => {
		expect(readCredential({ accessToken: 'abc', renewedToken: field }, now).token).toBe('abc');
	});
});

test('Low: what is remembered is bounded, and holds no token', async () => {
	const renewals = new Renewals();
	const [first] = Array.from({ length: 1_200 }, (_, n) => jwt({ exp: 2_000, iat: 0, n }));
	for (let n = 0; n < 1_200; n++) {
		const credential = { accessToken: jwt({ exp: 2_000, iat: 0, n }), renewAutomatically: true };
		await renewals.renewWhenDue(
			credential,
			async () => await Promise.reject(new VerifikError('serverDown')),
			() => new Date(1_500_000),
		);
	}
	const { memories } = renewals as unknown as { memories: Map<string, unknown> };
	expect(memories.size).toBe(1_000);
	expect(JSON.stringify([...memories])).not.toContain(first!.slice(0, 20));
});

test('Low: the refused tokens that are remembered are bounded, the oldest goes first', () => {
	const refused = new RefusedTokens();
	for (let n = 0; n < 1_200; n++) refused.add(`token ${n}`);
	const { fingerprints } = refused as unknown as { fingerprints: Set<string> };
	expect(fingerprints.size).toBe(1_000);
	expect([refused.has('token 199'), refused.has('token 200')]).toEqual([false, true]);
	expect([...fingerprints].join()).not.toContain('token');
});

describe('the session endpoint', () => {
	test.each([
		[1, 1],
		[6, 6],
		[undefined, 1],
		[0, 1],
		[1.5, 1],
		['3', 1],
	])('is asked for %j months as %j', async (months, asked) => {
		const paths: string[] = [];
		const getJson = async (path: string) => {
			paths.push(path);
			return { accessToken: 'a.b.c' };
		};
		expect(await newToken(getJson, months)).toBe('a.b.c');
		expect(paths).toEqual([`/v2/auth/session?origin=refresh&expiresIn=${asked}`]);
	});

	test.each([
		null,
		'abc',
		{},
		{ accessToken: '' },
		{ accessToken: 'opaque' },
		{ accessToken: 'a b' },
		{ accessToken: 7 },
	])('gave %j, which holds no token', async (body) => {
		await expect(newToken(async () => body, 1)).rejects.toThrow(VerifikError);
	});
});
