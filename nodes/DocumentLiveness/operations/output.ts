// Reads how records are to be handed on: Simplify in a workflow, Output and Selected Fields as a tool.
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { choice, choices } from '../../panel/parameters';
import type { VerifikRecord } from '../../verifik/documentLiveness';
import { select, shaper } from '../../verifik/output';
import { SELECTABLE } from './fields';

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
