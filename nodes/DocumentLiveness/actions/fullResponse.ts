// Full Response: the answer as it came, as one item, with the signature that certifies it.
import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

/** The option of an operation that gives one validation. */
export const fullResponseOption: INodeProperties = {
	displayName: 'Full Response',
	name: 'fullResponse',
	type: 'boolean',
	default: true,
	description:
		'Whether to return the complete answer of Verifik: the record (in data) and the signature that certifies it',
	displayOptions: { hide: { '@tool': [true] } },
};

/** An answer without the flag that says what the item's being there says already. */
export function fullResponseItem(body: { [field: string]: unknown }): INodeExecutionData {
	const rest = Object.entries(body).filter(([field]) => field !== 'success');
	return { json: Object.fromEntries(rest) as IDataObject };
}
