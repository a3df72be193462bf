// Takes in an image as it streams: so much of it and no more, for so long and no longer. What sends it may lie about its
// size, never end, or send something else. Knows no network: the stream is handed in.
import { VerifikFailure, type Cause } from './errors';
import { kindOf, type Kind } from './images';
import type { Answer } from './answers';
import type { Clock } from './traffic';

/** As much of a stream as is needed here, whatever n8n's version calls it. */
type ByteStream = AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown };

export type Image = { bytes: Buffer; kind: Kind };

/** Photos of documents have a few megabytes. */
export const MOST_IMAGE_BYTES = 25_000_000;

/** How soon a download notices that its time is over or that the workflow was stopped. */
const WATCH_MS = 100;

/**
 * The image that an answer carries.
 *
 * @param answer its body as a stream
 * @param untilMs when it has to be there, as `clock` counts
 * @returns the image, or why there is none
 * @throws whatever the stream throws when the connection breaks
 */
export async function readImage(
	answer: Answer,
	host: string,
	untilMs: number,
	clock: Clock,
): Promise<Image | VerifikFailure> {
	const stream = answer.body as ByteStream;
	const refusal = (cause: Cause) =>
		new VerifikFailure(cause, { host, httpStatus: answer.statusCode });
	const tooBig = new VerifikFailure('imageTooBig', { bytes: MOST_IMAGE_BYTES });
	const { statusCode, headers } = answer;
	if (statusCode < 200 || statusCode >= 300) {
		stream.destroy();
		if (statusCode === 429) return refusal('rateLimited');
		return refusal(statusCode >= 500 ? 'serverDown' : 'imageRefused');
	}
	if (Number(headers['content-length'] ?? 0) > MOST_IMAGE_BYTES) {
		stream.destroy();
		return tooBig;
	}
	const bytes = await readBytes(stream, untilMs, clock, host);
	if (bytes === undefined) return tooBig;
	const kind = bytes.length === 0 ? undefined : kindOf(bytes);
	if (kind?.isImage) return { bytes, kind };
	return new VerifikFailure('imageUnreadable', { host, kind: kind?.words ?? 'empty' });
}

/** All bytes of a stream; undefined where there are too many. */
async function readBytes(
	stream: ByteStream,
	untilMs: number,
	clock: Clock,
	host: string,
): Promise<Buffer | undefined> {
	let isOver = false;
	void watch(stream, untilMs, clock, host, () => isOver);
	const chunks: Uint8Array[] = [];
	let size = 0;
	try {
		for await (const chunk of stream) {
			size += chunk.length;
			// leaving the loop destroys the stream
			if (size > MOST_IMAGE_BYTES) return undefined;
			chunks.push(chunk);
		}
	} finally {
		isOver = true;
	}
	return Buffer.concat(chunks, size);
}

/** Ends a stream that takes too long, or when the workflow is stopped. */
async function watch(
	stream: ByteStream,
	untilMs: number,
	clock: Clock,
	host: string,
	isOver: () => boolean,
): Promise<void> {
	while (!isOver()) {
		try {
			await clock.sleep(WATCH_MS);
		} catch (stopped) {
			stream.destroy(stopped as Error);
			return;
		}
		if (clock.now() >= untilMs) stream.destroy(new VerifikFailure('timedOut', { host }));
	}
}
