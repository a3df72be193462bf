// List in the real n8n, from the packed tarball, against the sandbox.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../nodes/verifik/record/simplify.ts';
import { spreadsheetRow } from '../../nodes/verifik/record/spreadsheetRow.ts';
import { readBack } from '../support/files.mts';
import {
	gaveBy,
	NODE_TYPE,
	START,
	startHost,
	type WorkflowNode,
	type Host,
} from '../support/host.mts';
import { SHAPES } from '../support/shapes.mts';
import { readCsv, readXlsx, type Sheet } from '../support/spreadsheets.mts';

let host: Host;
beforeAll(async () => {
	host = await startHost({ records: 350, now: new Date() });
}, 240_000);
afterAll(async () => await host?.stop(), 30_000);

const list = async (parameters: IDataObject) =>
	await host.runNode({ type: NODE_TYPE, parameters: { operation: 'list', ...parameters } });

const all = (filter?: { status?: string; populates?: string[] }) =>
	JSON.parse(JSON.stringify([...host.sandbox.records(filter)])) as IDataObject[];

describe.each(SHAPES)('with %s records', (shape) => {
	beforeAll(() => {
		host.sandbox.settings.shape = shape;
	});

	describe('List gives exactly the records of the service', () => {
		test('for one page with the default parameters', async () => {
			const { records } = await list({});
			expect(records).toEqual(
				all()
					.slice(0, 50)
					.map((record) => simplify(record)),
			);
		});

		test('for a chosen page with the output Raw', async () => {
			const { records } = await list({ page: 3, limit: 20, output: 'raw' });
			expect(records).toEqual(all().slice(40, 60));
		});

		test('with a status and with related records', async () => {
			const { records } = await list({
				status: 'failed',
				populate: ['client', 'appRegistration'],
				limit: 100,
				output: 'raw',
			});
			expect(records).toEqual(all({ status: 'failed', populates: ['client', 'appRegistration'] }));
		});

		test('with Return All', async () => {
			const { records, hints } = await list({ returnAll: true });
			expect(records).toEqual(all().map((record) => simplify(record)));
			expect(hints).toEqual([]);
		});

		test('with Return All, the output Raw, a status and a maximum', async () => {
			const { records } = await list({
				returnAll: true,
				status: 'completed',
				output: 'raw',
				options: { maxRecords: 120 },
			});
			expect(records).toEqual(all({ status: 'completed' }).slice(0, 120));
		});

		test('with Full Response', async () => {
			const { records } = await list({ page: 2, limit: 10, options: { fullResponse: true } });
			expect(records).toEqual([
				{
					data: all().slice(10, 20),
					pagination: { page: 2, limit: 10, total: 350, pages: 35 },
					signature: expect.objectContaining({ message: 'Certified by Verifik.co' }),
				},
			]);
		});

		test.each([
			'={{ $now.minus({ hours: 20 }) }}',
			'={{ $now.minus({ hours: 20 }).toISO() }}',
			'={{ $now.minus({ hours: 20 }).toMillis() }}',
			'={{ new Date(Date.now() - 20 * 3600 * 1000) }}',
		])('Created After with the expression %s', async (createdAfter) => {
			const { records, error } = await list({ returnAll: true, filters: { createdAfter } });
			expect(error).toBeUndefined();
			// one validation in 7 minutes
			expect(records.length).toBeGreaterThanOrEqual(170);
			expect(records.length).toBeLessThanOrEqual(172);
		});

		test('for an empty account', async () => {
			const { records, execution } = await list({ page: 99, limit: 100 });
			expect(execution.status).toBe('success');
			expect(records).toEqual([]);
		});
	});

	describe('what does not work is reported', () => {
		test('a parameter that is not allowed is reported before anything is sent', async () => {
			const before = host.sandbox.requests.length;
			const { error } = await list({ limit: 101 });
			expect(error?.message).toBe(
				'Limit must be 1 to 100 (it is 101). For more, turn on Return All.',
			);
			expect(host.sandbox.requests).toHaveLength(before);
		});

		test('a token that is refused goes to the error branch, when that is chosen', async () => {
			const credential = await host.addCredential('Refused', {
				accessToken: 'not-a-token-of-this-sandbox',
				baseUrl: host.sandbox.url,
			});
			const { records, errorItems } = await host.runNode({
				type: NODE_TYPE,
				parameters: { operation: 'list' },
				credential,
				onError: 'continueErrorOutput',
			});
			expect(records).toEqual([]);
			expect(errorItems).toEqual([
				{
					error: expect.stringContaining('token'),
					message: expect.any(String),
					details: expect.objectContaining({ httpStatus: 401 }),
				},
			]);
		});
	});
});

describe('Output in files and tables, without a Set node between', () => {
	const columns = Object.keys(spreadsheetRow({}));

	/** Documents that did not pass this check: what differs between two weeks. */
	const rowsOf = (failedCheck: string, output = 'spreadsheetRow') =>
		host.verifik({
			operation: 'list',
			returnAll: true,
			filters: { failedChecks: [failedCheck] },
			populate: ['client', 'appRegistration'],
			output,
		});

	async function run(nodes: WorkflowNode[]) {
		const execution = await host.n8n.run(await host.addSequence([START, ...nodes]), START.name);
		expect(execution.resultData.error?.message).toBeUndefined();
		return { execution, rows: gaveBy(execution, 'Verifik').records };
	}

	/** Writes what a node gives into a file as a user would. */
	async function writeFile(list: WorkflowNode, operation: 'csv' | 'xlsx' | 'toJson') {
		const toFile = {
			name: 'File',
			type: 'n8n-nodes-base.convertToFile',
			typeVersion: 1.1,
			parameters: { operation, options: {} },
		};
		const { execution, rows } = await run([list, toFile, readBack()]);
		const bytes = Buffer.from(String(gaveBy(execution, 'Read back').records[0]!.bytes), 'base64');
		return { rows, bytes };
	}

	beforeAll(() => {
		host.sandbox.settings.shape = 'live';
	});

	test.each(['csv', 'xlsx'] as const)(
		'Convert to File takes a Spreadsheet Row (%s): the same columns for documents that did not pass different checks, and every row',
		async (format) => {
			const sheets: Sheet[] = [];
			for (const check of ['screenReplay', 'digitalManipulation']) {
				const { rows, bytes } = await writeFile(rowsOf(check), format);
				const sheet = format === 'csv' ? readCsv(bytes) : await readXlsx(bytes);
				expect(rows.length).toBeGreaterThan(2);
				expect(sheet.rows).toEqual(rows.map((row) => columns.map((name) => cellOf(row[name]))));
				sheets.push(sheet);
			}
			expect(sheets.map(({ columns: titles }) => titles)).toEqual([columns, columns]);
			expect(sheets[0]!.rows).not.toEqual(sheets[1]!.rows);
		},
	);

	test.each(['simplified', 'selectedFields', 'raw'])(
		'Convert to File takes the Output %s: all of it as JSON, a row for each document as CSV',
		async (output) => {
			const list = rowsOf('screenReplay', output);
			const { rows, bytes: json } = await writeFile(list, 'toJson');
			expect(rows.length).toBeGreaterThan(2);
			expect(JSON.parse(json.toString('utf8'))).toEqual(rows);
			const sheet = readCsv((await writeFile(list, 'csv')).bytes);
			const place = sheet.columns.indexOf(output === 'raw' ? '_id' : 'id');
			expect(sheet.rows.map((row) => row[place])).toEqual(rows.map(({ id, _id }) => id ?? _id));
		},
	);

	test('Data Table takes a Spreadsheet Row: a row for each document, and the ID and date in columns of another name', async () => {
		const numbers = /(Score|confidence|credits)$/;
		// n8n's own columns of a Data Table have these names
		const renamed: Record<string, string> = { id: 'validationId', createdAt: 'validatedAt' };
		const nameOf = (column: string) => renamed[column] ?? column;
		const typeOf = (column: string) => (numbers.test(column) ? 'number' : 'string');
		const [project] = await host.n8n.api('GET', '/rest/projects/my-projects');
		const tables = `/rest/projects/${project.id}/data-tables`;
		const table = await host.n8n.api('POST', tables, {
			name: 'Documents that did not pass',
			columns: columns.map((column) => ({ name: nameOf(column), type: typeOf(column) })),
		});
		const value = Object.fromEntries(
			columns.map((column) => [nameOf(column), `={{ $json.${column} }}`]),
		);
		const insert = {
			name: 'Table',
			type: 'n8n-nodes-base.dataTable',
			typeVersion: 1,
			parameters: {
				resource: 'row',
				operation: 'insert',
				dataTableId: { __rl: true, mode: 'id', value: table.id },
				columns: { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] },
				options: {},
			},
		};
		const { rows } = await run([rowsOf('screenReplay'), insert]);
		const { data } = await host.n8n.api('GET', `${tables}/${table.id}/rows`);
		expect(data).toHaveLength(rows.length);
		expect(data.map((row: IDataObject) => columns.map((column) => row[nameOf(column)]))).toEqual(
			rows.map((row) => columns.map((column) => row[column])),
		);
	});
});

/** What a file holds of a value: text, and nothing for an empty cell. */
function cellOf(value: unknown): string {
	return value === null ? '' : String(value);
}

test('the token is in no file of n8n', async () => {
	expect(await host.findSecret(host.sandbox.token)).toEqual([]);
});
