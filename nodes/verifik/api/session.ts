// The session endpoint, which renews a token that is still valid (https://docs.verifik.co, Authentication).
import { isIssuedToken } from '../token/credential';
import { VerifikError } from '../errors/VerifikError';

/**
 * Asks for a new token.
 *
 * @param getJson GET with the present token
 * @param months how long the new token lasts: 1 or more; any other value counts as 1
 * @throws VerifikError `notTheApi` if the answer has no token, and those of any request
 */
export async function newToken(
	getJson: (path: string) => Promise<unknown>,
	months: unknown,
): Promise<string> {
	const expiresIn = Number.isSafeInteger(months) && (months as number) >= 1 ? months : 1;
	const body = await getJson(`/v2/auth/session?origin=refresh&expiresIn=${expiresIn}`);
	const token = (body as { accessToken?: unknown } | null | undefined)?.accessToken;
	// The error does not quote the answer, which may contain a token.
	if (typeof token !== 'string' || !isIssuedToken(token)) throw new VerifikError('notTheApi');
	return token;
}
