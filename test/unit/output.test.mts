import { describe, expect, test } from '@jest/globals';

import { simplify } from '../../nodes/verifik/output.ts';

const KEYS = [
	'id',
	'status',
	'passed',
	'failedChecks',
	'riskScore',
	'confidence',
	'client',
	'appRegistration',
	'imageUrl',
	'createdAt',
];

const nested = {
	_id: 'a1',
	client: { _id: 'c1', name: 'Example Client', email: 'client@example.com' },
	appRegistration: 'r1',
	imageSaved: true,
	imageUrl: 'https://cdn.example.com/a1.jpg',
	status: 'completed',
	validationResults: {
		screenReplay: { passed: true, score: 0.95 },
		printedCopy: { passed: true, score: 0.9 },
		portraitSubstitution: { passed: true, score: 0.88 },
		digitalManipulation: { passed: true, score: 0.92 },
	},
	riskScore: 0,
	confidence: 0.91,
	createdAt: '2024-01-15T10:30:00Z',
};

const withChecks = (results: unknown) => {
	const { passed, failedChecks } = simplify({ ...nested, validationResults: results });
	return { passed, failedChecks };
};

describe('a simplified record', () => {
	test('has the ten keys in their order, from either shape and from an unknown one', () => {
		const flat = { _id: 'a2', client: 'c1', imageUrl: 'x', sreenReplayScore: 3, createdAt: 'y' };
		for (const record of [nested, flat, {}, { _id: 'a3', surprise: 1 }]) {
			expect(Object.keys(simplify(record))).toEqual(KEYS);
		}
	});

	test('holds what a nested record says, a risk score of 0 included', () => {
		expect(simplify(nested)).toEqual({
			id: 'a1',
			status: 'completed',
			passed: true,
			failedChecks: [],
			riskScore: 0,
			confidence: 0.91,
			client: nested.client,
			appRegistration: 'r1',
			imageUrl: nested.imageUrl,
			createdAt: nested.createdAt,
		});
	});

	test('gives no verdict for a flat record, whatever its scores', () => {
		const flat = {
			_id: '65f0c0ffee65f0c0ffee65f0',
			client: 'c1',
			imageUrl: 'https://cdn.example.com/a2.jpg',
			sreenReplayScore: -0.12,
			sreenReplayCalibration: 'REGULAR',
			screenReplayProbability: 0.01,
			aggregatedScore: 0.99,
			createdAt: '2024-01-15T10:30:00Z',
		};
		expect(simplify(flat)).toEqual({
			id: flat._id,
			status: null,
			passed: null,
			failedChecks: null,
			riskScore: null,
			confidence: null,
			client: 'c1',
			appRegistration: null,
			imageUrl: flat.imageUrl,
			createdAt: flat.createdAt,
		});
	});

	test('names the checks that did not pass, in the order of the API', () => {
		const results = {
			digitalManipulation: { passed: false },
			screenReplay: { passed: false },
			printedCopy: { passed: true },
		};
		expect(withChecks(results)).toEqual({
			passed: false,
			failedChecks: ['screenReplay', 'digitalManipulation'],
		});
	});

	test.each([
		['no checks', undefined, { passed: null, failedChecks: null }],
		['checks that are null', null, { passed: null, failedChecks: null }],
		['an empty set of checks', {}, { passed: null, failedChecks: null }],
		[
			'a check without a verdict',
			{ screenReplay: { score: 1 } },
			{ passed: null, failedChecks: null },
		],
		[
			'only some checks, all passed',
			{ printedCopy: { passed: true } },
			{ passed: true, failedChecks: [] },
		],
		[
			'one passed and one open',
			{ screenReplay: { passed: true }, printedCopy: { passed: null } },
			{ passed: null, failedChecks: [] },
		],
		[
			'one not passed and one open',
			{ screenReplay: { passed: false }, printedCopy: null },
			{ passed: false, failedChecks: ['screenReplay'] },
		],
		[
			'a verdict that is not true or false',
			{ screenReplay: { passed: 'yes' } },
			{ passed: null, failedChecks: null },
		],
	])('with %s makes no guess', (_what, results, expected) => {
		expect(withChecks(results)).toEqual(expected);
	});
});
