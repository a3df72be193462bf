// The token with which `npm start` and `npm run check:live` are called is theirs: nothing that they start gets it, such as
// install scripts of dependencies.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const TOKEN = 'eyJ-the-token';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

test('item 10: the installation of the dependencies does not get it', async () => {
	const seen = join(folder, 'seen');
	for (const name of ['tools', 'bin', 'node_modules']) await mkdir(join(folder, name));
	await copyFile('tools/setup.mjs', join(folder, 'tools', 'setup.mjs'));
	for (const name of ['package.json', 'package-lock.json']) await writeFile(join(folder, name), '');
	const npm = `#!/bin/sh\necho "$KEPT, $VERIFIK_ACCESS_TOKEN" > '${seen}'\n`;
	await writeFile(join(folder, 'bin', 'npm'), npm, { mode: 0o755 });
	await execa(process.execPath, [join(folder, 'tools', 'setup.mjs')], {
		env: {
			VERIFIK_ACCESS_TOKEN: TOKEN,
			KEPT: 'yes',
			PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
		},
	});
	expect(await readFile(seen, 'utf8')).toBe('yes, \n');
});

test('item 10: the build and the installation of n8n do not get it', async () => {
	const seen = join(folder, 'seen');
	// What every process of Node runs first; gulp ends there.
	const spy = join(folder, 'spy.mjs');
	await writeFile(
		spy,
		`import { appendFileSync } from 'node:fs';
		const isGulp = /gulp/.test(process.argv[1]);
		const name = isGulp ? 'gulp' : 'start';
		appendFileSync(${JSON.stringify(seen)}, name + ' ' + process.env.VERIFIK_ACCESS_TOKEN + '\\n');
		if (isGulp) process.exit(1);`,
	);
	const start = ['--import', './tools/nodeSources.mjs', 'tools/startCommand.mts'];
	const { all } = await execa(process.execPath, [...start, '--folder', join(folder, 'n8n')], {
		env: { VERIFIK_ACCESS_TOKEN: TOKEN, NODE_OPTIONS: `--import ${pathToFileURL(spy)}` },
		all: true,
		reject: false,
	});
	expect(all).toContain('The preparation did not succeed');
	expect(await readFile(seen, 'utf8')).toBe(`start ${TOKEN}\ngulp undefined\n`);
});
