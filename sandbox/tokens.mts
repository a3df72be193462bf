// Access tokens as Verifik issues them: JWTs with a lifetime.
import { jwtVerify, SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';

export type TokenStatus = 'valid' | 'refused' | 'missing';

/** Issues and verifies the tokens of one sandbox. */
export class Tokens {
	/** all that were issued, the newest last */
	readonly issued: string[] = [];

	private secret = randomBytes(32);
	/** what has been verified before, with the end of its life in seconds: verifying each request would cost time */
	private readonly verified = new Map<string, number>();

	private readonly lifetimeS: number;
	/** a token accepted until all are revoked, whatever it looks like */
	private fixed?: string;

	constructor(lifetimeS: number, fixed?: string) {
		this.lifetimeS = lifetimeS;
		this.fixed = fixed;
	}

	/**
	 * A new token that lives for `months` lifetimes (30 days each, unless the sandbox was started with another).
	 *
	 * @param ageS as if it had been issued so many seconds ago
	 */
	async issue(months = 1, ageS = 0): Promise<string> {
		const issuedAt = Math.floor(Date.now() / 1000) - ageS;
		const token = await new SignJWT({ clientId: 'sandbox', jti: randomBytes(8).toString('hex') })
			.setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
			.setIssuedAt(issuedAt)
			.setExpirationTime(issuedAt + this.lifetimeS * months)
			.sign(this.secret);
		this.issued.push(token);
		return token;
	}

	/** From now on every token that was accepted before is refused, however long it still has to live. */
	revokeAll(): void {
		this.secret = randomBytes(32);
		this.verified.clear();
		this.fixed = undefined;
	}

	/** Verifies the token of an Authorization header. */
	async verify(header: string | undefined): Promise<TokenStatus> {
		const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
		if (!token) return header ? 'refused' : 'missing';
		if (token === this.fixed) return 'valid';
		const known = this.verified.get(token);
		if (known !== undefined) return known * 1000 > Date.now() ? 'valid' : 'refused';
		try {
			const { payload } = await jwtVerify(token, this.secret);
			this.verified.set(token, payload.exp ?? 0);
			return 'valid';
		} catch {
			return 'refused';
		}
	}
}
