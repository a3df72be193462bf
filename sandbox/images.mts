// What an image is by its first bytes, and who draws pictures: a thread of its own, since drawing would hold up all
// other answers.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const SIGNS: ReadonlyArray<[string, (bytes: Buffer) => boolean]> = [
	['image/jpeg', (bytes) => bytes.subarray(0, 3).toString('hex') === 'ffd8ff'],
	['image/png', (bytes) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a'],
	[
		'image/webp',
		(bytes) =>
			bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
	],
];

/** The MIME type of a picture that the service accepts, or undefined. */
export function typeOfImage(bytes: Buffer): string | undefined {
	return SIGNS.find(([, is]) => is(bytes))?.[0];
}

/** What is drawn: an identity card of nobody. */
export type Sketch = { name: string; id: string; index: number };

/** Draws pictures, one after the other. */
export class Artist {
	private worker?: Worker;
	private last: Promise<unknown> = Promise.resolve();

	/** @returns a PNG */
	async draw(sketch: Sketch): Promise<Buffer> {
		const picture = this.last.then(async () => {
			this.worker ??= new Worker(new URL('./draw.mts', import.meta.url));
			this.worker.postMessage(sketch);
			const [bytes] = await once(this.worker, 'message');
			return Buffer.from(bytes as Uint8Array);
		});
		this.last = picture.catch(() => undefined);
		return await picture;
	}

	async end(): Promise<void> {
		await this.worker?.terminate();
	}
}
