// What a model gets to see when the node is a tool of an AI Agent: a limited number of records, no image in them, and a
// last item that says what a user would read above the output.
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { withoutImages } from '../verifik/record/withoutImages';
import type { Outcome } from './operations/operation';

/** About 6,000 tokens of simplified records, 20,000 of raw ones. */
export const MOST_RECORDS = 50;

/** n8n makes a type of its own of a node that is usable as a tool, with this at the end of its name. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** An operation's items as the model gets them. */
export function forModel({ items, hints, more }: Outcome): INodeExecutionData[] {
	const given = items.slice(0, MOST_RECORDS);
	const shown: INodeExecutionData[] = given.map(({ json }) => ({
		json: withoutImages(json) as IDataObject,
	}));
	const cut = items.length - given.length;
	// null: it is not known how many more there are
	const isUnknown = more === 'unknown' || (more === undefined && cut > 0);
	const left = isUnknown ? null : cut + (more ?? 0);
	const notes = [...countNotes(given.length, left), ...hints.map(({ message }) => message)];
	if (notes.length > 0) shown.push({ json: { moreValidations: left, note: notes.join(' ') } });
	return shown;
}

function countNotes(given: number, left: number | null): string[] {
	// that there is none, and why, is among the hints
	if (given === 0 || left === 0) return [];
	const others = left === 1 ? 'one more matches' : `${left ?? 'some'} more match`;
	return [
		`These are ${given} validations, and ${others}. At most ${MOST_RECORDS} are given at a time: ask for another page with a limit of ${MOST_RECORDS} or less, or narrow the question.`,
	];
}
