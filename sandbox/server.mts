// A Verifik of one's own: the documented document-liveness API on 127.0.0.1, with invented records.
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Faults, isReplacing, strike, type Fault } from './faults.mts';
import { chance } from './random.mts';
import { idOf, render, type Json, type Shape, type Status } from './records.mts';
import { isStatus, Store } from './store.mts';
import { Tokens } from './tokens.mts';

export type SandboxOptions = {
	/** default 0: a free one */
	port?: number;
	/** generated records; default 250, up to a million */
	records?: number;
	seed?: number;
	order?: 'newest' | 'oldest';
	shape?: Shape;
	/** where the numbers of a list stand: under `pagination`, beside `data`, or nowhere */
	envelope?: 'pagination' | 'topLevel' | 'bare';
	latencyMs?: number;
	/** a token to accept besides those that the sandbox issues; then `Sandbox.token` is this one */
	token?: string;
	/** life of an issued token; default 30 days */
	tokenLifetimeS?: number;
	/** answer List with the example of the API page, and with nothing else */
	example?: boolean;
	/** when the newest generated record was created; the default is a fixed day, so that runs are alike */
	now?: Date | number;
	faults?: Fault[];
	/** new validations that come in each minute and finish within the next; default 0 */
	perMinute?: number;
};

/** What a test may change between two requests. */
export type Settings = Required<
	Pick<SandboxOptions, 'order' | 'shape' | 'envelope' | 'latencyMs' | 'example'>
>;

export type RecordedRequest = {
	method: string;
	/** path and query exactly as they came */
	url: string;
	path: string;
	query: Record<string, string | string[]>;
	authorized: boolean;
	contentType?: string;
	/** without Authorization */
	headers: Record<string, unknown>;
	/** the status answered; 0 where the connection was cut */
	status: number;
	at: number;
};

export type Sandbox = {
	/** without a slash at its end */
	url: string;
	token: string;
	settings: Settings;
	faults: Faults;
	store: Store;
	tokens: Tokens;
	/** What List gives for this filter, in its order. */
	records(filter?: { status?: string; populates?: string[] }): Iterable<Json>;
	/** the latest 10,000 */
	requests: RecordedRequest[];
	/** Adds validations, newer than all others; gives their ids. */
	add(count?: number, status?: Status): string[];
	remove(id: string): boolean;
	setStatus(id: string, status: Status): boolean;
	/** Ends at once, open connections too. */
	close(): Promise<void>;
};

const EXAMPLE = JSON.parse(
	readFileSync(new URL('./example.json', import.meta.url), 'utf8'),
) as Json;
const SIGNATURE = { dateTime: 'April 11, 2023 12:25 PM', message: 'Certified by Verifik.co' };
const RELATED = ['client', 'appRegistration'];
const KEPT_REQUESTS = 10_000;
const INVALID = { success: false, error: 'Invalid query parameters', code: 'INVALID_PARAMETERS' };
const DEFAULT_NOW = Date.UTC(2026, 0, 31, 12);
const THIRTY_DAYS_S = 30 * 24 * 3600;

type Query = Record<string, string | string[] | undefined>;

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const seed = options.seed ?? 1;
	const store = new Store(seed, options.records ?? 250, new Date(options.now ?? DEFAULT_NOW));
	const tokens = new Tokens(options.tokenLifetimeS ?? THIRTY_DAYS_S, options.token);
	const faults = new Faults(seed, options.faults);
	const settings: Settings = {
		order: options.order ?? 'newest',
		shape: options.shape ?? 'nested',
		envelope: options.envelope ?? 'pagination',
		latencyMs: options.latencyMs ?? 0,
		example: options.example ?? false,
	};
	const requests: RecordedRequest[] = [];
	let url = '';

	const app = Fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 * 1024 });
	const show = (origins: ReturnType<Store['slice']>, populates: readonly string[]) =>
		origins.map((origin) => render(seed, origin, settings.shape, populates, `${url}/images`));

	app.addHook('onRequest', async (request, reply) => {
		const verdict = await tokens.judge(request.headers.authorization);
		const { authorization: _, ...headers } = request.headers;
		const record: RecordedRequest = {
			method: request.method,
			url: request.url,
			path: request.url.split('?')[0]!,
			query: { ...(request.query as Record<string, string | string[]>) },
			authorized: verdict === 'valid',
			contentType: request.headers['content-type'],
			headers,
			status: 0,
			at: Date.now(),
		};
		requests.push(record);
		if (requests.length > KEPT_REQUESTS) requests.splice(0, requests.length - KEPT_REQUESTS);
		reply.raw.once('finish', () => (record.status = reply.raw.statusCode));
		if (!record.path.startsWith('/v2/')) return;
		if (verdict === 'missing') {
			return await reply
				.code(401)
				.send({ error: 'Protected resource, use Authorization header to get access' });
		}
		if (verdict === 'refused') {
			return await reply
				.code(401)
				.send({ message: 'Invalid or expired token.', code: 'Unauthorized' });
		}
	});

	app.setNotFoundHandler(async (_request, reply) => {
		return await reply.code(404).send({ message: 'Route not found.', code: 'NotFound' });
	});

	app.get('/v2/document-liveness', async (request, reply) => {
		const query = request.query as Query;
		const struck = await beset(request, reply, { on: 'list', page: Number(query.page ?? 1) });
		if (!struck) return reply;
		if (settings.example) return EXAMPLE;
		const asked = readQuery(query);
		if (!asked) return await reply.code(400).send(INVALID);

		const clamp = struck.find(({ kind }) => kind === 'clampLimit');
		const limit = clamp ? Math.min(asked.limit, clamp.count ?? 50) : asked.limit;
		const page = struck.some(({ kind }) => kind === 'ignorePage') ? 1 : asked.page;
		const status = struck.some(({ kind }) => kind === 'ignoreStatus') ? undefined : asked.status;
		const total = store.count(status);
		const numbers = { page: asked.page, limit, total, pages: Math.ceil(total / limit) };
		const from = (page - 1) * limit;
		const data = show(store.slice(status, from, from + limit, settings.order), asked.populates);
		return {
			success: true,
			data,
			...(settings.envelope === 'pagination' && { pagination: numbers }),
			...(settings.envelope === 'topLevel' && numbers),
			...(settings.envelope !== 'bare' && { signature: SIGNATURE }),
		};
	});

	/** Waits, changes the list, or answers in place of the service. Gives the faults that bend the answer. */
	async function beset(
		_request: FastifyRequest,
		reply: FastifyReply,
		target: Parameters<Faults['draw']>[0],
	): Promise<Fault[] | undefined> {
		const struck = faults.draw(target);
		const delay = settings.latencyMs + (struck.find(({ kind }) => kind === 'latency')?.ms ?? 0);
		if (delay > 0) await sleep(delay);
		const replacing = struck.find(isReplacing);
		if (replacing) {
			await strike(replacing, reply);
			return undefined;
		}
		for (const fault of struck) change(fault);
		return struck;
	}

	let changes = 0;
	/** Lets validations come, go or finish, as `…Between` faults ask. */
	function change({ kind, count = 1 }: Fault): void {
		for (let n = 0; n < count; n++) {
			const place = Math.floor(chance(seed, changes++, 2000) * store.count());
			const anyone = () => {
				const [origin] = store.slice(undefined, place, place + 1, 'oldest');
				return origin && idOf(seed, origin);
			};
			if (kind === 'addBetween' || kind === 'replaceBetween') store.add();
			if (kind === 'removeBetween' || kind === 'replaceBetween') store.remove(anyone() ?? '');
			if (kind === 'finishBetween') {
				const [waiting] = store.slice('processing', 0, 1, 'oldest');
				if (waiting) store.setStatus(idOf(seed, waiting), 'completed');
			}
		}
	}

	await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
	url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

	return {
		url,
		token: options.token ?? (await tokens.issue()),
		settings,
		faults,
		store,
		tokens,
		*records({ status, populates = [] } = {}) {
			const wanted = isStatus(status) ? status : undefined;
			for (let from = 0; from < store.count(wanted); from += 1000) {
				yield* show(store.slice(wanted, from, from + 1000, settings.order), populates);
			}
		},
		requests,
		add: (count = 1, status) => Array.from({ length: count }, () => idOf(seed, store.add(status))),
		remove: (id) => store.remove(id),
		setStatus: (id, status) => store.setStatus(id, status),
		close: async () => await app.close(),
	};
}

/** The documented parameters, or undefined where one is out of range or unknown. */
function readQuery(query: Query) {
	const page = wholeNumber(query.page, 1);
	const limit = wholeNumber(query.limit, 10);
	const populates = [query['populates[]'] ?? []].flat();
	const isFine =
		page !== undefined &&
		limit !== undefined &&
		page >= 1 &&
		limit >= 1 &&
		limit <= 100 &&
		(query.status === undefined || isStatus(query.status)) &&
		populates.every((name) => RELATED.includes(name));
	if (!isFine) return undefined;
	return { page, limit, populates, status: isStatus(query.status) ? query.status : undefined };
}

function wholeNumber(text: string | string[] | undefined, fallback: number): number | undefined {
	if (text === undefined) return fallback;
	return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
