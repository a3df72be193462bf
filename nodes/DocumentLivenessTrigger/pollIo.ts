// What a poll asks Verifik for, and the items it hands on, within the time that the host gives it.
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { attachImages, imageOf, IMAGES_AT_ONCE } from '../shared/attachImages';
import { connect, type Client } from '../verifik/http/client';
import { getValidation, listPage } from '../verifik/api/documentLiveness';
import { catchVerifikError, VerifikError } from '../verifik/errors/VerifikError';
import type { SimplifiedRecord } from '../verifik/record/simplify';
import type { TriggerParameters } from './parameters';
import type { PollApi, PollEvent } from './poll/types';

/**
 * What an item holds where Output is Simplified: the editor shows it before the first event (`__schema__`).
 *
 * @public read by tools/outputSchemas
 */
export type TriggerItem = SimplifiedRecord & {
	/** `<id>:<event>` */
	eventKey: string;
};

/** Of a poll's time: no request is started after the first, and none goes on after the second. */
const READING_SHARES = { lastRequest: 0.75, end: 0.85 };

/** The same where images have to be downloaded in the rest of the time. */
const READING_SHARES_WITH_IMAGES = { lastRequest: 0.4, end: 0.5 };

/** Of what is left after reading; n8n needs some of it to store the items. */
const IMAGES_SHARE = 0.8;

/** A poll reads several pages at once when there is much to read. */
const CONCURRENCY = 4;

/**
 * Of what a poll reads, and holds until it ends: no page is asked for after the first, and nothing after the second. The
 * bytes are those of as many real records.
 */
const READING_BYTES = { lastPage: 200_000_000, end: 300_000_000 };
const READING_RECORDS = { lastPage: 60_000, end: 90_000 };

/** Lets work use the API within its share of a poll's time, and ends what is still under way. */
export async function withPollApi<Result>(
	context: IPollFunctions,
	parameters: TriggerParameters,
	budgetMs: number,
	work: (api: PollApi) => Promise<Result>,
): Promise<Result> {
	const shares = parameters.canDownloadImage ? READING_SHARES_WITH_IMAGES : READING_SHARES;
	const lastRequestMs = Date.now() + budgetMs * shares.lastRequest;
	const client = await connect(context, {
		timeoutMs: budgetMs * shares.end,
		concurrency: CONCURRENCY,
		maxBytes: READING_BYTES.end,
	});
	try {
		return await work(apiOf(client, parameters, lastRequestMs));
	} finally {
		client.end();
	}
}

/**
 * The items of events, in their order. An image that cannot be had, or not in time, loses no event.
 *
 * @param timeLeftMs of the poll
 */
export async function makeItems(
	context: IPollFunctions,
	events: PollEvent[],
	{ shape, canDownloadImage }: TriggerParameters,
	timeLeftMs: number,
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = events.map(({ id, name, record }) => ({
		json: { ...shape(record), eventKey: `${id}:${name}` },
	}));
	if (!canDownloadImage || items.length === 0) return items;
	const images = new Map(events.map(({ record }, at) => [items[at]!, imageOf(record)]));
	const client = await connect(context, {
		timeoutMs: Math.max(0, timeLeftMs * IMAGES_SHARE),
		concurrency: IMAGES_AT_ONCE,
	});
	try {
		await attachImages(context, client, items, (item) => images.get(item));
	} finally {
		client.end();
	}
	return items;
}

function apiOf(client: Client, { populate }: TriggerParameters, lastRequestMs: number): PollApi {
	let recordsRead = 0;
	return {
		async fetchPage(page, limit, status) {
			if (recordsRead >= READING_RECORDS.end) {
				throw new VerifikError('listTooLarge', { host: client.host });
			}
			// The lists of a status only tell which validations are pending.
			const filter = { status, populate: status === undefined ? populate : [] };
			const answer = await listPage(client, filter, page, limit);
			recordsRead += answer.records.length;
			return answer;
		},
		async getRecord(id) {
			const found = getValidation(client, id).then(({ record }) => record);
			return await catchVerifikError(found, (error) => {
				// A proxy's page says nothing of the validation.
				if (error.code === 'validationNotFound' && error.details.isJson) return undefined;
				throw error;
			});
		},
		serverTime: () => client.serverTime,
		now: () => Date.now(),
		isTimeUp: () =>
			Date.now() >= lastRequestMs ||
			client.bytesRead >= READING_BYTES.lastPage ||
			recordsRead >= READING_RECORDS.lastPage,
	};
}
