// The document-liveness endpoints and what they answer (https://docs.verifik.co, Document Liveness).
import type { Client } from '../http/client';
import { catchVerifikError, VerifikError } from '../errors/VerifikError';

/** A validation as it came, in whichever shape. `record/` knows what its fields mean. */
export type VerifikRecord = { [field: string]: unknown };

/** An answer about one validation. */
export type ValidationAnswer = {
	/** the answer as it came, with the signature that certifies it */
	body: { [field: string]: unknown };
	record: VerifikRecord;
};

/** The states of a validation, in the order of its life. */
export const STATUSES = ['new', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/** The related records that List can include. */
export const RELATED = ['client', 'appRegistration'] as const;
export type Related = (typeof RELATED)[number];

const PATH = '/v2/document-liveness';

/** Largest `limit` that the API documents. */
export const MAX_LIMIT = 100;

/** Records of one page at most, whatever was asked for: what is more was not meant as a page. */
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

/** How strict a check is; digital manipulation knows no calibration. */
export const CALIBRATIONS = ['SOFT', 'REGULAR', 'HARD'] as const;
type Calibration = (typeof CALIBRATIONS)[number];
export const CALIBRATED = ['screenReplay', 'printedCopy', 'portraitSubstitution'] as const;

/** A document to validate, and how. */
export type CreateRequest = {
	/** base64, without a data-URL prefix */
	image: string;
	saveImage: boolean;
	checks: Check[];
	/** what is not named is the API's own choice (REGULAR) */
	calibrations: Partial<Record<(typeof CALIBRATED)[number], Calibration>>;
	ignoreDocumentCropped: boolean;
	ignoreColourLess: boolean;
};

/** What narrows a list, the same for all of its pages. */
export type ListQuery = {
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
	/** of the answer, unpacked */
	bytes?: number;
};

type ListBody = { data: VerifikRecord[]; [field: string]: unknown };

/**
 * Reads one page.
 *
 * @param page 1 or more
 * @param limit 1 to 100
 * @throws VerifikError
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

/** Characters of an ID, at most; Verifik's have 24. */
export const MAX_ID_LENGTH = 128;

/** Whether an ID has the form of Verifik's. Anything else could lead a path to another endpoint. */
export function isValidationId(id: unknown): id is string {
	return typeof id === 'string' && id.length <= MAX_ID_LENGTH && /^[\w-]+$/.test(id);
}

/**
 * Reads one validation.
 *
 * @param id of the form that `isValidationId` accepts
 * @throws VerifikError `validationNotFound`, and what any call may throw
 */
export async function getValidation(client: Client, id: string): Promise<ValidationAnswer> {
	const body = await catchVerifikError(client.getJson(`${PATH}/${id}`), (error) => {
		if (error.code !== 'notFound') throw error;
		// Of one validation, “not found” has a closer name.
		throw new VerifikError('validationNotFound', { ...error.details, id }, { cause: error });
	});
	return readAnswerAboutOne(client, body);
}

/** Reads one validation; undefined where there is none with that ID. Otherwise as `getValidation`. */
export async function findValidation(
	client: Client,
	id: string,
): Promise<VerifikRecord | undefined> {
	const answer = await catchVerifikError(getValidation(client, id), (error) => {
		if (error.code !== 'validationNotFound') throw error;
		return undefined;
	});
	return answer?.record;
}

/**
 * Has a document validated.
 *
 * @returns the record as it stands; its checks may still be running
 * @throws VerifikError that says so, where the document may have arrived all the same
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

/** Whether a record says that it has another status than the one asked for. Flat records carry none. */
export function hasOtherStatus(record: VerifikRecord, status: Status | undefined): boolean {
	return status !== undefined && hasStatus(record) && record.status !== status;
}

/** Whether a record says what status it has. */
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

/** The numbers of the envelope: under `pagination`, or beside `data` as sister endpoints have them, or nowhere. */
function stated(body: ListBody): Pick<Page, 'pages' | 'total'> {
	const from = (body.pagination ?? body) as { pages?: unknown; total?: unknown };
	return { pages: count(from.pages), total: count(from.total) };
}

function count(value: unknown): number | undefined {
	return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}
