// List: the account's document liveness validations, a page at a time or all of them.
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { connect, DEFAULT_TIMEOUT_MS } from '../../verifik/client';
import {
	contradicts,
	listPage,
	MAX_LIMIT,
	RELATED,
	STATUSES,
	type Filter,
	type VerifikRecord,
} from '../../verifik/documentLiveness';
import { simplify } from '../../verifik/output';
import { readPages, type Reading } from '../../verifik/pages';
import type { Operation, Outcome } from './operation';
import { choice, choices, wholeNumber } from './parameters';

const forList = { operation: ['list'] };

const properties: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		hint: 'Reads every page of the list and gives each validation once',
		displayOptions: { show: forList },
	},
	{
		displayName: 'Page',
		name: 'page',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1,
		description: 'Page of the list to return, starting at 1',
		displayOptions: { show: { ...forList, returnAll: [false] } },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: MAX_LIMIT, numberPrecision: 0 },
		default: 50,
		description: 'Max number of results to return',
		hint: 'From 1 to 100, the size of a page',
		displayOptions: { show: { ...forList, returnAll: [false] } },
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Any', value: 'any', description: 'Validations in every state' },
			{
				name: 'Completed',
				value: 'completed',
				description: 'All checks ran; each passed or did not',
			},
			{
				name: 'Failed',
				value: 'failed',
				description: 'Verifik could not carry out the validation',
			},
			{ name: 'New', value: 'new', description: 'Received, not yet started' },
			{ name: 'Processing', value: 'processing', description: 'Checks are running' },
		],
		default: 'any',
		description:
			'State of the validations to return. A document that did not pass its checks is Completed, with Passed false; Failed means that the validation itself could not be carried out.',
		displayOptions: { show: forList },
	},
	{
		displayName: 'Populate',
		name: 'populate',
		type: 'multiOptions',
		options: [
			{
				name: 'App Registration',
				value: 'appRegistration',
				description: 'The applicant: full name, email and status',
			},
			{ name: 'Client', value: 'client', description: 'The Verifik client: name and email' },
		],
		default: [],
		description: 'Related records to include in full instead of only their ID',
		displayOptions: { show: forList },
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
		displayOptions: { show: forList, hide: { '/options.fullResponse': [true] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: forList },
		options: [
			{
				displayName: 'Full Response',
				name: 'fullResponse',
				type: 'boolean',
				default: false,
				description:
					'Whether to return one item with the answer as it came: data, pagination and the signature that certifies it',
				displayOptions: { show: { '/returnAll': [false] } },
			},
			{
				displayName: 'Maximum Records',
				name: 'maxRecords',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 1000,
				description: 'Where to stop, however many more there are',
				displayOptions: { show: { '/returnAll': [true] } },
			},
			{
				displayName: 'Timeout',
				name: 'timeout',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: DEFAULT_TIMEOUT_MS,
				description:
					'How long the whole operation may take, in milliseconds. A single request has at most a minute of it.',
			},
		],
	},
];

type Parameters = {
	filter: Filter;
	simplify: boolean;
	timeoutMs: number;
	/** all pages, up to maxRecords; or the one page */
	reading: { maxRecords: number } | { page: number; limit: number; fullResponse: boolean };
};

async function execute(this: IExecuteFunctions, itemIndex: number): Promise<Outcome> {
	const parameters = readParameters(this, itemIndex);
	const { filter, reading } = parameters;
	const shape = parameters.simplify ? simplify : (record: VerifikRecord) => record;
	const client = await connect(this, parameters.timeoutMs);
	const items: IDataObject[] = [];
	const hints: string[] = [];
	let contradicting = 0;

	/** Takes over what belongs to the list; tells whether there is room for more. */
	const take = (records: VerifikRecord[], max: number): boolean => {
		for (const record of records) {
			if (contradicts(record, filter.status)) contradicting++;
			else if (items.length < max) items.push(shape(record) as IDataObject);
		}
		return items.length < max;
	};

	if ('maxRecords' in reading) {
		const state: Reading = { hasMoved: false };
		const pages = readPages((page) => listPage(client, filter, page, MAX_LIMIT), state);
		for await (const records of pages) {
			if (!take(records, reading.maxRecords)) break;
		}
		if (state.hasMoved) hints.push(LIST_MOVED);
	} else {
		const page = await listPage(client, filter, reading.page, reading.limit);
		if (reading.fullResponse) {
			items.push(certified(page.body as IDataObject));
			contradicting = page.records.filter((record) => contradicts(record, filter.status)).length;
		} else {
			take(page.records, Infinity);
		}
	}

	if (contradicting > 0) {
		hints.push(
			`Verifik also gave ${contradicting} validations that are not “${filter.status}”. ${
				'fullResponse' in reading && reading.fullResponse
					? 'Full Response holds them as they came.'
					: 'They were left out.'
			}`,
		);
	}
	return { items, hints, question: JSON.stringify(parameters) };
}

/** The answer as it came, but for the flag that says what the item's being there says already. */
function certified(body: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'success'));
}

const LIST_MOVED =
	'The list changed while it was read (validations came in or were removed). Each validation is here once, but one that moved from page to page meanwhile may not be here. To be sure, run again at a quieter time.';

/** Reads and checks every parameter, so that nothing is sent unless all of them hold. */
function readParameters(context: IExecuteFunctions, itemIndex: number): Parameters {
	const get = (name: string, fallback: unknown): unknown =>
		context.getNodeParameter(name, itemIndex, fallback as never);
	const status = choice(context, itemIndex, 'Status', get('status', 'any'), ['any', ...STATUSES]);
	const populate = choices(context, itemIndex, 'Populate', get('populate', []), RELATED);
	const options = get('options', {}) as {
		fullResponse?: boolean;
		maxRecords?: unknown;
		timeout?: unknown;
	};
	const { timeout = DEFAULT_TIMEOUT_MS } = options;
	const common = {
		timeoutMs: wholeNumber(context, itemIndex, 'Timeout', timeout, { min: 1 }),
		filter: { ...(status !== 'any' && { status }), populate },
		simplify: get('simplify', true) === true,
	};
	if (get('returnAll', false) === true) {
		const { maxRecords } = options;
		return {
			...common,
			reading: {
				maxRecords:
					maxRecords === undefined
						? Infinity
						: wholeNumber(context, itemIndex, 'Maximum Records', maxRecords, { min: 1 }),
			},
		};
	}
	return {
		...common,
		reading: {
			page: wholeNumber(context, itemIndex, 'Page', get('page', 1), { min: 1 }),
			limit: wholeNumber(context, itemIndex, 'Limit', get('limit', 50), { min: 1, max: MAX_LIMIT }),
			fullResponse: options.fullResponse === true,
		},
	};
}

export const list: Operation = {
	option: {
		name: 'List',
		value: 'list',
		action: 'List document liveness validations',
		description:
			'List validations with their verdict: passed or not, which checks did not pass, risk score, applicant and date',
	},
	properties,
	execute,
};
