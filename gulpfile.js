// The steps that build on each other. npm's scripts are the front door: see package.json.
// The tools are ES modules; they are loaded by the task that needs them, so that a build does not load a web server.
const { execa } = require('execa');
const { parallel, series } = require('gulp');
const { mkdir, rm } = require('node:fs/promises');

const OUTPUT = '.out';

/** Runs a command of the project, quietly: what it says is shown only when it does not work out. */
async function quietly(command, ...args) {
	const { failed, all } = await execa(command, args, {
		preferLocal: true,
		all: true,
		reject: false,
	});
	if (!failed) return;
	process.stderr.write(`${all}\n`);
	throw new Error(`${command} ${args.join(' ')}`);
}

const lint = async () => await quietly('n8n-node', 'lint');
const types = async () => await quietly('tsc', '-p', 'tsconfig.dev.json');
const format = async () => await quietly('prettier', '--check', '.');
/** Nothing is exported, and no dependency installed, that nobody uses. */
const unused = async () => await quietly('knip');
const build = async () => await quietly('n8n-node', 'build');

async function packTarball() {
	const { pack } = await import('./tools/pack.mts');
	await pack();
}

async function installHost() {
	const tools = await import('./tools/n8nHost.mts');
	await tools.installHost((line) => process.stdout.write(`${line}\n`));
}

async function measure() {
	await execa(
		'node',
		['--import', './tools/nodeSources.mjs', 'bench/run.mts', ...argumentsOf('bench')],
		{
			preferLocal: true,
			stdio: 'inherit',
		},
	);
}

/** What stands behind the task's name on the command line. */
function argumentsOf(task) {
	return process.argv.slice(process.argv.indexOf(task) + 1);
}

/** Runs jest on some of its projects; its figures go to .out, where .ci/run adds them up. */
function jest(name, ...projects) {
	const task = async () => {
		await mkdir(OUTPUT, { recursive: true });
		const { failed } = await execa(
			'node',
			[
				'--experimental-vm-modules',
				'--disable-warning=ExperimentalWarning',
				require.resolve('jest/bin/jest'),
				'--selectProjects',
				...projects,
				'--json',
				`--outputFile=${OUTPUT}/${name}.json`,
				...argumentsOf(name),
			],
			// jest prints the figures as JSON, too
			{ preferLocal: true, stdin: 'inherit', stdout: 'ignore', stderr: 'inherit', reject: false },
		);
		if (failed) throw new Error('jest');
	};
	task.displayName = `jest ${projects.join(' ')}`;
	return task;
}

async function clean() {
	await Promise.all(['dist', OUTPUT].map((folder) => rm(folder, { recursive: true, force: true })));
}

const packed = series(build, packTarball);

module.exports = {
	bench: series(parallel(packed, installHost), measure),
	build,
	clean,
	pack: packed,
	installHost,
	prepareStart: parallel(packed, installHost),
	test: series(
		parallel(lint, types, format, unused, packed),
		jest('test', 'unit', 'sandbox', 'properties', 'engine', 'hostile'),
	),
	testUnit: series(jest('testUnit', 'unit')),
	testHost: series(parallel(packed, installHost), jest('testHost', 'host')),
};
