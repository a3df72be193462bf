// The nested shape: the record as the prose of the current documentation has it.
import { CALIBRATED, PASSING_SCORE, resultsOf, roundTo4 } from '../checks.mts';
import { clientOf, registrationOf } from '../people.mts';
import type { Json, RecordSource } from '../records.mts';

const FINDINGS = {
	screenReplay: 'Moire pattern of a display found',
	printedCopy: 'Print raster found',
	portraitSubstitution: 'Portrait edges do not match the document',
	digitalManipulation: 'Compression differs around the text',
};

export function nestedRecord(source: RecordSource): Json {
	const { seed, index, id, request, populates, createdAt, changedAt, finishedAt } = source;
	const client = clientOf(seed);
	const registration = registrationOf(seed, index);
	return {
		_id: id,
		client: populates.includes('client') ? client : client._id,
		appRegistration: populates.includes('appRegistration') ? registration : registration._id,
		imageSaved: request.saveImage,
		...(request.saveImage && { imageUrl: `${source.imageBase}/${id}.png` }),
		status: source.status,
		...(source.status === 'completed' && { validationResults: validationResults(source) }),
		calibrationSettings: Object.fromEntries(
			CALIBRATED.map((check) => [check, request.calibrations[check] ?? 'REGULAR']),
		),
		validationFlags: {
			ignoreDocumentCropped: request.ignoreDocumentCropped,
			ignoreColourLess: request.ignoreColourLess,
		},
		...(source.status === 'completed' && risk(source)),
		createdAt: createdAt.toISOString(),
		updatedAt: (finishedAt ?? changedAt ?? createdAt).toISOString(),
		...(finishedAt && { completedAt: finishedAt.toISOString() }),
	};
}

/** Of the checks that were asked for. */
function validationResults(source: RecordSource): Json {
	const { seed, request } = source;
	const { scores } = resultsOf(seed, source, request.checks);
	return Object.fromEntries(
		request.checks.map((check) => {
			const score = scores[check]!;
			const passed = score >= PASSING_SCORE;
			return [check, { passed, score, ...(!passed && { details: FINDINGS[check] }) }];
		}),
	);
}

function risk(source: RecordSource): Json {
	const { scores, mean } = resultsOf(source.seed, source, source.request.checks);
	const worst = Math.min(...Object.values(scores));
	return {
		riskScore: roundTo4(worst < PASSING_SCORE ? 1 - worst : 1 - mean),
		confidence: mean,
	};
}
