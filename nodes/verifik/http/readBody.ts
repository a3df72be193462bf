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

/**
 * @param body as n8n's HTTP helper gives it for `encoding: 'stream'`
 * @param maxBytes how much of it is read, once n8n's HTTP client has unpacked it
 * @param signal ends the reading
 * @throws the signal's reason, or what the stream gives when the connection breaks
 */
export async function readBody(
	body: unknown,
	maxBytes: number,
	signal: AbortSignal,
): Promise<Body> {
	if (!isStream(body)) return cut([toBuffer(body)], maxBytes);
	const chunks: Uint8Array[] = [];
	let size = 0;
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
				chunks.push(chunk);
				size += chunk.length;
				if (size > maxBytes) resolve();
			});
		});
		return cut(chunks, maxBytes);
	} finally {
		signal.removeEventListener('abort', onAbort);
		// what it has to say to that is of no interest any more
		body.on('error', () => undefined);
		body.destroy();
	}
}

function cut(chunks: Uint8Array[], maxBytes: number): Body {
	const bytes = chunks.length === 1 ? toBuffer(chunks[0]) : Buffer.concat(chunks);
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
