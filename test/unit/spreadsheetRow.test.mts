import { expect, test } from '@jest/globals';

import { spreadsheetRow } from '../../nodes/verifik/record/spreadsheetRow.ts';
import { LIVE_RECORD, NESTED_RECORD, OLDER_FLAT_RECORD } from '../support/knownRecords.mts';

test('a row of the running service has labels and texts, and nothing in the cells of checks that were not run', () => {
	expect(spreadsheetRow(LIVE_RECORD)).toEqual({
		id: '69001b0d3440483cbaae2d68',
		status: null,
		verdict: 'Did Not Pass',
		failedChecks: 'Screen Replay, Printed Copy',
		screenReplayScore: 0.0008,
		printedCopyScore: 0.0001,
		portraitSubstitutionScore: null,
		digitalManipulationScore: null,
		riskScore: null,
		confidence: 0.0004,
		warnings: 'GLARE_ON_IMAGE, IMAGE_IS_TOO_COMPRESSED, IMAGE_TOO_BLURRY',
		credits: 2,
		clientName: null,
		clientEmail: null,
		applicantName: null,
		applicantEmail: null,
		imageUrl: 'https://cdn.verifik.co/document-liveness/document-liveness-1761614605009',
		createdAt: '2025-10-28T01:23:59.928Z',
		completedAt: null,
	});
});

test('a row of a populated record names client and applicant', () => {
	expect(spreadsheetRow(NESTED_RECORD)).toMatchObject({
		status: 'Completed',
		verdict: 'Passed',
		failedChecks: '',
		clientName: 'Example Client',
		clientEmail: 'client@example.com',
		applicantName: 'John Doe',
		applicantEmail: 'user@example.com',
		completedAt: '2024-01-15T10:32:00Z',
	});
});

test('whatever a record holds, a row has the same columns, and no list or object in a cell', () => {
	const odd = {
		_id: { $oid: 'a' },
		status: 'queued',
		riskScore: [1],
		client: { name: ['A', 'B'], email: null },
		createdAt: 5,
	};
	const columns = Object.keys(spreadsheetRow(LIVE_RECORD));
	for (const record of [NESTED_RECORD, OLDER_FLAT_RECORD, {}, odd]) {
		const row = spreadsheetRow(record);
		expect(Object.keys(row)).toEqual(columns);
		expect(Object.values(row).filter((cell) => typeof cell === 'object' && cell !== null)).toEqual(
			[],
		);
	}
	expect(spreadsheetRow(odd)).toMatchObject({
		id: '{"$oid":"a"}',
		status: 'queued',
		riskScore: '[1]',
		clientName: '["A","B"]',
		createdAt: 5,
	});
});
