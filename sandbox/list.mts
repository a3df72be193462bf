// GET /v2/document-liveness: List, as documented.
import type { FastifyInstance } from 'fastify';

import { LIVE_EXAMPLE_LIST, NESTED_EXAMPLE } from './examples.mts';
import { SIGNATURE, type SandboxContext } from './context.mts';
import type { Fault } from './faults.mts';
import { isStatus } from './store.mts';

const RELATED = ['client', 'appRegistration'];
export const INVALID = {
	success: false,
	error: 'Invalid query parameters',
	code: 'INVALID_PARAMETERS',
};

type Query = Record<string, string | string[] | undefined>;

export function addList(app: FastifyInstance, context: SandboxContext): void {
	const { settings, store } = context;

	app.get('/v2/document-liveness', async (request, reply) => {
		const query = request.query as Query;
		const faults = await context.applyFaults(reply, { on: 'list', page: Number(query.page ?? 1) });
		if (!faults) return reply;
		if (settings.example === 'nested') return NESTED_EXAMPLE;
		if (settings.example === 'live') return LIVE_EXAMPLE_LIST;
		const asked = readQuery(query);
		if (!asked) return await reply.code(400).send(INVALID);

		const faultOf = (kind: Fault['kind']) => faults.find((fault) => fault.kind === kind);
		const clamp = faultOf('clampLimit');
		const limit = clamp ? Math.min(asked.limit, clamp.count ?? 50) : asked.limit;
		const page = faultOf('ignorePage') ? 1 : asked.page;
		const ignoresStatus = settings.statusFilter === 'ignored' || faultOf('ignoreStatus');
		const status = ignoresStatus ? undefined : asked.status;
		const total = store.count(status);
		const numbers = { page: asked.page, limit, total, pages: Math.ceil(total / limit) };
		const from = (page - 1) * limit;
		const origins = store.slice(status, from, from + limit, settings.order);
		return {
			success: true,
			data: origins.map((origin) => context.show(origin, asked.populates)),
			...(settings.envelope === 'pagination' && { pagination: numbers }),
			...(settings.envelope === 'topLevel' && numbers),
			...(settings.envelope !== 'bare' && { signature: SIGNATURE }),
		};
	});
}

/** The documented parameters, or undefined where one is out of range or unknown. */
function readQuery(query: Query) {
	const paging = readPaging(query);
	const populates = [query['populates[]'] ?? []].flat();
	const isFine =
		(query.status === undefined || isStatus(query.status)) &&
		populates.every((name) => RELATED.includes(name));
	if (!paging || !isFine) return undefined;
	return { ...paging, populates, status: isStatus(query.status) ? query.status : undefined };
}

/** Page and limit, or undefined where one is out of range. */
export function readPaging(query: Query): { page: number; limit: number } | undefined {
	const page = wholeNumber(query.page, 1);
	const limit = wholeNumber(query.limit, 10);
	if (page === undefined || limit === undefined) return undefined;
	return page >= 1 && limit >= 1 && limit <= 100 ? { page, limit } : undefined;
}

function wholeNumber(text: string | string[] | undefined, fallback: number): number | undefined {
	if (text === undefined) return fallback;
	return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
