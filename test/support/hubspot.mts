// A stand-in for HubSpot's contacts: they are updated by the value of a property that is unique to each.
import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';

export type Hubspot = {
	/** without a slash at its end */
	url: string;
	/** the service key that it takes */
	serviceKey: string;
	/** properties of each contact, by its value of `verifik_validation_id` */
	contacts: Map<string, Record<string, unknown>>;
	/** every update that was taken, in the order of arrival: whose it was */
	updated: string[];
	/** While this gives a status, an update of the contact is turned away with it. */
	refuse: (id: string) => number | undefined;
	close(): Promise<void>;
};

const ID_PROPERTY = 'verifik_validation_id';
/** What an account has to have before a workflow can write it: HubSpot refuses any other. */
const PROPERTIES = ['verifik_check', 'verifik_verdict', 'verifik_failed_checks'];

/** Listens for `PATCH /crm/v3/objects/contacts/{value}?idProperty=…`, with contacts that have these IDs. */
export async function startHubspot(): Promise<Hubspot> {
	const app = Fastify({ forceCloseConnections: true });
	const hubspot: Hubspot = {
		url: '',
		serviceKey: 'service-key-of-the-stand-in',
		contacts: new Map(),
		updated: [],
		refuse: () => undefined,
		close: async () => await app.close(),
	};
	app.patch<{
		Params: { id: string };
		Querystring: { idProperty?: string };
		Body: { properties: Record<string, unknown> };
	}>('/crm/v3/objects/contacts/:id', async ({ params, query, headers, body }, reply) => {
		const { id } = params;
		if (headers.authorization !== `Bearer ${hubspot.serviceKey}`)
			return await reply.code(401).send();
		const refused = hubspot.refuse(id);
		if (refused) return await reply.code(refused).send({ status: 'error' });
		const unknown = Object.keys(body.properties).filter((name) => !PROPERTIES.includes(name));
		if (unknown.length > 0) return await reply.code(400).send({ message: `${unknown}` });
		const contact = query.idProperty === ID_PROPERTY && hubspot.contacts.get(id);
		if (!contact) return await reply.code(404).send({ message: 'resource not found' });
		hubspot.updated.push(id);
		Object.assign(contact, body.properties);
		return { id: '1', properties: contact };
	});
	await app.listen({ host: '127.0.0.1', port: 0 });
	hubspot.url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	return hubspot;
}
