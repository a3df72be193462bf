// Filters of List: what the node narrows a list by itself, since the API cannot.
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { CHECK_OPTIONS, VERDICT_OPTIONS } from '../../panel/fields';
import { anyNumber, choice, choices, time } from '../../panel/parameters';
import type { CreatedRange } from '../../verifik/created';
import { CHECKS } from '../../verifik/documentLiveness';
import { Calendar, CREATED_PRESETS } from '../../verifik/list/calendar';
import type { RecordFilter } from '../../verifik/list/recordFilter';
import { VERDICTS } from '../../verifik/record/readRecord';

const FULL_DAYS = 'full days before today, and today';

export const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description:
		'Return only validations for which all of these hold. The list is read until enough are found.',
	options: [
		{
			displayName: 'Created',
			name: 'created',
			type: 'options',
			options: [
				{ name: 'Last 24 Hours', value: 'last24Hours', description: 'Up to this moment' },
				{ name: 'Last 30 Days', value: 'last30Days', description: `Thirty ${FULL_DAYS}` },
				{ name: 'Last 7 Days', value: 'last7Days', description: `Seven ${FULL_DAYS}` },
				{ name: 'Last Month', value: 'lastMonth', description: 'All of the month before this one' },
				{ name: 'This Month', value: 'thisMonth', description: 'From its first day on' },
			],
			default: 'last7Days',
			description: "When the validation was created, in the workflow's time zone",
		},
		{
			displayName: 'Created After',
			name: 'createdAfter',
			type: 'dateTime',
			default: '',
			description: 'Only validations that were created at this time or later',
		},
		{
			displayName: 'Created Before',
			name: 'createdBefore',
			type: 'dateTime',
			default: '',
			description: 'Only validations that were created before this time',
		},
		{
			displayName: 'Failed Checks',
			name: 'failedChecks',
			type: 'multiOptions',
			options: CHECK_OPTIONS,
			default: [],
			description: 'Only documents that did not pass at least one of these checks',
		},
		{
			displayName: 'Minimum Risk Score',
			name: 'minimumRiskScore',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 4 },
			default: 0.5,
			description:
				"Only validations with this risk score or a higher one. Verifik's newest records carry none.",
		},
		{
			displayName: 'Verdict',
			name: 'verdict',
			type: 'multiOptions',
			options: VERDICT_OPTIONS,
			default: ['notPassed'],
			description: 'What came of the validation: whether the document passed',
		},
	],
};

/**
 * Reads and checks the filters of one input item.
 *
 * @param filters what `getNodeParameter` gave
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readFilters(
	context: IExecuteFunctions,
	filters: { [name: string]: unknown },
	itemIndex: number,
): RecordFilter {
	const { verdict = [], failedChecks = [], minimumRiskScore } = filters;
	return {
		verdicts: choices(context, itemIndex, 'Verdict', verdict, VERDICTS),
		failedChecks: choices(context, itemIndex, 'Failed Checks', failedChecks, CHECKS),
		minimumRiskScore: anyNumber(context, itemIndex, 'Minimum Risk Score', minimumRiskScore),
		created: readCreated(context, filters, itemIndex),
	};
}

/** What is common to the preset and the two dates. */
function readCreated(
	context: IExecuteFunctions,
	{ created, createdAfter, createdBefore }: { [name: string]: unknown },
	itemIndex: number,
): CreatedRange {
	const after = time(context, itemIndex, 'Created After', createdAfter);
	const before = time(context, itemIndex, 'Created Before', createdBefore);
	if (created === undefined || created === '') return { after, before };
	const preset = choice(context, itemIndex, 'Created', created, CREATED_PRESETS);
	const range = new Calendar(context.getTimezone()).createdRange(preset, Date.now());
	return {
		after: Math.max(range.after!, after ?? -Infinity),
		before: atMost(range.before, before),
	};
}

function atMost(one: number | undefined, other: number | undefined): number | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return Math.min(one, other);
}
