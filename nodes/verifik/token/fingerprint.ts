// A hash that identifies a token where the token itself must not be stored. Pure.
import { createHash } from 'crypto';

/** SHA-256 of a text, in 43 characters. */
export function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('base64url');
}
