// Calls the node's pick-list as n8n's server does for the panel, through the real load-options context of n8n-core.
import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type INodeListSearchResult } from 'n8n-workflow';

import { additionalData, nodeTypes, ourNode, type Setup } from './engine.mts';

/** @param timeZone what the editor hands over of the workflow's, whose settings n8n's server does not look at then */
export async function searchValidations(
	credential: Setup['credential'],
	filter?: string,
	paginationToken?: string,
	timeZone: string | null = 'America/Bogota',
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
	});
	const data = { ...additionalData(setup, workflow), currentNodeParameters: { timeZone } };
	const context = new LoadOptionsContext(workflow, node, data, '');
	const { methods } = types.getByNameAndVersion(node.type);
	return await methods!.listSearch!.searchValidations!.call(context, filter, paginationToken);
}
