// Packs the built package, as it would be published.
import { execa } from 'execa';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const output = join(root, '.out');

/** Path of the tarball that `pack` makes. */
export async function tarballPath(): Promise<string> {
	const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
	return join(output, `${name}-${version}.tgz`);
}

export async function pack(): Promise<void> {
	await mkdir(output, { recursive: true });
	for (const file of await readdir(output)) {
		if (file.endsWith('.tgz')) await rm(join(output, file));
	}
	await execa('npm', ['pack', '--pack-destination', output], { cwd: root });
}
