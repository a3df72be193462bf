// The records of Verifik that are known, one for each shape: of the running service, of the API page, and an older one.
import { readFileSync } from 'node:fs';

import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';

const read = (file: string) =>
	JSON.parse(readFileSync(new URL(`../../sandbox/${file}`, import.meta.url), 'utf8'));

/** The newest real answer that is known: Create, 28 October 2025. */
export const LIVE_ANSWER = read('liveRecord.json') as { data: VerifikRecord };
export const LIVE_RECORD = LIVE_ANSWER.data;

/** The example of the API page of List. */
export const NESTED_RECORD = (read('example.json') as { data: VerifikRecord[] }).data[0]!;

/** The flat shape as it was before there was a verdict in it. */
export const OLDER_FLAT_RECORD: VerifikRecord = {
	_id: '65f0c0ffee65f0c0ffee65f0',
	client: '65f0c0ffee65f0c0ffee65f1',
	imageSaved: true,
	imageUrl: 'https://cdn.example.com/a2.jpg',
	validateScreenReplay: true,
	validatePrintedCopy: true,
	validatePortraitSubstitution: false,
	validateDigitalManipulation: false,
	sreenReplayScore: -0.12,
	printedCopyScore: 10.7,
	portraitSubstitutionScore: 0,
	digitalManipulationScore: 0,
	screenReplayProbability: 0.01,
	printedCopyProbability: 0.98,
	portraitSubstitutionProbability: 0,
	digitalManipulationProbability: 0,
	sreenReplayCalibration: 'REGULAR',
	screenReplayWarnings: ['GLARE_ON_IMAGE'],
	printedCopyWarnings: [],
	screenReplayErrors: [],
	printedCopyErrors: [],
	aggregatedScore: 0.99,
	createdAt: '2024-01-15T10:30:00Z',
	updatedAt: '2024-01-15T10:30:00Z',
	__v: 0,
};

/** The keys of a simplified record, in their order. */
export const SIMPLIFIED_KEYS = [
	'id',
	'status',
	'verdict',
	'failedChecks',
	'riskScore',
	'confidence',
	'client',
	'appRegistration',
	'imageUrl',
	'createdAt',
];

/** What `simplify` makes of the record of the running service. */
export const SIMPLIFIED_LIVE_RECORD = {
	id: '69001b0d3440483cbaae2d68',
	status: null,
	verdict: 'notPassed',
	failedChecks: ['screenReplay', 'printedCopy'],
	riskScore: null,
	confidence: 0.0004,
	client: '68f18d25aafc7dbd2a0bd416',
	appRegistration: null,
	imageUrl: 'https://cdn.verifik.co/document-liveness/document-liveness-1761614605009',
	createdAt: '2025-10-28T01:23:59.928Z',
};
