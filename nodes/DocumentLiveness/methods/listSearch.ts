// The pick-list behind “From List”: the newest validations with verdict, applicant and date, a page at a time, and a search.
import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	INodeProperties,
} from 'n8n-workflow';

import { connect, type Client } from '../../verifik/http/client';
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

/** Characters of a name, of an address, of anything else in the list. */
const MAX_SHOWN = 100;

/** Hidden in the panel of Get. The editor fills it in with the zone of the workflow. */
const TIME_ZONE_FIELD = 'timeZone';

export const timeZoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: TIME_ZONE_FIELD,
	type: 'hidden',
	default: '={{ $now.zoneName }}',
};

/** Somebody waits in front of the panel. */
const TIMEOUT_MS = 30_000;

/** Of all pages that a call reads: the records of many are held until it ends. */
const MAX_BYTES = 100_000_000;

/** Pages that a search reads at once, and after which a call ends though it found nothing. */
const CONCURRENCY = 5;
const MAX_PAGES = 20;

/** A search for an ID is answered by Verifik itself, if it is long enough to be one. */
const MIN_ID_LENGTH = 8;

/**
 * @param filter what the user typed into the search field
 * @param paginationToken number of the page to begin with
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
		const client = await connect(this, {
			timeoutMs: TIMEOUT_MS,
			concurrency: CONCURRENCY,
			maxBytes: MAX_BYTES,
		});
		try {
			if (words.length === 0) {
				const page = await read(client, from, MAX_LIMIT);
				return { results: entries(page.records), ...tokenAfter(page, from) };
			}
			const exact = from === 1 ? await withId(client, filter.trim()) : undefined;
			if (exact) return { results: entries([exact]) };
			const { records, ...token } = await search(client, words, from);
			return { results: entries(records), ...token };
		} finally {
			client.end();
		}
	} catch (error) {
		throw toNodeError(this.getNode(), error, 0);
	}
}

/**
 * Reads on while nothing is found: n8n asks for more only where there is something already. What comes after the last full
 * page is left to the next call, which begins with the page behind it.
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

/** The validation with just this ID, if there is one. */
async function withId(client: Client, id: string): Promise<VerifikRecord | undefined> {
	if (!isValidationId(id) || id.length < MIN_ID_LENGTH) return undefined;
	return await findValidation(client, id);
}

/** Whether all words stand somewhere in what is known of the applicant, the ID, the verdict, the status or the date. */
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
	// Get takes no other
	if (!isValidationId(_id)) return [];
	const { fullName, email } = applicant(appRegistration);
	const verdict = VERDICT_LABELS[readRecord(record).verdict];
	const date = createdAt(record);
	const parts = [verdict, fullName ?? email ?? _id, ...(date ? [shownTime(date, zone)] : [])];
	return [{ name: parts.join(' · '), value: _id, description: _id }];
}

/**
 * The workflow's time zone. n8n's server does not look at the workflow's settings for a pick-list
 * (DynamicNodeParametersService.getWorkflow in n8n 2.41.1), so the editor hands it over, in a hidden field; where it does not,
 * n8n's own zone counts.
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

/** As the workflow's clock shows it, e.g. `2026-01-30 02:22 GMT-5`. */
function shownTime(timeMs: number, zone: string): string {
	// Swedish writes dates like ISO 8601
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

/** What applicants typed may be of any length. */
function shortened(text: string): string {
	return cutText(text, MAX_SHOWN);
}

/** Lower case and without accents, so that “jose” finds “José”. For short texts: many accents on one letter take long. */
function plain(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
