// Packs the built package, as it would be published.
import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
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
	const folder = await mkdtemp(join(output, 'pack-'));
	await execa('npm', ['pack', '--pack-destination', folder], { cwd: root });
	const [file] = await readdir(folder);
	// In one step, whole: whoever installs it meanwhile has the one before.
	await rename(join(folder, file!), await tarballPath());
	await rm(folder, { recursive: true });
}
