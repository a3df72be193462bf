// Full Response: the answer of Verifik as one item, unchanged, with the signature that certifies it.
import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

/** Full Response, an option of the operations that return one validation. */
export const fullResponseOption: INodeProperties = {
	displayName: 'Full Response',
	name: 'fullResponse',
	type: 'boolean',
	default: true,
	description:
		'Whether to return the complete answer of Verifik: the record (in data) and the signature that certifies it',
	displayOptions: { hide: { '@tool': [true] } },
};

/** The answer as an item, without its field `success`, which is always true here. */
export function fullResponseItem(body: { [field: string]: unknown }): INodeExecutionData {
	const rest = Object.entries(body).filter(([field]) => field !== 'success');
	return { json: Object.fromEntries(rest) as IDataObject };
}
