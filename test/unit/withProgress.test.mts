// What is printed while n8n is installed and compiled.
import { expect, test } from '@jest/globals';

import { withProgress } from '../../tools/n8nHost.mts';

test('a long step says from time to time how long it has taken and how far it is', async () => {
	const lines: string[] = [];
	let finish: () => void;
	const work = new Promise<void>((resolve) => (finish = resolve));
	const report = (line: string) => {
		lines.push(line);
		finish();
	};
	await withProgress(report, work, async () => 'still compiling', 1);
	expect(lines[0]).toMatch(/^ {2}\d+ s, still compiling$/);
});
