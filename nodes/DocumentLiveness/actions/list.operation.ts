// List: the account's document liveness validations, a page at a time or all of them, narrowed by filters.
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { attachImages } from '../../shared/attachImages';
import { readOutput, type OutputFormat } from '../../shared/output';
import { parametersOf, type ParameterReader } from '../../shared/parameters';
import { withClient, type Client } from '../../verifik/http/client';
import {
	listPage,
	MAX_LIMIT,
	RELATED,
	STATUSES,
	type ListQuery,
} from '../../verifik/api/documentLiveness';
import { NewestFirst } from '../../verifik/list/createdRange';
import { newReadSummary, readAllPages } from '../../verifik/list/readAllPages';
import { hasFilter, type RecordFilter } from '../../verifik/list/recordFilter';
import { STATUS_LABELS } from '../../verifik/record/labels';
import { isTool, MAX_TOOL_RECORDS } from '../aiTool';
import { readConcurrency, readTimeout, RECORD_FOR_MODEL } from './fields';
import { emptyFilterHints, readFilters } from './filters';
import { fullResponseItem } from './fullResponse';
import { missingImagesHint, retryHint, summaryHints } from './hints';
import { listProperties } from './listFields';
import { ListItems } from './listItems';
import type { Hint, Operation, OperationResult } from './operation';

type Parameters = {
	query: ListQuery;
	filter: RecordFilter;
	shape: OutputFormat;
	downloadImages: boolean;
	timeoutMs: number;
	concurrency: number;
	extent:
		| { kind: 'page'; page: number; limit: number; isFullResponse: boolean }
		| { kind: 'all'; maxRecords: number };
	/** hints about the parameters */
	hints: Hint[];
	/** all parameters as text, to find input items that ask for the same */
	question: string;
};

/** The items and hints of a list, and how many more validations match. */
type Listed = { items: OperationResult['items']; hints: Hint[]; more: OperationResult['more'] };

async function execute(this: IExecuteFunctions, itemIndex: number): Promise<OperationResult> {
	const parameters = readParameters(this, itemIndex);
	const { extent, filter, timeoutMs, concurrency, downloadImages, question } = parameters;
	return await withClient(this, { timeoutMs, concurrency }, async (client) => {
		const list = collect(parameters);
		const isOnePage = extent.kind === 'page' && !hasFilter(filter);
		const { items, hints, more } = isOnePage
			? await readOnePage(client, parameters, list)
			: await readMatches(client, parameters, list);
		const missingCount = downloadImages
			? await attachImages(this, client, items, (item) => list.imageOf(item))
			: 0;
		return {
			items,
			hints: [
				...parameters.hints,
				...hints,
				...missingImagesHint(missingCount),
				...retryHint(client),
			],
			bytes: client.bytesRead * (list.items === items ? list.keptShare : 1),
			more,
			question,
		};
	});
}

function collect({ query, filter, shape, extent, downloadImages }: Parameters): ListItems {
	const isPageOfMatches = extent.kind === 'page' && hasFilter(filter);
	return new ListItems({
		status: query.status,
		filter,
		skip: isPageOfMatches ? (extent.page - 1) * extent.limit : 0,
		maximum: extent.kind === 'page' ? extent.limit : extent.maxRecords,
		shape,
		withImages: downloadImages,
	});
}

/** Reads the page that was asked for, with one request. */
async function readOnePage(
	client: Client,
	{ query, extent }: Parameters,
	list: ListItems,
): Promise<Listed> {
	if (extent.kind === 'all') throw new TypeError('one page is not all');
	const { page, limit, isFullResponse } = extent;
	const answer = await listPage(client, query, page, limit);
	const { records, total } = answer;
	const passed = (page - 1) * limit + records.length;
	const more = total === undefined ? undefined : Math.max(0, total - passed);
	if (isFullResponse) {
		list.note(records);
		return { items: [fullResponseItem(answer.body)], hints: list.hints(true), more };
	}
	list.take(records, client.bytesRead);
	const hints = list.hints(false);
	if (records.length === 0) hints.push(emptyPageHint(page, total, query));
	return { items: list.items, hints, more };
}

/** Reads the list from its head until there are enough validations that match. */
async function readMatches(
	client: Client,
	{ query, filter, extent, concurrency }: Parameters,
	list: ListItems,
): Promise<Listed> {
	const isFiltered = hasFilter(filter);
	const summary = newReadSummary();
	const order = new NewestFirst();
	let total: number | undefined;
	let isBehindRange = false;
	const fetchPage = async (page: number, limit: number) => {
		const answer = await listPage(client, query, page, limit);
		total ??= answer.total;
		return answer;
	};
	const options = {
		pageSize: MAX_LIMIT,
		concurrency,
		serverTime: () => client.serverTime ?? Date.now(),
		giveTurn: client.giveTurn,
		// With filters, the number of matches says nothing about how many pages have to be read.
		remaining: () =>
			isBehindRange || list.remaining <= 0 ? 0 : isFiltered ? Infinity : list.remaining,
		mayEndEarly: filter.created.after !== undefined || (isFiltered && list.remaining < Infinity),
	};
	for await (const records of readAllPages(fetchPage, options, summary)) {
		list.take(records, client.bytesRead);
		const { after } = filter.created;
		isBehindRange = after !== undefined && order.isBehind(after, records);
	}
	const hints = [...list.hints(false), ...summaryHints(summary)];
	if (isFiltered) hints.push(filterHint(list, extent));
	else if (list.items.length === 0) hints.push(emptyPageHint(1, total, query));
	return { items: list.items, hints, more: moreMatches(list, isFiltered, total) };
}

/** How many more validations match. With filters, that is known only if the list was read to its end. */
function moreMatches(
	list: ListItems,
	isFiltered: boolean,
	total?: number,
): OperationResult['more'] {
	if (list.remaining > 0) return 0;
	if (isFiltered) return 'unknown';
	return total === undefined ? undefined : Math.max(0, total - list.items.length);
}

/** How many validations were read, and how many of them match. */
function filterHint(list: ListItems, extent: Parameters['extent']): Hint {
	const read = list.read === 1 ? 'One validation was read' : `${list.read} validations were read`;
	const matches = list.matches === 1 ? 'one matches' : `${list.matches || 'none'} match`;
	const isPast = extent.kind === 'page' && list.matches > 0 && list.items.length === 0;
	const past = isPast ? `, so there is no page ${extent.page}` : '';
	return { type: 'info', message: `${read}: ${matches} the filters${past}.` };
}

/** Why a list without filters returned nothing. */
function emptyPageHint(page: number, total: number | undefined, { status }: ListQuery): Hint {
	const which = status ? `with the status ${STATUS_LABELS[status]}` : 'in this account';
	const isPast = page > 1 && total !== 0;
	const validations = total === 1 ? 'one validation' : `${total} validations`;
	const message = isPast
		? `Page ${page} is past the end of the list${total === undefined ? '' : `, which has ${validations}`}.`
		: `There are no validations ${which}.`;
	return { type: 'info', message };
}

/** Reads and checks every parameter, so that nothing is sent unless all of them hold. */
function readParameters(context: IExecuteFunctions, itemIndex: number): Parameters {
	const parameters = parametersOf(context, itemIndex);
	const { get } = parameters;
	const options = get('options', {}) as IDataObject;
	const filters = get('filters', {}) as IDataObject;
	const status = parameters.choice('Status', get('status', 'any'), ['any', ...STATUSES]);
	const populate = parameters.choices('Populate', get('populate', []), RELATED);
	const query = { ...(status !== 'any' && { status }), populate };
	const filter = readFilters(parameters, context.getTimezone(), filters);
	const { shape, chosen } = readOutput(parameters);
	const extent = readExtent(parameters, options, isTool(context));
	if (extent.kind === 'page' && extent.isFullResponse && hasFilter(filter)) {
		throw parameters.conflict(
			'Full Response does not work together with filters',
			'Remove the filters, or turn off Full Response under Options.',
		);
	}
	return {
		query,
		filter,
		shape,
		downloadImages: options.downloadImages === true,
		timeoutMs: readTimeout(parameters, options),
		concurrency: readConcurrency(parameters, options),
		extent,
		hints: emptyFilterHints(filters),
		question: JSON.stringify([query, filters, chosen, extent, options]),
	};
}

function readExtent(
	parameters: ParameterReader,
	options: IDataObject,
	isForModel: boolean,
): Parameters['extent'] {
	const { get } = parameters;
	const whole = (label: string, value: unknown, max?: number, advice?: string) =>
		parameters.wholeNumber(label, value, { min: 1, max }, advice);
	if (get('returnAll', false) !== true) {
		return {
			kind: 'page',
			page: whole('Page', get('page', 1)),
			limit: whole('Limit', get('limit', 50), MAX_LIMIT, 'For more, turn on Return All.'),
			isFullResponse: options.fullResponse === true && !isForModel,
		};
	}
	const { maxRecords } = options;
	const maximum = maxRecords === undefined ? Infinity : whole('Maximum Records', maxRecords);
	// One more than a model is shown, to find out whether there are more.
	return {
		kind: 'all',
		maxRecords: isForModel ? Math.min(maximum, MAX_TOOL_RECORDS + 1) : maximum,
	};
}

export const list: Operation = {
	option: {
		name: 'List',
		value: 'list',
		action: 'List document liveness validations',
		description:
			'List validations with their verdict (whether the document passed), the checks they did not pass, applicant and date',
	},
	toolDescription: `List document liveness validations: photos of identity documents that Verifik checked. Use it to find, count or compare validations. If you know the ID of a validation, get that one instead. For documents that did not pass, use the verdict notPassed, not a status. Separate several verdicts or failed checks with commas. Write times as 2026-01-31 or 2026-01-31T09:00:00Z. An empty field does not filter. ${RECORD_FOR_MODEL}`,
	properties: listProperties,
	execute,
};
