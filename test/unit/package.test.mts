// What is published, read from the tarball that npm makes of it.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { tarballPath } from '../../tools/pack.mts';

let files: string[];
beforeAll(async () => {
	const { stdout } = await execa('tar', ['-tzf', await tarballPath()]);
	files = stdout.split('\n').map((path) => path.replace(/^package\//, ''));
});

describe('the package', () => {
	test('holds the built node, the entry point, the manifest and the three texts, and nothing else', () => {
		const beside = files.filter((path) => !path.startsWith('dist/'));
		expect(beside.sort()).toEqual([
			'CHANGELOG.md',
			'LICENSE.md',
			'README.md',
			'index.d.ts',
			'index.js',
			'package.json',
		]);
		const inDist = files.filter((path) => path.startsWith('dist/'));
		const isBuilt = /\.(js|d\.ts|node\.json|svg)$|\/__schema__\/.+\.json$/;
		expect(inDist.filter((path) => !isBuilt.test(path))).toEqual([]);
		expect(inDist.filter((path) => !/^dist\/(nodes|credentials|icons)\//.test(path))).toEqual([]);
	});

	test('holds every file that its manifest and its descriptions name', async () => {
		const manifest = JSON.parse(await readFile('package.json', 'utf8'));
		expect(files).toEqual(
			expect.arrayContaining([
				...manifest.n8n.nodes,
				...manifest.n8n.nodes.map((path: string) => path.replace('.js', '.json')),
				...manifest.n8n.credentials,
				'dist/icons/verifik.svg',
				'dist/icons/verifik.dark.svg',
			]),
		);
	});

	test('brings no dependency along', async () => {
		const manifest = JSON.parse(await readFile('package.json', 'utf8'));
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	test('gives its classes to who requires it', () => {
		const { DocumentLiveness, DocumentLivenessTrigger, VerifikApi } = createRequire(
			import.meta.url,
		)('../../index.js');
		expect(new DocumentLiveness().description.name).toBe('documentLiveness');
		expect(new DocumentLivenessTrigger().description.name).toBe('documentLivenessTrigger');
		expect(new VerifikApi().name).toBe('verifikApi');
	});
});
