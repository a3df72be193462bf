// Get and the pick-list through the real n8n-core engine, against the sandbox over HTTP.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { describeError } from '../../nodes/verifik/errors/messages.ts';
import { VERDICT_LABELS } from '../../nodes/verifik/record/labels.ts';
import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import type { Sandbox } from '../../sandbox/server.mts';
import { runNode, type Setup } from '../support/engine.mts';
import { searchValidations } from '../support/listSearch.mts';
import { credentialOf, openSharedSandbox } from '../support/sandboxes.mts';
import { SHAPES } from '../support/shapes.mts';

/** A time of ISO 8601 as clocks show it that are so many hours behind. */
function hoursBefore(iso: string, hours: number): string {
	const time = new Date(Date.parse(iso) - hours * 3_600_000).toISOString();
	return time.slice(0, 16).replace('T', ' ');
}

describe.each(SHAPES)('with %s records', (shape) => {
	let sandbox: Sandbox;
	let all: IDataObject[];
	beforeAll(async () => {
		sandbox = await openSharedSandbox({ records: 2600, shape });
		all = [...sandbox.records({ populates: ['appRegistration'] })] as IDataObject[];
	});

	const credential = () => credentialOf(sandbox);
	const get = async (id: unknown, parameters: IDataObject = {}, setup: Partial<Setup> = {}) =>
		await runNode({
			parameters: {
				operation: 'get',
				validationId: { __rl: true, mode: 'id', value: id } as never,
				...parameters,
			},
			credential: credential(),
			...setup,
		});
	const idOf = (index: number) => all[index]!._id as string;

	describe('Get', () => {
		test('gives the validation, simplified or untouched', async () => {
			const [record] = sandbox.records() as Iterable<IDataObject>;
			expect((await get(record!._id)).records).toEqual([simplify(record!)]);
			expect((await get(record!._id, { output: 'raw' })).records).toEqual([record]);
			const fullResponse = await get(record!._id, { options: { fullResponse: true } });
			expect(fullResponse.records).toEqual([
				{
					data: record,
					signature: expect.objectContaining({ message: 'Certified by Verifik.co' }),
					...(shape === 'live' && { id: expect.any(String) }),
				},
			]);
			expect(sandbox.requests.at(-1)).toMatchObject({
				method: 'GET',
				url: `/v2/document-liveness/${record!._id as string}`,
				authorized: true,
			});
		});

		test('gives one for each input item, paired with it', async () => {
			const { items } = await get(
				'={{ $json.id }}',
				{},
				{
					input: [{ id: ` ${idOf(3)}\n` }, { id: idOf(1) }],
				},
			);
			expect(items.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
				[idOf(3), { item: 0 }],
				[idOf(1), { item: 1 }],
			]);
		});

		test('works with an ID as the API page shows it', async () => {
			const { error } = await get('document_liveness_123456789');
			expect(sandbox.requests.at(-1)!.path).toBe(
				'/v2/document-liveness/document_liveness_123456789',
			);
			expect(error?.message).toBe(
				describeError('validationNotFound', { id: 'document_liveness_123456789' }).message,
			);
		});

		test('says of an ID that does not exist which it is, and how to find the right one', async () => {
			const { error } = await get('0123456789abcdef01234567');
			expect(error?.message).toBe('There is no validation with the ID “0123456789abcdef01234567”');
			expect(error?.description).toContain('From List');
			const { errorItems } = await get(
				'0123456789abcdef01234567',
				{},
				{ onError: 'continueErrorOutput' },
			);
			expect(errorItems).toMatchObject([
				{ details: { httpStatus: 404, code: 'DOCUMENT_LIVENESS_NOT_FOUND' } },
			]);
		});

		test.each([
			'',
			'  ',
			'a/../b',
			'../auth/session',
			'..',
			'.',
			'a?page=1',
			'a#b',
			'%2e%2e%2fauth',
			'%2e',
			'a b',
			'a\\b',
			'a\nb',
			'ä',
			'a;b',
			'a'.repeat(129),
			null,
			5,
			{ $ne: null },
			['a', 'b'],
		])('refuses the ID %j, with nothing sent', async (id) => {
			const before = sandbox.requests.length;
			const { error, items } = await get('={{ $json.id }}', {}, { input: [{ id: id as never }] });
			expect(items).toEqual([]);
			expect(error?.message).toMatch(/^Validation must be an ID/);
			expect(error?.description).toContain('Nothing was sent to Verifik');
			expect(sandbox.requests).toHaveLength(before);
		});

		test('quotes an answer that has no record', async () => {
			sandbox.faults.list = [{ kind: 'notJson', body: '{"success":true,"data":[]}' }];
			const { error } = await get(idOf(0));
			sandbox.faults.list = [];
			expect(error?.message).toBe(
				describeError('notTheApi', { host: new URL(sandbox.url).host }).message,
			);
		});

		test('tries again after what may be temporary', async () => {
			sandbox.faults.list = [{ kind: 'serverDown', on: 'retrieve', times: 2 }];
			const { records, hints } = await get(idOf(0));
			sandbox.faults.list = [];
			expect(records).toHaveLength(1);
			expect(hints.map(({ message }) => message)).toEqual([
				expect.stringMatching(/^2 requests were retried/),
			]);
		});
	});

	describe('the pick-list', () => {
		const search = async (filter?: string, token?: string) =>
			await searchValidations(credential(), filter, token);
		/** The e-mail of an applicant, whom a flat record has only if it is given one. */
		const emailOf = (index: number) => {
			const email = `applicant.${index}@example.com`;
			sandbox.alter(idOf(index), { appRegistration: { email } });
			return email;
		};

		test('shows the newest with verdict, applicant and date, a page at a time', async () => {
			const first = await search();
			const [newest] = all as any[];
			const applicant = newest.appRegistration?.fullName ?? newest._id;
			const verdict = VERDICT_LABELS[readRecord(newest).verdict];
			expect(first.results[0]).toEqual({
				// the workflow is in America/Bogota, five hours behind UTC
				name: `${verdict} · ${applicant} · ${hoursBefore(newest.createdAt, 5)} GMT−5`,
				value: newest._id,
				description: newest._id,
			});
			const second = await search(undefined, first.paginationToken);
			expect([...first.results, ...second.results].map(({ value }) => value)).toEqual(
				all.slice(0, 200).map(({ _id }) => _id),
			);
			expect((await search('', '26')).paginationToken).toBeUndefined();
		});

		test.each([null, 'Nowhere/Land', '={{ $now.zoneName }}'])(
			'shows the time of the n8n where the editor does not give the zone of the workflow: %j',
			async (timeZone) => {
				const { results } = await searchValidations(credential(), '', undefined, timeZone);
				// n8n's own default
				const date = new Intl.DateTimeFormat('sv-SE', {
					timeZone: 'America/New_York',
					dateStyle: 'short',
					timeStyle: 'short',
				}).format(new Date(String(all[0]!.createdAt)));
				expect(results[0]!.name).toContain(` · ${date} GMT`);
			},
		);

		test('shows the ID where the applicant is not known', async () => {
			sandbox.alter(idOf(0), { appRegistration: undefined });
			const { results } = await search();
			if (all[0]!.appRegistration) {
				sandbox.alter(idOf(0), { appRegistration: all[0]!.appRegistration });
			}
			expect(results[0]!.name).toMatch(new RegExp(` · ${idOf(0)} · `));
		});

		test('a search finds by name, without regard to case and accents', async () => {
			const wanted = all[420] as any;
			sandbox.alter(wanted._id, { appRegistration: { fullName: 'Zoë Ñandú' } });
			const before = sandbox.requests.length;
			const { results } = await search('nandu ZOE');
			expect(results.map(({ value }) => value)).toEqual([wanted._id]);
			// up to the page behind it, and what was fetched ahead of that
			expect(sandbox.requests.length - before).toBeLessThanOrEqual(11);
		});

		test('a search that goes on shows each validation once, also where pages were read overlapping', async () => {
			for (const at of [395, 405]) {
				sandbox.alter(idOf(at), { appRegistration: { fullName: 'Ximena Twice' } });
			}
			const first = await search('ximena twice');
			const second = await search('ximena twice', first.paginationToken);
			expect([first, second].map(({ results }) => results.map(({ value }) => value))).toEqual([
				[idOf(395)],
				[idOf(405)],
			]);
		});

		test('a search that finds nothing at first reads further pages', async () => {
			expect((await search(emailOf(1700))).results.map(({ value }) => value)).toEqual([idOf(1700)]);
		});

		test('a search ends for now after 2,000 validations, and goes on from there when asked', async () => {
			const { results, paginationToken } = await search(emailOf(2500));
			expect([results, paginationToken]).toEqual([[], '21']);
			expect(
				(await search(emailOf(2500), paginationToken)).results.map(({ value }) => value),
			).toEqual([idOf(2500)]);
		});

		test('an exact ID is found wherever it is, with one request', async () => {
			const before = sandbox.requests.length;
			const { results } = await search(` ${idOf(2599)} `);
			expect(results.map(({ value }) => value)).toEqual([idOf(2599)]);
			expect(sandbox.requests).toHaveLength(before + 1);
		});

		test('a text in the search field cannot lead to another endpoint', async () => {
			const before = sandbox.requests.length;
			await search('../auth/session?origin=refresh');
			const paths = new Set(sandbox.requests.slice(before).map(({ path }) => path));
			expect([...paths]).toEqual(['/v2/document-liveness']);
		});

		test('reports in words why it cannot be loaded', async () => {
			await expect(searchValidations({ ...credential(), accessToken: 'refused' })).rejects.toThrow(
				describeError('unauthorized').message,
			);
		});
	});
});
