// A local Verifik: the documented document-liveness API on 127.0.0.1, with invented records.
import Fastify from 'fastify';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { addAdmin } from './admin.mts';
import { Faults, type Fault } from './faults.mts';
import { SandboxContext, type Settings } from './context.mts';
import { addList } from './list.mts';
import { simulateArrivals } from './arrivals.mts';
import type { Json, Status } from './records.mts';
import { addRegistrations } from './registrations.mts';
import { addSessions } from './sessions.mts';
import { isStatus, Store } from './store.mts';
import { Tokens } from './tokens.mts';
import { addValidations } from './validations.mts';

export type SandboxOptions = Partial<Settings> & {
	/** default 0: a free one */
	port?: number;
	/** generated records; default 250, up to a million */
	records?: number;
	/** spreads the generated records over so many days, the last week of which is a bad one; default: one every seven minutes */
	days?: number;
	seed?: number;
	/** a token to accept besides those that the sandbox issues; then `Sandbox.token` is this one */
	token?: string;
	/** life of an issued token; default 30 days */
	tokenLifetimeS?: number;
	/** when the newest generated record was created; the default is a fixed day, so that runs are alike */
	now?: Date | number;
	faults?: Fault[];
	/** new validations that come in each minute, and finish a little later; default 0 */
	perMinute?: number;
};

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
	/** what was posted; an image only as its length */
	body?: Json;
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
	tokens: Tokens;
	/** The records with this status, or all, in List's order and shape, whatever `settings.statusFilter` is. */
	records(filter?: { status?: string; populates?: string[] }): Iterable<Json>;
	/** the latest 10,000 */
	requests: RecordedRequest[];
	/** Adds validations, each a second newer than the newest, or created when it is said; gives their ids. */
	add(count?: number, status?: Status, createdAt?: Date): string[];
	/** Gives a record other fields, or takes some away. */
	alter(id: string, fields: Json): void;
	remove(id: string): boolean;
	setStatus(id: string, status: Status): boolean;
	/** Adds validations that come in and finish, so many a minute; returns the function that ends it. */
	simulateArrivals(perMinute: number): () => void;
	/** From now on nothing answers at its address, until it comes up again. Time goes on meanwhile. */
	goDown(): Promise<void>;
	comeUp(): Promise<void>;
	/** Ends at once, open connections too. */
	close(): Promise<void>;
};

const KEPT_REQUESTS = 10_000;
const DEFAULT_NOW = Date.UTC(2026, 0, 31, 12);
const THIRTY_DAYS_S = 30 * 24 * 3600;

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const seed = options.seed ?? 1;
	const newestAt = new Date(options.now ?? DEFAULT_NOW);
	const store = new Store(seed, options.records ?? 250, newestAt, options.days);
	const tokens = new Tokens(options.tokenLifetimeS ?? THIRTY_DAYS_S, options.token);
	const settings: Settings = {
		order: options.order ?? 'newest',
		shape: options.shape ?? 'nested',
		envelope: options.envelope ?? 'pagination',
		latencyMs: options.latencyMs ?? 0,
		statusFilter: options.statusFilter ?? 'working',
		clockAheadMs: options.clockAheadMs ?? 0,
		example: options.example,
		processingMs: options.processingMs,
		maxImageBytes: options.maxImageBytes ?? 10 * 1024 * 1024,
	};
	const context = new SandboxContext(
		seed,
		settings,
		store,
		tokens,
		new Faults(seed, options.faults),
	);
	const requests: RecordedRequest[] = [];
	const recorded = new WeakMap<object, RecordedRequest>();

	const app = Fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 * 1024 });

	app.addHook('onRequest', async (request, reply) => {
		reply.header('date', new Date(Date.now() + settings.clockAheadMs).toUTCString());
		const tokenStatus = await tokens.verify(request.headers.authorization);
		const { authorization: _, ...headers } = request.headers;
		const record: RecordedRequest = {
			method: request.method,
			url: request.url,
			path: request.url.split('?')[0]!,
			query: { ...(request.query as Record<string, string | string[]>) },
			authorized: tokenStatus === 'valid',
			contentType: request.headers['content-type'],
			headers,
			status: 0,
			at: Date.now(),
		};
		requests.push(record);
		recorded.set(request.raw, record);
		if (requests.length > KEPT_REQUESTS) requests.splice(0, requests.length - KEPT_REQUESTS);
		reply.raw.once('finish', () => (record.status = reply.raw.statusCode));
		if (!record.path.startsWith('/v2/') || tokenStatus === 'valid') return undefined;
		return await reply
			.code(401)
			.send(
				tokenStatus === 'missing'
					? { error: 'Protected resource, use Authorization header to get access' }
					: { message: 'Invalid or expired token.', code: 'Unauthorized' },
			);
	});
	app.addHook('preHandler', async ({ raw, body }) => {
		if (typeof body !== 'object' || body === null) return;
		const image = `${String((body as Json).image ?? '').length} characters`;
		recorded.get(raw)!.body = { ...body, image };
	});
	app.setNotFoundHandler(
		async (_request, reply) =>
			await reply.code(404).send({ message: 'Route not found.', code: 'NotFound' }),
	);
	addList(app, context);
	addValidations(app, context);
	addSessions(app, context);
	addRegistrations(app, context);
	addAdmin(app, context, requests);
	const timers: Array<() => void> = [];
	app.addHook('onClose', async () => timers.forEach((end) => end()));
	const startArrivals = (perMinute: number) => {
		const end = simulateArrivals(context, perMinute);
		timers.push(end);
		return end;
	};
	if (options.perMinute) startArrivals(options.perMinute);

	const host = '127.0.0.1';
	await app.listen({ host, port: options.port ?? 0 });
	const { port } = app.server.address() as AddressInfo;
	context.url = `http://${host}:${port}`;

	return {
		url: context.url,
		token: options.token ?? (await tokens.issue()),
		settings,
		faults: context.faults,
		tokens,
		*records({ status, populates } = {}) {
			const wanted = isStatus(status) ? status : undefined;
			for (let from = 0; from < store.count(wanted); from += 1000) {
				const origins = store.slice(wanted, from, from + 1000, settings.order);
				yield* origins.map((origin) => context.show(origin, populates));
			}
		},
		requests,
		add: (count = 1, status, createdAt) =>
			Array.from({ length: count }, () => context.idOf(store.add(status, createdAt))),
		alter: (id, fields) => context.alter(id, fields),
		remove: (id) => store.remove(id),
		setStatus: (id, status) => store.setStatus(id, status),
		simulateArrivals: startArrivals,
		async goDown() {
			const down = once(app.server, 'close');
			app.server.close();
			app.server.closeAllConnections();
			await down;
		},
		async comeUp() {
			const up = once(app.server, 'listening');
			app.server.listen(port, host);
			await up;
		},
		close: async () => await app.close(),
	};
}
