// The node as tools of an AI Agent, in the real n8n, with a model that follows a script.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { VERDICTS } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Execution } from '../../tools/n8nInstance.mts';
import { openBrowser, signIn, takePicture } from '../support/browser.mts';
import { startHost, type Host } from '../support/host.mts';
import { startScriptedModel, type Script, type Tool } from '../support/scriptedModel.mts';
import { SHAPES } from '../support/shapes.mts';

let host: Host;
beforeAll(async () => {
	host = await startHost({ records: 2500 });
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);

/** What a user lets the model fill in. */
const listTool = {
	operation: 'list',
	status: "={{ $fromAI('Status', 'any, new, processing, completed or failed', 'string') }}",
	limit: "={{ $fromAI('Limit', 'how many', 'number') }}",
};
const getTool = {
	operation: 'get',
	validationId: {
		__rl: true,
		mode: 'id',
		value: "={{ $fromAI('ID', 'of the validation', 'string') }}",
	},
};

/** Runs an agent with the node as one tool for each of these parameters; the script plays its model. */
async function runAgent(
	question: string,
	toolParameters: Record<string, IDataObject>,
	script: Script,
): Promise<{ answer: string; tools: Tool[]; execution: Execution }> {
	let tools: Tool[] = [];
	const model = await startScriptedModel((seen) => {
		({ tools } = seen);
		return script(seen);
	});
	try {
		const { id } = await host.n8n.api('POST', '/rest/credentials', {
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url },
		});
		const names = Object.keys(toolParameters);
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
					parameters: { promptType: 'define', text: question, options: {} },
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
				...names.map((name, index) => ({
					id: `tool${index}`,
					name,
					type: 'n8n-nodes-verifik.documentLivenessTool',
					typeVersion: 1,
					position: [300 + 150 * index, 200],
					parameters: toolParameters[name],
					credentials: { verifikApi: host.credential },
				})),
			],
			connections: {
				Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
				...Object.fromEntries(
					names.map((name) => [
						name,
						{ ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
					]),
				),
			},
			settings: { executionOrder: 'v1' },
		});
		const execution = await host.n8n.run(workflow.id, 'Start');
		expect(execution.resultData.error?.message).toBeUndefined();
		expect(execution.status).toBe('success');
		const [item] = execution.resultData.runData.Agent!.at(-1)!.data!.main[0] as Array<{
			json: { output: string };
		}>;
		return { answer: item!.json.output, tools, execution };
	} finally {
		await model.close();
	}
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const failed = () => [...host.sandbox.records({ status: 'failed' })];

describe.each(SHAPES)('with %s records', (shape) => {
	beforeAll(() => {
		host.sandbox.settings.shape = shape;
	});

	test('an agent lists failed validations, gets one of them, and answers', async () => {
		const called: string[] = [];
		const { answer, tools } = await runAgent(
			'Which validations failed, and what do we know of the second one?',
			{ 'Verifik Document Liveness': listTool, 'Verifik Document Liveness1': getTool },
			({ tools: offered, results }) => {
				const call = (pattern: RegExp, args: Record<string, unknown>) => {
					const { name } = offered.find(({ description }) => pattern.test(description))!;
					called.push(name);
					return { tool: name, arguments: args };
				};
				if (results.length === 0) {
					return call(/^List document liveness/, { Status: 'failed', Limit: 5 });
				}
				const listed = JSON.parse(results[0]!) as Array<{ id: string }>;
				if (results.length === 1) {
					return call(/^Get one document liveness/, { ID: listed[1]!.id });
				}
				return { answer: JSON.stringify({ listed, got: JSON.parse(results[1]!) }) };
			},
		);
		const { listed, got } = JSON.parse(answer);
		const expected = plain(failed().map((record) => simplify(record)));
		expect(listed.slice(0, 5)).toEqual(expected.slice(0, 5));
		expect(listed[5]).toMatchObject({ moreValidations: expected.length - 5 });
		expect(got).toEqual([expected[1]]);
		expect(new Set(called).size).toBe(2);
		// which one to use when, and what the verdicts mean
		expect(new Set(tools.map(({ description }) => description)).size).toBe(2);
		for (const { description } of tools) {
			expect(description).toMatch(/Use it /);
			for (const verdict of VERDICTS) expect(description).toMatch(new RegExp(`\\b${verdict}\\b`));
		}
		expect(await host.findSecret(host.sandbox.token)).toEqual([]);
	});

	test('an agent that asks for everything gets some, and is told how many more there are', async () => {
		const { answer } = await runAgent(
			'Is anything wrong?',
			{
				Verifik: {
					operation: 'list',
					returnAll: true,
					output: 'selectedFields',
					selectedFields: ['id', 'verdict'],
				},
			},
			({ tools, results }) =>
				results.length === 0 ? { tool: tools[0]!.name, arguments: {} } : { answer: results[0]! },
		);
		const given = JSON.parse(answer) as IDataObject[];
		const all = [...host.sandbox.records()];
		expect(given.slice(0, 50)).toEqual(
			all.slice(0, 50).map((record) => ({ id: record._id, verdict: simplify(record).verdict })),
		);
		expect(given.slice(50)).toEqual([expect.objectContaining({ moreValidations: 2450 })]);
	});
});

test('an agent is told what was not right about its call', async () => {
	const { answer } = await runAgent(
		'How many are lost?',
		{ Verifik: listTool },
		({ tools, results }) =>
			results.length === 0
				? { tool: tools[0]!.name, arguments: { Status: 'lost', Limit: 5 } }
				: { answer: results[0]! },
	);
	expect(JSON.parse(answer)).toEqual([
		{
			error: 'Status must be one of: any, new, processing, completed, failed (it is "lost")',
			message: expect.stringContaining('Nothing was sent'),
			details: {},
		},
	]);
});

test('the panel of the tool shows Output instead of Simplify, and a description of the operation', async () => {
	const { id } = await host.n8n.api('POST', '/rest/workflows', {
		name: 'Tool',
		nodes: [
			{
				id: 'tool',
				name: 'Verifik Document Liveness',
				type: 'n8n-nodes-verifik.documentLivenessTool',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
				credentials: { verifikApi: host.credential },
			},
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	});
	const browser = await openBrowser();
	try {
		const page = await signIn(browser, host.n8n);
		await page.goto(`${host.n8n.url}/workflow/${id}/tool`);
		const field = (name: string) => page.getByTestId(`parameter-input-${name}`);
		const description = field('toolDescription').locator('textarea');
		await description.waitFor();
		expect(await description.inputValue()).toMatch(/^List document liveness validations/);
		await field('operation').click();
		await page.getByRole('option', { name: /^Get/ }).click();
		expect(await description.inputValue()).toMatch(/^Get one document liveness validation/);
		expect(await field('simplify').count()).toBe(0);
		await field('output').click();
		await page.getByRole('option', { name: /^Selected Fields/ }).click();
		await field('selectedFields').waitFor();
		await takePicture(page, 'tool');
	} finally {
		await browser.close();
	}
});
