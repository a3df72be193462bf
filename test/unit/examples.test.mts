// Every example workflow is explained, shown, run by a test, and ready to be handed on.
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';

import { EXAMPLES, readExample } from '../support/examples.mts';

const readme = readFileSync('README.md', 'utf8');
const hostTests = readdirSync('test/host').map((file) => readFileSync(`test/host/${file}`, 'utf8'));

const MAX_SCREENSHOT_BYTES = 65_000;
const NOTE = 'n8n-nodes-base.stickyNote';

/** What stands in the braces of a parameter. */
function expressionsOf(parameter: unknown): string[] {
	if (typeof parameter !== 'string' || !parameter.startsWith('=')) return [];
	return [...parameter.matchAll(/\{\{\s*([\s\S]*?)\s*\}\}/g)].map(([, text]) => text!);
}

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

	test('puts no text of a record into an address, or into HTML, as it came', () => {
		/** words of this node's own, or a mail that it has made safe */
		const ours = /json\.(verdict|failedChecks|html)\b/;
		const parts = nodes.flatMap(({ parameters: { url, html, formDescription } }) => [
			...expressionsOf(url).map((text) => ({ text, safe: /\.urlEncode\(\)$/ })),
			...[html, formDescription]
				.flatMap(expressionsOf)
				.map((text) => ({ text, safe: /\.replaceAll\('<', '(&lt;)?'\)$/ })),
		]);
		const ofRecords = parts.filter(({ text }) => text.includes('json.'));
		const unsafe = ofRecords.filter(({ text, safe }) => !ours.test(text) && !safe.test(text));
		expect(unsafe).toEqual([]);
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
