// What the trigger's panel asks for, and what a poll makes of it.
import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { CHECK_OPTIONS, populateField, statusOption } from '../panel/fields';
import { outputFields, readOutput, type Shape } from '../panel/output';
import { anyNumber, choices, wholeNumber } from '../panel/parameters';
import {
	CHECKS,
	RELATED,
	STATUSES,
	type Related,
	type VerifikRecord,
} from '../verifik/documentLiveness';
import { simplify } from '../verifik/record/simplify';
import type { Wishes } from './pollState';

export const properties: INodeProperties[] = [
	{
		displayName: 'Statuses',
		name: 'statuses',
		type: 'multiOptions',
		required: true,
		options: [
			statusOption('completed'),
			statusOption('failed'),
			statusOption('new'),
			statusOption('processing'),
		],
		default: ['completed', 'failed'],
		description:
			'What starts the workflow: a validation that reaches one of these. A document that did not pass its checks is Completed, with Passed false; Failed means that the validation itself could not be carried out. New and Processing are seen only if they last until a poll.',
	},
	populateField,
	...outputFields(),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Checks',
				name: 'checks',
				type: 'multiOptions',
				options: CHECK_OPTIONS,
				default: [...CHECKS],
				description: 'Which checks count for Only When a Check Did Not Pass',
				displayOptions: { show: { onlyFailedChecks: [true] } },
			},
			{
				displayName: 'Maximum per Poll',
				name: 'maximumPerPoll',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 100,
				description:
					'How many validations a poll hands on, at most. The rest comes with the next polls, the oldest first.',
			},
			{
				displayName: 'Minimum Risk Score',
				name: 'minimumRiskScore',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 4 },
				default: 0.5,
				description:
					'Only validations whose risk score is at least this high. One that has no risk score does not start the workflow.',
			},
			{
				displayName: 'Only When a Check Did Not Pass',
				name: 'onlyFailedChecks',
				type: 'boolean',
				default: true,
				description: 'Whether only validations with a check that did not pass start the workflow',
			},
		],
	},
];

export type Parameters = Omit<Wishes, 'account'> & {
	populate: Related[];
	shape: Shape;
};

/**
 * Reads and checks every parameter.
 *
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readParameters(context: IPollFunctions): Parameters {
	const get = (name: string, fallback: unknown): unknown =>
		context.getNodeParameter(name, fallback);
	const options = get('options', {}) as IDataObject;
	const { maximumPerPoll, onlyFailedChecks, checks = CHECKS, minimumRiskScore } = options;
	const populate = choices(context, 0, 'Populate', get('populate', []), RELATED);
	const statuses = get('statuses', ['completed', 'failed']);
	const counting = choices(context, 0, 'Checks', checks, CHECKS, 1);
	const leastRisk = anyNumber(context, 0, 'Minimum Risk Score', minimumRiskScore);
	return {
		statuses: choices(context, 0, 'Statuses', statuses, STATUSES, 1),
		populate,
		isPopulated: populate.length > 0,
		shape: readOutput(context, get).shape,
		maximum:
			maximumPerPoll === undefined
				? Infinity
				: wholeNumber(context, 0, 'Maximum per Poll', maximumPerPoll, { min: 1 }),
		isWanted(record: VerifikRecord) {
			const { failedChecks, riskScore } = simplify(record);
			if (onlyFailedChecks === true && !counting.some((check) => failedChecks?.includes(check))) {
				return false;
			}
			return leastRisk === undefined || (typeof riskScore === 'number' && riskScore >= leastRisk);
		},
	};
}
