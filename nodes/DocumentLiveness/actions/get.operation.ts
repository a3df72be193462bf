// Get: one validation by its ID and, if the user wants that, its image.
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { attachImages, imageOf } from '../../shared/attachImages';
import { readOutput } from '../../shared/output';
import { parametersOf } from '../../shared/parameters';
import { withClient } from '../../verifik/http/client';
import { getValidation } from '../../verifik/api/documentLiveness';
import { isTool } from '../aiTool';
import { timeZoneField } from '../methods/listSearch';
import { forOperation, outputOf, readTimeout, RECORD_FOR_MODEL, timeoutOption } from './fields';
import { fullResponseItem, fullResponseOption } from './fullResponse';
import { missingImagesHint, retryHint } from './hints';
import type { Operation, OperationResult } from './operation';

/** How many bytes the validations of a run may take in memory; a real one takes 3 kB. */
const MAX_BYTES = 200_000_000;
const BYTES_PER_ITEM = 4_000;

const forGet = forOperation('get');

const properties: INodeProperties[] = [
	{
		displayName: 'Validation',
		name: 'validationId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		description: 'The validation to get',
		displayOptions: { show: forGet },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a validation…',
				typeOptions: { searchListMethod: 'searchValidations', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 6b03e9a0869c4ab399000059',
				hint: 'The field “id” of a simplified validation, or “_id” of a raw one',
			},
		],
	},
	{ ...timeZoneField, displayOptions: { show: forGet } },
	...outputOf('get'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: forGet },
		options: [
			{
				displayName: 'Download Image',
				name: 'downloadImage',
				type: 'boolean',
				default: true,
				description:
					"Whether to add the stored image as binary data, in the field “data”. If the image can't be downloaded, the record is still returned, and the field “imageNotDownloaded” gives the reason.",
				displayOptions: { hide: { '@tool': [true] } },
			},
			fullResponseOption,
			timeoutOption,
		],
	},
];

async function execute(this: IExecuteFunctions, itemIndex: number): Promise<OperationResult> {
	const asked = this.getNodeParameter('validationId', itemIndex, '', { extractValue: true });
	const parameters = parametersOf(this, itemIndex);
	const id = parameters.validationId('Validation', asked);
	const { shape, chosen } = readOutput(parameters);
	const options = parameters.get('options', {}) as IDataObject;
	const { downloadImage } = options;
	const hasFullResponse = options.fullResponse === true && !isTool(this);
	const timeoutMs = readTimeout(parameters, options);
	return await withClient(this, { timeoutMs }, async (client) => {
		const { body, record } = await getValidation(client, id);
		const items = [hasFullResponse ? fullResponseItem(body) : { json: shape(record) }];
		const missingCount = downloadImage
			? await attachImages(this, client, items, () => imageOf(record))
			: 0;
		const question = JSON.stringify({ id, chosen, options });
		const hints = [...missingImagesHint(missingCount), ...retryHint(client)];
		return { items, hints, bytes: client.bytesRead, question };
	});
}

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get document liveness validation',
		description:
			'Get one validation by its ID, with its verdict (whether the document passed), the checks it did not pass, and its image if you want it',
	},
	toolDescription: `Get one document liveness validation by its ID: what Verifik found out about a photo of an identity document. Use it when you know the ID, from a list or from the user. ${RECORD_FOR_MODEL}`,
	properties,
	maxBytes: (inputItems) => MAX_BYTES + inputItems * BYTES_PER_ITEM,
	execute,
};
