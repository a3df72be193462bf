// List: the account's document liveness validations, a page at a time or all of them.
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { populateField, statusOption } from '../../panel/fields';
import { choice, choices, time, wholeNumber } from '../../panel/parameters';
import { connect, DEFAULT_TIMEOUT_MS, type Client } from '../../verifik/client';
import {
	listPage,
	MAX_LIMIT,
	RELATED,
	STATUSES,
	type Filter,
} from '../../verifik/documentLiveness';
import { NewestFirst, type CreatedRange } from '../../verifik/list/createdRange';
import { readAllPages } from '../../verifik/list/readAllPages';
import { isTool, MOST_RECORDS } from '../toolOutput';
import { Collector } from './collector';
import { outputFields, RECORD_FOR_MODEL, timeoutOption } from './fields';
import { retryHint } from './hints';
import type { Operation, Outcome } from './operation';
import { readShape, type Shape } from './output';
import { attachPictures, PICTURES_AT_ONCE } from './pictures';

const DEFAULT_CONCURRENCY = 10;
const MAX_CONCURRENCY = 20;

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
			statusOption('completed'),
			statusOption('failed'),
			statusOption('new'),
			statusOption('processing'),
		],
		default: 'any',
		description:
			'State of the validations to return. A document that did not pass its checks is Completed, with Passed false; Failed means that the validation itself could not be carried out.',
		displayOptions: { show: forList },
	},
	{ ...populateField, displayOptions: { show: forList } },
	...outputFields('list'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: forList },
		options: [
			{
				displayName: 'Concurrent Requests',
				name: 'concurrency',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MAX_CONCURRENCY, numberPrecision: 0 },
				default: DEFAULT_CONCURRENCY,
				description:
					'How many pages are read at the same time, at most. When Verifik asks to slow down, the node does so by itself.',
				displayOptions: { show: { '/returnAll': [true] } },
			},
			{
				displayName: 'Created After',
				name: 'createdAfter',
				type: 'dateTime',
				default: '',
				description: 'Only validations that were created at this time or later',
				displayOptions: { show: { '/returnAll': [true] } },
			},
			{
				displayName: 'Created Before',
				name: 'createdBefore',
				type: 'dateTime',
				default: '',
				description: 'Only validations that were created before this time',
				displayOptions: { show: { '/returnAll': [true] } },
			},
			{
				displayName: 'Download Images',
				name: 'downloadImages',
				type: 'boolean',
				default: false,
				description:
					'Whether to add the stored image of each validation as binary data, in the field “data”. An image that cannot be had leaves its record in place, with the reason in the field “imageNotDownloaded”.',
				displayOptions: { hide: { '/options.fullResponse': [true], '@tool': [true] } },
			},
			{
				displayName: 'Full Response',
				name: 'fullResponse',
				type: 'boolean',
				default: false,
				description:
					'Whether to return one item with the answer as it came: data, pagination and the signature that certifies it',
				displayOptions: { show: { '/returnAll': [false] }, hide: { '@tool': [true] } },
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
			timeoutOption,
		],
	},
];

/** What a single page is narrowed by. */
const ANYTHING = { created: {}, maxRecords: Infinity };

/** What Return All is asked for. */
type Everything = {
	maxRecords: number;
	created: CreatedRange;
	concurrency: number;
};

type Parameters = {
	filter: Filter;
	shape: Shape;
	/** the shape as text */
	chosen: string;
	downloadImages: boolean;
	timeoutMs: number;
	reading: Everything | { page: number; limit: number; fullResponse: boolean };
};

async function execute(this: IExecuteFunctions, itemIndex: number): Promise<Outcome> {
	const parameters = readParameters(this, itemIndex);
	const { reading, timeoutMs, downloadImages } = parameters;
	const concurrency = 'concurrency' in reading ? reading.concurrency : PICTURES_AT_ONCE;
	const client = await connect(this, { timeoutMs, concurrency });
	try {
		const collector = new Collector({
			status: parameters.filter.status,
			shape: parameters.shape,
			withPictures: downloadImages,
			...('page' in reading ? ANYTHING : reading),
		});
		// of the whole list, as far as known
		let total: number | undefined;
		let before = 0;
		if ('page' in reading) {
			const page = await listPage(client, parameters.filter, reading.page, reading.limit);
			({ total } = page);
			before = (reading.page - 1) * reading.limit;
			if (reading.fullResponse) collector.takeWhole(page);
			else collector.take(page.records);
		} else {
			total = await readEverything(client, parameters.filter, reading, collector);
		}
		const items = collector.items();
		const more = total === undefined ? undefined : Math.max(0, total - before - items.length);
		const ofPictures = downloadImages
			? await attachPictures(this, client, items, (item) => collector.pictureOf(item))
			: [];
		const hints = [...collector.hints(), ...ofPictures, ...retryHint(client)];
		return { items, hints, more, question: JSON.stringify(parameters) };
	} finally {
		client.end();
	}
}

/**
 * Reads all pages into the collector.
 *
 * @returns how many records the server states that match; undefined where it does not say
 */
async function readEverything(
	client: Client,
	filter: Filter,
	{ maxRecords, created, concurrency }: Everything,
	collector: Collector,
): Promise<number | undefined> {
	const order = new NewestFirst();
	let total: number | undefined;
	let isEnough = false;
	const fetchPage = async (page: number, limit: number) => {
		const answer = await listPage(client, filter, page, limit);
		total ??= answer.total;
		return answer;
	};
	// Of a range, the pages say nothing about how many records are left that are wanted.
	const isRange = created.after !== undefined || created.before !== undefined;
	const remaining = () => {
		const left = maxRecords - collector.count;
		if (isEnough || left <= 0) return 0;
		return isRange ? Infinity : left;
	};
	const serverTime = () => client.serverTime() ?? Date.now();
	const options = { pageSize: MAX_LIMIT, concurrency, serverTime, remaining };
	for await (const records of readAllPages(fetchPage, options, collector.summary)) {
		collector.take(records);
		if (created.after !== undefined) isEnough = order.isBehind(created.after, records);
	}
	// A total that the list does not hold says nothing about how many are left.
	return isRange || collector.summary.recordsStated !== undefined ? undefined : total;
}

/** Reads and checks every parameter, so that nothing is sent unless all of them hold. */
function readParameters(context: IExecuteFunctions, itemIndex: number): Parameters {
	const get = (name: string, fallback: unknown): unknown =>
		context.getNodeParameter(name, itemIndex, fallback as never);
	const options = get('options', {}) as IDataObject;
	const whole = (label: string, value: unknown, range: { min: number; max?: number }) =>
		wholeNumber(context, itemIndex, label, value, range);
	const status = choice(context, itemIndex, 'Status', get('status', 'any'), ['any', ...STATUSES]);
	const populate = choices(context, itemIndex, 'Populate', get('populate', []), RELATED);
	const common = {
		filter: { ...(status !== 'any' && { status }), populate },
		...readShape(context, itemIndex),
		downloadImages: options.downloadImages === true,
		timeoutMs: whole('Timeout', options.timeout ?? DEFAULT_TIMEOUT_MS, { min: 1 }),
	};
	if (get('returnAll', false) !== true) {
		return {
			...common,
			reading: {
				page: whole('Page', get('page', 1), { min: 1 }),
				limit: whole('Limit', get('limit', 50), { min: 1, max: MAX_LIMIT }),
				fullResponse: options.fullResponse === true && !isTool(context),
			},
		};
	}
	const { maxRecords, concurrency = DEFAULT_CONCURRENCY } = options;
	return {
		...common,
		reading: {
			maxRecords: Math.min(
				maxRecords === undefined ? Infinity : whole('Maximum Records', maxRecords, { min: 1 }),
				// one more than a model gets to see tells that there are more
				isTool(context) ? MOST_RECORDS + 1 : Infinity,
			),
			created: {
				after: time(context, itemIndex, 'Created After', options.createdAfter),
				before: time(context, itemIndex, 'Created Before', options.createdBefore),
			},
			concurrency: whole('Concurrent Requests', concurrency, { min: 1, max: MAX_CONCURRENCY }),
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
	toolDescription: `List document liveness validations: photos of identity documents that Verifik checked for being real. Use it to find, count or compare validations. To look at one whose ID is known, get that one instead. ${RECORD_FOR_MODEL}`,
	properties,
	execute,
};
