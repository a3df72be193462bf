// Draws pictures of invented documents, in a thread of its own: see Artist in images.mts.
import { Jimp, loadFont } from 'jimp';
import { SANS_16_BLACK, SANS_32_BLACK } from 'jimp/fonts';
import { parentPort } from 'node:worker_threads';

import type { Sketch } from './images.mts';
import { bits } from './random.mts';

const WIDTH = 640;
const HEIGHT = 404;

const large = await loadFont(SANS_32_BLACK);
const small = await loadFont(SANS_16_BLACK);

/** A PNG that looks a little like an identity card, of nobody. */
async function draw({ name, id, index }: Sketch): Promise<Buffer> {
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
	return await card.getBuffer('image/png');
}

parentPort!.on('message', async (sketch: Sketch) => parentPort!.postMessage(await draw(sketch)));
