// The document liveness endpoints and their answers (https://docs.verifik.co, Document Liveness).
import type { Client } from '../http/client';
import { catchVerifikError, VerifikError } from '../errors/VerifikError';

/** The record of a validation as Verifik sent it, in any shape. `record/` reads its fields. */
export type VerifikRecord = { [field: string]: unknown };

/** An answer about one validation. */
export type ValidationAnswer = {
	/** the whole answer, with the signature that certifies it */
	body: { [field: string]: unknown };
	record: VerifikRecord;
};

/** The statuses of a validation, in the order in which it goes through them. */
export const STATUSES = ['new', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/** The related records that List can include. */
export const RELATED = ['client', 'appRegistration'] as const;
export type Related = (typeof RELATED)[number];

const PATH = '/v2/document-liveness';

/** Largest `limit` that the API documents. */
export const MAX_LIMIT = 100;

/** A page with more records than this is refused, whatever the limit was. */
const MAX_RECORDS = 1_000;

/** The checks that Create can run, named and ordered as in Verifik's API. */
export const CHECKS = [
	'screenReplay',
	'printedCopy',
	'portraitSubstitution',
	'digitalManipulation',
] as const;
export type Check = (typeof CHECKS)[number];

/** The field that says whether a check is asked for, in what Create sends and in flat records: `validateScreenReplay`. */
export function requestFlag(check: Check): string {
	return `validate${check.charAt(0).toUpperCase()}${check.slice(1)}`;
}

/** How strict a check is. Digital manipulation has no calibration. */
export const CALIBRATIONS = ['SOFT', 'REGULAR', 'HARD'] as const;
type Calibration = (typeof CALIBRATIONS)[number];
export const CALIBRATED = ['screenReplay', 'printedCopy', 'portraitSubstitution'] as const;

/** A document to validate, and how. */
export type CreateRequest = {
	/** Base64, without a data URL prefix */
	image: string;
	saveImage: boolean;
	checks: Check[];
	/** Verifik's default is REGULAR */
	calibrations: Partial<Record<(typeof CALIBRATED)[number], Calibration>>;
	ignoreDocumentCropped: boolean;
	ignoreColourLess: boolean;
};

/** The parameters of List that are the same for all pages. */
export type ListQuery = {
	/** undefined: any status */
	status?: Status;
	populate: Related[];
};

/** One page of a list, and what the server states about the whole list. */
export type Page = {
	/** the whole answer */
	body: ListBody;
	records: VerifikRecord[];
	/** number of pages as the server states it, for the limit that it used */
	pages?: number;
	/** number of records in the whole list as the server states it */
	total?: number;
	/** size of the answer in bytes: decompressed, or in memory if that is more */
	bytes?: number;
};

type ListBody = { data: VerifikRecord[]; [field: string]: unknown };

/**
 * Reads one page of the list (GET, List).
 *
 * @param page 1 or more
 * @param limit 1 to 100
 * @throws VerifikError `notTheApi`, `answerTooLarge`, and those of any request
 */
export async function listPage(
	client: Client,
	{ status, populate }: ListQuery,
	page: number,
	limit: number,
): Promise<Page> {
	const query = new URLSearchParams({ page: String(page), limit: String(limit) });
	if (status) query.set('status', status);
	for (const related of populate) query.append('populates[]', related);
	let bytes = 0;
	const body = await client.getJson(`${PATH}?${query}`, (count) => (bytes = count));
	if (!isListBody(body)) client.refuse('notTheApi', body);
	if (body.data.length > MAX_RECORDS) client.refuse('answerTooLarge', body);
	return { body, records: body.data, ...stated(body), bytes };
}

/** The largest length of an ID; Verifik's have 24 characters. */
export const MAX_ID_LENGTH = 128;

/** Whether an ID has the form of Verifik's IDs. Any other could make the path that of another endpoint. */
export function isValidationId(id: unknown): id is string {
	return typeof id === 'string' && id.length <= MAX_ID_LENGTH && /^[\w-]+$/.test(id);
}

/**
 * Reads one validation (GET, Retrieve).
 *
 * @param id one that `isValidationId` accepts
 * @throws VerifikError `validationNotFound`, `otherValidation`, and those of any request
 */
export async function getValidation(client: Client, id: string): Promise<ValidationAnswer> {
	const body = await catchVerifikError(client.getJson(`${PATH}/${id}`), (error) => {
		if (error.code !== 'notFound') throw error;
		throw new VerifikError('validationNotFound', { ...error.details, id }, { cause: error });
	});
	const answer = readAnswerAboutOne(client, body);
	const { _id: given } = answer.record;
	const isSame = typeof given === 'string' && given.toLowerCase() === id.toLowerCase();
	if (!isSame) throw new VerifikError('otherValidation', { host: client.host, id });
	return answer;
}

/**
 * Like `getValidation`, but returns undefined after a 404: there is no validation with this ID, or a proxy answered.
 */
export async function findValidation(
	client: Client,
	id: string,
): Promise<VerifikRecord | undefined> {
	const answer = await catchVerifikError(getValidation(client, id), (error) => {
		if (error.code === 'validationNotFound') return undefined;
		throw error;
	});
	return answer?.record;
}

/**
 * Sends a document to be validated (POST, Create).
 *
 * @returns the new validation; its checks may still be running
 * @throws VerifikError; its message says if the document may have arrived nevertheless
 */
export async function createValidation(
	client: Client,
	request: CreateRequest,
): Promise<ValidationAnswer> {
	const { image, saveImage, checks, calibrations } = request;
	const body: Record<string, unknown> = { image, saveImage };
	for (const check of CHECKS) body[requestFlag(check)] = checks.includes(check);
	for (const check of CALIBRATED) {
		if (calibrations[check]) body[`${check}Calibration`] = calibrations[check];
	}
	body.ignoreDocumentCroppedValidation = request.ignoreDocumentCropped;
	body.ignoreColourLessValidation = request.ignoreColourLess;
	const created = client.postJson(PATH, body).then((answer) => readAnswerAboutOne(client, answer));
	return await catchVerifikError(created, (error) => {
		error.addContext({ isSending: true, documentBytes: Math.floor(image.length * 0.75) });
		throw error;
	});
}

/** Whether a record has another status than the requested one. Flat records have no status. */
export function hasOtherStatus(record: VerifikRecord, status: Status | undefined): boolean {
	return status !== undefined && hasStatus(record) && record.status !== status;
}

/** Whether a record has a status. */
export function hasStatus(record: VerifikRecord): boolean {
	return typeof record.status === 'string' && record.status !== '';
}

function isListBody(body: unknown): body is ListBody {
	const data = (body as ListBody | null)?.data;
	return Array.isArray(data) && data.every(isRecord);
}

function isRecord(value: unknown): value is VerifikRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readAnswerAboutOne(client: Client, body: unknown): ValidationAnswer {
	const record = (body as { data?: unknown } | null)?.data;
	if (isRecord(record)) return { body: body as ValidationAnswer['body'], record };
	client.refuse('notTheApi', body);
}

/** The numbers of pages and records: under `pagination`, or beside `data` as in Verifik's other endpoints, or missing. */
function stated(body: ListBody): Pick<Page, 'pages' | 'total'> {
	const from = (body.pagination ?? body) as { pages?: unknown; total?: unknown };
	return { pages: count(from.pages), total: count(from.total) };
}

function count(value: unknown): number | undefined {
	return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}
