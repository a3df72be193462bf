// Random records of all shapes, each with what is true of it: what a report has to find out again.
import fc from 'fast-check';

import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';

export const CHECKS = [
	'screenReplay',
	'printedCopy',
	'portraitSubstitution',
	'digitalManipulation',
] as const;
type Check = (typeof CHECKS)[number];
type Outcome = 'passed' | 'notPassed' | 'notCarriedOut' | 'notRun' | 'unknown';

export type Truth = {
	id: string;
	/** undefined where the record does not say */
	createdMs?: number;
	verdict: 'passed' | 'notPassed' | 'notCarriedOut' | 'pending' | 'unknown';
	outcomes: Record<Check, Outcome>;
	warnings: string[];
	riskScore?: number;
	confidence?: number;
	probabilities: Partial<Record<Check, number>>;
	tookMs?: number;
	credits?: number;
};
export type Known = { truth: Truth; record: VerifikRecord };

const PIPELINES: Record<Check, string> = {
	screenReplay: 'screen-replay_2024-09',
	printedCopy: 'printed-copy_2024-09',
	portraitSubstitution: 'portrait-substitution_2024-09',
	digitalManipulation: 'digital-manipulation_2024-09',
};
const flagOf = (name: Check) => `validate${name[0]!.toUpperCase()}${name.slice(1)}`;

const outcomes = (...allowed: Outcome[]) =>
	fc.record(
		Object.fromEntries(CHECKS.map((name) => [name, fc.constantFrom(...allowed)])) as Record<
			Check,
			fc.Arbitrary<Outcome>
		>,
	);
const scores = fc.record(
	Object.fromEntries(
		CHECKS.map((name) => [
			name,
			fc
				.oneof(
					{ weight: 8, arbitrary: fc.integer({ min: 0, max: 10_000 }) },
					{ weight: 1, arbitrary: fc.constantFrom(0, 10_000) },
				)
				.map((n) => n / 10_000),
		]),
	) as Record<Check, fc.Arbitrary<number>>,
);
/** now and then one that no scale has */
const maybeScore = fc.option(
	fc
		.oneof(
			{ weight: 9, arbitrary: fc.integer({ min: 0, max: 1000 }) },
			{ weight: 1, arbitrary: fc.constantFrom(-200, 1700) },
		)
		.map((n) => n / 1000),
	{ nil: undefined },
);
const warnings = fc.uniqueArray(
	fc.constantFrom('GLARE_ON_IMAGE', 'IMAGE_TOO_BLURRY', 'LOW_RESOLUTION', 'A_NEW_ONE'),
	{ maxLength: 3 },
);

type Common = { id: string; createdMs?: number; tookMs?: number; credits?: number };

function datesOf({ createdMs, tookMs }: Common): VerifikRecord {
	return {
		...(createdMs !== undefined && { createdAt: new Date(createdMs).toISOString() }),
		...(createdMs !== undefined &&
			tookMs !== undefined && { completedAt: new Date(createdMs + tookMs).toISOString() }),
	};
}

function verdictOf(found: Record<Check, Outcome>): Truth['verdict'] {
	const run = CHECKS.map((name) => found[name]).filter((outcome) => outcome !== 'notRun');
	if (run.length > 0 && run.every((one) => one === 'notCarriedOut')) return 'notCarriedOut';
	if (run.includes('notPassed')) return 'notPassed';
	if (run.length > 0 && run.every((one) => one === 'passed')) return 'passed';
	return 'unknown';
}

const commons = (createdMs: fc.Arbitrary<number | undefined>) =>
	fc.record({
		id: fc.stringMatching(/^[0-9a-f]{24}$/),
		createdMs,
		tookMs: fc.option(fc.integer({ min: -1000, max: 400 * 86_400_000 }), { nil: undefined }),
		credits: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
	});

/** As documented: a status, and results under `validationResults`. */
function nested(created: fc.Arbitrary<number | undefined>): fc.Arbitrary<Known> {
	return fc
		.record({
			common: commons(created),
			found: outcomes('passed', 'notPassed', 'notRun', 'unknown'),
			status: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'new', 'processing'),
			riskScore: maybeScore,
			confidence: maybeScore,
			marks: scores,
		})
		.map(({ common, found, status, riskScore, confidence, marks }) => {
			const validationResults = Object.fromEntries(
				CHECKS.filter((name) => found[name] !== 'notRun').map((name) => [
					name,
					{
						score: marks[name],
						...(found[name] !== 'unknown' && { passed: found[name] === 'passed' }),
					},
				]),
			);
			const isPending = status === 'new' || status === 'processing';
			const verdict = isPending
				? 'pending'
				: status === 'failed'
					? 'notCarriedOut'
					: verdictOf(found);
			return {
				truth: {
					...common,
					verdict,
					outcomes: found,
					warnings: [],
					riskScore,
					confidence,
					probabilities: {},
				},
				record: {
					_id: common.id,
					status,
					validationResults,
					...(riskScore !== undefined && { riskScore }),
					...(confidence !== undefined && { confidence }),
					...(common.credits !== undefined && { chargesCount: common.credits }),
					...datesOf(common),
				},
			};
		});
}

/** As the running service sends it: flat, with probabilities as text and a verdict of each check. */
function live(created: fc.Arbitrary<number | undefined>): fc.Arbitrary<Known> {
	return fc
		.record({
			common: commons(created),
			found: outcomes('passed', 'notPassed', 'notRun', 'notCarriedOut'),
			marks: scores,
			confidence: maybeScore,
			seen: warnings,
		})
		.filter(({ found }) => CHECKS.some((name) => found[name] !== 'notRun'))
		.map(({ common, found, marks, confidence, seen }) => {
			const run = CHECKS.filter((name) => found[name] !== 'notRun');
			const verdict = verdictOf(found);
			return {
				truth: {
					...common,
					// one that could not be carried out beside one that passed: the whole is said to be live
					verdict: verdict === 'unknown' ? 'passed' : verdict,
					outcomes: found,
					warnings: seen,
					confidence,
					probabilities: Object.fromEntries(run.map((name) => [name, marks[name]])),
				},
				record: {
					_id: common.id,
					...Object.fromEntries(
						CHECKS.flatMap((name) => [
							[flagOf(name), found[name] !== 'notRun'],
							[`${name}Score`, found[name] === 'notRun' ? 0 : 5.5],
							[`${name}Errors`, found[name] === 'notCarriedOut' ? ['DOCUMENT_NOT_FOUND'] : []],
						]),
					),
					isLive: verdict !== 'notPassed',
					aggregateWarnings: seen,
					...(confidence !== undefined && { aggregatedScore: confidence }),
					rawResponse: {
						pipeline_results: run.map((name) => ({
							pipeline_name: PIPELINES[name],
							liveness_probability: String(marks[name]),
							...(found[name] !== 'notCarriedOut' && { is_live: found[name] === 'passed' }),
							image_quality_warnings: seen.slice(0, 1),
							status: 'success',
						})),
						...(common.credits !== undefined && { charges_count: common.credits }),
					},
					...datesOf(common),
				},
			};
		});
}

/** As the service sent it before: flat, with probabilities and no verdict. */
function flat(created: fc.Arbitrary<number | undefined>): fc.Arbitrary<Known> {
	return fc
		.record({
			common: commons(created),
			found: outcomes('unknown', 'notRun', 'notCarriedOut'),
			marks: scores,
			seen: warnings,
		})
		.filter(({ found }) => CHECKS.some((name) => found[name] !== 'notRun'))
		.map(({ common, found, marks, seen }) => {
			const run = CHECKS.filter((name) => found[name] !== 'notRun');
			return {
				truth: {
					...common,
					verdict: verdictOf(found),
					outcomes: found,
					warnings: seen,
					probabilities: Object.fromEntries(run.map((name) => [name, marks[name]])),
				},
				record: {
					_id: common.id,
					...Object.fromEntries(
						CHECKS.flatMap((name) => [
							[flagOf(name), found[name] !== 'notRun'],
							[`${name}Probability`, found[name] === 'notRun' ? 0 : marks[name]],
							[`${name}Errors`, found[name] === 'notCarriedOut' ? ['DOCUMENT_CROPPED'] : []],
						]),
					),
					[`${run[0]}Warnings`]: seen,
					...(common.credits !== undefined && { chargesCount: common.credits }),
					...datesOf(common),
				},
			};
		});
}

/** @param created when they were created, in milliseconds since 1970; undefined where they are not to say */
export function knownValidations(created: fc.Arbitrary<number | undefined>): fc.Arbitrary<Known> {
	return fc.oneof(nested(created), live(created), flat(created));
}
