// What stands under the node's name on the canvas: the operation, and what it is narrowed to (of List the filters, of Get
// Report the period), in the panel's words.
import type { INodeProperties } from 'n8n-workflow';

import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import { operations } from './actions';
import { CREATED_LABELS, filtersField } from './actions/filters';

const OPERATIONS = JSON.stringify(
	Object.fromEntries(Object.values(operations).map(({ option }) => [option.value, option.name])),
);

/** The words for values that the editor hands over raw. */
const LABELS = JSON.stringify({
	...STATUS_LABELS,
	...VERDICT_LABELS,
	...CHECK_LABELS,
	...CREATED_LABELS,
});

/** What the filters are called. The panel has them by the alphabet; backwards, the verdict comes first and the dates last. */
const FILTERS = JSON.stringify(
	(filtersField.options as INodeProperties[])
		.map(({ name, displayName }) => [name, displayName])
		.reverse(),
);

/**
 * An expression that the editor evaluates. A filter without words for its value (a date, an expression, what a model
 * fills in) stands there by its own name; an empty one does not.
 */
export const subtitle = `={{ ((parameters, labels) => {
	const name = (${OPERATIONS})[parameters.operation] ?? parameters.operation;
	const ofList = () => [labels[parameters.status], ...(${FILTERS}).flatMap(([filter, label]) => {
		const values = [(parameters.filters ?? {})[filter] ?? []].flat().filter((value) => value !== "");
		const words = values.map((value) => typeof value === "number" ? label + " " + value : labels[value]);
		return values.length === 0 || words.every(Boolean) ? words : [label];
	})];
	const narrowed = { list: ofList, report: () => [labels[parameters.period]] }[parameters.operation];
	const words = (narrowed ? narrowed() : []).filter(Boolean);
	return words.length > 0 ? name + ": " + words.join(", ") : name;
})($parameter, ${LABELS}) }}`.replace(/\s*\n\s*/g, ' ');
