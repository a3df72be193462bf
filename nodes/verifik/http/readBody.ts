// Reads the body of an answer from its stream, up to a number of bytes and until a signal. The server may state a wrong size,
// send slowly, never end, or send gigabytes in compressed form. Pure: the stream is an argument.

/** The methods of a stream that are needed here: the class of the stream differs between versions of n8n. */
type ByteStream = {
	on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
	on(event: 'error', listener: (error: unknown) => void): unknown;
	on(event: 'end' | 'close', listener: () => void): unknown;
	destroy(): unknown;
};

export type Body = {
	bytes: Buffer;
	/** whether the body is longer than `maxBytes` */
	isCut: boolean;
};

/** The bytes of all bodies that are being received at the same time. */
export type SharedBytes = { taken: number; readonly max: number };

/** How many chunks are joined at a time; a usual answer has fewer. */
const MAX_CHUNKS = 1_000;

/**
 * Reads a body.
 *
 * @param body as n8n's HTTP helper returns it for `encoding: 'stream'`, decompressed
 * @param maxBytes how many bytes are read at most
 * @param signal ends the reading
 * @param shared the body is cut where this and others together have more
 * @throws the reason of the signal, or the error of the stream if the connection breaks
 */
export async function readBody(
	body: unknown,
	maxBytes: number,
	signal: AbortSignal,
	shared: SharedBytes = { taken: 0, max: Infinity },
): Promise<Body> {
	if (!isStream(body)) return cut(toBuffer(body), maxBytes);
	const bytes = new Bytes();
	let [isWithin, isOver] = [true, false];
	let onAbort = () => {};
	try {
		// The signal is handled here, since n8n's HTTP client wraps the stream so that a silent one cannot be ended.
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
				shared.taken += chunk.length;
				isWithin &&= shared.taken <= shared.max;
				if (bytes.length > maxBytes || !isWithin) resolve();
			});
		});
		const { bytes: read, isCut } = cut(bytes.joined(), maxBytes);
		return { bytes: read, isCut: isCut || !isWithin };
	} finally {
		isOver = true;
		shared.taken -= bytes.length;
		signal.removeEventListener('abort', onAbort);
		// Without a listener, an error after this would end the process.
		body.on('error', () => undefined);
		body.destroy();
	}
}

/** The chunks so far. Many are joined, since a chunk of a single byte needs a hundred times its size as an object. */
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

	/** All bytes in one buffer. */
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

/** Converts what n8n returns instead of a stream when it invents answers itself (evalLlmMockHandler in n8n-core). */
function toBuffer(body: unknown): Buffer {
	if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body ?? '') ?? ''));
}
