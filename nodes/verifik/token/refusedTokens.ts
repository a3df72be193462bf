// The renewed tokens that Verifik refused, as far as this process knows, so that the pasted one is used again.
import { fingerprint } from './fingerprint';

/** Older ones are forgotten; a token that is forgotten is tried, and refused, once more. */
const MAX_KEPT = 1_000;

export class RefusedTokens {
	private readonly fingerprints = new Set<string>();

	add(token: string): void {
		this.fingerprints.add(fingerprint(token));
		const [oldest] = this.fingerprints;
		if (this.fingerprints.size > MAX_KEPT && oldest) this.fingerprints.delete(oldest);
	}

	has(token: string): boolean {
		return this.fingerprints.size > 0 && this.fingerprints.has(fingerprint(token));
	}
}

/** Those of this process. */
export const refusedTokens = new RefusedTokens();
