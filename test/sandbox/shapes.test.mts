// The shapes in which the sandbox gives its records: the same validations in each, as an independent reader reads them.
import { describe, expect, test } from '@jest/globals';
import { Jimp } from 'jimp';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { readRecord, type Validation } from '../../nodes/verifik/record/readRecord.ts';
import { CHECKS, ERRORS, flagOf, meanOf, WARNINGS } from '../../sandbox/checks.mts';
import { SHAPES, type Shape } from '../../sandbox/records.mts';
import type { SandboxOptions } from '../../sandbox/server.mts';
import { openSandbox } from '../support/sandboxes.mts';

const PATH = '/v2/document-liveness';
const LIVE_EXAMPLE = readFileSync(new URL('../../sandbox/liveRecord.json', import.meta.url));
const LONG_MS = 60_000;

async function start(options: SandboxOptions) {
	const sandbox = await openSandbox(options);
	const call = async (path: string, init: RequestInit = {}) =>
		await fetch(sandbox.url + path, {
			...init,
			headers: {
				authorization: `Bearer ${sandbox.token}`,
				...(init.body !== undefined && { 'content-type': 'application/json' }),
			},
		});
	const get = async (path: string) => (await (await call(path)).json()) as any;
	const create = async (body: object) => {
		const image = await new Jimp({ width: 8, height: 8, color: 0xff0000ff }).getBuffer('image/png');
		const json = JSON.stringify({ image: image.toString('base64'), ...body });
		const response = await call(PATH, { method: 'POST', body: json });
		return { status: response.status, text: await response.text() };
	};
	return { sandbox, call, get, create };
}

async function recordsOf(shape: Shape, status?: string, options: SandboxOptions = {}) {
	const { sandbox } = await start({ records: 600, shape, ...options });
	return [...sandbox.records({ status })] as any[];
}

const requested = (record: any) => CHECKS.filter((check) => record[flagOf(check)]);

/** Names of all fields, nested ones too, with the type of what they hold. */
function fieldTypes(value: unknown, path = ''): string[] {
	if (Array.isArray(value)) return value.flatMap((item) => fieldTypes(item, `${path}[]`));
	if (typeof value !== 'object' || value === null) return [`${path} ${typeof value}`];
	return Object.entries(value).flatMap(([key, item]) => fieldTypes(item, `${path}.${key}`));
}

describe('the same validations are in each shape', () => {
	test.each([1, 2])('with the same verdict and failed checks (seed %i)', async (seed) => {
		const outline = ({ verdict, failedChecks, checks, confidence }: Validation) => ({
			verdict,
			failedChecks,
			// a nested record names no check before it is completed
			...((verdict === 'passed' || verdict === 'notPassed') && { confidence, checks: ran(checks) }),
		});
		const ran = (checks: Validation['checks']) =>
			CHECKS.map((check) => [checks[check].outcome, checks[check].score]);
		const [live, nested] = await Promise.all(
			(['live', 'nested'] as const).map(async (shape) =>
				(await recordsOf(shape, undefined, { seed })).map((record) => outline(readRecord(record))),
			),
		);
		expect(live).toEqual(nested);
		const verdicts = new Set(live!.map(({ verdict }) => verdict));
		expect([...verdicts].sort()).toEqual(['notCarriedOut', 'notPassed', 'passed', 'pending']);
	});

	test('with a verdict of the status, and none in the older flat shape', async () => {
		for (const [status, verdict] of [
			['new', 'pending'],
			['processing', 'pending'],
			['failed', 'notCarriedOut'],
		]) {
			for (const shape of SHAPES) {
				const verdicts = (await recordsOf(shape, status)).map((one) => readRecord(one).verdict);
				expect(new Set(verdicts)).toEqual(new Set([verdict]));
			}
		}
		const older = (await recordsOf('flat', 'completed')).map((one) => readRecord(one).verdict);
		expect(new Set(older)).toEqual(new Set(['unknown']));
	});

	test('with the same checks, where only some were asked for', async () => {
		const [live, flat, nested] = await Promise.all(
			(['live', 'flat', 'nested'] as const).map(
				async (shape) => await recordsOf(shape, 'completed'),
			),
		);
		expect(flat!.map(requested)).toEqual(live!.map(requested));
		expect(nested!.map((one) => Object.keys(one.validationResults))).toEqual(live!.map(requested));
		const share = live!.filter((one) => requested(one).length < 4).length / live!.length;
		expect(share).toBeGreaterThan(0.2);
		expect(share).toBeLessThan(0.4);
	});

	test('with a mean that is cut off after its fourth decimal', async () => {
		expect(meanOf([0.0008, 0.0001])).toBe(0.0004);
		expect(meanOf([0.95, 0.9, 0.88, 0.92])).toBe(0.9125);
		const [flat, nested] = [
			await recordsOf('flat', 'completed'),
			await recordsOf('nested', 'completed'),
		];
		expect(flat.map((one) => one.aggregatedScore)).toEqual(nested.map((one) => one.confidence));
		for (const record of flat) {
			const ran = requested(record).map((check) => record[`${check}Probability`]);
			expect(record.aggregatedScore).toBe(meanOf(ran));
		}
	});
});

describe('a record of the live shape', () => {
	const real = JSON.parse(LIVE_EXAMPLE.toString()).data;

	test('has the fields of the real one, in its order and with its types', async () => {
		const records = await recordsOf('live', 'completed');
		const known = new Set(fieldTypes(real));
		for (const record of records) {
			expect(Object.keys(record)).toEqual(
				Object.keys(real).filter((key) => key !== 'imageUrl' || record.imageSaved),
			);
			expect(Object.keys(record.rawResponse)).toEqual(Object.keys(real.rawResponse));
			for (const pipeline of record.rawResponse.pipeline_results) {
				expect(Object.keys(pipeline)).toEqual(Object.keys(real.rawResponse.pipeline_results[0]));
			}
			const unknown = fieldTypes(record).filter((field) => !known.has(field));
			expect(unknown.filter((field) => !/Warnings\[\]/.test(field))).toEqual([]);
		}
	});

	test('holds a result of each check that ran, and zeros of the others', async () => {
		for (const record of await recordsOf('live', 'completed')) {
			const ran = requested(record);
			const { pipeline_results: pipelines } = record.rawResponse;
			expect(pipelines).toHaveLength(ran.length);
			expect([record.chargesCount, record.rawResponse.charges_count]).toEqual(
				Array(2).fill(ran.length),
			);
			for (const pipeline of pipelines) {
				expect(pipeline.pipeline_name).toMatch(/^[a-z]+-[a-z]+_2024-09$/);
				expect(pipeline.liveness_probability).toMatch(/^0\.\d{4}$/);
				expect(pipeline.status).toBe('success');
			}
			expect(record.isLive).toBe(pipelines.every((pipeline: any) => pipeline.is_live));
			for (const check of CHECKS.filter((name) => !ran.includes(name))) {
				const misspelt = check === 'screenReplay' ? 'sreenReplay' : check;
				expect([record[`${misspelt}Score`], record[`${check}Probability`]]).toEqual([0, 0]);
				expect(record[`${check}Warnings`]).toEqual([]);
			}
		}
	});

	test('warns in the words of the service', async () => {
		const warnings = (await recordsOf('live', 'completed')).flatMap((one) => one.aggregateWarnings);
		expect(new Set(warnings)).toEqual(new Set(WARNINGS));
	});

	test('that is pending says what was asked for, and nothing of what came of it', async () => {
		for (const shape of ['live', 'flat'] as const) {
			for (const record of await recordsOf(shape, 'processing')) {
				expect(requested(record).length).toBeGreaterThan(0);
				expect(Object.keys(record).join(' ')).not.toMatch(
					/Score|Probability|Errors|Warnings|isLive|rawResponse|charges/,
				);
			}
		}
	});

	test('that failed says why at every check that was asked for', async () => {
		for (const shape of ['live', 'flat'] as const) {
			const records = await recordsOf(shape, 'failed');
			for (const record of records) {
				for (const check of CHECKS) {
					const errors = record[`${check}Errors`];
					expect(errors).toEqual(record[flagOf(check)] ? [expect.any(String)] : []);
					expect(ERRORS).toEqual(expect.arrayContaining(errors));
					expect(record[`${check}Probability`]).toBe(0);
				}
				if (shape === 'flat') continue;
				expect(record.isLive).toBe(false);
				for (const { status } of record.rawResponse.pipeline_results) {
					expect(ERRORS).toContain(status);
				}
			}
		}
	});

	test('has one date until its status changes', async () => {
		const { sandbox, get } = await start({ shape: 'live' });
		for (const record of sandbox.records() as Iterable<any>) {
			expect(record.updatedAt).toBe(record.createdAt);
		}
		const [pending] = sandbox.records({ status: 'processing' }) as Iterable<any>;
		sandbox.setStatus(pending._id, 'completed');
		const { data } = await get(`${PATH}/${pending._id}`);
		expect(data.createdAt).toBe(pending.createdAt);
		expect(Date.parse(data.updatedAt)).toBeGreaterThan(Date.parse(data.createdAt));
	});

	test('has an image address without an extension, and the client in full on request', async () => {
		const { sandbox, get, call } = await start({ shape: 'live' });
		const record = ([...sandbox.records()] as any[]).find(({ imageUrl }) => imageUrl);
		expect(record.imageUrl).toBe(`${sandbox.url}/images/${record._id}`);
		const [plain, withExtension] = await Promise.all(
			['', '.png'].map(async (extension) => await call(`/images/${record._id}${extension}`)),
		);
		expect(plain!.headers.get('content-type')).toBe('image/png');
		expect(await plain!.bytes()).toEqual(await withExtension!.bytes());
		expect(record.client).toMatch(/^[0-9a-f]{24}$/);
		const { data } = await get(`${PATH}?limit=1&populates[]=client&populates[]=appRegistration`);
		expect(data[0].client._id).toBe(record.client);
		expect(data[0]).not.toHaveProperty('appRegistration');
	});
});

describe('the envelope of one record', () => {
	test('is the one of the running service with the live shape, the documented one with the others', async () => {
		for (const shape of SHAPES) {
			const { sandbox, get } = await start({ shape });
			const [record] = sandbox.records() as Iterable<any>;
			const body = await get(`${PATH}/${record._id}`);
			const expected =
				shape === 'live' ? ['data', 'signature', 'id'] : ['success', 'data', 'signature'];
			expect(Object.keys(body)).toEqual(expected);
			expect(body.data).toEqual(record);
			if (shape === 'live') expect(body.id).toMatch(/^[0-9A-Z]{5}$/);
		}
	});
});

describe('Create', () => {
	const request = {
		saveImage: false,
		validateScreenReplay: true,
		validateDigitalManipulation: true,
		screenReplayCalibration: 'HARD',
		ignoreDocumentCroppedValidation: true,
	};

	test('shows in each shape what was asked for', async () => {
		for (const shape of SHAPES) {
			const { create } = await start({ shape, processingMs: 0 });
			const { data } = JSON.parse((await create(request)).text);
			expect(data.imageSaved).toBe(false);
			expect(data).not.toHaveProperty('imageUrl');
			if (shape === 'nested') {
				expect(Object.keys(data.validationResults)).toEqual([
					'screenReplay',
					'digitalManipulation',
				]);
				expect(data.calibrationSettings).toMatchObject({
					screenReplay: 'HARD',
					printedCopy: 'REGULAR',
				});
				expect(data.validationFlags).toEqual({
					ignoreDocumentCropped: true,
					ignoreColourLess: false,
				});
			} else {
				expect(requested(data)).toEqual(['screenReplay', 'digitalManipulation']);
				expect(data).toMatchObject({
					sreenReplayCalibration: 'HARD',
					printedCopyCalibration: 'REGULAR',
					ignoreDocumentCroppedValidation: true,
					ignoreColourLessValidation: false,
				});
			}
		}
	});

	test('has carried out the checks in its answer with the live shape, unless it shall take its time', async () => {
		const [live, slow, nested] = await Promise.all([
			start({ shape: 'live' }),
			start({ shape: 'live', processingMs: LONG_MS }),
			start({ shape: 'nested' }),
		]);
		const verdictOf = async ({ create }: Awaited<ReturnType<typeof start>>) =>
			readRecord(JSON.parse((await create(request)).text).data).verdict;
		expect(['passed', 'notPassed']).toContain(await verdictOf(live!));
		expect(await verdictOf(slow!)).toBe('pending');
		expect(await verdictOf(nested!)).toBe('pending');
	});

	test('refuses a document without any check', async () => {
		const { create, sandbox } = await start({ shape: 'live' });
		const before = [...sandbox.records()].length;
		const { status, text } = await create({ validateScreenReplay: false });
		expect(status).toBe(409);
		expect(JSON.parse(text)).toEqual({
			message: expect.stringMatching(
				/^At least one validation must be selected\. Please enable one of: validateScreenReplay, /,
			),
			code: 'MissingParameter',
		});
		expect([...sandbox.records()]).toHaveLength(before);
	});
});

test('a status filter that is ignored gives every record, whatever the status', async () => {
	const { sandbox, get } = await start({ shape: 'live', statusFilter: 'ignored' });
	const all = await get(PATH);
	expect(await get(`${PATH}?status=failed`)).toEqual(all);
	expect(all.pagination.total).toBe(250);
	sandbox.settings.statusFilter = 'working';
	expect((await get(`${PATH}?status=failed`)).pagination.total).toBeLessThan(50);
});

describe('the real record', () => {
	test('is kept as the running service sent it', () => {
		expect(createHash('sha256').update(LIVE_EXAMPLE).digest('hex')).toBe(
			'de981ce85d72deb42dc757014a726105e6c03621f3e470e35a1f3acfe8bf6942',
		);
	});

	test('is the whole list, and its answer is given to Retrieve and Create byte for byte', async () => {
		const { get, call, create } = await start({ example: 'live' });
		const { data, signature } = JSON.parse(LIVE_EXAMPLE.toString());
		expect(await get(PATH)).toEqual({
			success: true,
			data: [data],
			pagination: { page: 1, limit: 10, total: 1, pages: 1 },
			signature,
		});
		expect(Buffer.from(await (await call(`${PATH}/${data._id}`)).bytes())).toEqual(LIVE_EXAMPLE);
		expect((await create({ validatePrintedCopy: true })).text).toBe(LIVE_EXAMPLE.toString());
	});
});
