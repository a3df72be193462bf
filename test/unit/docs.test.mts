// The README stays one page, and no link of the docs leads nowhere.
import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILES = 'https://github.com/n8n-nodes-verifik/n8n-nodes-verifik/blob/main/';
const SCREENSHOTS = 'https://raw.githubusercontent.com/n8n-nodes-verifik/n8n-nodes-verifik/main/';
const pages = readdirSync('docs').map((file) => `docs/${file}`);
const read = (path: string) => readFileSync(path, 'utf8');
const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean);
const linksOf = (path: string) =>
	[...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);

describe('the README', () => {
	test('has at most 120 lines and 1,200 words, and no table cell over 25 words', () => {
		const text = read('README.md');
		expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
		expect(wordsOf(text).length).toBeLessThanOrEqual(1200);
		const cells = text
			.split('\n')
			.filter((line) => line.startsWith('|'))
			.flatMap((line) => line.split('|'));
		expect(cells.length).toBeGreaterThan(0);
		expect(cells.filter((cell) => wordsOf(cell).length > 25)).toEqual([]);
	});

	test('has absolute links only, since npm shows nothing else of the repository', () => {
		expect(linksOf('README.md').filter((link) => !link.startsWith('https://'))).toEqual([]);
	});

	test('leads to every page of the docs', () => {
		const direct = linksOf('README.md').map((link) => link.replace(FILES, '').split('#')[0]!);
		expect(pages.filter((page) => !direct.includes(page))).toEqual([]);
	});
});

test.each(['README.md', 'CONTRIBUTING.md', ...pages])(
	'every link of %s leads somewhere',
	(from) => {
		const own = linksOf(from)
			.map((link) => link.replace(FILES, '/').replace(SCREENSHOTS, '/'))
			.filter((link) => !/^https?:/.test(link));
		expect(own.filter((link) => !leadsSomewhere(from, link))).toEqual([]);
	},
);

/** @param link of the repository: from its root where it begins with a slash */
function leadsSomewhere(from: string, link: string): boolean {
	const [path, heading] = link.split('#') as [string, string?];
	const file = path === '' ? from : join(path.startsWith('/') ? '.' : dirname(from), path);
	return existsSync(file) && (heading === undefined || headingsOf(file).includes(heading));
}

/** The headings of a page, as GitHub makes link targets of them. */
function headingsOf(path: string): string[] {
	const text = read(path).replaceAll(/^```[\s\S]*?^```/gm, '');
	return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
		heading!
			.toLowerCase()
			.replaceAll(/[^\p{Letter}\p{Number}\-_ ]/gu, '')
			.replaceAll(' ', '-'),
	);
}
