// The panel's fields of List.
import type { INodeProperties } from 'n8n-workflow';

import { populateField, STATUS_OPTIONS } from '../../shared/fields';
import { concurrencyOption, forOperation, outputOf, timeoutOption } from './fields';
import { filtersField } from './filters';

const forList = forOperation('list');
const forOnePage = { show: { ...forList, returnAll: [false] } };

export const listProperties: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		hint: 'Turn on to read all pages of the list. Each validation is returned once.',
		builderHint: {
			propertyHint:
				'Turn on for reports and exports. Leave off and set Limit for the newest few. Filters work in both cases.',
		},
		displayOptions: { show: forList },
	},
	{
		displayName: 'Page',
		name: 'page',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1,
		description:
			'Page of the list to return, starting at 1. With filters, only validations that match are counted.',
		displayOptions: forOnePage,
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 50,
		description: 'Max number of results to return',
		hint: '1 to 100. For more, turn on Return All.',
		displayOptions: forOnePage,
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Any', value: 'any', description: 'Validations with any status' },
			...STATUS_OPTIONS,
		],
		default: 'any',
		description:
			'How far Verifik has got with the validation. Failed means that Verifik could not carry out the checks. To find documents that did not pass, use the filter Verdict.',
		hint: 'To find documents that did not pass, add the filter Verdict',
		displayOptions: { show: forList },
	},
	{ ...filtersField, displayOptions: { show: forList } },
	{ ...populateField, displayOptions: { show: forList } },
	...outputOf('list'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: forList },
		options: [
			concurrencyOption,
			{
				displayName: 'Download Images',
				name: 'downloadImages',
				type: 'boolean',
				default: true,
				description:
					"Whether to add the stored image of each validation as binary data, in the field “data”. If an image can't be downloaded, the record is still returned, and the field “imageNotDownloaded” gives the reason.",
				displayOptions: { hide: { '/options.fullResponse': [true], '@tool': [true] } },
			},
			{
				displayName: 'Full Response',
				name: 'fullResponse',
				type: 'boolean',
				default: true,
				description:
					'Whether to return the complete answer of Verifik as one item: data, pagination and the signature that certifies it',
				displayOptions: { show: { '/returnAll': [false] }, hide: { '@tool': [true] } },
			},
			{
				displayName: 'Maximum Records',
				name: 'maxRecords',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 1000,
				description: 'Stop after this many. With filters, only validations that match are counted.',
				displayOptions: { show: { '/returnAll': [true] } },
			},
			timeoutOption,
		],
	},
];
