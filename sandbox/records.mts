// Invented validations, in the two shapes of the API. A record is a pure function of seed and index.
import { bits, chance, pick } from './random.mts';

export const STATUSES = ['new', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

export const CHECKS = [
	'screenReplay',
	'printedCopy',
	'portraitSubstitution',
	'digitalManipulation',
] as const;

export type Shape = 'nested' | 'flat';
export type Json = Record<string, unknown>;

/** What a record is made from, besides the seed. */
export type Origin = {
	index: number;
	createdAt: Date;
	status: Status;
	/** when it was given another state; undefined for one that was made as it is */
	changedAt?: Date;
};

/** Of a hundred validations, about so many stand in each state. */
const SHARES: ReadonlyArray<[Status, number]> = [
	['completed', 0.82],
	['failed', 0.08],
	['processing', 0.06],
	['new', 0.04],
];

/** Of the completed ones, the share that did not pass at least one check. */
const FAILED_CHECK_SHARE = 0.09;

const FIRST_NAMES = [
	'Alma',
	'Bruno',
	'Carla',
	'Dario',
	'Elena',
	'Fabio',
	'Greta',
	'Hugo',
	'Ines',
	'Julio',
];
const LAST_NAMES = [
	'Ejemplo',
	'Sample',
	'Muster',
	'Modelo',
	'Invento',
	'Ficticia',
	'Prueba',
	'Demo',
];
const FINDINGS = {
	screenReplay: 'Moire pattern of a display found',
	printedCopy: 'Print raster found',
	portraitSubstitution: 'Portrait edges do not match the document',
	digitalManipulation: 'Compression differs around the text',
};
const WARNINGS = ['GLARE_ON_IMAGE', 'LOW_CONTRAST', 'DOCUMENT_CROPPED'];

/** The state that a generated record starts with. */
export function initialStatus(seed: number, index: number): Status {
	let rest = chance(seed, index, 1);
	for (const [status, share] of SHARES) {
		if (rest < share) return status;
		rest -= share;
	}
	return 'completed';
}

/** 24 hex digits, like the service's: the time, something random, and the index, so that it can be found again. */
export function idOf(seed: number, { index, createdAt }: Omit<Origin, 'status'>): string {
	const time = Math.floor(createdAt.getTime() / 1000);
	return (
		hex(time, 8) +
		hex(bits(seed, index, 2), 8) +
		hex(bits(seed, index, 3) & 0xff, 2) +
		hex(index, 6)
	);
}

/** The index that an id was made from, if `idOf` made it. */
export function indexOf(id: string): number | undefined {
	return /^[0-9a-f]{24}$/.test(id) ? Number.parseInt(id.slice(18), 16) : undefined;
}

/** A record as the API gives it. `populates` names the related records to include in full. */
export function render(
	seed: number,
	origin: Origin,
	shape: Shape,
	populates: readonly string[],
	imageBase: string,
): Json {
	const { index, createdAt, status, changedAt } = origin;
	const id = idOf(seed, origin);
	const imageSaved = chance(seed, index, 4) < 0.9;
	const took = 2_000 + chance(seed, index, 5) * 90_000;
	const finished = changedAt ?? new Date(createdAt.getTime() + took);
	const isFinished = status === 'completed' || status === 'failed';
	const common = {
		_id: id,
		client: related(clientOf(seed), populates.includes('client')),
		appRegistration: related(registrationOf(seed, index), populates.includes('appRegistration')),
		imageSaved,
		...(imageSaved && { imageUrl: `${imageBase}/${id}.png` }),
	};
	const dates = {
		createdAt: iso(createdAt),
		updatedAt: iso(isFinished ? finished : (changedAt ?? createdAt)),
	};
	if (shape === 'flat') {
		const { appRegistration: _, ...flat } = common;
		return { ...flat, ...flatChecks(seed, index), ...dates, __v: 0 };
	}
	const results = status === 'completed' ? { ...verdict(seed, index) } : {};
	return {
		...common,
		status,
		...results,
		...dates,
		...(isFinished && { completedAt: iso(finished) }),
	};
}

function verdict(seed: number, index: number): Json {
	const scores = scoresOf(seed, index);
	const worst = Math.min(...scores);
	const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
	const validationResults = Object.fromEntries(
		CHECKS.map((check, at) => {
			const passed = scores[at]! >= 0.5;
			return [check, { passed, score: scores[at], ...(!passed && { details: FINDINGS[check] }) }];
		}),
	);
	const calibrationSettings = Object.fromEntries(
		CHECKS.slice(0, 3).map((check) => [check, 'REGULAR']),
	);
	return {
		validationResults,
		calibrationSettings,
		validationFlags: { ignoreDocumentCropped: false, ignoreColourLess: false },
		riskScore: round(worst < 0.5 ? 1 - worst : 1 - mean),
		confidence: round(mean),
	};
}

/** The score of each check, 0 to 1; under 0.5 it did not pass. */
function scoresOf(seed: number, index: number): number[] {
	const hasFailed = chance(seed, index, 6) < FAILED_CHECK_SHARE;
	const first = Math.floor(chance(seed, index, 7) * CHECKS.length);
	return CHECKS.map((_check, at) => {
		const isLow = hasFailed && (at === first || chance(seed, index, 10 + at) < 0.15);
		const within = chance(seed, index, 20 + at);
		return round(isLow ? 0.02 + within * 0.4 : 0.72 + within * 0.27);
	});
}

/** The fields of the flat shape, with the two that are misspelt at the source. */
function flatChecks(seed: number, index: number): Json {
	const scores = scoresOf(seed, index);
	const fields: Json = {};
	CHECKS.forEach((check, at) => {
		const probability = scores[at]!;
		const misspelt = check === 'screenReplay' ? 'sreenReplay' : check;
		fields[`validate${check[0]!.toUpperCase()}${check.slice(1)}`] = true;
		fields[`${misspelt}Score`] = round(Math.log(probability / (1 - probability)));
		fields[`${check}Probability`] = probability;
		fields[`${misspelt}Calibration`] = 'REGULAR';
		fields[`${check}Warnings`] =
			chance(seed, index, 30 + at) < 0.1 ? [pick(WARNINGS, seed, index, 40 + at)] : [];
		fields[`${check}Errors`] = [];
	});
	return { ...fields, aggregatedScore: round(Math.min(...scores)) };
}

function clientOf(seed: number): Json & { _id: string } {
	return {
		_id: hex(bits(seed, 0, 50), 8) + hex(bits(seed, 0, 51), 8) + hex(bits(seed, 0, 52), 8),
		name: 'Example Client',
		email: 'client@example.com',
	};
}

function registrationOf(seed: number, index: number): Json & { _id: string } {
	const first = pick(FIRST_NAMES, seed, index, 60);
	const last = pick(LAST_NAMES, seed, index, 61);
	return {
		_id: hex(bits(seed, index, 62), 8) + hex(bits(seed, index, 63), 8) + hex(index, 8),
		fullName: `${first} ${last}`,
		email: `${first}.${last}.${index}@example.com`.toLowerCase(),
		status: 'completed',
	};
}

function related(record: Json & { _id: string }, inFull: boolean): unknown {
	return inFull ? record : record._id;
}

function iso(date: Date): string {
	return date.toISOString();
}

function hex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, '0');
}

function round(value: number): number {
	return Math.round(value * 10_000) / 10_000;
}
