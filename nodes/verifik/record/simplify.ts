// Simplifies a record to ten keys that are always there, or to selected fields. Pure.
import type { IDataObject } from 'n8n-workflow';

import type { Check, VerifikRecord } from '../api/documentLiveness';
import { readRecord, type Verdict } from './readRecord';

/**
 * A simplified record. What the record does not say is null, never a guess. Other values are not changed, so they may have
 * other types than these, which Verifik documents. The editor shows them before the first run.
 */
export type SimplifiedRecord = {
	id: string | null;
	/** null in the records that Verifik sends at present */
	status: string | null;
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
 * Selected fields of a record, in this order: from the simplified record and `readRecord`, otherwise from the raw record. Null
 * if none of them has the field.
 */
export function select(record: VerifikRecord, fields: readonly string[]): IDataObject {
	const { checks, warnings, credits } = readRecord(record);
	const all = { ...record, checks, warnings, credits, ...simplify(record) } as IDataObject;
	return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
}

/** Simplifies a record of any shape. */
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
