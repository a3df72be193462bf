// The two ways a record is handed on: untouched, or simplified to ten keys that are always there.
import type { IDataObject } from 'n8n-workflow';

import { CHECKS, type VerifikRecord } from './documentLiveness';

/** A record with what reports and CRM updates need. What a record does not say is null, never a guess. */
export type SimplifiedRecord = {
	id: unknown;
	status: unknown;
	/** true: every check that is present passed; false: at least one did not; null: not known */
	passed: boolean | null;
	/** names of the checks that did not pass, in the API's order; null where the record holds no checks */
	failedChecks: string[] | null;
	riskScore: unknown;
	confidence: unknown;
	/** an id, or an object when populated */
	client: unknown;
	appRegistration: unknown;
	imageUrl: unknown;
	createdAt: unknown;
};

/** How records are to be handed on. */
export function shaper(isSimplified: boolean): (record: VerifikRecord) => IDataObject {
	return (record) => (isSimplified ? simplify(record) : record) as IDataObject;
}

/**
 * Understands both record shapes of the API. The flat one carries no status, verdict or risk score:
 * those are null, since a raw score is no verdict.
 */
export function simplify(record: VerifikRecord): SimplifiedRecord {
	return {
		id: record._id ?? null,
		status: record.status ?? null,
		...verdict(record.validationResults),
		riskScore: record.riskScore ?? null,
		confidence: record.confidence ?? null,
		client: record.client ?? null,
		appRegistration: record.appRegistration ?? null,
		imageUrl: record.imageUrl ?? null,
		createdAt: record.createdAt ?? null,
	};
}

function verdict(results: unknown): Pick<SimplifiedRecord, 'passed' | 'failedChecks'> {
	const present = CHECKS.flatMap((name) => {
		const check = (results as Record<string, { passed?: unknown } | null> | null | undefined)?.[
			name
		];
		return check ? [{ name, passed: check.passed }] : [];
	});
	if (!present.some(({ passed }) => typeof passed === 'boolean')) {
		return { passed: null, failedChecks: null };
	}
	const failedChecks = present.filter(({ passed }) => passed === false).map(({ name }) => name);
	if (failedChecks.length > 0) return { passed: false, failedChecks };
	// A check without a verdict leaves the whole open.
	return { passed: present.every(({ passed }) => passed === true) || null, failedChecks };
}
