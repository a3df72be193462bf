// The least that a node can do: it asks for the pages of a list, ten at a time, and returns their records as items. It checks
// nothing, retries nothing, and loses records of a list that moves. The benchmark's n8n loads it (N8N_CUSTOM_EXTENSIONS).
const CONCURRENCY = 10;

class OnlyRequests {
	description = {
		displayName: 'Only Requests',
		name: 'onlyRequests',
		group: ['input'],
		version: 1,
		description: 'Asks for the pages of the list',
		defaults: { name: 'Only Requests' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'verifikApi', required: true }],
		properties: [
			{ displayName: 'URL', name: 'url', type: 'string', default: '' },
			{ displayName: 'Pages', name: 'pages', type: 'number', default: 1 },
		],
	};

	async execute() {
		const pages = this.getNodeParameter('pages', 0);
		const address = `${this.getNodeParameter('url', 0)}/v2/document-liveness?limit=100&page=`;
		const items = [];
		let next = 1;
		const work = async () => {
			while (next <= pages) {
				const page = next++;
				const { data } = await this.helpers.httpRequestWithAuthentication.call(this, 'verifikApi', {
					url: address + page,
				});
				items[page] = data.map((json) => ({ json }));
			}
		};
		await Promise.all(Array.from({ length: CONCURRENCY }, work));
		return [items.flat()];
	}
}

module.exports = { OnlyRequests };
