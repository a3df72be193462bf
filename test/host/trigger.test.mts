// Every validation starts the workflow once: in the real n8n, while it is killed, stopped and started again, and Verifik
// has a bad day. Both kinds of hosts: as n8n comes, and with durable cursors.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from '../../sandbox/faults.mts';
import { startCrm, type Crm } from '../support/crm.mts';
import { startHost, type Host } from '../support/host.mts';
import { crmWorkflow, KillProof, TRIGGER } from '../support/killProof.mts';
import { isActivationStored, readHostRecords } from '../support/hostRecords.mts';
import { outcomeKeys } from '../support/outcomes.mts';
import { addTriggerWorkflow, pollsOf, untilPolled } from '../support/triggerWorkflows.mts';
import { until } from '../support/until.mts';

const OUTPUT = join(import.meta.dirname, '../../.out');
const POLL_EVERY_S = 2;
const PER_MINUTE = 240;
const BURST = 300;
const MODE_MS = 1_500_000;

/** Each of them passes by itself. */
const FAULTS: Fault[] = [
	{ kind: 'rateLimit', rate: 0.04, retryAfterS: 1 },
	{ kind: 'serverDown', rate: 0.04 },
	{ kind: 'reset', rate: 0.03 },
	{ kind: 'truncated', rate: 0.03 },
	{ kind: 'html', rate: 0.02 },
	{ kind: 'latency', rate: 0.3, ms: 60 },
];

/** When n8n is killed: so many milliseconds after Verifik answered a poll. Most are aimed at the handover of a batch. */
const KILLS_AFTER_MS = [0, 10, 20, 35, 50, 80, 120, 15, 500, 27];

const figures: Record<string, unknown> = {};
afterAll(async () => {
	await mkdir(OUTPUT, { recursive: true });
	await writeFile(join(OUTPUT, 'trigger-figures.json'), JSON.stringify(figures, null, '\t'));
});

describe.each<{ mode: string; env: Record<string, string>; canLose: boolean }>([
	{ mode: 'as n8n comes', env: {}, canLose: true },
	{
		mode: 'with durable cursors',
		env: {
			N8N_SCHEDULER_ENABLED: 'true',
			N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
			N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
			// so that it keeps up with poll times every few seconds
			N8N_SCHEDULER_EXECUTOR_INTERVAL: '1',
			N8N_SCHEDULER_MATERIALIZATION_INTERVAL: '2',
		},
		canLose: false,
	},
])('$mode', ({ mode, env, canLose }) => {
	let host: Host;
	let crm: Crm;
	beforeAll(async () => {
		crm = await startCrm();
		host = await startHost({ records: 300, now: new Date(), shape: 'live' }, env);
	}, MODE_MS);
	afterAll(async () => {
		await host?.stop();
		await crm?.close();
	});

	const untilTheyCame = async (ids: string[]) => {
		const keys = outcomeKeys(host.sandbox, ids);
		await until('they come', () => {
			const received = new Set(crm.received.map(({ key }) => key));
			return keys.every((key) => received.has(key));
		});
	};
	/** Publishes while Verifik is down. n8n activates a moment after it has answered. */
	const publishUnseen = async (id: string) => {
		const linesBefore = await unseenCount();
		await host.n8n.publish(id);
		await until('it is activated', async () => (await unseenCount()) > linesBefore);
	};
	const unseenCount = async () =>
		(await readFile(host.n8n.logFile, 'utf8')).split('when the trigger was activated').length;
	const unpublish = async (id: string) =>
		await host.n8n.api('POST', `/rest/workflows/${id}/deactivate`);

	test(
		'published, and published anew, while Verifik is down: it is not dead, and watches from that moment on',
		async () => {
			const { n8n, sandbox } = host;
			await sandbox.goDown();
			const id = await addTriggerWorkflow(host, crmWorkflow(crm), { everySeconds: POLL_EVERY_S });
			await publishUnseen(id);
			const first = sandbox.add(3, 'completed', new Date());
			await sandbox.comeUp();
			await untilTheyCame(first);

			await sandbox.goDown();
			const { nodes, connections, versionId } = await n8n.api('GET', `/rest/workflows/${id}`);
			nodes[0].parameters.populate = ['client'];
			await n8n.api('PATCH', `/rest/workflows/${id}`, { nodes, connections, versionId });
			await publishUnseen(id);
			const second = sandbox.add(3, 'failed', new Date());
			// so long n8n tries to register it, five times, before it gives up without a word
			await sleep(16_000);
			await sandbox.comeUp();
			await untilTheyCame(second);
			await unpublish(id);
		},
		MODE_MS,
	);

	test(
		'n8n that ends before the first poll: what came since the publication comes',
		async () => {
			const { n8n, sandbox } = host;
			// so that the first poll is nearly a minute away
			const second = new Date(Date.now() - 2_000).getUTCSeconds();
			const cron = `${second} * * * * *`;
			const id = await addTriggerWorkflow(host, crmWorkflow(crm), { cron });
			const [pending] = sandbox.add(1, 'processing', new Date()) as [string];
			await n8n.publish(id);
			await until('n8n has stored what the activation kept', () =>
				isActivationStored(host.folder, id),
			);
			sandbox.setStatus(pending, 'completed');
			const ids = [pending, ...sandbox.add(3, 'completed', new Date())];
			await n8n.kill();
			expect(readHostRecords(host.folder, id, TRIGGER).executions).toEqual([]);
			host.n8n = await n8n.startAgain();
			await untilTheyCame(ids);
			await unpublish(id);
		},
		MODE_MS,
	);

	test(
		'every validation starts the workflow once, in ten kills, a stop, and a bad day of Verifik',
		async () => await prove(host, crm, mode, canLose),
		MODE_MS,
	);
});

async function prove(host: Host, crm: Crm, mode: string, canLose: boolean): Promise<void> {
	const { sandbox } = host;
	const startedAt = Date.now();
	crm.received.length = 0;
	const pollsBefore = pollsOf(sandbox).length;
	const waiting = sandbox.add(KILLS_AFTER_MS.length, 'processing', new Date());
	const workflowId = await addTriggerWorkflow(host, crmWorkflow(crm), {
		everySeconds: POLL_EVERY_S,
	});
	const proof = new KillProof(host, crm, workflowId);
	await host.n8n.publish(workflowId);
	await untilPolled(sandbox, 2);
	sandbox.faults.list = FAULTS;
	const endArrivals = sandbox.simulateArrivals(PER_MINUTE);

	for (const afterMs of KILLS_AFTER_MS) {
		await proof.untilMoreCame();
		await untilPolled(sandbox);
		await sleep(afterMs);
		await proof.kill();
		sandbox.setStatus(waiting.pop()!, 'completed');
		host.n8n = await host.n8n.startAgain();
	}

	const burst = sandbox.add(BURST, 'processing', new Date());
	const finish = (ids: string[]) => ids.forEach((id) => sandbox.setStatus(id, 'completed'));
	finish(burst.splice(0, BURST / 3));
	await untilPolled(sandbox);
	const stopping = host.n8n.stop();
	finish(burst.splice(0, BURST / 3));
	await stopping;
	finish(burst);
	host.n8n = await host.n8n.startAgain();
	endArrivals();
	await proof.untilAllCame();
	// what comes twice would come now
	await untilPolled(sandbox, 3);
	sandbox.faults.list = [];
	await host.n8n.stop();

	const due = proof.due();
	const { executions, isDurable } = proof.hostRecords();
	const started = executions.flatMap(({ keys }) => keys);
	const withStatus = (isWanted: (status: string) => boolean) =>
		executions.filter(({ status }) => isWanted(status)).flatMap(({ keys }) => keys);
	const succeeded = withStatus((status) => status === 'success');
	const received = crm.received.map(({ key }) => key);
	const twice = repeated(started);
	const missing = [...due.keys()].filter((key) => !started.includes(key));
	figures[mode] = {
		seconds: Math.round((Date.now() - startedAt) / 1000),
		kills: KILLS_AFTER_MS.length,
		produced: due.size,
		started: new Set(started).size,
		missing: missing.length,
		explainedByAKill: missing.filter((key) => proof.lost.has(key)).length,
		lostByKill: proof.lostByKill,
		twice: twice.length,
		executions: executions.length,
		inExecutionsThatAKillCutOff: withStatus((status) => status !== 'success').length,
		receivedByTheCrm: new Set(received).size,
		polls: pollsOf(sandbox).length - pollsBefore,
		faults: sandbox.faults.applied,
	};

	expect(missing.sort()).toEqual(canLose ? [...proof.lost].sort() : []);
	expect(proof.unexplained).toEqual([]);
	expect(twice).toEqual([]);
	expect(started.filter((key) => !due.has(key))).toEqual([]);
	// and what was started went through
	expect(repeated(received)).toEqual([]);
	expect(succeeded.filter((key) => !received.includes(key))).toEqual([]);
	// and it was as hard as it was meant to be
	expect(isDurable).toBe(!canLose);
	expect(due.size).toBeGreaterThan(BURST + KILLS_AFTER_MS.length);
	expect(Object.keys(sandbox.faults.applied).sort()).toEqual(FAULTS.map(({ kind }) => kind).sort());
	host.n8n = await host.n8n.startAgain();
}

function repeated(keys: string[]): string[] {
	return keys.filter((key, at) => keys.indexOf(key) !== at);
}
