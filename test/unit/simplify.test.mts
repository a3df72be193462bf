import { describe, expect, test } from '@jest/globals';

import { select, simplify } from '../../nodes/verifik/record/simplify.ts';
import {
	LIVE_RECORD,
	NESTED_RECORD,
	OLDER_FLAT_RECORD,
	SIMPLIFIED_LIVE_RECORD,
	SIMPLIFIED_KEYS,
} from '../support/knownRecords.mts';

describe('a simplified record', () => {
	test('has the ten keys in their order, from every shape and from an unknown one', () => {
		for (const record of [NESTED_RECORD, OLDER_FLAT_RECORD, LIVE_RECORD, {}, { surprise: 1 }]) {
			expect(Object.keys(simplify(record))).toEqual(SIMPLIFIED_KEYS);
		}
	});

	test('holds what a nested record says, a risk score of 0 included', () => {
		expect(simplify({ ...NESTED_RECORD, riskScore: 0 })).toEqual({
			id: 'document_liveness_123456789',
			status: 'completed',
			verdict: 'passed',
			failedChecks: [],
			riskScore: 0,
			confidence: 0.91,
			client: NESTED_RECORD.client,
			appRegistration: NESTED_RECORD.appRegistration,
			imageUrl: NESTED_RECORD.imageUrl,
			createdAt: NESTED_RECORD.createdAt,
		});
	});

	test('of the running service has a verdict, failed checks and a confidence, and no status or risk score', () => {
		expect(simplify(LIVE_RECORD)).toEqual(SIMPLIFIED_LIVE_RECORD);
	});

	test('of the older flat shape has no verdict, whatever its scores', () => {
		expect(simplify(OLDER_FLAT_RECORD)).toMatchObject({
			status: null,
			verdict: 'unknown',
			failedChecks: null,
			riskScore: null,
			confidence: 0.99,
		});
	});

	test('of an unknown shape keeps the ID', () => {
		expect(simplify({ _id: 'a3', surprise: 1 })).toMatchObject({ id: 'a3', verdict: 'unknown' });
	});
});

test('selected fields are taken from what is read of a record, then from the record, else they are null', () => {
	const fields = ['verdict', 'warnings', 'credits', 'updatedAt', 'completedAt'];
	expect(select(LIVE_RECORD, fields)).toEqual({
		verdict: 'notPassed',
		warnings: ['GLARE_ON_IMAGE', 'IMAGE_IS_TOO_COMPRESSED', 'IMAGE_TOO_BLURRY'],
		credits: 2,
		updatedAt: '2025-10-28T01:23:59.928Z',
		completedAt: null,
	});
	expect(Object.keys(select(NESTED_RECORD, fields))).toEqual(fields);
});
