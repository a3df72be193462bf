// Reads when a token's life ends. Verifik's tokens are JWTs (RFC 7519); one that is not is left alone. Pure.

/**
 * When a token expires, by its own `exp` claim. The signature is not checked: only Verifik can.
 *
 * @returns undefined for a token that is no JWT or carries no usable `exp`
 */
export function expiryOf(token: string): Date | undefined {
	const parts = token.split('.');
	if (parts.length !== 3) return undefined;
	const claims = parse(Buffer.from(parts[1], 'base64url').toString('utf8'));
	const seconds = (claims as { exp?: unknown } | null | undefined)?.exp;
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
