// Images of invented documents, and what an image is by its first bytes.
import { Jimp, loadFont } from 'jimp';
import { SANS_16_BLACK, SANS_32_BLACK } from 'jimp/fonts';

import { bits } from './random.mts';

const WIDTH = 640;
const HEIGHT = 404;

const SIGNS: ReadonlyArray<[string, (bytes: Buffer) => boolean]> = [
	['image/jpeg', (bytes) => bytes.subarray(0, 3).toString('hex') === 'ffd8ff'],
	['image/png', (bytes) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a'],
	[
		'image/webp',
		(bytes) =>
			bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
	],
];

/** The MIME type of an image that the service accepts, or undefined. */
export function typeOfImage(bytes: Buffer): string | undefined {
	return SIGNS.find(([, is]) => is(bytes))?.[0];
}

let fonts:
	| Promise<[Awaited<ReturnType<typeof loadFont>>, Awaited<ReturnType<typeof loadFont>>]>
	| undefined;

/** A PNG that looks a little like an identity card, of nobody. */
export async function drawDocument(name: string, id: string, index: number): Promise<Buffer> {
	fonts ??= Promise.all([loadFont(SANS_32_BLACK), loadFont(SANS_16_BLACK)]);
	const [large, small] = await fonts;
	const tint = bits(7, index, 1);
	const background = (0xd0d0d000 | ((tint & 0x1f1f1f00) >>> 0) | 0xff) >>> 0;
	const card = new Jimp({ width: WIDTH, height: HEIGHT, color: background });
	const portrait = new Jimp({ width: 150, height: 200, color: 0x9fb0c8ff });
	const face = new Jimp({ width: 70, height: 90, color: 0xe3c4a8ff });
	card.composite(portrait.composite(face, 40, 40), 40, 120);
	card.print({ font: large, x: 40, y: 30, text: 'SPECIMEN' });
	card.print({ font: large, x: 220, y: 130, text: name });
	card.print({ font: small, x: 220, y: 200, text: `No. ${id}` });
	card.print({ font: small, x: 220, y: 240, text: 'Invented for tests. Not a document.' });
	// Trying out every filter on every line, for a smaller file, takes a hundred times as long under jest.
	return await card.getBuffer('image/png', { filterType: 0, deflateStrategy: 0 });
}
