// Takes in the body of an answer as it streams: so many bytes of it, unpacked, and for as long as the request may last.
// What sends it may lie about its size, trickle, never end, or unpack to gigabytes. Knows no network.

/** As much of a stream as is needed here, whatever n8n's version calls it. */
type ByteStream = {
	on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
	on(event: 'error', listener: (error: unknown) => void): unknown;
	on(event: 'end' | 'close', listener: () => void): unknown;
	destroy(): unknown;
};

export type Body = {
	bytes: Buffer;
	/** whether there is more of it than was to be read */
	isCut: boolean;
};

/** What the bodies that are being read at the same time hold together, in bytes. */
export type Room = { taken: number; readonly max: number };

/** An answer of the usual size has fewer chunks than this. */
const MAX_CHUNKS = 1_000;

/**
 * @param body as n8n's HTTP helper gives it for `encoding: 'stream'`
 * @param maxBytes how much of it is read, once n8n's HTTP client has unpacked it
 * @param signal ends the reading
 * @param room that the body shares with others: it is cut where they are too many
 * @throws the signal's reason, or what the stream gives when the connection breaks
 */
export async function readBody(
	body: unknown,
	maxBytes: number,
	signal: AbortSignal,
	room: Room = { taken: 0, max: Infinity },
): Promise<Body> {
	if (!isStream(body)) return cut(toBuffer(body), maxBytes);
	const bytes = new Bytes();
	let [hasRoom, isOver] = [true, false];
	let onAbort = () => {};
	try {
		// Not left to the stream: n8n's HTTP client wraps it so that one that is silent cannot be ended through it.
		await new Promise<void>((resolve, reject) => {
			onAbort = () => reject(signal.reason as Error);
			if (signal.aborted) onAbort();
			signal.addEventListener('abort', onAbort);
			body.on('error', (error) => reject(error as Error));
			body.on('end', resolve);
			body.on('close', () => reject(new Error('the stream was closed: aborted')));
			body.on('data', (chunk) => {
				if (isOver) return;
				bytes.add(chunk);
				room.taken += chunk.length;
				hasRoom &&= room.taken <= room.max;
				if (bytes.length > maxBytes || !hasRoom) resolve();
			});
		});
		const { bytes: read, isCut } = cut(bytes.joined(), maxBytes);
		return { bytes: read, isCut: isCut || !hasRoom };
	} finally {
		isOver = true;
		room.taken -= bytes.length;
		signal.removeEventListener('abort', onAbort);
		// what it has to say to that is of no interest any more
		body.on('error', () => undefined);
		body.destroy();
	}
}

/** What came so far. A chunk can be a single byte, and as an object of its own takes a hundred times that: many are joined. */
class Bytes {
	length = 0;

	private readonly pieces: Uint8Array[] = [];

	private chunks: Uint8Array[] = [];

	add(chunk: Uint8Array): void {
		this.length += chunk.length;
		if (this.chunks.push(chunk) < MAX_CHUNKS) return;
		this.pieces.push(Buffer.concat(this.chunks));
		this.chunks = [];
	}

	/** All of them in one piece. */
	joined(): Buffer {
		return Buffer.concat([...this.pieces, ...this.chunks]);
	}
}

function cut(bytes: Buffer, maxBytes: number): Body {
	return { bytes: bytes.subarray(0, maxBytes), isCut: bytes.length > maxBytes };
}

function isStream(body: unknown): body is ByteStream {
	const stream = body as Partial<ByteStream> | null | undefined;
	return typeof stream?.on === 'function' && typeof stream.destroy === 'function';
}

/** What n8n gives instead of a stream when it makes up answers itself (n8n-core, evalLlmMockHandler). */
function toBuffer(body: unknown): Buffer {
	if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body ?? '') ?? ''));
}
