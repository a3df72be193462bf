// The ways a record is handed on: untouched, simplified to ten keys that are always there, or reduced to chosen fields.
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
 * Only these fields of a record, in this order: of the simplified one where it has them, else of the raw one. What
 * neither has is null.
 */
export function select(record: VerifikRecord, fields: readonly string[]): IDataObject {
	const all = { ...record, ...simplify(record) } as IDataObject;
	return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
}

/** What stands in place of an image. */
const LEFT_OUT = '[image left out]';

/** A data URL, or base64: letters and digits without a space, longer than any ID or checksum. */
const IMAGE = /^(data:[\w/+.-]*[;,]\S*|[\w+/=-]{512,})$/i;

/** A value as it came, but for images in it, at whatever depth. */
export function withoutImages(value: unknown): unknown {
	if (typeof value === 'string') {
		return IMAGE.test(value.replace(/[\r\n]/g, '').trim()) ? LEFT_OUT : value;
	}
	if (Array.isArray(value)) return value.map(withoutImages);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutImages(one)]));
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
