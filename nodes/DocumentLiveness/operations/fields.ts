// Fields of the panel that several operations have.
import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from '../../verifik/client';

/** Simplify, for one operation. */
export function simplifyField(operation: string): INodeProperties {
	return {
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
		displayOptions: {
			show: { operation: [operation] },
			hide: { '/options.fullResponse': [true] },
		},
	};
}

/** Timeout, among the options of an operation. */
export const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: DEFAULT_TIMEOUT_MS,
	description:
		'How long the whole operation may take, in milliseconds. A single request has at most a minute of it.',
};
