// List: the account's document liveness validations, a page at a time or all of them.
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { populateField, statusOption } from '../../panel/fields';
import { readOutput, type Shape } from '../../panel/output';
import { choice, choices, parametersOf, time, wholeNumber } from '../../panel/parameters';
import { connect, DEFAULT_TIMEOUT_MS, type Client } from '../../verifik/client';
import { NewestFirst, type CreatedRange } from '../../verifik/created';
import {
	listPage,
	MAX_LIMIT,
	RELATED,
	STATUSES,
	type Filter,
} from '../../verifik/documentLiveness';
import { readPages } from '../../verifik/pages';
import { isTool, MOST_RECORDS } from '../toolOutput';
import { Collector } from './collector';
import { outputOf, RECORD_FOR_MODEL, timeoutOption } from './fields';
import { retryHint } from './hints';
import type { Operation, Outcome } from './operation';

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
			{ name: 'Any', value: 'any', description: 'Validations of every status' },
			statusOption('completed'),
			statusOption('failed'),
			statusOption('new'),
			statusOption('processing'),
		],
		default: 'any',
		description:
			'How far the validations to return have got. Failed means that Verifik could not carry out the checks; a document that did not pass them is Completed, and its verdict says so.',
		displayOptions: { show: forList },
	},
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
			{
				displayName: 'Thorough',
				name: 'thorough',
				type: 'boolean',
				default: false,
				description:
					'Whether to link every page to the one before it, which takes about a sixth more requests. For lists that change all the time.',
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
	thorough: boolean;
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
			else collector.take(page.records, 0);
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
	{ maxRecords, created, concurrency, thorough }: Everything,
	collector: Collector,
): Promise<number | undefined> {
	// undefined once it is known that the list is in another order
	let order: NewestFirst | undefined = new NewestFirst();
	let pages: number | undefined;
	let total: number | undefined;
	let isEnough = false;
	const fetchPage = async (page: number, limit: number) => {
		const answer = await listPage(client, filter, page, limit);
		pages ??= answer.pages;
		total ??= answer.total;
		return answer;
	};
	// Of a range, the pages say nothing about how many records are left that are wanted.
	const isRange = created.after !== undefined || created.before !== undefined;
	const wanted = () => {
		const left = maxRecords - collector.count;
		if (isEnough || left <= 0) return 0;
		return isRange ? Infinity : left;
	};
	const wishes = { limit: MAX_LIMIT, concurrency, thorough, wanted };
	for await (const { place, records } of readPages(fetchPage, wishes, collector.reading)) {
		collector.take(records, place);
		const isRepair = !Number.isInteger(place);
		if (created.after === undefined || isEnough || isRepair) continue;
		if (order?.isBehind(created.after, records) && pages !== undefined) {
			const end = await listPage(client, filter, pages, MAX_LIMIT);
			isEnough = order.isProvenBy(end.records);
			if (!isEnough) order = undefined;
		}
	}
	return isRange ? undefined : total;
}

/** Reads and checks every parameter, so that nothing is sent unless all of them hold. */
function readParameters(context: IExecuteFunctions, itemIndex: number): Parameters {
	const get = parametersOf(context, itemIndex);
	const options = get('options', {}) as IDataObject;
	const whole = (label: string, value: unknown, range: { min: number; max?: number }) =>
		wholeNumber(context, itemIndex, label, value, range);
	const status = choice(context, itemIndex, 'Status', get('status', 'any'), ['any', ...STATUSES]);
	const populate = choices(context, itemIndex, 'Populate', get('populate', []), RELATED);
	const common = {
		filter: { ...(status !== 'any' && { status }), populate },
		...readOutput(context, get, itemIndex),
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
			thorough: options.thorough === true,
		},
	};
}

export const list: Operation = {
	option: {
		name: 'List',
		value: 'list',
		action: 'List document liveness validations',
		description:
			'List validations with their verdict (whether the document passed), the checks that did not pass, applicant and date',
	},
	toolDescription: `List document liveness validations: photos of identity documents that Verifik checked for being real. Use it to find, count or compare validations. To look at one whose ID is known, get that one instead. ${RECORD_FOR_MODEL}`,
	properties,
	execute,
};
