// The note above the output while the token's life is about to end.
import { readToken, type VerifikCredential } from '../verifik/token/credential';
import { day } from '../verifik/errors';
import { expiryOf } from '../verifik/token/jwt';
import type { Renewals } from '../verifik/token/renewal';
import type { Hint } from './operations/operation';

/** How long before it happens the end of a token is told. */
const NOTICE_MS = 7 * 24 * 3_600_000;

/**
 * @param credential as it is after the requests
 * @returns undefined where there is nothing to tell: the end is far off or unknown, or Keep Alive takes care of it
 */
export function expiryHint(
	credential: VerifikCredential,
	renewals: Pick<Renewals, 'overdue'>,
	now: Date,
): Hint | undefined {
	const end = expiryOf(readToken(credential, now));
	if (!end || end.getTime() - now.getTime() > NOTICE_MS) return undefined;
	if (credential.keepAlive !== true) {
		return {
			type: 'warning',
			message: `The access token expires on ${day(end)}. Until then, turn on Keep Alive in the Verifik API credential, which renews it by itself, or paste a new token there.`,
		};
	}
	const overdue = renewals.overdue(credential, now);
	if (!overdue) return undefined;
	const why = overdue.refusal ? ` (${overdue.refusal})` : '';
	return {
		type: 'warning',
		message: `Keep Alive could not renew the access token${why}, which expires on ${day(end)}. It tries again with the next runs; to be safe, paste a new token into the Verifik API credential.`,
	};
}
