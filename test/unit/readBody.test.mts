// Reading the body of an answer: in any pieces, up to a size, and until a signal.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';

import { readBody } from '../../nodes/verifik/http/readBody.ts';

const { signal } = new AbortController();

/** A stream that does nothing by itself. */
class Silent extends EventEmitter {
	destroy(): void {}
}

test('a body is the same in whatever pieces it comes, and cut where it is longer than wanted', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.uint8Array({ maxLength: 40_000, size: 'max' }), { maxLength: 6 }),
			fc.nat(150_000),
			async (chunks, maxBytes) => {
				const whole = Buffer.concat(chunks);
				const { bytes, isCut } = await readBody(Readable.from(chunks), maxBytes, signal);
				expect(bytes.equals(whole.subarray(0, maxBytes))).toBe(true);
				expect(isCut).toBe(whole.length > maxBytes);
			},
		),
		{ numRuns: 50 },
	);
});

test('item 2: reading ends with its signal even if the stream ignores it', async () => {
	const controller = new AbortController();
	const read = readBody(new Silent(), 100, controller.signal);
	controller.abort(new Error('over'));
	await expect(read).rejects.toThrow('over');
});

test('item 3: millions of pieces of one byte take no more memory than their bytes', async () => {
	const stream = new Silent();
	const read = readBody(stream, 8_000_000, signal);
	const block = Buffer.alloc(65_536, 'x');
	const before = process.memoryUsage().heapUsed;
	for (let at = 0; at < 4_000_000; at++) {
		stream.emit('data', block.subarray(at % 65_536, (at % 65_536) + 1));
	}
	// what is not collected yet is in it; it was 600 MB
	expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
	stream.emit('end');
	expect((await read).bytes).toHaveLength(4_000_000);
});
