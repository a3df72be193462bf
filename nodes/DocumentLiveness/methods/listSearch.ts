// The pick-list behind “From List”: the newest validations with verdict, applicant and date, a page at a time, and a search.
import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	INodeProperties,
} from 'n8n-workflow';

import { withClient, type Client } from '../../verifik/http/client';
import {
	findValidation,
	isValidationId,
	listPage,
	MAX_LIMIT,
	type Page,
	type VerifikRecord,
} from '../../verifik/api/documentLiveness';
import { cutText } from '../../verifik/http/sanitizeText';
import { createdAt } from '../../verifik/list/createdRange';
import { readAllPages } from '../../verifik/list/readAllPages';
import { toNodeError } from '../../verifik/errors/nodeErrors';
import { VERDICT_LABELS } from '../../verifik/record/labels';
import { readRecord } from '../../verifik/record/readRecord';

/** Characters of a text in the list, such as a name or an email address. */
const MAX_SHOWN = 100;

/** A hidden field of Get. The editor sets it to the time zone of the workflow. */
const TIME_ZONE_FIELD = 'timeZone';

export const timeZoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: TIME_ZONE_FIELD,
	type: 'hidden',
	default: '={{ $now.zoneName }}',
};

/** Short, since a user waits for the list to open. */
const TIMEOUT_MS = 30_000;

/** Bytes of all pages of one call: their records stay in memory until it ends. */
const MAX_BYTES = 100_000_000;

/** How many pages a search reads at the same time, and how many one call reads if it finds nothing. */
const CONCURRENCY = 5;
const MAX_PAGES = 20;

const LIMITS = { timeoutMs: TIMEOUT_MS, concurrency: CONCURRENCY, maxBytes: MAX_BYTES };

/** A search text of this length may be an ID, which is then requested from Verifik. */
const MIN_ID_LENGTH = 8;

/**
 * The entries of the pick-list, called by n8n.
 *
 * @param filter the text in the search field
 * @param paginationToken number of the page to begin with
 * @throws NodeApiError when Verifik cannot be read
 */
export async function searchValidations(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const words = plain(shortened(filter)).split(/\s+/).filter(Boolean);
	const from = Number(paginationToken ?? 1);
	const zone = zoneOf(this);
	const entries = (records: VerifikRecord[]) => records.flatMap((record) => entry(record, zone));
	try {
		return await withClient(this, LIMITS, async (client) => {
			if (words.length === 0) {
				const page = await read(client, from, MAX_LIMIT);
				return { results: entries(page.records), ...tokenAfter(page, from) };
			}
			const exact = from === 1 ? await withId(client, filter.trim()) : undefined;
			if (exact) return { results: entries([exact]) };
			const { records, ...token } = await search(client, words, from);
			return { results: entries(records), ...token };
		});
	} catch (error) {
		throw toNodeError(this.getNode(), error, 0);
	}
}

/**
 * Reads pages until something is found: n8n asks for more entries only if the list has some already. Records after the
 * last full page are left to the next call, which begins with the next page.
 */
async function search(client: Client, words: string[], firstPage: number) {
	const found: Array<{ record: VerifikRecord; place: number }> = [];
	let count = 0;
	const fetchPage = async (page: number, limit: number) => await read(client, page, limit);
	const options = {
		pageSize: MAX_LIMIT,
		concurrency: CONCURRENCY,
		firstPage,
		serverTime: Date.now,
		giveTurn: client.giveTurn,
	};
	for await (const records of readAllPages(fetchPage, options)) {
		for (const record of records) {
			if (matches(record, words)) found.push({ record, place: count });
			count++;
		}
		const fullPages = Math.floor(count / MAX_LIMIT);
		const shown = found.filter(({ place }) => place < fullPages * MAX_LIMIT);
		if (shown.length > 0 || fullPages >= MAX_PAGES) {
			const paginationToken = String(firstPage + fullPages);
			return { records: shown.map(({ record }) => record), paginationToken };
		}
	}
	return { records: found.map(({ record }) => record) };
}

async function read(client: Client, page: number, limit: number): Promise<Page> {
	return await listPage(client, { populate: ['appRegistration'] }, page, limit);
}

function tokenAfter({ records, pages }: Page, page: number): { paginationToken?: string } {
	const isLast = pages === undefined ? records.length < MAX_LIMIT : page >= pages;
	return isLast ? {} : { paginationToken: String(page + 1) };
}

/** The validation with exactly this ID, if there is one. */
async function withId(client: Client, id: string): Promise<VerifikRecord | undefined> {
	if (!isValidationId(id) || id.length < MIN_ID_LENGTH) return undefined;
	return await findValidation(client, id);
}

/** Whether each word is in the applicant, the ID, the verdict, the status or the date. */
function matches(record: VerifikRecord, words: string[]) {
	const { _id, status, createdAt, appRegistration } = record;
	const { fullName, email } = applicant(appRegistration);
	const verdict = VERDICT_LABELS[readRecord(record).verdict];
	const texts = [_id, verdict, status, createdAt, fullName, email];
	const text = plain(texts.map((one) => (typeof one === 'string' ? shortened(one) : '')).join(' '));
	return words.every((word) => text.includes(word));
}

function entry(record: VerifikRecord, zone: string): INodeListSearchItems[] {
	const { _id, appRegistration } = record;
	// Get accepts no other ID.
	if (!isValidationId(_id)) return [];
	const { fullName, email } = applicant(appRegistration);
	const verdict = VERDICT_LABELS[readRecord(record).verdict];
	const date = createdAt(record);
	const parts = [verdict, fullName ?? email ?? _id, ...(date ? [shownTime(date, zone)] : [])];
	return [{ name: parts.join(' · '), value: _id, description: _id }];
}

/**
 * The time zone of the workflow. n8n's server does not know the workflow's settings when it loads a pick-list
 * (DynamicNodeParametersService.getWorkflow in n8n 2.41.1), so the editor sends the zone in a hidden field. Without it, the
 * default time zone of n8n is used.
 */
function zoneOf(context: ILoadOptionsFunctions): string {
	const zone = context.getCurrentNodeParameter(TIME_ZONE_FIELD);
	return typeof zone === 'string' && isTimeZone(zone) ? zone : context.getTimezone();
}

function isTimeZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}

/** A time in the zone, e.g. `2026-01-30 02:22 GMT-5`. */
function shownTime(timeMs: number, zone: string): string {
	// The Swedish format is that of ISO 8601.
	const format = new Intl.DateTimeFormat('sv-SE', {
		timeZone: zone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		timeZoneName: 'short',
	});
	return format.format(timeMs);
}

function applicant(appRegistration: unknown): { fullName?: string; email?: string } {
	const { fullName, email } = (appRegistration ?? {}) as Record<string, unknown>;
	return {
		...(typeof fullName === 'string' && fullName !== '' && { fullName: shortened(fullName) }),
		...(typeof email === 'string' && email !== '' && { email: shortened(email) }),
	};
}

/** A bounded text: applicants can type texts of any length. */
function shortened(text: string): string {
	return cutText(text, MAX_SHOWN);
}

/** Lower case and without accents, so that “jose” finds “José”. Only for short texts: `normalize` is slow with many accents. */
function plain(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
