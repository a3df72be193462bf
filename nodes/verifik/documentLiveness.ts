// The document-liveness endpoints and what they answer (https://docs.verifik.co, Document Liveness).
import type { Client } from './client';

/** A validation as it came, in whichever shape; only what the code looks at is named. */
export type VerifikRecord = {
	_id?: unknown;
	status?: unknown;
	validationResults?: unknown;
	riskScore?: unknown;
	confidence?: unknown;
	client?: unknown;
	appRegistration?: unknown;
	imageUrl?: unknown;
	createdAt?: unknown;
	[field: string]: unknown;
};

/** The states of a validation, in the order of its life. */
export const STATUSES = ['new', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/** The related records that List can include. */
export const RELATED = ['client', 'appRegistration'] as const;
export type Related = (typeof RELATED)[number];

/** Largest `limit` that the API documents. */
export const MAX_LIMIT = 100;

/** What narrows a list, the same for all of its pages. */
export type Filter = {
	/** only this state; undefined for all */
	status?: Status;
	populate: Related[];
};

/** One page of a list, and what the server states about the whole. */
export type Page = {
	/** the answer as it came */
	body: ListBody;
	records: VerifikRecord[];
	/** number of pages that the server states, for the limit it really used */
	pages?: number;
	/** number of records in the whole list, as the server states it */
	total?: number;
};

type ListBody = { data: VerifikRecord[]; [field: string]: unknown };

/**
 * Reads one page.
 *
 * @param page 1 or more
 * @param limit 1 to 100
 * @throws VerifikFailure
 */
export async function listPage(
	client: Client,
	filter: Filter,
	page: number,
	limit: number,
): Promise<Page> {
	const query = new URLSearchParams({ page: String(page), limit: String(limit) });
	if (filter.status) query.set('status', filter.status);
	for (const related of filter.populate) query.append('populates[]', related);
	const body = await client.getJson(`/v2/document-liveness?${query}`);
	if (!isListBody(body)) {
		throw client.unusable('notTheApi', body);
	}
	return { body, records: body.data, ...stated(body) };
}

/** Whether a record is known to be of another status than the one asked for. The flat shape carries no status. */
export function contradicts(record: VerifikRecord, status: Status | undefined): boolean {
	return status !== undefined && typeof record.status === 'string' && record.status !== status;
}

function isListBody(body: unknown): body is ListBody {
	const data = (body as ListBody | null)?.data;
	return (
		Array.isArray(data) &&
		data.every((record) => typeof record === 'object' && record !== null && !Array.isArray(record))
	);
}

/** The numbers of the envelope: under `pagination`, or beside `data` as sister endpoints have them, or nowhere. */
function stated(body: ListBody): Pick<Page, 'pages' | 'total'> {
	const from = (body.pagination ?? body) as { pages?: unknown; total?: unknown };
	return { pages: count(from.pages), total: count(from.total) };
}

function count(value: unknown): number | undefined {
	return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}
