// The sandbox's own routes under /__sandbox: read its counters, set faults, let validations come and go.
// They need no token: the sandbox listens on this machine only.
import type { FastifyInstance } from 'fastify';

import { FAULT_KINDS, type Fault } from './faults.mts';
import type { SandboxContext } from './context.mts';
import { STATUSES, type Status } from './records.mts';
import { isStatus } from './store.mts';

export function addAdmin(app: FastifyInstance, context: SandboxContext, requests: unknown[]): void {
	const { store, faults } = context;

	app.get('/__sandbox', async () => ({
		validations: Object.fromEntries(STATUSES.map((status) => [status, store.count(status)])),
		requests: requests.length,
		faults: faults.list,
		applied: faults.applied,
	}));

	app.put<{ Body: Fault[] }>('/__sandbox/faults', async ({ body }, reply) => {
		if (!Array.isArray(body) || !body.every((fault) => FAULT_KINDS.includes(fault?.kind))) {
			return await reply
				.code(400)
				.send({ message: `A list of {kind, …}; kinds: ${FAULT_KINDS.join(', ')}` });
		}
		faults.list = body;
		return { faults: faults.list };
	});

	app.post<{ Body: { count?: number; status?: Status } | null }>(
		'/__sandbox/validations',
		async ({ body }) => {
			const status = isStatus(body?.status) ? body.status : undefined;
			const count = Math.min(Math.max(Number(body?.count ?? 1) || 0, 0), 10_000);
			return {
				ids: Array.from({ length: count }, () => context.idOf(store.add(status, new Date()))),
			};
		},
	);

	app.patch<{ Params: { id: string }; Body: { status?: unknown } | null }>(
		'/__sandbox/validations/:id',
		async ({ params, body }, reply) => {
			const isDone = isStatus(body?.status) && store.setStatus(params.id, body.status);
			return await reply.code(isDone ? 200 : 404).send({ isDone });
		},
	);

	app.delete<{ Params: { id: string } }>(
		'/__sandbox/validations/:id',
		async ({ params }, reply) => {
			const isDone = store.remove(params.id);
			return await reply.code(isDone ? 200 : 404).send({ isDone });
		},
	);
}
