// Records with any values in their fields: each operation reads them or says why not, and a report makes a mail.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';

import { SELECTABLE } from '../../nodes/shared/output.ts';
import { runNode } from '../support/engine.mts';
import { searchValidations } from '../support/listSearch.mts';
import { Poller } from '../support/poller.mts';

const ID = '65'.repeat(12);
const FIELDS = [
	'_id',
	'status',
	'isLive',
	'createdAt',
	'updatedAt',
	'completedAt',
	'imageUrl',
	'riskScore',
	'confidence',
	'aggregatedScore',
	'aggregateWarnings',
	'chargesCount',
	'validationResults',
	'validateScreenReplay',
	'screenReplayErrors',
	'screenReplayWarnings',
	'screenReplayProbability',
	'sreenReplayScore',
	'rawResponse',
	'pipeline_results',
	'pipeline_name',
	'image_quality_warnings',
	'liveness_probability',
	'screenReplay',
	'score',
	'passed',
	'appRegistration',
	'client',
	'fullName',
	'name',
	'email',
	'toString',
	'valueOf',
	'toJSON',
	'constructor',
	'__proto__',
	'length',
];

/** Expected values, values of other types, and extreme ones. */
const values = fc.letrec<{ value: unknown; record: object }>((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		fc.constantFrom<unknown>(
			ID,
			'new',
			'completed',
			'failed',
			true,
			false,
			null,
			0,
			-0,
			0.5,
			1e308,
			-1e308,
			5e-324,
			2 ** 53,
			'',
			' ',
			'0x10',
			'1e999',
			'2026-11-20T00:00:00Z',
			'+275760-09-13T00:00:00Z',
			'-271821-04-20T00:00:00Z',
			'1969-12-31T23:59:59Z',
			'screen-replay_2024-09',
			'DOCUMENT_NOT_FOUND',
			'=1+1',
			'\ud800',
			'\u0000\u001b[2J\u202e',
			'<script>',
			'http://[',
			'https://example.invalid/x.jpg',
			'x'.repeat(5_000),
		),
		fc.string({ unit: 'binary' }),
		fc.double(),
		fc.array(tie('value'), { maxLength: 4 }),
		tie('record'),
	),
	record: fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 12 }),
}));

const lists = fc.array(values.record, { minLength: 1, maxLength: 8 });

/** Messages of JavaScript itself, which a user does not understand. */
const NO_WORDS =
	/RangeError|TypeError|Cannot|is not a|Invalid (time|array)|call stack|undefined|NaN|Infinity|\[object/;

test('any record is read by every operation, or reported in words', async () => {
	let answer = '';
	let isEmpty = false;
	const server = createServer(({ url, method }, response) => {
		const isOne = method === 'POST' || url!.includes(ID);
		const list = JSON.parse(answer) as object[];
		// An answer about another validation than the one that was asked for is refused before its fields are read.
		const one = { ...list[0], _id: ID };
		const data = isEmpty ? [] : isOne ? one : list;
		const pagination = { total: isEmpty ? 0 : list.length };
		response.end(JSON.stringify({ data, pagination }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const credential = { accessToken: 'token', baseUrl };
	const get = { operation: 'get', validationId: { __rl: true, mode: 'id', value: ID } };
	const filters = {
		verdict: ['notPassed', 'unknown'],
		failedChecks: ['screenReplay'],
		minimumRiskScore: 0.1,
		createdAfter: '2020-01-01T00:00:00Z',
	};
	const outputs: IDataObject[] = [
		{ output: 'simplified' },
		{ output: 'spreadsheetRow' },
		{ output: 'raw' },
		{ output: 'selectedFields', selectedFields: Object.keys(SELECTABLE) },
	];
	const operations: IDataObject[] = [
		...outputs.map((output) => ({ operation: 'list', ...output })),
		...outputs.map((output) => ({ ...get, ...output })),
		{ operation: 'list', returnAll: true, filters },
		{ operation: 'report', period: 'last30Days', options: { populate: ['client'], riskiest: 50 } },
		{ operation: 'report', period: 'lastMonth', language: 'es', options: { interval: 'week' } },
	];
	const expectWords = (text: string | undefined) => expect(text ?? '').not.toMatch(NO_WORDS);
	try {
		await fc.assert(
			fc.asyncProperty(lists, async (list) => {
				answer = JSON.stringify(list);
				for (const parameters of operations) {
					for (const asTool of [false, true]) {
						const { error, records } = await runNode({ parameters, credential, asTool });
						expectWords(error && `${error.message} ${error.description}`);
						expect(() => JSON.stringify(records)).not.toThrow();
					}
				}
				const found = await searchValidations(credential, 'e').catch((error: Error) => error);
				if (found instanceof Error) expectWords(found.message);
				const poller = new Poller({
					parameters: { events: ['received', 'passed', 'notPassed', 'notCarriedOut', 'noVerdict'] },
					credential,
					host: 'durable',
				});
				isEmpty = true;
				await poller.activate();
				isEmpty = false;
				for (let polls = 0; polls < 2; polls++) expectWords((await poller.poll()).error?.message);
			}),
			{ numRuns: 60, verbose: 1 },
		);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}, 300_000);
