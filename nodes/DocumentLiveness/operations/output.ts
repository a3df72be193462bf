// How records and answers are handed on: Simplify or Full Response in a workflow, Output and Selected Fields as a tool.
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { choice, choices } from '../../panel/parameters';
import type { VerifikRecord } from '../../verifik/documentLiveness';
import { select, shaper } from '../../verifik/record/simplify';
import { SELECTABLE } from './fields';

/**
 * An answer as it came, as one item: with the signature that certifies it, and without the flag that says what the
 * item's being there says already.
 */
export function fullResponseItem(body: { [field: string]: unknown }): INodeExecutionData {
	const rest = Object.entries(body).filter(([field]) => field !== 'success');
	return { json: Object.fromEntries(rest) as IDataObject };
}

/** Makes of a record what is handed on. */
export type Shape = (record: VerifikRecord) => IDataObject;

const OUTPUTS = ['simplified', 'raw', 'selectedFields'] as const;
const FIELDS = Object.keys(SELECTABLE);

/**
 * @returns the shape, and what was chosen as text
 * @throws NodeOperationError for a value that is not allowed
 */
export function readShape(
	context: IExecuteFunctions,
	itemIndex: number,
): { shape: Shape; chosen: string } {
	const get = (name: string, fallback: unknown): unknown =>
		context.getNodeParameter(name, itemIndex, fallback as never);
	// n8n gives a node the fields that are shown: Simplify, or as a tool Output.
	const simplify = get('simplify', true) === true ? 'simplified' : 'raw';
	const output = choice(context, itemIndex, 'Output', get('output', simplify), OUTPUTS);
	if (output !== 'selectedFields') {
		return { shape: shaper(output === 'simplified'), chosen: output };
	}
	const selected = get('selectedFields', []);
	const fields = choices(context, itemIndex, 'Selected Fields', selected, FIELDS, 1);
	return { shape: (record) => select(record, fields), chosen: fields.join() };
}
