// Filters of List, which the node applies itself, since the API has no such filters.
import type { INodeProperties } from 'n8n-workflow';

import { CHECK_OPTIONS, optionsOf, VERDICT_OPTIONS } from '../../shared/fields';
import type { ParameterReader } from '../../shared/parameters';
import type { CreatedRange } from '../../verifik/list/createdRange';
import { CHECKS } from '../../verifik/api/documentLiveness';
import { Calendar, CREATED_PRESETS, type CreatedPreset } from '../../verifik/list/calendar';
import type { RecordFilter } from '../../verifik/list/recordFilter';
import { VERDICTS } from '../../verifik/record/readRecord';
import type { Hint } from './operation';

/** The labels of the presets in the panel. */
export const CREATED_LABELS: Record<CreatedPreset, string> = {
	last24Hours: 'Last 24 Hours',
	last7Days: 'Last 7 Days',
	last30Days: 'Last 30 Days',
	thisMonth: 'This Month',
	lastMonth: 'Last Month',
};

const CREATED_DESCRIPTIONS: Record<CreatedPreset, string> = {
	last24Hours: 'The 24 hours before now',
	last7Days: 'The seven full days before today, and today',
	last30Days: 'The thirty full days before today, and today',
	thisMonth: 'From the first day of this month until now',
	lastMonth: 'The whole month before this one',
};

export const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description:
		'Return only validations that match all of these filters. The node reads the list until it has found enough.',
	builderHint: {
		propertyHint:
			'Filter here instead of adding a Filter node. For documents that did not pass, use verdict ["notPassed"], not status failed. For a period, use created (last24Hours, last7Days, last30Days, thisMonth, lastMonth), or createdAfter and createdBefore.',
	},
	options: [
		{
			displayName: 'Created',
			name: 'created',
			type: 'options',
			options: optionsOf(CREATED_LABELS, CREATED_DESCRIPTIONS),
			default: 'last7Days',
			description: "When the validation was created, in the workflow's time zone",
		},
		{
			displayName: 'Created After',
			name: 'createdAfter',
			type: 'dateTime',
			default: '',
			description: 'Only validations created at this time or later',
		},
		{
			displayName: 'Created Before',
			name: 'createdBefore',
			type: 'dateTime',
			default: '',
			description: 'Only validations created before this time',
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
			// Without a maximum: the editor would silently change a larger number to it.
			typeOptions: { minValue: 0 },
			default: 0.5,
			description:
				"Only validations with this risk score or a higher one, from 0 to 1. With 0, nothing is filtered. Verifik's newest records have no risk score.",
		},
		{
			displayName: 'Verdict',
			name: 'verdict',
			type: 'multiOptions',
			options: VERDICT_OPTIONS,
			default: ['notPassed'],
			description: 'The result of the validation: whether the document passed',
		},
	],
};

/**
 * Reads and checks the filters of one input item.
 *
 * @param timeZone of the workflow
 * @param filters the value of the parameter `filters`
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readFilters(
	parameters: ParameterReader,
	timeZone: string,
	filters: { [name: string]: unknown },
): RecordFilter {
	const { verdict = [], failedChecks = [] } = filters;
	return {
		verdicts: parameters.choices('Verdict', verdict, VERDICTS),
		failedChecks: parameters.choices('Failed Checks', failedChecks, CHECKS),
		minimumRiskScore: readMinimumRiskScore(parameters, filters),
		created: readCreated(parameters, timeZone, filters),
	};
}

/** Warns of filters that were added but have no value: a click on a chosen value removes it. */
export function emptyFilterHints(filters: { [name: string]: unknown }): Hint[] {
	const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
	const labels = { verdict: 'Verdict', failedChecks: 'Failed Checks' };
	return Object.entries(labels)
		.filter(([name]) => isEmpty(filters[name]))
		.map(([, label]) => ({
			type: 'warning',
			message: `The filter ${label} is empty, so it filters nothing. Choose a value, or remove the filter.`,
		}));
}

/** 0 counts as no filter: a model that must give a number but means none gives 0, and no score is lower. */
function readMinimumRiskScore(
	parameters: ParameterReader,
	{ minimumRiskScore }: { [name: string]: unknown },
): number | undefined {
	const range = { min: 0, max: 1 };
	return parameters.number('Minimum Risk Score', minimumRiskScore, range) || undefined;
}

/** The time that lies in the preset and between the two dates. */
function readCreated(
	parameters: ParameterReader,
	timeZone: string,
	{ created, createdAfter, createdBefore }: { [name: string]: unknown },
): CreatedRange {
	const after = parameters.time('Created After', createdAfter);
	const before = parameters.time('Created Before', createdBefore);
	if (created === undefined || created === '') return { after, before };
	const preset = parameters.choice('Created', created, CREATED_PRESETS);
	const range = new Calendar(timeZone).createdRange(preset, Date.now());
	return {
		after: Math.max(range.after!, after ?? -Infinity),
		before: atMost(range.before, before),
	};
}

function atMost(one: number | undefined, other: number | undefined): number | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return Math.min(one, other);
}
