// What stands under the node's name on the canvas: the operation, and of List what it is narrowed to, in the panel's words.
import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import { operations } from './operations';
import { CREATED_LABELS } from './operations/filters';

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

/** An expression that the editor evaluates; a value that is itself an expression is left out. */
export const subtitle = `={{ ((parameters, labels) => {
	const name = (${OPERATIONS})[parameters.operation] ?? parameters.operation;
	const { verdict, failedChecks, created } = parameters.filters ?? {};
	const values = parameters.operation === "list" ? [parameters.status, verdict, failedChecks, created].flat() : [];
	const words = values.map((value) => labels[value]).filter(Boolean);
	return words.length > 0 ? name + ": " + words.join(", ") : name;
})($parameter, ${LABELS}) }}`.replace(/\s*\n\s*/g, ' ');
