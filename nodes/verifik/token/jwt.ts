// Reads when a token expires. Verifik's tokens are JWTs (RFC 7519). Pure.

/** The lifetime of a token that does not say when it was issued: Verifik's last about 30 days. */
const USUAL_LIFE_MS = 30 * 24 * 3_600_000;

/**
 * When a token expires, by its own `exp` claim. The signature is not checked: only Verifik can.
 *
 * @returns undefined for a token that is not a JWT or has no usable `exp`
 */
export function expiryOf(token: string): Date | undefined {
	return dateOf(claimsOf(token)?.exp);
}

/**
 * The share of a token's lifetime that has passed: 0 when it was issued, 1 when it expires, more after that.
 *
 * @returns undefined for a token that does not say when it expires
 */
export function shareOfLife(token: string, now: Date): number | undefined {
	const end = expiryOf(token)?.getTime();
	if (end === undefined) return undefined;
	const issued = dateOf(claimsOf(token)?.iat)?.getTime();
	const life = issued !== undefined && issued < end ? end - issued : USUAL_LIFE_MS;
	return 1 - (end - now.getTime()) / life;
}

/** Whether a token has expired, as it says itself. */
export function isExpired(token: string, now: Date): boolean {
	return (shareOfLife(token, now) ?? 0) >= 1;
}

function claimsOf(token: string): { exp?: unknown; iat?: unknown } | undefined {
	const [, payload, signature, ...more] = token.split('.');
	if (payload === undefined || signature === undefined || more.length > 0) return undefined;
	const claims = parse(Buffer.from(payload, 'base64url').toString('utf8'));
	return typeof claims === 'object' && claims !== null ? claims : undefined;
}

/** @param seconds since 1970, as JWTs count */
function dateOf(seconds: unknown): Date | undefined {
	if (typeof seconds !== 'number') return undefined;
	const date = new Date(seconds * 1000);
	return Number.isNaN(date.getTime()) ? undefined : date;
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
