// The text under the node's name on the canvas: the operation with its filters (List) or its period (Get Report), with the
// labels of the panel.
import type { INodeProperties } from 'n8n-workflow';

import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import { operations } from './actions';
import { CREATED_LABELS, filtersField } from './actions/filters';

const OPERATIONS = JSON.stringify(
	Object.fromEntries(Object.values(operations).map(({ option }) => [option.value, option.name])),
);

/** The labels of parameter values. */
const LABELS = JSON.stringify({
	...STATUS_LABELS,
	...VERDICT_LABELS,
	...CHECK_LABELS,
	...CREATED_LABELS,
});

/** The labels of the filters, in reverse alphabetical order, so that the verdict is first and the dates are last. */
const FILTERS = JSON.stringify(
	(filtersField.options as INodeProperties[])
		.map(({ name, displayName }) => [name, displayName])
		.reverse(),
);

/**
 * An expression that the editor evaluates. A filter whose value has no label (a date, an expression, a value from a model)
 * is shown by its own label; an empty filter is not shown.
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
