// Calls the node's pick-list as n8n's server does for the panel, through the real load-options context of n8n-core.
import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type INodeListSearchResult } from 'n8n-workflow';

import { additionalData, nodeTypes, ourNode, type Setup } from './engine.mts';

export async function searchValidations(
	credential: Setup['credential'],
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const setup: Setup = { credential, parameters: { operation: 'get' } };
	const node = ourNode(setup);
	const types = nodeTypes(setup);
	const workflow = new Workflow({
		id: 'workflow',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: types,
		settings: { timezone: 'America/Bogota' },
	});
	const context = new LoadOptionsContext(workflow, node, additionalData(setup, workflow), '');
	const { methods } = types.getByNameAndVersion(node.type);
	return await methods!.listSearch!.searchValidations!.call(context, filter, paginationToken);
}
