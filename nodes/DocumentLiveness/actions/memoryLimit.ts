// How much memory the items of a run may take, so that n8n can go on.
import { VerifikError } from '../../verifik/errors/VerifikError';
import type { Operation } from './operation';

/** Bytes of a list's items: about 300,000 records, for which n8n needs three times as much memory. */
export const MAX_KEPT_BYTES = 1_000_000_000;

/**
 * Checks the items of a run.
 *
 * @param bytes of the results of all input items so far
 * @param inputItems how many input items there are
 * @throws VerifikError `answerTooLarge` or `listTooLarge` if they take too much
 */
export function assertFits(bytes: number, { maxBytes }: Operation, inputItems: number): void {
	if (maxBytes && bytes > maxBytes(inputItems)) throw new VerifikError('answerTooLarge');
	if (bytes > MAX_KEPT_BYTES) throw new VerifikError('listTooLarge');
}
