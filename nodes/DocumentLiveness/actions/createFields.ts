// The panel's fields of Create.
import type { INodeProperties } from 'n8n-workflow';

import { CHECK_OPTIONS } from '../../shared/fields';
import { CALIBRATED, CHECKS } from '../../verifik/api/documentLiveness';
import { CHECK_LABELS } from '../../verifik/record/labels';
import { forOperation, outputOf, timeoutOption } from './fields';
import { fullResponseOption } from './fullResponse';

const forCreate = forOperation('create');

export const DEFAULT_WAIT_S = 60;

function calibration(check: (typeof CALIBRATED)[number]): INodeProperties {
	return {
		displayName: `${CHECK_LABELS[check]} Calibration`,
		name: `${check}Calibration`,
		type: 'options',
		options: [
			{ name: 'Soft', value: 'SOFT', description: 'More documents pass' },
			{ name: 'Regular', value: 'REGULAR', description: 'The default of Verifik' },
			{ name: 'Hard', value: 'HARD', description: 'Fewer documents pass' },
		],
		default: 'REGULAR',
		description: `How strict the ${CHECK_LABELS[check].toLowerCase()} check is`,
		displayOptions: { show: { '/checks': [check] } },
	};
}

const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	description:
		'Name of the binary field in the input item that has the photo of the document. An expression that returns the file itself also works.',
};

export const createProperties: INodeProperties[] = [
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		options: [
			{
				name: 'Binary File',
				value: 'binary',
				description:
					'A file in the input item, for example from a form, Gmail, Google Drive or HTTP Request',
			},
			{ name: 'Base64', value: 'base64', description: 'The image as Base64 text' },
		],
		default: 'binary',
		description: 'Where the photo of the document comes from',
		displayOptions: { show: forCreate, hide: { '@tool': [true] } },
	},
	{
		...binaryField,
		default: 'data',
		hint: 'For a file from a form: the name of the form field, with _ instead of spaces',
		displayOptions: { show: forCreate, hide: { imageSource: ['base64'], '@tool': [true] } },
	},
	{
		// A tool does not get the files of the agent's input item, so the name of a field would find nothing.
		...binaryField,
		default: '',
		hint: 'Choose Expression, and enter the file itself: {{ $("On form submission").item.binary.Photo }}',
		displayOptions: { show: { ...forCreate, '@tool': [true] } },
	},
	{
		displayName: 'Image (Base64)',
		name: 'imageBase64',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. {{ $json.photo }}',
		description:
			'The photo of the document as Base64 text, with or without data:image/jpeg;base64, at the start',
		displayOptions: { show: { ...forCreate, imageSource: ['base64'] }, hide: { '@tool': [true] } },
	},
	{
		displayName: 'Checks',
		name: 'checks',
		type: 'multiOptions',
		options: CHECK_OPTIONS,
		default: [...CHECKS],
		required: true,
		description: 'Which checks to run on the document',
		displayOptions: { show: forCreate },
	},
	{
		displayName: 'Save Image',
		name: 'saveImage',
		type: 'boolean',
		default: false,
		description: 'Whether Verifik keeps the image, so that Get and List can download it later',
		displayOptions: { show: forCreate },
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description:
			'Whether to wait for the verdict if Verifik does not return it immediately. If you turn this off, the verdict can be Pending.',
		displayOptions: { show: forCreate },
	},
	...outputOf('create'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: forCreate },
		options: [
			{
				displayName: 'Accept Black-and-White Image',
				name: 'ignoreColourLessValidation',
				type: 'boolean',
				default: true,
				description: 'Whether to check an image that has no colors',
			},
			{
				displayName: 'Accept Cropped Document',
				name: 'ignoreDocumentCroppedValidation',
				type: 'boolean',
				default: true,
				description: 'Whether to check an image that does not show the whole document',
			},
			fullResponseOption,
			{
				displayName: 'Include Input Fields',
				name: 'includeInputFields',
				type: 'boolean',
				default: true,
				description:
					'Whether to add the fields of the input item to the result, for example the other fields of a form',
				displayOptions: { hide: { '@tool': [true] } },
			},
			calibration('portraitSubstitution'),
			calibration('printedCopy'),
			calibration('screenReplay'),
			timeoutOption,
			{
				displayName: 'Wait Timeout',
				name: 'waitTimeout',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: DEFAULT_WAIT_S,
				description:
					'Maximum time to wait for the verdict, in seconds. After that, the record is returned as it is.',
				displayOptions: { show: { '/waitForCompletion': [true] } },
			},
		],
	},
];
