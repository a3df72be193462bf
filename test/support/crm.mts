// A stand-in for a CRM: contacts that are updated by HTTP, and an Idempotency-Key that makes an update count once.
import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';

type Update = {
	/** as it came in the Idempotency-Key header */
	key: string;
	/** of the contact, from the address */
	contact: string;
	body: Record<string, unknown>;
};

export type Crm = {
	/** without a slash at its end */
	url: string;
	/** every update that came and was taken, in the order of arrival, repeated ones too */
	received: Update[];
	/** each update once: one whose key had come before changes nothing */
	applied: Update[];
	/** what is known of each contact, after all updates */
	contacts: Map<string, Record<string, unknown>>;
	/** While this gives a status, an update is refused with it, and not applied. */
	refuse: (update: Update) => number | undefined;
	/** While this gives a status, an update is applied, but answered with that status. */
	answerAfterUpdate: (update: Update) => number | undefined;
	/** Ends at once, open connections too. */
	close(): Promise<void>;
};

/** Listens for `PUT /contacts/{contact}`. */
export async function startCrm(): Promise<Crm> {
	const app = Fastify({ forceCloseConnections: true });
	const crm: Crm = {
		url: '',
		received: [],
		applied: [],
		contacts: new Map(),
		refuse: () => undefined,
		answerAfterUpdate: () => undefined,
		close: async () => await app.close(),
	};
	const keys = new Set<string>();
	app.put<{ Params: { contact: string }; Body: Record<string, unknown> }>(
		'/contacts/:contact',
		async ({ params, headers, body }, reply) => {
			const key = headers['idempotency-key'];
			if (typeof key !== 'string') {
				return await reply.code(400).send({ message: 'An Idempotency-Key is needed.' });
			}
			const update: Update = { key, contact: params.contact, body };
			const refusal = crm.refuse(update);
			if (refusal) return await reply.code(refusal).send({ message: 'Not now.' });
			crm.received.push(update);
			if (!keys.has(key)) {
				keys.add(key);
				crm.applied.push(update);
				crm.contacts.set(params.contact, { ...crm.contacts.get(params.contact), ...body });
			}
			const status = crm.answerAfterUpdate(update);
			if (status) return await reply.code(status).send({ message: 'Not sure.' });
			return { contact: params.contact };
		},
	);
	await app.listen({ host: '127.0.0.1', port: 0 });
	crm.url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	return crm;
}
