// The node as tools of an AI Agent, in the real n8n, with a model that follows a script.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { Page } from 'playwright-core';

import { VERDICTS } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Execution } from '../../tools/n8nInstance.mts';
import { takeScreenshot } from '../support/browser.mts';
import type { Host } from '../support/host.mts';
import { openEditor, OPEN_MS } from '../support/openEditor.mts';
import type { Panel } from '../support/panel.mts';
import { startScriptedModel, type Script, type Tool } from '../support/scriptedModel.mts';
import { SHAPES } from '../support/shapes.mts';

let host: Host;
let page: Page;
let panel: Panel;
beforeAll(async () => {
	({ host, page, panel } = await openEditor({ records: 2500, now: new Date() }));
}, OPEN_MS);

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

/**
 * Runs an agent with the node as one tool for each of these parameters; the script plays its model.
 *
 * @param prepare what a user does in the workflow before it runs
 */
async function runAgent(
	question: string,
	toolParameters: Record<string, IDataObject>,
	script: Script,
	prepare?: (workflowId: string) => Promise<void>,
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
		await prepare?.(workflow.id);
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

	test('an agent that asks for everything gets some validations, and how many more there are', async () => {
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

test('an agent reads what was wrong with its call', async () => {
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

describe('in the browser', () => {
	/** The button that lets the model fill in a field. */
	const sparkle = (parameter: string) =>
		panel.parameter(parameter).getByTestId('from-ai-override-button');

	test('three tools that are added one after the other have three names, after what they do', async () => {
		await panel.addAgent();
		const actions = {
			List: 'List document liveness validations',
			Get: 'Get document liveness validation',
			Create: 'Create document liveness validation',
		};
		for (const operation of Object.keys(actions)) {
			await (await panel.searchTool()).click();
			await panel.parameter('operation').waitFor();
			if (operation !== 'List')
				await panel.choose('operation', new RegExp(`^${operation} (?!Report)`));
			await panel.close();
		}
		for (const action of Object.values(actions)) {
			await panel.node(`${action} in Verifik Document Liveness`).waitFor();
		}
		await panel.byId('zoom-to-fit').click();
		await takeScreenshot(page, 'tool-names');
	});

	test('the form of a tool has a description for each operation, and the same Output as a node', async () => {
		await panel.addAgent();
		await (await panel.searchTool()).click();
		const description = panel.parameter('toolDescription').locator('textarea');
		await description.waitFor();
		expect(await description.inputValue()).toMatch(/^List document liveness validations/);
		await panel.choose('operation', /^Get (?!Report)/);
		expect(await description.inputValue()).toMatch(/^Get one document liveness validation/);
		await panel.choose('output', /^Selected Fields/);
		await panel.parameter('selectedFields').waitFor();
		await takeScreenshot(page, 'tool');
	});

	test('“How many did not pass last week?” is answered through filters that ✨ leaves to the model', async () => {
		host.sandbox.settings.shape = 'nested';
		const day = (daysAgo: number) =>
			new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
		const lastWeek = {
			Created_After: `${day(7)}T00:00:00Z`,
			Created_Before: `${day(0)}T00:00:00Z`,
		};
		const notAsked = { Failed_Checks: '', Minimum_Risk_Score: 0 };
		const filled = ['limit', 'page', 'verdict', 'failedChecks', 'minimumRiskScore'];
		const dates = ['createdAfter', 'createdBefore'];
		const results: IDataObject[][] = [];

		/** Lets the model fill in what it can, as a user does; Status and Created stay the user's. */
		async function letModelFill(workflowId: string): Promise<void> {
			await page.goto(`${host.n8n.url}/workflow/${workflowId}/tool0`);
			for (const label of [
				'Verdict',
				'Failed Checks',
				'Minimum Risk Score',
				'Created',
				'Created After',
				'Created Before',
			]) {
				await panel.add('Add filter', label);
			}
			await panel.parameter('createdBefore').waitFor();
			await panel.parameter('populate').scrollIntoViewIfNeeded();
			await takeScreenshot(page, 'tool-filters');
			for (const without of ['status', 'created']) expect(await sparkle(without).count()).toBe(0);
			await panel.choose('created', /^Last 30 Days/);
			for (const name of [...filled, ...dates]) await sparkle(name).click();
			await panel.parameter('populate').scrollIntoViewIfNeeded();
			await takeScreenshot(page, 'tool-filters-by-model');
			const nodes = await panel.saved((all) =>
				JSON.stringify(all.find(({ id }) => id === 'tool0')).includes("$fromAI('Created_Before'"),
			);
			expect(JSON.stringify(nodes).match(/\$fromAI\(/g)).toHaveLength(7);
		}

		/** Counts page by page, then asks once more with the verdict as commas and as a JSON list. */
		const script: Script = ({ tools: [list], results: texts }) => {
			const ask = (more: IDataObject) => ({
				tool: list!.name,
				arguments: { Limit: 50, Page: 1, Verdict: 'notPassed', ...notAsked, ...lastWeek, ...more },
			});
			results.splice(0, Infinity, ...texts.map((text) => JSON.parse(text) as IDataObject[]));
			// null: there may be some more
			const last = results.findIndex((items) => items.at(-1)?.moreValidations === 0);
			if (last === -1) return ask({ Page: texts.length + 1 });
			if (texts.length === last + 1) return ask({ Verdict: 'notPassed, notCarriedOut', Limit: 20 });
			if (texts.length === last + 2) return ask({ Verdict: '["notPassed"]', Limit: 20 });
			const pages = results.slice(0, last + 1).flat();
			return { answer: String(pages.filter(({ id }) => id !== undefined).length) };
		};
		const { answer, tools } = await runAgent(
			'How many did not pass last week?',
			{ 'List document liveness validations': { operation: 'list' } },
			script,
			letModelFill,
		);

		const within = ({ createdAt }: any) =>
			createdAt >= lastWeek.Created_After && createdAt < lastWeek.Created_Before;
		const ofLastWeek = [...host.sandbox.records()].filter(within) as any[];
		const hasNotPassed = ({ status, validationResults = {} }: any) =>
			status === 'completed' &&
			Object.values(validationResults).some((result: any) => result.passed === false);
		const notPassed = ofLastWeek.filter(hasNotPassed);
		expect(notPassed.length).toBeGreaterThan(50);
		expect(answer).toBe(String(notPassed.length));
		const [withCommas, asJson] = results.slice(-2).map((items) => items.slice(0, 20));
		const ids = (records: any[]) => records.slice(0, 20).map(({ _id }) => _id);
		expect(withCommas!.map(({ id }) => id)).toEqual(
			ids(ofLastWeek.filter((record) => hasNotPassed(record) || record.status === 'failed')),
		);
		expect(asJson!.map(({ id }) => id)).toEqual(ids(notPassed));
		// what a model has to know to fill in the fields
		expect(tools[0]!.description).toMatch(/with commas/);
	}, 180_000);
});
