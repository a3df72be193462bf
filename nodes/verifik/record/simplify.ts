// The ways a record is handed on: untouched, simplified to ten keys that are always there, or reduced to chosen fields.
import type { IDataObject } from 'n8n-workflow';

import type { Check, VerifikRecord } from '../api/documentLiveness';
import { readRecord, type Verdict } from './readRecord';

/**
 * A record with what reports and CRM updates need. What a record does not say is null, never a guess. What it does say
 * stands here as it came: the types are those that Verifik documents, and the editor shows them before the first run.
 */
export type SimplifiedRecord = {
	id: string | null;
	/** how far the validation is; the running service's records carry none */
	status: string | null;
	/** what came of it, whether there is a status or not */
	verdict: Verdict;
	failedChecks: Check[] | null;
	riskScore: number | null;
	confidence: number | null;
	/** an object when populated */
	client: string | null;
	appRegistration: string | null;
	imageUrl: string | null;
	createdAt: string | null;
};

/**
 * Only these fields of a record, in this order: of what is read from it where that has them, else of the record as it
 * came. What neither has is null.
 */
export function select(record: VerifikRecord, fields: readonly string[]): IDataObject {
	const { checks, warnings, credits } = readRecord(record);
	const all = { ...record, checks, warnings, credits, ...simplify(record) } as IDataObject;
	return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
}

/** The ten keys, of a record in any shape. */
export function simplify(record: VerifikRecord): SimplifiedRecord {
	const { verdict, failedChecks, riskScore, confidence } = readRecord(record);
	const fields: Record<keyof SimplifiedRecord, unknown> = {
		id: record._id ?? null,
		status: record.status ?? null,
		verdict,
		failedChecks,
		riskScore,
		confidence,
		client: record.client ?? null,
		appRegistration: record.appRegistration ?? null,
		imageUrl: record.imageUrl ?? null,
		createdAt: record.createdAt ?? null,
	};
	return fields as SimplifiedRecord;
}
