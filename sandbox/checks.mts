// The requested checks of a validation and their results: invented, the same for the same seed and index, in every shape of the
// record.
import { chance, pick } from './random.mts';
import type { Origin } from './records.mts';

export const CHECKS = [
	'screenReplay',
	'printedCopy',
	'portraitSubstitution',
	'digitalManipulation',
] as const;
export type Check = (typeof CHECKS)[number];

export const CALIBRATIONS = ['SOFT', 'REGULAR', 'HARD'] as const;
export type Calibration = (typeof CALIBRATIONS)[number];
/** The checks that have a calibration. */
export const CALIBRATED = CHECKS.slice(0, 3);

/** The parameters of Create. */
export type ValidationRequest = {
	/** at least one */
	checks: readonly Check[];
	saveImage: boolean;
	/** of the checks in `CALIBRATED` */
	calibrations: Partial<Record<Check, Calibration>>;
	ignoreDocumentCropped: boolean;
	ignoreColourLess: boolean;
};

/** The results of a completed validation. */
export type Results = {
	/** 0 to 1, four decimals, of each check that was asked for; under `PASSING_SCORE` it did not pass */
	scores: Partial<Record<Check, number>>;
	/** mean of the scores, four decimals, cut off: 0.0008 and 0.0001 give 0.0004 */
	mean: number;
	isLive: boolean;
};

export const PASSING_SCORE = 0.5;

/** Of the completed ones, the share that did not pass at least one check. */
const FAILED_CHECK_SHARE = 0.09;
/** The same in the bad week; most of the additional ones are photos of a screen. */
const BAD_WEEK_FAILED_CHECK_SHARE = 0.35;
const BAD_WEEK_SCREEN_SHARE = 0.7;
/** The share that was asked for only some of the checks. */
const SOME_CHECKS_SHARE = 0.3;
const SAVED_IMAGE_SHARE = 0.9;
const WARNINGS_SHARE = 0.3;

/** Warnings of a check, with the names of the engine behind Verifik. */
export const WARNINGS = [
	'GLARE_ON_IMAGE',
	'IMAGE_IS_TOO_COMPRESSED',
	'IMAGE_TOO_BLURRY',
	'POOR_IMAGE_EXPOSURE',
	'LOW_RESOLUTION',
	'DOCUMENT_BORDERS_OUTSIDE_OF_FRAME',
	'MULTIPLE_DOCUMENTS_IN_FRAME',
	'DOCUMENT_TOO_CLOSE_TO_BORDER',
	'RELATIVE_DOCUMENT_SIZE_LOWER_THAN_10_PERCENT',
];
/** Why a check could not be carried out. */
export const ERRORS = ['DOCUMENT_NOT_FOUND', 'DOCUMENT_PHOTO_NOT_FOUND', 'DOCUMENT_CROPPED'];

/** The requested checks of a generated validation. */
export function requestOf(seed: number, index: number): ValidationRequest {
	return {
		checks: chance(seed, index, 70) < SOME_CHECKS_SHARE ? someChecks(seed, index) : CHECKS,
		saveImage: chance(seed, index, 4) < SAVED_IMAGE_SHARE,
		calibrations: {},
		ignoreDocumentCropped: false,
		ignoreColourLess: false,
	};
}

/** One to three of the checks, in their order. */
function someChecks(seed: number, index: number): Check[] {
	const count = 1 + Math.floor(chance(seed, index, 71) * (CHECKS.length - 1));
	const first = Math.floor(chance(seed, index, 72) * CHECKS.length);
	return CHECKS.filter((_check, at) => (at - first + CHECKS.length) % CHECKS.length < count);
}

export function resultsOf(
	seed: number,
	{ index, isOfBadWeek }: Pick<Origin, 'index' | 'isOfBadWeek'>,
	checks: readonly Check[],
): Results {
	const failedShare = isOfBadWeek ? BAD_WEEK_FAILED_CHECK_SHARE : FAILED_CHECK_SHARE;
	const hasFailed = chance(seed, index, 6) < failedShare;
	const isScreen =
		isOfBadWeek &&
		checks.includes('screenReplay') &&
		chance(seed, index, 8) < BAD_WEEK_SCREEN_SHARE;
	const first = isScreen ? 'screenReplay' : pick(checks, seed, index, 7);
	const scores: Results['scores'] = {};
	for (const check of checks) {
		const at = CHECKS.indexOf(check);
		const isLow = hasFailed && (check === first || chance(seed, index, 10 + at) < 0.15);
		const within = chance(seed, index, 20 + at);
		scores[check] = roundTo4(isLow ? 0.02 + within * 0.4 : 0.72 + within * 0.27);
	}
	return { scores, mean: meanOf(Object.values(scores)), isLive: !hasFailed };
}

/** Mean of numbers with four decimals, cut off after the fourth. */
export function meanOf(scores: readonly number[]): number {
	const tenThousandths = scores.reduce((sum, score) => sum + Math.round(score * 10_000), 0);
	return Math.floor(tenThousandths / scores.length) / 10_000;
}

/** The warnings of a photo, the same for each check. */
export function warningsOf(seed: number, index: number): string[] {
	if (chance(seed, index, 30) >= WARNINGS_SHARE) return [];
	const count = 1 + Math.floor(chance(seed, index, 31) * 3);
	const first = Math.floor(chance(seed, index, 32) * WARNINGS.length);
	return WARNINGS.filter((_text, at) => (at - first + WARNINGS.length) % WARNINGS.length < count);
}

/** Why the checks of a failed validation could not be carried out; each of them has the same. */
export function errorOf(seed: number, index: number): string {
	return pick(ERRORS, seed, index, 33);
}

/** The flag of a check: `validateScreenReplay`. */
export function flagOf(check: Check): string {
	return `validate${check[0]!.toUpperCase()}${check.slice(1)}`;
}

export function roundTo4(value: number): number {
	return Math.round(value * 10_000) / 10_000;
}
