// The sticky note of the workflow that `npm start` opens on.
import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';

import { noteFor } from '../../tools/start.mts';

test('is above everything that is on the canvas, notes of the example too', async () => {
	const example = JSON.parse(await readFile('examples/failed-checks.json', 'utf8'));
	const nodes = [...example.nodes, { position: [-300, -500], parameters: { height: 200 } }];
	const { position, parameters } = noteFor(nodes);
	const bottom = position[1] + parameters!.height!;
	for (const node of nodes) expect(node.position[1]).toBeGreaterThan(bottom);
});
