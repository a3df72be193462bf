// GET /v2/app-registrations: the applicants, as another Verifik endpoint that takes the same token.
import type { FastifyInstance } from 'fastify';

import type { SandboxContext } from './context.mts';
import { readPaging } from './list.mts';
import { registrationOf } from './people.mts';

export function addRegistrations(app: FastifyInstance, context: SandboxContext): void {
	app.get('/v2/app-registrations', async (request, reply) => {
		const asked = readPaging(request.query as Record<string, string | undefined>);
		if (!asked) {
			const message = 'Invalid parameter: limit must be between 1 and 100';
			return await reply.code(409).send({ message, code: 'MissingParameter' });
		}
		const { page, limit } = asked;
		const from = (page - 1) * limit;
		const origins = context.store.slice(undefined, from, from + limit, 'newest');
		const total = context.store.count();
		return {
			data: origins.map(({ index }) => registrationOf(context.seed, index)),
			total,
			limit,
			page,
			pages: Math.ceil(total / limit),
		};
	});
}
