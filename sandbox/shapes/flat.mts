// The flat shapes: `live`, field for field and in the order of the newest real answer that is known (liveRecord.json),
// and `flat`, the older one, which holds no verdict. Two of their fields are misspelt at the source.
import {
	CHECKS,
	errorOf,
	flagOf,
	PASSING_SCORE,
	resultsOf,
	roundTo4,
	warningsOf,
	type Check,
} from '../checks.mts';
import { clientOf } from '../people.mts';
import { chance } from '../random.mts';
import type { Json, RecordSource } from '../records.mts';

/** Of the failed ones, the share for which the engine answered for each check, saying why there is no result. */
const FAILED_PIPELINES_SHARE = 0.7;

/** What a flat record says of a finished validation. */
type Outcome = {
	/** zeros where a check was not asked for, or could not be carried out */
	checks: Record<Check, CheckOutcome>;
	/** mean of the probabilities of the checks that ran */
	mean: number;
	isLive: boolean;
	warnings: string[];
};
type CheckOutcome = {
	/** 0 to 1 */
	probability: number;
	/** the engine's raw score, on a scale of its own */
	logit: number;
	warnings: string[];
	errors: string[];
};

/** Flat, with a verdict: what the running service sends. It knows no status. */
export function liveRecord(source: RecordSource): Json {
	const { id, createdAt, changedAt } = source;
	const outcome = outcomeOf(source);
	return {
		...commonFields(source, outcome, `${source.imageBase}/${id}`),
		...(outcome && { isLive: outcome.isLive, aggregateWarnings: outcome.warnings }),
		_id: id,
		updatedAt: (changedAt ?? createdAt).toISOString(),
		createdAt: createdAt.toISOString(),
		__v: 0,
		...(outcome && chargedFields(source, outcome)),
	};
}

/** Flat, without a verdict: what the running service sent before autumn 2025. */
export function flatRecord(source: RecordSource): Json {
	const { id, createdAt, changedAt, finishedAt } = source;
	return {
		_id: id,
		...commonFields(source, outcomeOf(source), `${source.imageBase}/${id}.png`),
		createdAt: createdAt.toISOString(),
		updatedAt: (finishedAt ?? changedAt ?? createdAt).toISOString(),
		__v: 0,
	};
}

/** What both flat shapes hold. Of a pending validation: only what was asked for. */
function commonFields(source: RecordSource, outcome: Outcome | undefined, imageUrl: string): Json {
	const { request, populates } = source;
	const client = clientOf(source.seed);
	const of = (check: Check) => outcome!.checks[check];
	return {
		client: populates.includes('client') ? client : client._id,
		imageSaved: request.saveImage,
		...(request.saveImage && { imageUrl }),
		...forEachCheck(flagOf, (check) => request.checks.includes(check)),
		...(outcome && {
			...forEachCheck(
				(check) => `${misspelt(check)}Score`,
				(check) => of(check).logit,
			),
			...forEachCheck(
				(check) => `${check}Probability`,
				(check) => of(check).probability,
			),
		}),
		...forEachCheck(
			(check) => `${misspelt(check)}Calibration`,
			(check) => request.calibrations[check] ?? 'REGULAR',
		),
		ignoreDocumentCroppedValidation: request.ignoreDocumentCropped,
		ignoreColourLessValidation: request.ignoreColourLess,
		...(outcome && {
			...forEachCheck(
				(check) => `${check}Warnings`,
				(check) => of(check).warnings,
			),
			...forEachCheck(
				(check) => `${check}Errors`,
				(check) => of(check).errors,
			),
			aggregatedScore: outcome.mean,
		}),
	};
}

/** How many checks were charged, and what the engine behind Verifik answered. */
function chargedFields(source: RecordSource, outcome: Outcome): Json {
	const { seed, index, status, request } = source;
	const isFailed = status === 'failed';
	const hasPipelines = !isFailed || chance(seed, index, 34) < FAILED_PIPELINES_SHARE;
	const chargesCount = isFailed ? 0 : request.checks.length;
	const pipelines = request.checks.map((check) => {
		const { logit, probability, warnings, errors } = outcome.checks[check];
		return {
			pipeline_name: pipelineOf(check),
			liveness_score: logit,
			liveness_probability: probability.toFixed(4),
			is_live: probability >= PASSING_SCORE,
			image_quality_warnings: warnings,
			status: errors[0] ?? 'success',
		};
	});
	return {
		chargesCount,
		rawResponse: {
			pipeline_results: hasPipelines ? pipelines : [],
			charges_count: chargesCount,
			aggregate_liveness_probability: outcome.mean.toFixed(4),
			aggregate_is_live: outcome.isLive,
			aggregate_image_quality_warnings: outcome.warnings,
		},
	};
}

/** What came of a validation; undefined while it is pending. */
function outcomeOf(source: RecordSource): Outcome | undefined {
	const { seed, index, status, request } = source;
	if (status !== 'completed' && status !== 'failed') return undefined;
	const isFailed = status === 'failed';
	const { scores, mean, isLive } = resultsOf(seed, source, request.checks);
	const warnings = isFailed ? [] : warningsOf(seed, index);
	const outcomeOfCheck = (check: Check): CheckOutcome => {
		const isRequested = request.checks.includes(check);
		const probability = (!isFailed && scores[check]) || 0;
		return {
			probability,
			logit: probability && roundTo4(Math.log(probability / (1 - probability))),
			warnings: isRequested ? warnings : [],
			errors: isRequested && isFailed ? [errorOf(seed, index)] : [],
		};
	};
	return {
		checks: Object.fromEntries(
			CHECKS.map((check) => [check, outcomeOfCheck(check)]),
		) as Outcome['checks'],
		mean: isFailed ? 0 : mean,
		isLive: !isFailed && isLive,
		warnings,
	};
}

function forEachCheck(nameOf: (check: Check) => string, valueOf: (check: Check) => unknown): Json {
	return Object.fromEntries(CHECKS.map((check) => [nameOf(check), valueOf(check)]));
}

/** How the service spells a check in the names of its score and calibration. */
function misspelt(check: Check): string {
	return check === 'screenReplay' ? 'sreenReplay' : check;
}

/** `screen-replay_2024-09`: what follows the underscore is a version. */
function pipelineOf(check: Check): string {
	return `${check.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}_2024-09`;
}
