// The note about a token that is about to end.
import { describe, expect, test } from '@jest/globals';

import { expiryHint } from '../../nodes/DocumentLiveness/expiryHint.ts';
import { Renewals } from '../../nodes/verifik/token/renewal.ts';
import { jwt } from '../support/jwt.mts';

const DAY_MS = 24 * 3_600_000;
const now = new Date('2026-03-01T12:00:00Z');

const hint = (accessToken: string, renewAutomatically = false) =>
	expiryHint({ accessToken, renewAutomatically }, new Renewals(), now);
/** A token of 30 days that ends in so many. */
const tokenWith = (days: number) => {
	const exp = (now.getTime() + days * DAY_MS) / 1000;
	return jwt({ iat: exp - (30 * DAY_MS) / 1000, exp });
};

test.each([0.01, 1, 6.9, 7])(
	'a token that expires in %d days has a hint, with the date and how to go on',
	(days) => {
		const date = new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
		expect(hint(tokenWith(days))).toEqual({
			type: 'warning',
			message: expect.stringContaining(date),
		});
		expect(hint(tokenWith(days))?.message).toContain('Renew Token Automatically');
	},
);

test.each([
	['a token with more than seven days left', tokenWith(7.01)],
	['a token that is no JWT', 'opaque'],
	['a JWT that does not say when it ends', jwt({ iat: 1 })],
])('%s has no hint', (_what, token) => {
	expect(hint(token)).toBeUndefined();
});

describe('with automatic renewal', () => {
	test('a short-lived token has no hint while there is time to renew it', () => {
		const seconds = now.getTime() / 1000;
		expect(hint(jwt({ iat: seconds - 6, exp: seconds + 4 }), true)).toBeUndefined();
	});

	test('a token that ought to have been renewed has a hint', () => {
		const overdue = hint(tokenWith(5), true);
		expect(overdue?.type).toBe('warning');
		expect(overdue?.message).toMatch(
			/^The access token could not be renewed.*expires on 2026-03-06/,
		);
	});
});
