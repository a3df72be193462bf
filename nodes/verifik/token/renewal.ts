// Automatic renewal: when a token is renewed, and what this process remembers of it, so that many requests make one renewal
// and one that did not work is not tried again with each of them. Knows no network: what asks Verifik is handed in.
import {
	isIssuedToken,
	readCredential,
	renewedField,
	type CredentialFields,
	type VerifikCredential,
} from './credential';
import { VerifikError } from '../errors/VerifikError';
import { fingerprint } from './fingerprint';
import { expiryOf, isExpired, shareOfLife } from './jwt';
import { refusedTokens } from './refusedTokens';

/** A token is renewed when this much of its life is over: one of 30 days after 15. */
const DUE = 0.5;

/** A token that is still in use past this much of its life ought to have been renewed. */
const OVERDUE = 0.75;

/** A renewal that did not work is tried again after a tenth of what is left of the token's life, within these bounds. */
const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 3_600_000;

/** Credentials that are remembered; what is forgotten is asked for once more. */
const MAX_REMEMBERED = 1_000;

/** What is remembered of a credential. */
type Memory = {
	/** the token of the latest renewal */
	renewed?: string;
	isUnderWay: boolean;
	/** no renewal before this time (milliseconds since 1970), since the latest did not work */
	notBefore: number;
	/** why it did not: a sentence without a period */
	refusal?: string;
};

export class Renewals {
	/** by the fingerprint of base URL and pasted token */
	private readonly memories = new Map<string, Memory>();

	/**
	 * To be called before a request is signed. Renews a token of which half the life is over. One caller at a time does;
	 * the others go on with the token that there is.
	 *
	 * @param ask asks Verifik for a new token, with the present credential
	 * @returns what the credential's `renewedToken` is to be; undefined where it can stay as it is. Never throws: a renewal
	 * that does not work takes nothing from a token that still does.
	 */
	async renewWhenDue(
		fields: CredentialFields,
		ask: (credential: VerifikCredential) => Promise<string>,
		now: () => Date,
	): Promise<string | undefined> {
		const credential = readDueCredential(fields, now());
		if (credential === undefined) return undefined;
		const { pastedToken } = credential;
		const memory = this.memoryOf(credential);
		const { renewed } = memory;
		if (renewed && !hasLived(DUE, renewed, now()) && !refusedTokens.has(renewed)) {
			// This request had read the credential before it was renewed, a moment ago.
			return renewedField(pastedToken, renewed);
		}
		if (memory.isUnderWay || mustWait(memory, now())) return undefined;
		memory.isUnderWay = true;
		try {
			const fresh = await ask(credential);
			if (!isIssuedToken(fresh) || !expiryOf(fresh) || hasLived(DUE, fresh, now())) {
				throw new VerifikError('notTheApi');
			}
			memory.renewed = fresh;
			memory.refusal = undefined;
			return renewedField(pastedToken, fresh);
		} catch (error) {
			memory.refusal = (error as Error).message;
			memory.notBefore = now().getTime() + waitAfter(error, credential, now());
			return undefined;
		} finally {
			memory.isUnderWay = false;
		}
	}

	/**
	 * Whether a credential is past the time at which it should have been renewed, and why that did not work, as far as
	 * this process knows.
	 */
	overdue(credential: VerifikCredential, now: Date): { refusal?: string } | undefined {
		if (!hasLived(OVERDUE, credential.token, now)) return undefined;
		return { refusal: this.memoryOf(credential).refusal };
	}

	private memoryOf({ baseUrl, pastedToken }: VerifikCredential): Memory {
		const key = fingerprint(`${baseUrl.href} ${pastedToken}`);
		const memory = this.memories.get(key) ?? { isUnderWay: false, notBefore: 0 };
		// again at the end, so that the one that was not used for the longest time goes first
		this.memories.delete(key);
		this.memories.set(key, memory);
		const [oldest] = this.memories.keys();
		if (this.memories.size > MAX_REMEMBERED && oldest) this.memories.delete(oldest);
		return memory;
	}
}

/** The memory of this process. */
export const renewals = new Renewals();

/** The credential, if its token is to be renewed now. One whose life is over cannot be. */
function readDueCredential(fields: CredentialFields, now: Date): VerifikCredential | undefined {
	if (fields.renewAutomatically !== true) return undefined;
	try {
		const credential = readCredential(fields, now);
		const { token } = credential;
		return hasLived(DUE, token, now) && !isExpired(token, now) ? credential : undefined;
	} catch {
		// It cannot be used: the request says so when it is signed.
		return undefined;
	}
}

function hasLived(share: number, token: string, now: Date): boolean {
	return (shareOfLife(token, now) ?? 0) >= share;
}

/** Whether it is too early for another try. A time that is far off was set by a clock that has been put right since. */
function mustWait({ notBefore }: Memory, now: Date): boolean {
	const wait = notBefore - now.getTime();
	return wait > 0 && wait <= MAX_RETRY_MS;
}

/** How long to leave Verifik alone, in milliseconds. */
function waitAfter(failure: unknown, { expiresAt }: VerifikCredential, now: Date): number {
	const left = (expiresAt?.getTime() ?? 0) - now.getTime();
	const asked = failure instanceof VerifikError ? failure.details.retryAfterMs : 0;
	// What is asked for is kept to within the bounds: no answer can switch renewal off.
	return Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, left / 10, asked ?? 0));
}
