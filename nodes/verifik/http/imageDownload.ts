// Reads an image from an answer, whose server may state a wrong size, never end, or send something else. Pure: the answer is
// an argument.
import { VerifikError } from '../errors/VerifikError';
import { fileTypeOf, type FileType } from './fileType';
import { readBody } from './readBody';
import type { HttpAnswer } from './response';

export type Image = { bytes: Buffer; kind: FileType };

/** Photos of documents have only a few megabytes. */
export const MAX_IMAGE_BYTES = 25_000_000;

/**
 * Reads the image of an answer.
 *
 * @param answer with its body as a stream
 * @param host of the server, for messages
 * @param signal ends the download
 * @throws VerifikError for an answer without an image; the reason of the signal; what the stream throws if the connection breaks
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
