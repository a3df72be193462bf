// Brings node_modules to what package-lock.json says, before any other npm script. Runs on Node 20 and with no
// dependency of its own, since it is what installs them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const stamp = new URL('node_modules/.installed', root);
const wanted = createHash('sha256')
	.update(readFileSync(new URL('package.json', root)))
	.update(readFileSync(new URL('package-lock.json', root)))
	.update(`${process.platform} ${process.arch}`)
	.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
	process.stdout.write('Installing the dependencies (a minute or two, once) …\n');
	// The token that the script behind this one may be called with is not for the install scripts of dependencies.
	const env = { ...process.env };
	delete env.VERIFIK_ACCESS_TOKEN;
	// Not `npm ci`: it refuses the lock file where a registry does not carry every platform's optional binaries.
	// `npm install` installs the same locked versions, and --no-save keeps it from rewriting the lock.
	const { status } = spawnSync('npm install --no-save --no-progress --loglevel=error', {
		cwd: fileURLToPath(root),
		env,
		stdio: ['ignore', 'ignore', 'inherit'],
		shell: true,
	});
	if (status !== 0) {
		process.stderr.write(
			'npm install did not finish; what it said stands above. Node.js 20 and npm 11 or newer are needed.\n',
		);
		process.exit(1);
	}
	writeFileSync(stamp, wanted);
}
