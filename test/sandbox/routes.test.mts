// The sandbox beyond List: Retrieve, Create, images, tokens, time, faults, and its own admin routes.
import { afterEach, describe, expect, test } from '@jest/globals';
import { Jimp } from 'jimp';

import type { Fault } from '../../sandbox/faults.mts';
import type { SandboxOptions } from '../../sandbox/server.mts';
import { advanceClock, SECOND, startClock, stopClock } from '../support/clock.mts';
import { openSandbox } from '../support/sandboxes.mts';

afterEach(stopClock);

async function start(options?: SandboxOptions) {
	const sandbox = await openSandbox(options);
	const call = async (
		path: string,
		init: RequestInit & { token?: string; json?: unknown } = {},
	) => {
		const { token = sandbox.token, json, ...rest } = init;
		return await fetch(path.startsWith('http') ? path : sandbox.url + path, {
			redirect: 'manual',
			...rest,
			headers: {
				...(token && { authorization: `Bearer ${token}` }),
				...(json !== undefined && { 'content-type': 'application/json' }),
			},
			...(json !== undefined && { body: JSON.stringify(json) }),
		});
	};
	const get = async (path: string, token?: string) => {
		const response = await call(path, { token });
		return { status: response.status, body: (await response.json()) as any };
	};
	const send = async (method: string, path: string, json: unknown) => {
		const response = await call(path, { method, json });
		return { status: response.status, body: (await response.json()) as any };
	};
	return { sandbox, call, get, send };
}

const path = '/v2/document-liveness';
const drawImage = async () =>
	await new Jimp({ width: 8, height: 8, color: 0xff0000ff }).getBuffer('image/png');

describe('Retrieve', () => {
	test('is retrieved as it is in the list', async () => {
		const { sandbox, get } = await start();
		const [record] = sandbox.records() as Iterable<any>;
		expect(await get(`${path}/${record._id}`)).toMatchObject({
			status: 200,
			body: { success: true, data: record, signature: { message: 'Certified by Verifik.co' } },
		});
	});

	test('that does not exist is answered as documented', async () => {
		const { get } = await start();
		expect(await get(`${path}/000000000000000000000000`)).toEqual({
			status: 404,
			body: { error: expect.any(String), message: 'DOCUMENT_LIVENESS_NOT_FOUND' },
		});
	});
});

describe('Create', () => {
	test('starts a validation that is completed after a while, with an image where that was asked for', async () => {
		const { send, get, call } = await start({ processingMs: 50 });
		const image = await drawImage();
		const { body } = await send('POST', path, {
			image: `data:image/png;base64,${image.toString('base64')}`,
			saveImage: true,
			validatePrintedCopy: true,
			ignoreColourLessValidation: true,
		});
		expect(body.data).toMatchObject({
			status: 'processing',
			imageSaved: true,
			validationFlags: { ignoreDocumentCropped: false, ignoreColourLess: true },
		});
		let record = body.data;
		while (record.status === 'processing') record = (await get(`${path}/${record._id}`)).body.data;
		expect(record).toMatchObject({ status: 'completed', riskScore: expect.any(Number) });
		const stored = await call(record.imageUrl);
		expect(Buffer.from(await stored.arrayBuffer())).toEqual(image);
		expect((await get(`${path}?limit=1`)).body.data[0]._id).toBe(record._id);
	});

	test('keeps no image unless that was asked for', async () => {
		const { send } = await start({ processingMs: 0 });
		const { body } = await send('POST', path, {
			image: (await drawImage()).toString('base64'),
			validatePrintedCopy: true,
		});
		expect(body.data.status).toBe('completed');
		expect(body.data.imageUrl).toBeUndefined();
	});

	test('refuses what is no image, and what is too large', async () => {
		const { send } = await start({ maxImageBytes: 1000 });
		expect(await send('POST', path, { image: 'bm8gaW1hZ2U=' })).toEqual({
			status: 400,
			body: { error: expect.any(String), message: 'INVALID_IMAGE_FORMAT' },
		});
		expect(await send('POST', path, {})).toMatchObject({ status: 400 });
		expect(
			await send('POST', path, { image: Buffer.alloc(1001).toString('base64') }),
		).toMatchObject({ status: 413, body: { message: 'IMAGE_TOO_LARGE' } });
	});
});

describe('images', () => {
	test('of generated records are real images, given without a token', async () => {
		const { sandbox, call } = await start();
		const record = ([...sandbox.records()] as any[]).find(({ imageUrl }) => imageUrl);
		const response = await call(record.imageUrl, { token: '' });
		expect(response.headers.get('content-type')).toBe('image/png');
		const image = await Jimp.read(Buffer.from(await response.arrayBuffer()));
		expect(image.width).toBeGreaterThan(300);
	});

	test('are missing where the record has none', async () => {
		const { sandbox, call } = await start();
		const record = ([...sandbox.records()] as any[]).find(({ imageUrl }) => !imageUrl);
		expect((await call(`/images/${record._id}.png`)).status).toBe(404);
	});
});

describe('tokens', () => {
	test('are JWTs with a lifetime, and can be renewed while they are valid', async () => {
		startClock();
		const { sandbox, get } = await start({ tokenLifetimeS: 3 });
		const payload = JSON.parse(Buffer.from(sandbox.token.split('.')[1]!, 'base64url').toString());
		expect(payload.exp - payload.iat).toBe(3);
		const { body } = await get('/v2/auth/session?origin=refresh&expiresIn=2');
		expect(body.tokenType).toBe('bearer');
		expect((await get(path, body.accessToken)).status).toBe(200);
		advanceClock(3 * SECOND);
		expect(await get('/v2/auth/session?origin=refresh&expiresIn=2')).toMatchObject({
			status: 401,
			body: { code: 'Unauthorized' },
		});
		expect((await get(path, body.accessToken)).status).toBe(200);
	});

	test('are refused long before their end once all have been revoked', async () => {
		const { sandbox, get, send } = await start({ token: 'chosen-by-the-user' });
		const issued = await sandbox.tokens.issue();
		expect((await get(path, issued)).status).toBe(200);
		const { body } = await send('POST', '/v2/auth/renew-and-revoke', {});
		expect((await get(path, body.accessToken)).status).toBe(200);
		const refused = {
			status: 401,
			body: { message: 'Invalid or expired token.', code: 'Unauthorized' },
		};
		expect(await get(path, issued)).toEqual(refused);
		expect(await get(path)).toEqual(refused);
		sandbox.tokens.revokeAll();
		expect(await get(path, body.accessToken)).toEqual(refused);
	});

	test('are not renewed without the documented parameters', async () => {
		const { get } = await start();
		expect(await get('/v2/auth/session')).toMatchObject({
			status: 409,
			body: { code: 'MissingParameter' },
		});
	});
});

test('app registrations are the applicants of the validations, a page at a time', async () => {
	const { sandbox, get } = await start({ records: 30 });
	const { body } = await get('/v2/app-registrations?page=2&limit=20');
	const applicants = [...sandbox.records({ populates: ['appRegistration'] })].map(
		({ appRegistration }) => appRegistration,
	);
	expect(body).toEqual({ data: applicants.slice(20), total: 30, limit: 20, page: 2, pages: 2 });
	expect(await get('/v2/app-registrations?limit=101')).toMatchObject({
		status: 409,
		body: { code: 'MissingParameter' },
	});
});

test('time moves on: validations come in and finish', async () => {
	const { sandbox, get } = await start({ records: 10, perMinute: 6000 });
	let records: any[] = [];
	while (!records.slice(10).some(({ status }) => status === 'completed' || status === 'failed')) {
		records = [...sandbox.records()].reverse();
		await new Promise((next) => setTimeout(next, 10));
	}
	expect(records.length).toBeGreaterThan(14);
	expect((await get(`${path}?limit=1`)).body.pagination.total).toBeGreaterThan(14);
});

test('what is given another status says when that was', async () => {
	const { sandbox } = await start();
	const [waiting] = sandbox.records({ status: 'processing' }) as Iterable<any>;
	const before = Date.now();
	sandbox.setStatus(waiting._id, 'completed');
	const record = ([...sandbox.records()] as any[]).find(({ _id }) => _id === waiting._id);
	expect(record.createdAt).toBe(waiting.createdAt);
	expect(Date.parse(record.completedAt)).toBeGreaterThanOrEqual(before);
	expect(record.updatedAt).toBe(record.completedAt);
});

test('many can come in at one moment', async () => {
	const { sandbox } = await start({ records: 1 });
	const at = new Date('2026-02-01T00:00:00.000Z');
	sandbox.add(3, 'new', at);
	const added = ([...sandbox.records({ status: 'new' })] as any[]).slice(0, 3);
	expect(added.map(({ createdAt }) => createdAt)).toEqual(Array(3).fill(at.toISOString()));
});

test('nothing answers while it is down, and all is there when it is up again', async () => {
	const { sandbox, get } = await start();
	const { body } = await get(`${path}?limit=1`);
	await sandbox.goDown();
	await expect(get(path)).rejects.toThrow();
	await sandbox.comeUp();
	expect((await get(`${path}?limit=1`)).body).toEqual(body);
});

describe('faults', () => {
	const answers: Array<[Fault, number, string]> = [
		[{ kind: 'rateLimit' }, 429, 'application/json'],
		[{ kind: 'status', status: 403 }, 403, 'application/json'],
		[{ kind: 'serverDown', status: 502 }, 502, 'text/html'],
		[{ kind: 'html' }, 200, 'text/html'],
		[{ kind: 'notJson' }, 200, 'application/json'],
		[{ kind: 'unsuccessful' }, 200, 'application/json'],
		[{ kind: 'redirect' }, 302, ''],
	];
	test.each(answers)('%j', async (fault, status, type) => {
		const { call, sandbox } = await start({ faults: [fault] });
		const response = await call(path);
		expect(response.status).toBe(status);
		expect(response.headers.get('content-type') ?? '').toContain(type);
		expect(sandbox.faults.applied).toEqual({ [fault.kind]: 1 });
	});

	test.each(['reset', 'truncated'] as const)('%s breaks off', async (kind) => {
		const { call } = await start({ faults: [{ kind }] });
		await expect(call(path).then(async (response) => await response.text())).rejects.toThrow();
	});

	test('hang gives no answer until the sandbox closes', async () => {
		const { call, sandbox } = await start({ faults: [{ kind: 'hang' }] });
		const answer = call(path);
		answer.catch(() => undefined);
		await expect(
			Promise.race([answer, new Promise((next) => setTimeout(next, 100, 'nothing'))]),
		).resolves.toBe('nothing');
		await sandbox.close();
		await expect(answer).rejects.toThrow();
	});

	test('latency waits', async () => {
		const { get } = await start({ faults: [{ kind: 'latency', ms: 80 }] });
		const begin = performance.now();
		await get(path);
		expect(performance.now() - begin).toBeGreaterThan(75);
	});

	test('Retry-After comes in seconds or as a date', async () => {
		const { call, sandbox } = await start({ faults: [{ kind: 'rateLimit', retryAfterS: 7 }] });
		expect((await call(path)).headers.get('retry-after')).toBe('7');
		sandbox.faults.list = [{ kind: 'serverDown', retryAfterS: 7, retryAfterAsDate: true }];
		const header = (await call(path)).headers.get('retry-after')!;
		expect(header).toMatch(/GMT$/);
		expect(Date.parse(header) - Date.now()).toBeGreaterThan(5_000);
	});

	test('the list can lie: page ignored, limit cut, status ignored', async () => {
		const { get, sandbox } = await start();
		const first = (await get(`${path}?limit=5`)).body.data;
		sandbox.faults.list = [{ kind: 'ignorePage' }];
		expect((await get(`${path}?limit=5&page=3`)).body.data).toEqual(first);
		sandbox.faults.list = [{ kind: 'clampLimit', count: 20 }];
		expect((await get(`${path}?limit=100`)).body).toMatchObject({
			data: { length: 20 },
			pagination: { limit: 20, total: 250, pages: 13 },
		});
		sandbox.faults.list = [{ kind: 'ignoreStatus' }];
		expect((await get(`${path}?status=failed`)).body.pagination.total).toBe(250);
	});

	test('the list can move between requests', async () => {
		const { get, sandbox } = await start({ records: 100 });
		const total = async () => (await get(path)).body.pagination.total;
		sandbox.faults.list = [{ kind: 'addBetween', count: 3 }];
		expect(await total()).toBe(103);
		sandbox.faults.list = [{ kind: 'removeBetween' }];
		expect(await total()).toBe(102);
		sandbox.faults.list = [{ kind: 'replaceBetween' }];
		const before = [...sandbox.records()].map(({ _id }) => _id);
		expect(await total()).toBe(102);
		expect([...sandbox.records()].map(({ _id }) => _id)).not.toEqual(before);
		sandbox.faults.list = [{ kind: 'finishBetween' }];
		const waiting = [...sandbox.records({ status: 'processing' })].length;
		await total();
		expect([...sandbox.records({ status: 'processing' })]).toHaveLength(waiting - 1);
	});

	test('are applied as often, where and at the rate that was asked for, the same for the same seed', async () => {
		const strikes = async (fault: Fault, seed: number) => {
			const { call, sandbox } = await start({ seed, faults: [fault] });
			const hits: boolean[] = [];
			for (let page = 1; page <= 40; page++) {
				hits.push((await call(`${path}?limit=1&page=${page}`)).status === 429);
			}
			return {
				hits,
				count: hits.filter(Boolean).length,
				applied: sandbox.faults.applied.rateLimit,
			};
		};
		const some = await strikes({ kind: 'rateLimit', rate: 0.3 }, 5);
		expect(some.count).toBeGreaterThan(3);
		expect(some.count).toBeLessThan(25);
		expect(some.applied).toBe(some.count);
		expect((await strikes({ kind: 'rateLimit', rate: 0.3 }, 5)).hits).toEqual(some.hits);
		expect((await strikes({ kind: 'rateLimit', rate: 0.3 }, 6)).hits).not.toEqual(some.hits);
		expect((await strikes({ kind: 'rateLimit', times: 2 }, 5)).count).toBe(2);
		const third = await strikes({ kind: 'rateLimit', page: 3 }, 5);
		expect(third.hits.indexOf(true)).toBe(2);
		expect(third.count).toBe(1);
		expect((await strikes({ kind: 'rateLimit', on: 'retrieve' }, 5)).count).toBe(0);
	});
});

describe('the admin routes', () => {
	test('say what there is and which faults were applied', async () => {
		const { get, call } = await start({ records: 20, faults: [{ kind: 'rateLimit', times: 1 }] });
		await call(path);
		expect((await get('/__sandbox')).body).toMatchObject({
			validations: { completed: expect.any(Number), failed: expect.any(Number) },
			requests: 2,
			applied: { rateLimit: 1 },
		});
	});

	test('set faults, and refuse unknown ones', async () => {
		const { call, send } = await start();
		expect((await send('PUT', '/__sandbox/faults', [{ kind: 'html' }])).status).toBe(200);
		expect((await call(path)).headers.get('content-type')).toContain('text/html');
		expect((await send('PUT', '/__sandbox/faults', [{ kind: 'no' }])).status).toBe(400);
		expect((await send('PUT', '/__sandbox/faults', 'no')).status).toBe(400);
	});

	test('let validations come, change and go', async () => {
		const { get, send } = await start({ records: 3 });
		const { body } = await send('POST', '/__sandbox/validations', {
			count: 2,
			status: 'processing',
		});
		const [id] = body.ids;
		expect((await get(`${path}/${id}`)).body.data.status).toBe('processing');
		expect((await send('PATCH', `/__sandbox/validations/${id}`, { status: 'failed' })).status).toBe(
			200,
		);
		expect((await get(`${path}/${id}`)).body.data.status).toBe('failed');
		expect((await send('DELETE', `/__sandbox/validations/${id}`, {})).status).toBe(200);
		expect((await get(`${path}/${id}`)).status).toBe(404);
		expect((await send('DELETE', `/__sandbox/validations/${id}`, {})).status).toBe(404);
	});
});
