import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { readRecord, VERDICTS } from '../../nodes/verifik/record/readRecord.ts';
import { LIVE_RECORD, NESTED_RECORD, OLDER_FLAT_RECORD } from '../support/knownRecords.mts';

const NOT_RUN = { outcome: 'notRun', score: null, warnings: [], errors: [] };

/** A flat record that asked for screen replay and printed copy. */
const flat = {
	validateScreenReplay: true,
	validatePrintedCopy: true,
	validatePortraitSubstitution: false,
	validateDigitalManipulation: false,
	portraitSubstitutionScore: 0,
	portraitSubstitutionProbability: 0,
};
const NOT_FOUND = ['DOCUMENT_NOT_FOUND'];

/** What `rawResponse` holds, with so many pipelines. */
function raw(...pipelines: Array<Record<string, unknown>>) {
	return { rawResponse: { pipeline_results: pipelines } };
}
const screenReplay = { pipeline_name: 'screen-replay_2024-09', status: 'success' };
const printedCopy = { pipeline_name: 'printed-copy_2025-01', status: 'success' };

test('the record of the running service is read whole', () => {
	const warnings = ['GLARE_ON_IMAGE', 'IMAGE_IS_TOO_COMPRESSED', 'IMAGE_TOO_BLURRY'];
	expect(readRecord(LIVE_RECORD)).toEqual({
		verdict: 'notPassed',
		failedChecks: ['screenReplay', 'printedCopy'],
		checks: {
			screenReplay: { outcome: 'notPassed', score: 0.0008, warnings, errors: [] },
			printedCopy: { outcome: 'notPassed', score: 0.0001, warnings, errors: [] },
			portraitSubstitution: NOT_RUN,
			digitalManipulation: NOT_RUN,
		},
		warnings,
		credits: 2,
		confidence: 0.0004,
		riskScore: null,
	});
});

test('a nested record is read whole', () => {
	const passed = (score: number) => ({ outcome: 'passed', score, warnings: [], errors: [] });
	expect(readRecord(NESTED_RECORD)).toEqual({
		verdict: 'passed',
		failedChecks: [],
		checks: {
			screenReplay: passed(0.95),
			printedCopy: passed(0.9),
			portraitSubstitution: passed(0.88),
			digitalManipulation: passed(0.92),
		},
		warnings: [],
		credits: null,
		confidence: 0.91,
		riskScore: 0.05,
	});
});

test('a flat record without a verdict keeps what it says, and gets no verdict from a score', () => {
	const { verdict, failedChecks, checks, confidence, warnings } = readRecord(OLDER_FLAT_RECORD);
	expect({ verdict, failedChecks, confidence, warnings }).toEqual({
		verdict: 'unknown',
		failedChecks: null,
		confidence: 0.99,
		warnings: ['GLARE_ON_IMAGE'],
	});
	expect(checks.screenReplay).toEqual({
		outcome: 'unknown',
		score: 0.01,
		warnings: ['GLARE_ON_IMAGE'],
		errors: [],
	});
	expect(checks.portraitSubstitution).toEqual(NOT_RUN);
});

describe('the verdict', () => {
	const passes = { passed: true };
	const fails = { passed: false };
	test.each<[string, VerifikRecord, string, string[] | null]>([
		// pending
		['status new', { status: 'new', ...flat, isLive: true }, 'pending', null],
		['status processing', { status: 'processing' }, 'pending', null],
		['flags, and no result', flat, 'pending', null],
		[
			'flags, and zeros of checks that were not asked for',
			{ ...flat, printedCopyErrors: [] },
			'pending',
			null,
		],
		['flags, and a logit', { ...flat, sreenReplayScore: 0.2 }, 'unknown', null],
		['flags, and a probability', { ...flat, printedCopyProbability: 0.2 }, 'unknown', null],
		['flags, and an aggregated score', { ...flat, aggregatedScore: 0.9 }, 'unknown', null],
		[
			'flags, and an aggregated probability of the engine',
			{ ...flat, rawResponse: { aggregate_liveness_probability: '0.9' } },
			'unknown',
			null,
		],
		[
			'flags, and a logit of the engine',
			{ ...flat, ...raw({ ...screenReplay, liveness_score: 2.7 }) },
			'unknown',
			null,
		],
		['a status that nobody knows', { ...flat, status: 'queued' }, 'unknown', null],
		// not carried out
		['status failed', { status: 'failed' }, 'notCarriedOut', null],
		['status failed, though live', { status: 'failed', isLive: true }, 'notCarriedOut', null],
		[
			'an error at every check that was asked for',
			{ ...flat, isLive: false, screenReplayErrors: NOT_FOUND, printedCopyErrors: NOT_FOUND },
			'notCarriedOut',
			null,
		],
		[
			'a pipeline that did not succeed, for every check',
			{
				...flat,
				isLive: false,
				...raw(
					{ ...screenReplay, status: 'failed', is_live: false },
					{ ...printedCopy, status: 'failed', is_live: false },
				),
			},
			'notCarriedOut',
			null,
		],
		// did not pass
		['isLive false', { ...flat, isLive: false, aggregatedScore: 0.9 }, 'notPassed', null],
		[
			'aggregate_is_live false, and no isLive',
			{ ...flat, rawResponse: { aggregate_is_live: false } },
			'notPassed',
			null,
		],
		[
			'an error at one check, and the other did not pass',
			{
				...flat,
				isLive: false,
				screenReplayErrors: NOT_FOUND,
				...raw({ ...screenReplay, is_live: false }, { ...printedCopy, is_live: false }),
			},
			'notPassed',
			['printedCopy'],
		],
		[
			'isLive true, and a check that did not pass: a false wins',
			{ ...flat, isLive: true, ...raw({ ...screenReplay, is_live: false }) },
			'notPassed',
			['screenReplay'],
		],
		[
			'a nested check that did not pass, whatever else is open',
			{
				status: 'completed',
				validationResults: { digitalManipulation: fails, printedCopy: null, screenReplay: fails },
			},
			'notPassed',
			['screenReplay', 'digitalManipulation'],
		],
		[
			'a check that two versions of a pipeline ran: a false wins',
			{
				...flat,
				...raw(
					{ ...printedCopy, is_live: true },
					{ ...screenReplay, is_live: true },
					{ ...screenReplay, pipeline_name: 'screen-replay_2025-01', is_live: false },
				),
			},
			'notPassed',
			['screenReplay'],
		],
		// passed
		['isLive true', { ...flat, isLive: true }, 'passed', []],
		[
			'isLive true, and an error at one check',
			{ ...flat, isLive: true, screenReplayErrors: NOT_FOUND },
			'passed',
			[],
		],
		[
			'every pipeline live, and no isLive',
			{ ...flat, ...raw({ ...screenReplay, is_live: true }, { ...printedCopy, is_live: true }) },
			'passed',
			[],
		],
		[
			'only some nested checks, all passed',
			{ validationResults: { printedCopy: passes } },
			'passed',
			[],
		],
		[
			'a check with zeros that was not asked for',
			{
				validateScreenReplay: true,
				validatePrintedCopy: false,
				validationResults: { screenReplay: passes, printedCopy: { passed: false, score: 0 } },
			},
			'passed',
			[],
		],
		// unknown
		['status completed alone', { status: 'completed' }, 'unknown', null],
		[
			'one pipeline live, and nothing of the other check',
			{ ...flat, ...raw({ ...screenReplay, is_live: true }) },
			'unknown',
			null,
		],
		[
			'a nested check without a verdict',
			{ validationResults: { screenReplay: { score: 1 } } },
			'unknown',
			null,
		],
		[
			'one nested check passed, and one open',
			{ validationResults: { screenReplay: passes, printedCopy: { passed: null } } },
			'unknown',
			null,
		],
		[
			'words where a verdict should be',
			{ validationResults: { screenReplay: { passed: 'yes' } } },
			'unknown',
			null,
		],
		['no checks', { validationResults: null }, 'unknown', null],
		[
			'the shape of the overview page',
			{ id: 'a', results: { screenReplay: { detected: false } } },
			'unknown',
			null,
		],
		['nothing', {}, 'unknown', null],
	])('of a record with %s', (_what, record, verdict, failedChecks) => {
		expect(readRecord(record)).toMatchObject({ verdict, failedChecks });
	});
});

test('each of the four checks is found in the pipelines by its name, whatever its version', () => {
	const pipelines = [
		'screen-replay_2024-09',
		'printed-copy_2024-09',
		'portrait-substitution_2025-11',
		'digital-manipulation_v2',
	].map((pipeline_name, index) => ({
		pipeline_name,
		liveness_probability: `0.${index}5`,
		is_live: true,
	}));
	const { verdict, checks } = readRecord(raw(...pipelines));
	expect(verdict).toBe('passed');
	expect(Object.values(checks).map(({ score }) => score)).toEqual([0.05, 0.15, 0.25, 0.35]);
});

test('an error of a check, and a pipeline that did not succeed, are in the result', () => {
	const record = {
		...flat,
		printedCopyErrors: NOT_FOUND,
		...raw({ ...printedCopy, status: 'timeout' }),
	};
	expect(readRecord(record).checks.printedCopy).toMatchObject({
		outcome: 'notCarriedOut',
		errors: ['DOCUMENT_NOT_FOUND', 'timeout'],
	});
});

test('whatever a record holds, it is read, and failed checks agree with the verdict', () => {
	const value = fc.oneof(
		fc.anything(),
		fc.constantFrom(true, false, 0, 0.7, '0.3', 'success', 'failed', [], NOT_FOUND, null),
	);
	const fields = [
		'status',
		'isLive',
		'validateScreenReplay',
		'screenReplayErrors',
		'aggregatedScore',
	];
	const record = fc.dictionary(
		fc.constantFrom(...fields, 'validationResults', 'rawResponse'),
		value,
	);
	fc.assert(
		fc.property(record, (any) => {
			const { verdict, failedChecks } = readRecord(any as VerifikRecord);
			expect(VERDICTS).toContain(verdict);
			if (verdict === 'passed') expect(failedChecks).toEqual([]);
			else expect(failedChecks).not.toEqual([]);
		}),
		{ seed: 20261124, numRuns: 2_000 },
	);
});
