// The test of the examples' canvases finds what overlaps.
import { expect, test } from '@jest/globals';

import { overlaps, type Box, type Placed } from '../support/overlaps.mts';

const box = (left: number, top: number, width: number, height: number): Box => ({
	left,
	top,
	right: left + width,
	bottom: top + height,
});
const node = (name: string, left: number, top: number): Placed => ({
	name,
	box: box(left, top, 96, 130),
});
const note: Placed = { name: 'Note', box: box(0, 0, 256, 400), text: box(10, 10, 236, 150) };

test.each<[string, Placed[], string[]]>([
	['a node within a note, below its text', [note, node('A', 80, 240)], []],
	['a node beside a note', [note, node('A', 260, 0)], []],
	['a node on the text of a note', [note, node('A', 80, 120)], ['Note and A']],
	['a node on the edge of a note', [node('A', 200, 240), note], ['A and Note']],
	['two nodes', [node('A', 0, 0), node('B', 90, 120)], ['A and B']],
	['two notes', [note, { ...note, name: 'Other' }], ['Note and Other']],
	[
		'a text that is longer than its note',
		[{ ...note, text: box(10, 10, 236, 500) }],
		['the text of Note and its edge'],
	],
])('%s', (_what, placed, found) => {
	expect(overlaps(placed)).toEqual(found);
});
