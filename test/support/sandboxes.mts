// Opens sandboxes for tests. Importing this file is enough to have them closed.
import { afterAll, afterEach } from '@jest/globals';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.mts';

const ofTest: Sandbox[] = [];
const ofFile: Sandbox[] = [];
afterEach(async () => await closeAll(ofTest));
afterAll(async () => await closeAll(ofFile));

/** Opens a sandbox that is closed after the test. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	return await open(ofTest, options);
}

/** Opens a sandbox, in a `beforeAll`, that is closed after the last test of the file. */
export async function openSharedSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	return await open(ofFile, options);
}

async function open(sandboxes: Sandbox[], options: SandboxOptions): Promise<Sandbox> {
	const sandbox = await startSandbox(options);
	sandboxes.push(sandbox);
	return sandbox;
}

async function closeAll(sandboxes: Sandbox[]): Promise<void> {
	await Promise.all(sandboxes.splice(0).map(async (sandbox) => await sandbox.close()));
}

/** The fields of a credential that reaches a sandbox with its token. */
export function credentialOf({ token, url }: Sandbox): { accessToken: string; baseUrl: string } {
	return { accessToken: token, baseUrl: url };
}
