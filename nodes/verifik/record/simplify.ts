// The ways a record is handed on: untouched, simplified to ten keys that are always there, or reduced to chosen fields.
import type { IDataObject } from 'n8n-workflow';

import type { VerifikRecord } from '../documentLiveness';
import { readRecord, type Validation } from './readRecord';

/** A record with what reports and CRM updates need. What a record does not say is null, never a guess. */
export type SimplifiedRecord = {
	id: unknown;
	/** how far the validation is; the running service's records carry none */
	status: unknown;
	/** what came of it, whether there is a status or not */
	verdict: Validation['verdict'];
	failedChecks: Validation['failedChecks'];
	riskScore: unknown;
	confidence: unknown;
	/** an id, or an object when populated */
	client: unknown;
	appRegistration: unknown;
	imageUrl: unknown;
	createdAt: unknown;
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
	return {
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
}
