// What a model gets when the node is a tool of an AI Agent: a limited number of records of limited size, or a report. No
// images and no files. A last item says what a user would read above the output.
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { cutText } from '../verifik/http/sanitizeText';
import { boundedCopy, MAX_RECORD, MAX_TEXT } from '../verifik/record/boundedCopy';
import type { OperationResult } from './actions/operation';

/** About 6,000 tokens of simplified records, 20,000 of raw ones. */
export const MAX_TOOL_RECORDS = 50;

/** Whether the node runs as a tool: n8n then gives its type another name, which ends in “Tool” (n8n 2.41.1, convertNodeToAiTool). */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** Characters of all records together: about 40,000 tokens. 50 raw records have fewer. */
const MAX_OUTPUT = 160_000;

/** Characters of a report. One month has about 20,000; only hundreds of intervals have more than this. */
const MAX_REPORT = 100_000;
const REPORT_LIMITS = { maxText: MAX_REPORT, maxTotal: MAX_REPORT };

const MAX_NOTE = 3_000;

/** An operation's items as the model gets them. */
export function toToolItems({
	items,
	hints,
	more,
	kind = 'records',
}: OperationResult): INodeExecutionData[] {
	const shown: INodeExecutionData[] = [];
	let size = 0;
	let isCut = false;
	for (const { json } of items.slice(0, MAX_TOOL_RECORDS)) {
		const copy = kind === 'report' ? boundedCopy(json, REPORT_LIMITS) : boundedCopy(json);
		size += copy.size;
		if (size > MAX_OUTPUT) break;
		isCut ||= copy.isCut;
		shown.push({ json: copy.value as IDataObject });
	}
	const cut = items.length - shown.length;
	// null: the number is not known
	const isUnknown = more === 'unknown' || (more === undefined && cut > 0);
	const left = isUnknown ? null : cut + (more ?? 0);
	const notes = [
		...countNotes(shown.length, left),
		...(isCut ? [CUT_NOTES[kind]] : []),
		...hints.map(({ message }) => message),
	];
	if (notes.length > 0) {
		shown.push({ json: { moreValidations: left, note: cutText(notes.join(' '), MAX_NOTE) } });
	}
	return shown;
}

const CUT_NOTES = {
	records: `Some records are not complete: a text ends after ${MAX_TEXT.toLocaleString('en')} characters with “…”, and a record after ${MAX_RECORD.toLocaleString('en')}.`,
	report: `This report is not complete: its series ends after ${MAX_REPORT.toLocaleString('en')} characters. Ask for a shorter period.`,
};

function countNotes(given: number, left: number | null): string[] {
	// Where there is no record, a hint says why.
	if (given === 0 || left === 0) return [];
	const others = left === 1 ? 'one more matches' : `${left ?? 'some'} more match`;
	return [
		`These are ${given} validations, and ${others}. One call returns at most ${MAX_TOOL_RECORDS} validations and ${MAX_OUTPUT.toLocaleString('en')} characters: ask for another page with a limit of ${Math.min(MAX_TOOL_RECORDS, given)} or less, or use more filters.`,
	];
}
