// Every example workflow is explained, shown, run by a test, and ready to be handed on.
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';

import { EXAMPLES, readExample } from '../support/examples.mts';

const readme = readFileSync('README.md', 'utf8');
const hostTests = readdirSync('test/host').map((file) => readFileSync(`test/host/${file}`, 'utf8'));

const MAX_SCREENSHOT_BYTES = 65_000;
const NOTE = 'n8n-nodes-base.stickyNote';

describe.each(EXAMPLES)('the example %s', (name) => {
	const { nodes, ...rest } = readExample(name);

	test('says on a sticky note what to set', () => {
		const notes = nodes.filter(({ type }) => type === NOTE);
		const text = notes.map(({ parameters }) => parameters.content).join('\n');
		expect(text).toContain('Choose your **Verifik API** credential');
	});

	test('has no node of n8n where a filter of ours does it', () => {
		expect(nodes.map(({ type }) => type)).not.toContain('n8n-nodes-base.filter');
	});

	test('carries nothing of the n8n that it was made in', () => {
		for (const node of nodes) expect(node).not.toHaveProperty('credentials');
		expect(Object.keys(rest).sort()).toEqual(['connections', 'name', 'pinData', 'settings']);
		expect(rest).toMatchObject({ pinData: {}, settings: { executionOrder: 'v1' } });
	});

	test('is shown in the gallery of the README, with a small screenshot', () => {
		const screenshot = `.github/pictures/example-${name}.png`;
		expect(readme).toContain(`/${screenshot})`);
		expect(readme).toContain(`/examples/${name}.json)`);
		expect(statSync(screenshot).size).toBeLessThan(MAX_SCREENSHOT_BYTES);
	});

	test('is run in the real n8n by a test', () => {
		const isNamed = (text: string) => new RegExp(`['/]${name}(['.])`).test(text);
		expect(hostTests.filter(isNamed)).not.toEqual([]);
	});
});
