// Remembers which renewed tokens Verifik refused, so that the token before is used again. In the memory of this process.
import { fingerprint } from './fingerprint';

/** How many are remembered: the newest. A forgotten token is tried once more, and refused again. */
const MAX_KEPT = 1_000;

/** A bounded set of refused tokens, which keeps only their fingerprints. */
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

/** The refused tokens of this process. */
export const refusedTokens = new RefusedTokens();
