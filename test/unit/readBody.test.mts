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

test('item 3: bodies that come in at the same time are cut where they are too much together, and leave no trace', async () => {
	const shared = { taken: 0, max: 10_000 };
	const [first, second, third] = [new Silent(), new Silent(), new Silent()];
	const reads = [first, second, third].map(
		async (one) => await readBody(one, 8_000, signal, shared),
	);
	for (const one of [first, second, third]) one.emit('data', Buffer.alloc(4_000));
	expect(await reads[2]).toMatchObject({ isCut: true });
	third.emit('data', Buffer.alloc(4_000));
	first.emit('data', Buffer.alloc(1_000));
	first.emit('end');
	expect(await reads[0]).toMatchObject({ isCut: false, bytes: { length: 5_000 } });
	second.emit('data', Buffer.alloc(3_000));
	second.emit('end');
	expect(await reads[1]).toMatchObject({ isCut: false, bytes: { length: 7_000 } });
	expect(shared.taken).toBe(0);
});
