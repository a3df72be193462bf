// The hint above the output when the token expires soon.
import { readCredential, type CredentialFields } from '../verifik/token/credential';
import { formatDate } from '../verifik/errors/messages';
import type { Renewals } from '../verifik/token/renewal';
import type { Hint } from './actions/operation';

/** How long before the token expires the hint is shown. */
const NOTICE_MS = 7 * 24 * 3_600_000;

/**
 * The hint about a token that expires within a week.
 *
 * @param fields of the credential, read after the requests
 * @returns undefined if the token lasts longer, does not say when it expires, or automatic renewal is not overdue
 */
export function expiryHint(
	fields: CredentialFields,
	renewals: Pick<Renewals, 'overdue'>,
	now: Date,
): Hint | undefined {
	const credential = readCredential(fields, now);
	const { expiresAt: end } = credential;
	if (!end || end.getTime() - now.getTime() > NOTICE_MS) return undefined;
	if (fields.renewAutomatically !== true) {
		return {
			type: 'warning',
			message: `The access token expires on ${formatDate(end)}. Before that, turn on Renew Token Automatically in the Verifik API credential, or paste a new token there.`,
		};
	}
	const overdue = renewals.overdue(credential, now);
	if (!overdue) return undefined;
	const why = overdue.refusal ? ` (${overdue.refusal})` : '';
	return {
		type: 'warning',
		message: `The access token could not be renewed${why}. It expires on ${formatDate(end)}. The next runs try again. To be safe, paste a new token into the Verifik API credential.`,
	};
}
