// The operations of the node, and the panel's fields for choosing and filling in one.
import type { INodeProperties } from 'n8n-workflow';

import { list } from './list';
import type { Operation } from './operation';

export const operations: Record<string, Operation> = { list };

const all = Object.values(operations);

export const operationProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: all.map(({ option }) => option),
		default: 'list',
	},
	...all.flatMap(({ properties }) => properties),
];
