// Takes in an image as it streams. What sends it may lie about its size, never end, or send something else. Knows no
// network: the answer is handed in.
import { VerifikError } from '../errors/VerifikError';
import { fileTypeOf, type FileType } from './fileType';
import { readBody } from './readBody';
import type { HttpAnswer } from './response';

export type Image = { bytes: Buffer; kind: FileType };

/** Photos of documents have a few megabytes. */
export const MAX_IMAGE_BYTES = 25_000_000;

/**
 * The image that an answer carries.
 *
 * @param answer its body as a stream
 * @param signal ends the download
 * @throws VerifikError; the signal's reason, or whatever the stream throws when the connection breaks
 */
export async function readImage(
	answer: HttpAnswer,
	host: string,
	signal: AbortSignal,
): Promise<Image> {
	const { statusCode, headers, body } = answer;
	const facts = { host, httpStatus: statusCode };
	const tooBig = () => new VerifikError('imageTooBig', { bytes: MAX_IMAGE_BYTES });
	if (statusCode === 429) throw new VerifikError('rateLimited', facts);
	if (statusCode >= 500) throw new VerifikError('serverDown', facts);
	if (statusCode < 200 || statusCode >= 300) throw new VerifikError('imageRefused', facts);
	if (Number(headers['content-length'] ?? 0) > MAX_IMAGE_BYTES) throw tooBig();

	const { bytes, isCut } = await readBody(body, MAX_IMAGE_BYTES, signal);
	if (isCut) throw tooBig();
	const kind = bytes.length === 0 ? undefined : fileTypeOf(bytes);
	if (kind?.isImage) return { bytes, kind };
	throw new VerifikError('imageUnreadable', { host, kind: kind?.words ?? 'empty' });
}
