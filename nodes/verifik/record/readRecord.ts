// Reads the record of a validation in any shape: its verdict, and the result of each check. Pure.
//
// Three shapes are known: nested, flat, and flat with a verdict. Of any other shape, the fields that it shares with them are
// read. The rules for the verdict are in `verdictOf`, in the order of precedence.
import {
	CHECKS,
	hasStatus,
	requestFlag,
	type Check,
	type VerifikRecord,
} from '../api/documentLiveness';

/** What a record says about the document as a whole. */
export const VERDICTS = ['passed', 'notPassed', 'notCarriedOut', 'pending', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a record says about one check. */
type CheckReading = {
	/**
	 * `notRun`: it was not requested, and a score of 0 means nothing; `notCarriedOut`: the record has an error such as
	 * DOCUMENT_NOT_FOUND; `unknown`: the record has no result of the check (a score or a probability is none).
	 */
	outcome: 'passed' | 'notPassed' | 'notCarriedOut' | 'notRun' | 'unknown';
	/**
	 * From 0 to 1, high is genuine: the score of a nested record, the probability of a flat one. Never the `…Score` of a flat
	 * record, which is a logit. Null if the check was not run or the record does not say.
	 */
	score: number | null;
	/** what made the check harder, e.g. `GLARE_ON_IMAGE` */
	warnings: string[];
	/** why it could not be carried out, e.g. `DOCUMENT_NOT_FOUND` */
	errors: string[];
};

/** What a record says, in any shape. What it does not say is null (`verdict`: `unknown`), never a guess. */
export type Validation = {
	verdict: Verdict;
	/** checks that the document did not pass; `[]` if the verdict is `passed` */
	failedChecks: Check[] | null;
	checks: Record<Check, CheckReading>;
	/** of the whole document and of all checks, each once */
	warnings: string[];
	/** how many checks were charged */
	credits: number | null;
	/** `confidence` of a nested record, `aggregatedScore` of a flat one: the mean of the checks' probabilities */
	confidence: unknown;
	/** only in nested records */
	riskScore: unknown;
};

/** Reads a record of any shape. Never throws. */
export function readRecord(record: VerifikRecord): Validation {
	const raw = fieldsOf(record.rawResponse);
	const source = { record, raw, pipelines: pipelinesOf(raw) };
	const checks = readChecks(source);
	const verdict = verdictOf(source, checks);
	const failed = CHECKS.filter((name) => checks[name].outcome === 'notPassed');
	return {
		verdict,
		failedChecks: failed.length > 0 ? failed : verdict === 'passed' ? [] : null,
		checks,
		warnings: unique([
			...textsOf(record.aggregateWarnings),
			...textsOf(raw.aggregate_image_quality_warnings),
			...CHECKS.flatMap((name) => checks[name].warnings),
		]),
		credits: numberOf(record.chargesCount) ?? numberOf(raw.charges_count) ?? null,
		confidence:
			record.confidence ??
			record.aggregatedScore ??
			numberOf(raw.aggregate_liveness_probability) ??
			null,
		riskScore: record.riskScore ?? null,
	};
}

/**
 * The probability of a check in a flat record, from 0 to 1. Null in a nested record, whose scores are not probabilities.
 */
export function probabilityOf(record: VerifikRecord, checks: Validation['checks'], name: Check) {
	return Object.hasOwn(fieldsOf(record.validationResults), name) ? null : checks[name].score;
}

/** Whether the checks of a validation are not finished. */
export function isPending(record: VerifikRecord): boolean {
	return readRecord(record).verdict === 'pending';
}

/** The verdict by the first rule that applies. A score, a probability, or the status `completed` alone is no verdict. */
function verdictOf(source: Source, checks: Validation['checks']): Verdict {
	const { record, raw } = source;
	const { status } = record;
	const run = CHECKS.map((name) => checks[name].outcome).filter((outcome) => outcome !== 'notRun');
	const isEvery = (outcome: CheckReading['outcome']) =>
		run.length > 0 && run.every((one) => one === outcome);
	const aggregate = [record.isLive, raw.aggregate_is_live];

	if (status === 'new' || status === 'processing') return 'pending';
	if (!hasStatus(record) && isWithoutResult(source, checks)) return 'pending';
	if (status === 'failed' || isEvery('notCarriedOut')) return 'notCarriedOut';
	if (aggregate.includes(false) || run.includes('notPassed')) return 'notPassed';
	if (aggregate.includes(true) || isEvery('passed')) return 'passed';
	return 'unknown';
}

/** Whether a flat record says which checks were requested, but has no result of any of them. */
function isWithoutResult(
	{ record, raw, pipelines }: Source,
	checks: Validation['checks'],
): boolean {
	const hasFlags = CHECKS.some((name) => typeof record[requestFlag(name)] === 'boolean');
	const hasWhole =
		[record.isLive, raw.aggregate_is_live].some((value) => typeof value === 'boolean') ||
		numberOf(record.aggregatedScore ?? raw.aggregate_liveness_probability) !== undefined;
	const hasResult = CHECKS.some((name) => {
		const { outcome, score, errors } = checks[name];
		if (outcome === 'notRun') return false;
		const isOpen = outcome === 'unknown' && score === null && errors.length === 0;
		return !isOpen || logitOf(record, name, pipelines[name]) !== undefined;
	});
	return hasFlags && !hasWhole && !hasResult;
}

function readChecks({ record, pipelines }: Source): Validation['checks'] {
	const nested = fieldsOf(record.validationResults);
	const read = (name: Check): [Check, CheckReading] => {
		const result = Object.hasOwn(nested, name) ? fieldsOf(nested[name]) : undefined;
		return [name, readCheck(record, name, result, pipelines[name])];
	};
	return Object.fromEntries(CHECKS.map(read)) as Validation['checks'];
}

/**
 * Reads one check.
 *
 * @param nested its entry in `validationResults`, if there is one
 * @param pipelines its entries in `rawResponse`: none if it did not run, and several if several versions of it ran
 */
function readCheck(
	record: VerifikRecord,
	name: Check,
	nested: Fields | undefined,
	pipelines: Fields[],
): CheckReading {
	const flag = record[requestFlag(name)];
	const isRequested = pipelines.length > 0 || (flag ?? nested !== undefined) === true;
	if (!isRequested) return { outcome: 'notRun', score: null, warnings: [], errors: [] };
	const errors = unique([
		...textsOf(record[`${name}Errors`]),
		...pipelines.flatMap(({ status }) => (status === 'success' ? [] : textsOf(status))),
	]);
	const passed = [nested?.passed, ...pipelines.map((pipeline) => pipeline.is_live)];
	return {
		outcome:
			errors.length > 0
				? 'notCarriedOut'
				: passed.includes(false)
					? 'notPassed'
					: passed.includes(true)
						? 'passed'
						: 'unknown',
		score:
			numberOf(nested?.score) ??
			numberOf(record[`${name}Probability`]) ??
			firstNumber(pipelines, 'liveness_probability') ??
			null,
		warnings: unique([
			...textsOf(record[`${name}Warnings`]),
			...pipelines.flatMap((pipeline) => textsOf(pipeline.image_quality_warnings)),
		]),
		errors,
	};
}

/** A flat record's raw score. Verifik spells one of the four `sreenReplayScore`. */
function logitOf(record: VerifikRecord, name: Check, pipelines: Fields[]): number | undefined {
	const misspelt = name === 'screenReplay' ? record.sreenReplayScore : undefined;
	return (
		numberOf(record[`${name}Score`]) ??
		numberOf(misspelt) ??
		firstNumber(pipelines, 'liveness_score')
	);
}

function firstNumber(pipelines: Fields[], field: string): number | undefined {
	for (const pipeline of pipelines) {
		const number = numberOf(pipeline[field]);
		if (number !== undefined) return number;
	}
	return undefined;
}

/** How the names of a check's pipelines begin, e.g. `screen-replay`; the rest is a version: `screen-replay_2024-09`. */
const PIPELINE_NAMES = CHECKS.map((name): [Check, string] => [
	name,
	name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
]);

/** The entries of each check in `rawResponse`. Read once for a record, since a hostile one has 100,000. */
function pipelinesOf(raw: Fields): Pipelines {
	const pipelines = Object.fromEntries(CHECKS.map((name) => [name, [] as Fields[]])) as Pipelines;
	if (!Array.isArray(raw.pipeline_results)) return pipelines;
	for (const entry of raw.pipeline_results as unknown[]) {
		if (typeof entry !== 'object' || entry === null) continue;
		const { pipeline_name: text } = entry as Fields;
		if (typeof text !== 'string') continue;
		const found = PIPELINE_NAMES.find(([, beginning]) => text.startsWith(beginning));
		if (found) pipelines[found[0]].push(entry as Fields);
	}
	return pipelines;
}

type Fields = Record<string, unknown>;

type Pipelines = Record<Check, Fields[]>;

/** A record, and the two parts of it that several checks are read from. */
type Source = { record: VerifikRecord; raw: Fields; pipelines: Pipelines };

/** The fields of a value that may be an object; none where it is not. */
export function fieldsOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A number, also as a text, like the probabilities in `rawResponse`; undefined for any other value. */
export function numberOf(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function textsOf(value: unknown): string[] {
	const all = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
	return all
		.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
		.filter((text) => text !== undefined && text !== '');
}

function unique(texts: string[]): string[] {
	return [...new Set(texts)];
}
