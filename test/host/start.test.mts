// `npm start` as a new user runs it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import getPort from 'get-port';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import { startSandbox } from '../../sandbox/server.mts';
import { startN8n, type Instance } from '../../tools/n8nInstance.mts';
import { tarballPath } from '../../tools/pack.mts';
import { closeNotices, openBrowser, signIn, takeScreenshot } from '../support/browser.mts';
import { jwt } from '../support/jwt.mts';

const START_MS = 240_000;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-verifik-start-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** Runs npm start with ports of its own. */
function npmStart(args: string[], env: Record<string, string> = {}, ports?: string[]) {
	return execa('npm', ['start', '--', '--folder', folder, ...(ports ?? PORTS), ...args], {
		env,
		all: true,
		reject: false,
		detached: true,
	});
}

let PORTS: string[];
beforeAll(async () => {
	PORTS = ['--n8n-port', String(await getPort()), '--sandbox-port', String(await getPort())];
});

/** What a new user sees at these addresses of n8n. */
async function takeScreenshots(n8n: Pick<Instance, 'url' | 'signIn'>, pages: string[][]) {
	const browser = await openBrowser();
	try {
		const page = await signIn(browser, n8n);
		for (const [name, path] of pages) {
			await page.goto(n8n.url + path);
			await page.getByText('First steps').first().waitFor();
			await closeNotices(page);
			await takeScreenshot(page, name!);
		}
	} finally {
		await browser.close();
	}
}

describe('npm start', () => {
	test('--help prints its own help, not that of gulp', async () => {
		const { exitCode, all } = await npmStart(['--help']);
		expect(all).toContain('npm start -- [options]');
		expect(all).not.toMatch(/gulp/i);
		expect(exitCode).toBe(0);
	});

	test('refuses a folder in use before it builds anything', async () => {
		const release = await lock(folder, { lockfilePath: join(folder, '.lock') });
		const { exitCode, all } = await npmStart(['--once']).finally(release);
		expect(all).toContain(`Another npm start is using the folder ${folder}.`);
		expect(all).not.toContain('Building');
		expect(exitCode).not.toBe(0);
	});

	test(
		'--once prints as a table what did not pass a check in the sandbox',
		async () => {
			// of the same day as that of npm start: which validations are of the bad week goes by their age
			const sandbox = await startSandbox({ records: 900, days: 90, shape: 'live' });
			const failed = [...sandbox.records()].filter(
				(record) => readRecord(record).verdict === 'notPassed',
			);
			await sandbox.close();
			const { exitCode, all } = await npmStart(['--once']);
			expect(all).toContain(`${failed.length} validations did not pass a check`);
			// the running service gives no risk score: the lowest confidence is the riskiest
			const riskiest = Math.min(...failed.map((record) => Number(readRecord(record).confidence)));
			expect(all!.split('\n').find((line) => /^│ \d/.test(line))).toContain(`│ ${riskiest} `);
			// it is over: there is no editor to go to
			expect(all).not.toMatch(/editor/i);
			expect(exitCode).toBe(0);
		},
		START_MS,
	);

	test(
		'ends with a non-zero status and a reason when the first workflow does not succeed',
		async () => {
			// a JWT that ended in 2001: nothing is sent anywhere
			const token = jwt({ exp: 1_000_000_000 });
			const { exitCode, all } = await npmStart(['--once'], { VERIFIK_ACCESS_TOKEN: token });
			expect(all).toContain('2001-09-09');
			expect(all).not.toContain(token);
			expect(exitCode).not.toBe(0);
		},
		START_MS,
	);

	test(
		"keeps the user's workflows, takes the next ports, and leaves nothing running after Ctrl-C",
		async () => {
			const n8n = await startN8n({ folder, tarball: await tarballPath() });
			const own = await n8n.api('POST', '/rest/workflows', {
				name: 'My own',
				nodes: [],
				connections: {},
				settings: {},
			});
			await n8n.stop();

			const taken: Server[] = [];
			const ports: number[] = [];
			for (let n = 0; n < 2; n++) {
				const server = createServer();
				await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
				taken.push(server);
				ports.push((server.address() as { port: number }).port);
			}
			const [n8nPort, sandboxPort] = ports.map(String);
			const running = npmStart([], {}, ['--n8n-port', n8nPort!, '--sandbox-port', sandboxPort!]);
			const said = await new Promise<string>((resolve) => {
				let text = '';
				running.all!.on('data', (chunk) => {
					text += chunk;
					if (/^Stop /m.test(text)) resolve(text);
				});
				running.all!.once('end', () => resolve(text));
			});
			taken.forEach((server) => server.close());
			expect(said).toContain(`Port ${n8nPort} is taken; n8n uses `);
			expect(said).toContain(`Port ${sandboxPort} is taken; the sandbox uses `);
			const [, url, workflowId, executionId] =
				/Open +(\S+)\/workflow\/(\w+)\/executions\/(\d+)/.exec(said)!;
			const [, email, password] = /Sign in +(\S+), password (\S+)/.exec(said)!;
			const login = await fetch(`${url}/rest/login`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ emailOrLdapLoginId: email, password }),
			});
			const cookie = login.headers.getSetCookie().join('; ');
			const kept = await fetch(`${url}/rest/workflows`, { headers: { cookie } });
			const { data } = (await kept.json()) as { data: Array<{ id: string; name: string }> };
			expect(data.map(({ name }) => name).sort()).toEqual([
				'Documents that did not pass (Verifik account)',
				'Documents that did not pass (sandbox)',
				'My own',
			]);
			expect(data.map(({ id }) => id)).toContain(own.id);

			const get = async (path: string) =>
				((await (await fetch(url + path, { headers: { cookie } })).json()) as any).data;
			const { nodes } = await get(`/rest/workflows/${workflowId}`);
			expect(nodes.map(({ name }: { name: string }) => name)).toContain('First Steps');
			expect(await get(`/rest/executions/${executionId}`)).toMatchObject({
				status: 'success',
				workflowId,
			});
			await takeScreenshots({ url: url!, signIn: { email: email!, password: password! } }, [
				['start', `/workflow/${workflowId}/executions/${executionId}`],
				['start-canvas', `/workflow/${workflowId}`],
			]);

			// the terminal sends Ctrl-C to the whole group
			process.kill(-running.pid!, 'SIGINT');
			await running;
			await expect(fetch(url!)).rejects.toThrow();
			expect(() => process.kill(-running.pid!, 0)).toThrow();
		},
		START_MS,
	);
});
