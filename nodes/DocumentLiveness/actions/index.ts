// The operations of the node, and all fields of its panel.
import type { INodeProperties } from 'n8n-workflow';

import { create } from './create.operation';
import { forOperation } from './fields';
import { get } from './get.operation';
import { list } from './list.operation';
import type { Operation } from './operation';
import { report } from './report.operation';

export const operations: Record<string, Operation> = { create, get, report, list };

const all = Object.values(operations);

export const operationProperties: INodeProperties[] = [
	{
		// There is only one. But with a resource, n8n names a new node after its action.
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [{ name: 'Document Liveness', value: 'documentLiveness' }],
		default: 'documentLiveness',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['documentLiveness'] } },
		options: all.map(({ option }) => option),
		default: 'list',
	},
	...all.map(toolDescription),
	...all.flatMap(({ properties }) => properties),
];

/** The field from which n8n takes the description of a tool. Its default says more than the one that n8n would make. */
function toolDescription({ option, toolDescription: text }: Operation): INodeProperties {
	return {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 5 },
		required: true,
		default: text,
		description: 'Tells the AI model when to use this tool, and what it returns',
		displayOptions: { show: { ...forOperation(option.value as string), '@tool': [true] } },
	};
}
