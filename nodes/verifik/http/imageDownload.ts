// Takes in an image as it streams. What sends it may lie about its size, never end, or send something else. Knows no
// network: the answer is handed in.
import { VerifikFailure } from '../errors/messages';
import { kindOf, type Kind } from './fileType';
import { readBody } from './readBody';
import type { Answer } from './response';

export type Image = { bytes: Buffer; kind: Kind };

/** Photos of documents have a few megabytes. */
export const MAX_IMAGE_BYTES = 25_000_000;

/**
 * The image that an answer carries.
 *
 * @param answer its body as a stream
 * @param signal ends the download
 * @returns the image, or why there is none
 * @throws the signal's reason, or whatever the stream throws when the connection breaks
 */
export async function readImage(
	answer: Answer,
	host: string,
	signal: AbortSignal,
): Promise<Image | VerifikFailure> {
	const { statusCode, headers, body } = answer;
	const facts = { host, httpStatus: statusCode };
	const tooBig = new VerifikFailure('imageTooBig', { bytes: MAX_IMAGE_BYTES });
	if (statusCode === 429) return new VerifikFailure('rateLimited', facts);
	if (statusCode >= 500) return new VerifikFailure('serverDown', facts);
	if (statusCode < 200 || statusCode >= 300) return new VerifikFailure('imageRefused', facts);
	if (Number(headers['content-length'] ?? 0) > MAX_IMAGE_BYTES) return tooBig;

	const { bytes, isCut } = await readBody(body, MAX_IMAGE_BYTES, signal);
	if (isCut) return tooBig;
	const kind = bytes.length === 0 ? undefined : kindOf(bytes);
	if (kind?.isImage) return { bytes, kind };
	return new VerifikFailure('imageUnreadable', { host, kind: kind?.words ?? 'empty' });
}
