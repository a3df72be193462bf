// Create in the real n8n, from the packed tarball, against the sandbox: what it refuses, what it never does twice, how it
// waits, and how an agent uses it. Uploads from a form are in images.test.mts.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';

import { fileNodes, PDF, photo } from '../support/files.mts';
import { gaveBy, START, startHost, type Host } from '../support/host.mts';
import { startScriptedModel, type Tool } from '../support/scriptedModel.mts';
import { SHAPES } from '../support/shapes.mts';

let host: Host;
let file: Buffer;
beforeAll(async () => {
	host = await startHost({ records: 20, processingMs: 400 });
	file = await photo('image/jpeg');
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);
afterEach(() => {
	host.sandbox.faults.list = [];
});

const create = (parameters: IDataObject = {}) =>
	host.verifik({ operation: 'create', saveImage: true, ...parameters });

/** Runs: a file as base64 and as binary data → Create. */
async function run(parameters: IDataObject = {}, bytes = file) {
	const nodes = [START, ...fileNodes(bytes, 'document.jpg'), create(parameters)];
	return gaveBy(await host.n8n.run(await host.addSequence(nodes), START.name), 'Verifik');
}

const posts = () => host.sandbox.requests.filter(({ method }) => method === 'POST').length;
const documents = () => [...host.sandbox.records()].length;

async function served(url: unknown): Promise<Buffer> {
	return Buffer.from(await (await fetch(String(url))).arrayBuffer());
}

/** The verdict of a validation whose checks are through. An older flat record has none. */
const FINISHED = {
	live: expect.stringMatching(/^(passed|notPassed)$/),
	nested: expect.stringMatching(/^(passed|notPassed)$/),
	flat: 'unknown',
};

describe.each(SHAPES)('with %s records', (shape) => {
	beforeAll(() => {
		host.sandbox.settings.shape = shape;
	});

	test('Create sends the image and what it is to be checked for, and nothing else', async () => {
		const { records, hints } = await run({
			checks: ['printedCopy', 'screenReplay'],
			options: {
				screenReplayCalibration: 'HARD',
				ignoreColourLessValidation: true,
			},
		});
		const { body } = host.sandbox.requests.findLast(({ method }) => method === 'POST')!;
		expect(body).toEqual({
			image: `${file.toString('base64').length} characters`,
			saveImage: true,
			validateScreenReplay: true,
			validatePrintedCopy: true,
			validatePortraitSubstitution: false,
			validateDigitalManipulation: false,
			screenReplayCalibration: 'HARD',
			ignoreDocumentCroppedValidation: false,
			ignoreColourLessValidation: true,
		});
		expect(records).toMatchObject([{ verdict: FINISHED[shape] }]);
		expect((await served(records[0]!.imageUrl)).equals(file)).toBe(true);
		expect(hints).toEqual([]);
	});

	test('without Wait for Completion the record comes as it stands, after a single request', async () => {
		const before = host.sandbox.requests.length;
		const { records } = await run({ waitForCompletion: false });
		expect(host.sandbox.requests.length - before).toBe(1);
		expect(records).toMatchObject([{ verdict: 'pending' }]);
	});

	describe('refused with nothing sent', () => {
		test.each<[string, () => Promise<Awaited<ReturnType<typeof run>>>, RegExp]>([
			['a PDF', async () => await run({}, PDF), /PDF document, not an image/],
			[
				'a text file',
				async () => await run({}, Buffer.from('Please validate my passport.')),
				/a text, not an image/,
			],
			[
				'another binary field',
				async () => await run({ binaryPropertyName: 'Photo' }),
				/no file in the binary field “Photo”/,
			],
			[
				'a web address as base64',
				async () => await run({ imageSource: 'base64', imageBase64: 'https://example.com/a.jpg' }),
				/web address/,
			],
			['no check', async () => await run({ checks: '={{ [] }}' }), /^Checks must be/],
		])('%s', async (_what, attempt, message) => {
			const before = host.sandbox.requests.length;
			const { error, records } = await attempt();
			expect(error?.message).toMatch(message);
			expect(error?.description).toMatch(/^(This item was not|Nothing was) sent to Verifik\. /);
			expect(records).toEqual([]);
			expect(host.sandbox.requests).toHaveLength(before);
		});
	});

	describe('sent again only where it certainly did not arrive', () => {
		test('asked to wait once, it makes one document and a hint says so', async () => {
			const before = { posts: posts(), documents: documents() };
			host.sandbox.faults.list = [{ kind: 'rateLimit', on: 'create', retryAfterS: 1, times: 1 }];
			const { records, hints } = await run();
			expect(records).toHaveLength(1);
			expect(posts() - before.posts).toBe(2);
			expect(documents() - before.documents).toBe(1);
			expect(hints.map(({ message }) => message)).toEqual([
				expect.stringMatching(/were retried|was retried/),
			]);
		});

		test('when the connection breaks, one request was sent, and the message says to look first', async () => {
			const before = posts();
			host.sandbox.faults.list = [{ kind: 'reset', on: 'create', times: 1 }];
			const { error, records } = await run();
			expect(records).toEqual([]);
			expect(posts() - before).toBe(1);
			expect(error?.message).toMatch(/was lost/);
			expect(error?.description).toMatch(/Before you send it again, look for it with List/);
			const inBase64 = file.toString('base64').slice(0, 60);
			expect(JSON.stringify(error)).not.toContain(inBase64);
		});
	});

	test('Stop ends Wait for Completion, and no request is sent afterwards', async () => {
		const { n8n, sandbox } = host;
		const { processingMs } = sandbox.settings;
		sandbox.settings.processingMs = 3_600_000;
		try {
			const nodes = [
				START,
				...fileNodes(file, 'document.jpg'),
				create({ options: { waitTimeout: 600 } }),
			];
			const before = sandbox.requests.length;
			const id = await n8n.begin(await host.addSequence(nodes), START.name);
			// the document, and the first two requests for its result
			while (sandbox.requests.length < before + 3) await sleep(20);
			await n8n.api('POST', `/rest/executions/${id}/stop`);
			expect((await n8n.end(id)).status).toBe('canceled');
			const sent = sandbox.requests.length;
			// longer than the next pause between two requests
			await sleep(1500);
			expect(sandbox.requests).toHaveLength(sent);
		} finally {
			sandbox.settings.processingMs = processingMs;
		}
	});

	describe.each([2.2, 3])('as a tool of an AI Agent (version %d)', (agentVersion) => {
		/** Runs: a file → Agent with Create as its tool, which is called once. */
		async function ask(parameters: IDataObject) {
			let tools: Tool[] = [];
			let results: string[] = [];
			const model = await startScriptedModel((seen) => {
				({ tools, results } = seen);
				if (results.length > 0) return { answer: results.at(-1)! };
				return { tool: tools[0]!.name, arguments: {} };
			});
			try {
				const { n8n, credential } = host;
				const { id } = await n8n.api('POST', '/rest/credentials', {
					name: 'Scripted model',
					type: 'openAiApi',
					data: { apiKey: 'none', url: model.url },
				});
				const place = (index: number) => ({ id: `n${index}`, position: [200 * index, 0] });
				const [text, binary] = fileNodes(file, 'document.jpg');
				const nodes = [
					{ ...START, typeVersion: 1, parameters: {} },
					text,
					binary,
					{
						name: 'Agent',
						type: '@n8n/n8n-nodes-langchain.agent',
						typeVersion: agentVersion,
						parameters: { promptType: 'define', text: 'Validate the document.', options: {} },
					},
					{
						name: 'Model',
						type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
						typeVersion: 1.2,
						parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
						credentials: { openAiApi: { id, name: 'Scripted model' } },
					},
					{
						name: 'Tool',
						type: 'n8n-nodes-verifik.documentLivenessTool',
						typeVersion: 1,
						parameters: { operation: 'create', saveImage: true, ...parameters },
						credentials: { verifikApi: credential },
					},
				];
				const to = (node: string, type = 'main') => ({ [type]: [[{ node, type, index: 0 }]] });
				const workflow = await n8n.api('POST', '/rest/workflows', {
					name: 'Agent',
					nodes: nodes.map((node, index) => ({ ...node, ...place(index) })),
					connections: {
						Start: to('Text'),
						Text: to('File'),
						File: to('Agent'),
						Model: to('Agent', 'ai_languageModel'),
						Tool: to('Agent', 'ai_tool'),
					},
					settings: { executionOrder: 'v1' },
				});
				const execution = await n8n.run(workflow.id, START.name);
				return { execution, tools, results };
			} finally {
				await model.close();
			}
		}

		test.each(["$('File').item.binary.data", "$('File').first().binary.data"])(
			'Create takes the file that {{ %s }} gives',
			async (expression) => {
				const before = posts();
				const { tools, results } = await ask({ binaryPropertyName: `={{ ${expression} }}` });
				expect(tools).toHaveLength(1);
				expect(tools[0]!.description).toMatch(
					/^Check a photo of an identity document, and get the new validation/,
				);
				expect(tools[0]!.parameters).not.toHaveProperty('properties.imageBase64');
				const [record] = [JSON.parse(results[0]!)].flat();
				expect(record.verdict).toEqual(FINISHED[shape]);
				expect(posts() - before).toBe(1);
				expect((await served(record.imageUrl)).equals(file)).toBe(true);
			},
		);

		test('a tool takes no base64: a parameter left from a node has no effect', async () => {
			const before = posts();
			const { execution } = await ask({
				imageSource: 'base64',
				imageBase64: file.toString('base64'),
				binaryPropertyName: 'data',
			});
			// where it stands depends on the version of the agent
			expect(JSON.stringify(execution.resultData)).toMatch(/no file in the binary field “data”/);
			expect(posts()).toBe(before);
		});
	});
});

test('the token and the image are in no log of n8n', async () => {
	const log = await readFile(host.n8n.logFile, 'utf8');
	expect(log).not.toContain(host.sandbox.token);
	expect(log).not.toContain(file.toString('base64').slice(0, 60));
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
