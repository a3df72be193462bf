// jest runs the tests (ES modules, .mts) and the node's own sources (.ts) without a build step.
import { availableParallelism } from 'node:os';

// n8n-core would print every error that a test provokes
process.env.N8N_LOG_LEVEL ??= 'silent';

const common = {
	moduleFileExtensions: ['mts', 'mjs', 'ts', 'js', 'json', 'node'],
	extensionsToTreatAsEsm: ['.mts'],
	transform: { '\\.m?ts$': '<rootDir>/test/support/transform.mjs' },
	testEnvironment: 'node',
	// dist, the local n8n and test output hold copies of package.json that would confuse jest's module map
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.'],
};

export default {
	// on every core, since much of it is waiting; but not with more n8n and browsers at once than a desktop bears
	maxWorkers: Math.min(availableParallelism(), 4),
	// for all projects: a real n8n and a browser take their time on a busy machine
	testTimeout: 120_000,
	projects: ['unit', 'sandbox', 'properties', 'engine', 'hostile', 'host'].map((name) => ({
		...common,
		displayName: name,
		testMatch: [`<rootDir>/test/${name}/**/*.test.mts`],
	})),
};
