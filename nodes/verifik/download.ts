// Takes in an image as it streams: so much of it and no more, for so long and no longer. What sends it may lie about its
// size, never end, or send something else. Knows no network: the stream is handed in.
import { settled, VerifikFailure } from './errors';
import { kindOf, type Kind } from './images';
import type { Answer } from './answers';
import type { Clock } from './http/requestQueue';

/** As much of a stream as is needed here, whatever n8n's version calls it. */
type ByteStream = AsyncIterable<Uint8Array> & {
	destroy(): unknown;
	on(event: 'error', listener: () => void): unknown;
};

export type Image = { bytes: Buffer; kind: Kind };

/** Photos of documents have a few megabytes. */
export const MOST_IMAGE_BYTES = 25_000_000;

/** How soon a download notices that its time is over or that the workflow was stopped. */
const WATCH_MS = 100;

/**
 * The image that an answer carries. Its stream is left as it is when this is over: whoever opened it closes it.
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
	const { statusCode, headers } = answer;
	const facts = { host, httpStatus: statusCode };
	const tooBig = new VerifikFailure('imageTooBig', { bytes: MOST_IMAGE_BYTES });
	if (statusCode === 429) return new VerifikFailure('rateLimited', facts);
	if (statusCode >= 500) return new VerifikFailure('serverDown', facts);
	if (statusCode < 200 || statusCode >= 300) return new VerifikFailure('imageRefused', facts);
	if (Number(headers['content-length'] ?? 0) > MOST_IMAGE_BYTES) return tooBig;

	const stream = answer.body as ByteStream;
	const watch = new Watch(clock, untilMs, host);
	try {
		const bytes = await readBytes(stream, watch.alarm);
		if (bytes === undefined) return tooBig;
		if (bytes instanceof VerifikFailure) return bytes;
		const kind = bytes.length === 0 ? undefined : kindOf(bytes);
		if (kind?.isImage) return { bytes, kind };
		return new VerifikFailure('imageUnreadable', { host, kind: kind?.words ?? 'empty' });
	} finally {
		watch.end();
	}
}

/** Ends a stream that is not wanted any more. */
export function discard(body: unknown): void {
	const stream = body as Partial<ByteStream> | undefined;
	// what it has to say to that is of no interest
	stream?.on?.('error', () => undefined);
	stream?.destroy?.();
}

/** All bytes of a stream; undefined where there are too many, or what `alarm` gives, if that is first. */
async function readBytes(
	stream: ByteStream,
	alarm: Promise<VerifikFailure>,
): Promise<Buffer | VerifikFailure | undefined> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	const source = stream[Symbol.asyncIterator]();
	for (;;) {
		// Not left to the stream: n8n's HTTP client wraps it so that one that is silent cannot be ended from here.
		const next = source.next();
		const result = await Promise.race([next, alarm]);
		if (result instanceof VerifikFailure) {
			next.catch(() => undefined);
			return result;
		}
		if (result.done) return Buffer.concat(chunks, size);
		size += result.value.length;
		if (size > MOST_IMAGE_BYTES) return undefined;
		chunks.push(result.value);
	}
}

/** Raises an alarm when a download takes too long, or the workflow is stopped. */
class Watch {
	readonly alarm: Promise<VerifikFailure>;

	private isOver = false;

	constructor(clock: Clock, untilMs: number, host: string) {
		this.alarm = this.keep(clock, untilMs, host);
	}

	end(): void {
		this.isOver = true;
	}

	private async keep(clock: Clock, untilMs: number, host: string): Promise<VerifikFailure> {
		while (!this.isOver && clock.now() < untilMs) {
			const stopped = await settled(clock.sleep(WATCH_MS));
			if (stopped instanceof VerifikFailure) return stopped;
		}
		return new VerifikFailure('timedOut', { host });
	}
}
