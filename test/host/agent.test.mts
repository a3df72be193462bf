// The node as a tool of an AI Agent, in the real n8n.
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { simplify } from '../../nodes/verifik/output.ts';
import { startHost, type Host } from '../support/host.mts';
import { startScriptedModel, type Tool } from '../support/scriptedModel.mts';

let host: Host;
beforeAll(async () => {
	host = await startHost({ records: 250 });
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);

test('an agent lists failed validations with it and answers', async () => {
	let tools: Tool[] = [];
	const model = await startScriptedModel((seen) => {
		({ tools } = seen);
		if (seen.results.length === 0) {
			return { tool: tools[0]!.name, arguments: { Status: 'failed', Limit: 5 } };
		}
		return { answer: `They are: ${seen.results.at(-1)}` };
	});
	try {
		const { id } = await host.n8n.api('POST', '/rest/credentials', {
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url },
		});
		const workflow = await host.n8n.api('POST', '/rest/workflows', {
			name: 'Agent',
			nodes: [
				{
					id: 'start',
					name: 'Start',
					type: 'n8n-nodes-base.manualTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
				},
				{
					id: 'agent',
					name: 'Agent',
					type: '@n8n/n8n-nodes-langchain.agent',
					typeVersion: 2.2,
					position: [200, 0],
					parameters: { promptType: 'define', text: 'Which validations failed?', options: {} },
				},
				{
					id: 'model',
					name: 'Model',
					type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
					typeVersion: 1.2,
					position: [100, 200],
					parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
					credentials: { openAiApi: { id, name: 'Scripted model' } },
				},
				{
					id: 'tool',
					name: 'Verifik',
					type: 'n8n-nodes-verifik.documentLivenessTool',
					typeVersion: 1,
					position: [300, 200],
					parameters: {
						operation: 'list',
						status:
							"={{ $fromAI('Status', 'any, new, processing, completed or failed', 'string') }}",
						limit: "={{ $fromAI('Limit', 'how many', 'number') }}",
					},
					credentials: { verifikApi: host.credential },
				},
			],
			connections: {
				Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
				Verifik: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
			},
			settings: { executionOrder: 'v1' },
		});
		const { status, resultData } = await host.n8n.run(workflow.id, 'Start');
		expect(resultData.error?.message).toBeUndefined();
		expect(status).toBe('success');
		const [answer] = resultData.runData.Agent!.at(-1)!.data!.main[0] as Array<{
			json: { output: string };
		}>;
		const failed = [...host.sandbox.records({ status: 'failed' })].slice(0, 5);
		expect(JSON.parse(answer!.json.output.replace('They are: ', ''))).toEqual(
			JSON.parse(JSON.stringify(failed.map((record) => simplify(record)))),
		);
		expect(tools).toHaveLength(1);
		expect(tools[0]!.description).toMatch(/validations/i);
		expect(await host.findSecret(host.sandbox.token)).toEqual([]);
	} finally {
		await model.close();
	}
});
