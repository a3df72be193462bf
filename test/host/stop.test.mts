// Stop in the real n8n: requests and waits end, and nothing is sent afterwards.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from '../../sandbox/faults.mts';
import { NODE_TYPE, startHost, type Host } from '../support/host.mts';

let host: Host;
let workflowId: string;
beforeAll(async () => {
	host = await startHost({ records: 5000 });
	workflowId = await host.addWorkflow({
		type: NODE_TYPE,
		parameters: { operation: 'list', returnAll: true },
	});
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);

test.each<[string, Fault]>([
	['a wait of a minute that Verifik asked for', { kind: 'rateLimit', retryAfterS: 60 }],
	['a request that gets no answer', { kind: 'hang' }],
	['a reading in full swing', { kind: 'latency', ms: 300 }],
])('Stop ends %s', async (_what, fault) => {
	const { n8n, sandbox } = host;
	sandbox.faults.list = [fault];
	const before = sandbox.requests.length;
	const id = await n8n.begin(workflowId, 'Start');
	while (sandbox.requests.length === before) await sleep(20);
	await sleep(500);
	await n8n.api('POST', `/rest/executions/${id}/stop`);
	const { status } = await n8n.end(id);
	expect(status).toBe('canceled');
	const sent = sandbox.requests.length;
	await sleep(1500);
	expect(sandbox.requests).toHaveLength(sent);
	sandbox.faults.list = [];
});
