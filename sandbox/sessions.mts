// New tokens for one that is still valid: renewed, or renewed while all that were issued before are revoked.
import type { FastifyInstance } from 'fastify';

import type { SandboxContext } from './context.mts';

export function addSessions(app: FastifyInstance, context: SandboxContext): void {
	app.get('/v2/auth/session', async (request, reply) => {
		if (!(await context.applyFaults(reply, { on: 'renew' }))) return reply;
		const { origin, expiresIn = '1' } = request.query as Record<string, string | undefined>;
		const months = Number(expiresIn);
		if (origin !== 'refresh' || !Number.isInteger(months) || months < 1) {
			const missing = origin === 'refresh' ? 'expiresIn' : 'origin';
			return await reply
				.code(409)
				.send({ code: 'MissingParameter', message: `missing ${missing}` });
		}
		return { accessToken: await context.tokens.issue(months), tokenType: 'bearer' };
	});
	app.post('/v2/auth/renew-and-revoke', async () => {
		context.tokens.revokeAll();
		return { accessToken: await context.tokens.issue(), tokenType: 'bearer' };
	});
}
