// The fields of the trigger's panel, and how a poll reads them.
import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { CHECK_OPTIONS, populateField } from '../shared/fields';
import { outputFields, readOutput, type OutputFormat } from '../shared/output';
import { triggerParametersOf } from '../shared/parameters';
import { CHECKS, RELATED, type Related } from '../verifik/api/documentLiveness';
import { CHECK_LABELS, VERDICT_LABELS } from '../verifik/record/labels';
import { EVENT_NAMES, type EventName, type TriggerOptions } from './poll/types';

/** The labels of the events and their descriptions. */
const EVENT_LABELS: Record<EventName, { name: string; description: string }> = {
	passed: {
		name: VERDICT_LABELS.passed,
		description: 'All checks passed: the document looks genuine',
	},
	notPassed: {
		name: VERDICT_LABELS.notPassed,
		description: 'A check found signs that the document is not genuine',
	},
	notCarriedOut: {
		name: VERDICT_LABELS.notCarriedOut,
		description: 'The checks could not run, for example because the photo shows no document',
	},
	noVerdict: {
		name: 'No Verdict',
		description:
			'The validation is completed, but the record does not say whether the document passed',
	},
	received: {
		name: 'Received',
		description:
			'A new validation came in. Its result is another event, even if one poll finds both.',
	},
};

/** Events of a poll that downloads images: each image is held in memory until it is stored. */
const MAXIMUM_WITH_IMAGES = 50;

const labels = Object.fromEntries(EVENT_NAMES.map((event) => [event, EVENT_LABELS[event].name]));

/**
 * The text under the node's name: the labels of the chosen events, and the failed checks of Did Not Pass. An expression instead
 * of an event is shown as it is; one instead of the failed checks is shown as “Failed Checks”.
 */
export const triggerSubtitle = `={{ ((parameters, events, checks) => {
	const failed = [(parameters.options ?? {}).failedChecks ?? []].flat().filter((check) => check !== "");
	const words = failed.every((check) => checks[check]) ? failed.map((check) => checks[check]) : ["Failed Checks"];
	const narrowed = words.length > 0 ? " (" + words.join(", ") + ")" : "";
	return [parameters.events].flat().map((event) => (events[event] ?? event) + (event === "notPassed" ? narrowed : "")).join(", ");
})($parameter, ${JSON.stringify(labels)}, ${JSON.stringify(CHECK_LABELS)}) }}`.replace(
	/\s*\n\s*/g,
	' ',
);

export const triggerProperties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		required: true,
		options: EVENT_NAMES.map((value) => ({ ...EVENT_LABELS[value], value })).sort((one, other) =>
			one.name.localeCompare(other.name),
		),
		// Without Received, which would give two items for each validation.
		default: ['passed', 'notPassed', 'notCarriedOut', 'noVerdict'],
		description: 'Start the workflow when a validation gets one of these results',
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
				displayName: 'Download Image',
				name: 'downloadImage',
				type: 'boolean',
				default: true,
				description: `Whether to add the stored image as binary data, in the field “data”. If the image can't be downloaded, the event still starts the workflow, and the field “imageNotDownloaded” gives the reason. A poll with images returns at most ${MAXIMUM_WITH_IMAGES} events, unless you set Maximum per Poll.`,
			},
			{
				displayName: 'Failed Checks',
				name: 'failedChecks',
				type: 'multiOptions',
				options: CHECK_OPTIONS,
				default: [],
				description:
					'Only documents that did not pass at least one of these checks. Leave empty for all documents that did not pass.',
				displayOptions: { show: { '/events': ['notPassed'] } },
			},
			{
				displayName: 'Maximum per Poll',
				name: 'maximumPerPoll',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 100,
				description:
					'Maximum number of events that one poll returns. The next polls return the rest, and nothing is skipped.',
			},
		],
	},
];

export type TriggerParameters = TriggerOptions & {
	populate: Related[];
	/** formats a record for the output */
	shape: OutputFormat;
	canDownloadImage: boolean;
};

/**
 * Reads and checks every parameter.
 *
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readTriggerParameters(context: IPollFunctions): TriggerParameters {
	const parameters = triggerParametersOf(context);
	const { get } = parameters;
	const { id: nodeId, credentials } = context.getNode();
	const options = get('options', {}) as IDataObject;
	const canDownloadImage = options.downloadImage === true;
	const maximum = options.maximumPerPoll ?? (canDownloadImage ? MAXIMUM_WITH_IMAGES : undefined);
	const events = get('events', []);
	const failedChecks = parameters.choices('Failed Checks', options.failedChecks ?? [], CHECKS);
	const chosen = parameters.choices('Trigger On', events, EVENT_NAMES, 1);
	return {
		account: credentials?.verifikApi?.id ?? '',
		nodeId,
		events: chosen,
		...(failedChecks.length > 0 && chosen.includes('notPassed') && { failedChecks }),
		maximumPerPoll:
			maximum === undefined
				? Infinity
				: parameters.wholeNumber('Maximum per Poll', maximum, { min: 1 }),
		populate: parameters.choices('Populate', get('populate', []), RELATED),
		shape: readOutput(parameters).shape,
		canDownloadImage,
	};
}
