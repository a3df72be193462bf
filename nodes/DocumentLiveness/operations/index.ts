// The operations of the node, and the panel's fields for choosing and filling in one.
import type { INodeProperties } from 'n8n-workflow';

import { create } from './create';
import { get } from './get';
import { list } from './list';
import type { Operation } from './operation';

export const operations: Record<string, Operation> = { create, get, list };

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
