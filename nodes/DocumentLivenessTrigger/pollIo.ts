// The requests of a poll and the items that it returns, within the time that the host gives it.
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { attachImages, imageOf } from '../shared/attachImages';
import { withClient, type Client } from '../verifik/http/client';
import { Turns } from '../verifik/http/turns';
import { findValidation, listPage } from '../verifik/api/documentLiveness';
import { VerifikError } from '../verifik/errors/VerifikError';
import type { SimplifiedRecord } from '../verifik/record/simplify';
import type { TriggerParameters } from './parameters';
import type { PollApi, PollEvent } from './poll/types';

/**
 * The item with the output Simplified. The editor shows its fields before the first event (`__schema__`).
 *
 * @public read by tools/outputSchemas
 */
export type TriggerItem = SimplifiedRecord & {
	/** `<id>:<event>` */
	eventKey: string;
};

/** Shares of a poll's time: after `lastRequest` no request starts, and at `end` active requests are ended. */
const READING_SHARES = { lastRequest: 0.75, end: 0.85 };

/** The same if the rest of the time is needed to download images. */
const READING_SHARES_WITH_IMAGES = { lastRequest: 0.4, end: 0.5 };

/** Share of the time after reading; n8n needs the rest to store the items. */
const IMAGES_SHARE = 0.8;

/** How many images a poll downloads at the same time. */
const IMAGE_CONCURRENCY = 4;

/** How many pages a poll reads at the same time. */
const CONCURRENCY = 4;

/**
 * Limits of what a poll reads and holds in memory: after `lastPage` no page is requested, and after `end` nothing is. The two
 * limits are equal for records of the usual size.
 */
const READING_BYTES = { lastPage: 200_000_000, end: 250_000_000 };
const READING_RECORDS = { lastPage: 60_000, end: 75_000 };

/**
 * Runs `work` with the API within its share of a poll's time. After that, active requests are ended.
 *
 * @throws what `work` throws
 */
export async function withPollApi<Result>(
	context: IPollFunctions,
	parameters: TriggerParameters,
	budgetMs: number,
	work: (api: PollApi) => Promise<Result>,
): Promise<Result> {
	const shares = parameters.canDownloadImage ? READING_SHARES_WITH_IMAGES : READING_SHARES;
	const lastRequestMs = performance.now() + budgetMs * shares.lastRequest;
	const timeoutMs = budgetMs * shares.end;
	const options = { timeoutMs, concurrency: CONCURRENCY, maxBytes: READING_BYTES.end };
	return await withClient(context, options, async (client) => {
		return await work(apiOf(client, parameters, lastRequestMs));
	});
}

/**
 * Makes the items of events, in their order. An item whose image cannot be downloaded in time says so.
 *
 * @param timeLeftMs time that is left of the poll
 */
export async function makeItems(
	context: IPollFunctions,
	events: PollEvent[],
	{ shape, canDownloadImage }: TriggerParameters,
	timeLeftMs: number,
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	const turns = new Turns();
	for (const { id, name, record } of events) {
		items.push({ json: { ...shape(record), eventKey: `${id}:${name}` } });
		await turns.giveIfDue();
	}
	if (!canDownloadImage || items.length === 0) return items;
	const images = new Map(events.map(({ record }, at) => [items[at]!, imageOf(record)]));
	const timeoutMs = Math.max(0, timeLeftMs * IMAGES_SHARE);
	await withClient(context, { timeoutMs, concurrency: IMAGE_CONCURRENCY }, async (client) => {
		await attachImages(context, client, items, (item) => images.get(item));
	});
	return items;
}

function apiOf(client: Client, { populate }: TriggerParameters, lastRequestMs: number): PollApi {
	let recordsRead = 0;
	return {
		async fetchPage(page, limit, status) {
			if (recordsRead >= READING_RECORDS.end) {
				throw new VerifikError('listTooLarge', { host: client.host });
			}
			// Lists with a status are only read to find pending validations, so related records are not needed.
			const filter = { status, populate: status === undefined ? populate : [] };
			const answer = await listPage(client, filter, page, limit);
			recordsRead += answer.records.length;
			return answer;
		},
		getRecord: async (id) => await findValidation(client, id),
		serverTime: () => client.serverTime,
		now: () => Date.now(),
		isTimeUp: () =>
			performance.now() >= lastRequestMs ||
			client.bytesRead >= READING_BYTES.lastPage ||
			recordsRead >= READING_RECORDS.lastPage,
	};
}
