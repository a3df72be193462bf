// Item 10 of the security review: what `npm start` keeps is its user's alone.
import { expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makePrivate } from '../../tools/start.mts';

test('item 10: no other user of the machine can look into the folder, new or there before', async () => {
	const parent = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-'));
	const mode = async (folder: string) => ((await stat(folder)).mode & 0o777).toString(8);
	try {
		await makePrivate(join(parent, 'new'));
		expect(await mode(join(parent, 'new'))).toBe('700');
		await chmod(join(parent, 'new'), 0o755);
		await makePrivate(join(parent, 'new'));
		expect(await mode(join(parent, 'new'))).toBe('700');
	} finally {
		await rm(parent, { recursive: true });
	}
});
