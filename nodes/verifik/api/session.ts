// The session endpoint, which renews a token that is still valid (https://docs.verifik.co, Authentication).
import { isIssuedToken } from '../token/credential';
import { VerifikError } from '../errors/VerifikError';

/**
 * Asks for a new token.
 *
 * @param getJson GET with the present token
 * @param months how long the new one is to last: 1 or more; anything else counts as 1
 * @throws VerifikError
 */
export async function newToken(
	getJson: (path: string) => Promise<unknown>,
	months: unknown,
): Promise<string> {
	const expiresIn = Number.isSafeInteger(months) && (months as number) >= 1 ? months : 1;
	const body = await getJson(`/v2/auth/session?origin=refresh&expiresIn=${expiresIn}`);
	const token = (body as { accessToken?: unknown } | null | undefined)?.accessToken;
	// What came is not quoted: a token may be in it.
	if (typeof token !== 'string' || !isIssuedToken(token)) throw new VerifikError('notTheApi');
	return token;
}
