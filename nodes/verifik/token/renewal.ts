// Automatic renewal: when a token is renewed. This process remembers renewals, so that many requests at the same time make
// one renewal, and a renewal that did not work is not repeated by each request. Pure: the request is an argument.
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

/** A token is renewed after this share of its lifetime: one of 30 days after 15 days. */
const DUE = 0.5;

/** After this share of its lifetime a token should have been renewed, and a hint says that it was not. */
const OVERDUE = 0.75;

/** A renewal that did not work is tried again after a tenth of the remaining lifetime, within these limits. */
const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 3_600_000;

/** How many credentials are remembered. A forgotten one may be renewed once more. */
const MAX_REMEMBERED = 1_000;

/** What is remembered about a credential. */
type Memory = {
	/** the token of the latest renewal */
	renewed?: string;
	isUnderWay: boolean;
	/** time of the next try after a renewal that did not work, in milliseconds since 1970 */
	notBefore: number;
	/** why the latest renewal did not work: a sentence without its period */
	refusal?: string;
};

/** The renewals of all credentials. */
export class Renewals {
	/** The key is the fingerprint of Base URL and pasted token. */
	private readonly memories = new Map<string, Memory>();

	/**
	 * To be called before a request is signed. Renews a token after half of its lifetime. One call at a time renews; the
	 * others use the present token. Never throws: if a renewal does not work, the present token is still valid.
	 *
	 * @param ask gets a new token from Verifik with the present credential
	 * @returns the new value of the credential's `renewedToken`; undefined if it does not change
	 */
	async renewWhenDue(
		fields: CredentialFields,
		ask: (credential: VerifikCredential) => Promise<string>,
		now: () => Date,
	): Promise<string | undefined> {
		const credential = readDueCredential(fields, now());
		if (credential === undefined) return undefined;
		const { pastedToken, token } = credential;
		const memory = this.memoryOf(credential);
		const { renewed } = memory;
		const failed = (reason: Error) => {
			memory.renewed = undefined;
			memory.refusal = reason.message;
			memory.notBefore = now().getTime() + waitAfter(reason, credential, now());
		};
		// A renewal that gave a token which Verifik refuses did not work.
		if (renewed && refusedTokens.has(renewed)) failed(new VerifikError('unauthorized'));
		else if (renewed && !hasLived(DUE, renewed, now())) {
			// The credential was renewed after n8n had read it for this request.
			return renewedField(pastedToken, renewed, token);
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
			return renewedField(pastedToken, fresh, token);
		} catch (error) {
			failed(error as Error);
			return undefined;
		} finally {
			memory.isUnderWay = false;
		}
	}

	/**
	 * Whether a token should have been renewed before now, and why that did not work, as far as this process knows.
	 *
	 * @returns undefined if the token is not overdue
	 */
	overdue(credential: VerifikCredential, now: Date): { refusal?: string } | undefined {
		if (!hasLived(OVERDUE, credential.token, now)) return undefined;
		return { refusal: this.memoryOf(credential).refusal };
	}

	private memoryOf({ baseUrl, pastedToken }: VerifikCredential): Memory {
		const key = fingerprint(`${baseUrl.href} ${pastedToken}`);
		const memory = this.memories.get(key) ?? { isUnderWay: false, notBefore: 0 };
		// Moved to the end of the map, so that the least recently used one is first.
		this.memories.delete(key);
		this.memories.set(key, memory);
		const [oldest] = this.memories.keys();
		if (this.memories.size > MAX_REMEMBERED && oldest) this.memories.delete(oldest);
		return memory;
	}
}

/** The memory of this process. */
export const renewals = new Renewals();

/** The credential, if its token has to be renewed now. An expired token cannot be renewed. */
function readDueCredential(fields: CredentialFields, now: Date): VerifikCredential | undefined {
	if (fields.renewAutomatically !== true) return undefined;
	try {
		const credential = readCredential(fields, now);
		const { token } = credential;
		return hasLived(DUE, token, now) && !isExpired(token, now) ? credential : undefined;
	} catch {
		// The same credential is read again when the request is signed, which then reports why it cannot be used.
		return undefined;
	}
}

function hasLived(share: number, token: string, now: Date): boolean {
	return (shareOfLife(token, now) ?? 0) >= share;
}

/** Whether it is too early for another try. A time in the far future was set by a clock that has been corrected since. */
function mustWait({ notBefore }: Memory, now: Date): boolean {
	const wait = notBefore - now.getTime();
	return wait > 0 && wait <= MAX_RETRY_MS;
}

/** How long to wait before the next try, in milliseconds. */
function waitAfter(failure: unknown, { expiresAt }: VerifikCredential, now: Date): number {
	const left = (expiresAt?.getTime() ?? 0) - now.getTime();
	const asked = failure instanceof VerifikError ? failure.details.retryAfterMs : 0;
	// Also limited if Verifik asks to wait: no answer can turn renewal off.
	return Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, left / 10, asked ?? 0));
}
