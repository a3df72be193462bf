// Item 4 of the security review: who can publish.
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = '.github/workflows';
const files = readdirSync(FOLDER);
const read = (file: string) => readFileSync(`${FOLDER}/${file}`, 'utf8');

/** The jobs of a workflow, by name: each as its text. */
function jobsOf(text: string): Record<string, string> {
	const [, jobs] = text.split(/^jobs:\n/m) as [string, string];
	const parts = jobs.split(/^  (\w+):\n/m).slice(1);
	return Object.fromEntries(
		parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1]!]] : [])),
	);
}

test.each(files)('item 4: %s pins every action by its hash', (file) => {
	const uses = read(file).match(/uses: .*/g) ?? [];
	expect(uses.length).toBeGreaterThan(0);
	for (const one of uses) expect(one).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/);
});

describe('item 4: publishing', () => {
	const text = read('publish.yml');
	const { test: tests, publish, ...others } = jobsOf(text);

	test('is a job of its own, after the tests, in a protected environment', () => {
		expect(others).toEqual({});
		expect(publish).toMatch(/^    needs: test$/m);
		expect(publish).toMatch(/^    environment: \w+$/m);
		expect(publish).toMatch(/^      id-token: write$/m);
	});

	test('is not allowed to any other job', () => {
		expect(tests).not.toContain('id-token');
		expect(text.split(/^jobs:/m)[0]).not.toContain('id-token');
		for (const file of files.filter((one) => one !== 'publish.yml')) {
			expect(read(file)).not.toMatch(/id-token|: write/);
		}
	});

	test('runs no development dependency and no script of a package', () => {
		expect(publish).not.toMatch(/checkout@|npm (ci|install|run)|npx|gulp|\.ci\/run/);
		expect(publish).toMatch(/npm publish .*--ignore-scripts/);
	});

	test('wants the tag to be the version', () => {
		expect(publish).toContain('"$GITHUB_REF_NAME"');
	});
});
