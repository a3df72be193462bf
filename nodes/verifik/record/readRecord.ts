// Reads a validation's record in whichever shape Verifik sent it: its verdict, and what it says of each check. Pure.
//
// Three shapes are known (nested; flat; flat with a verdict); of an unknown one only what it shares with them is read.
// The rules stand in order of precedence in `verdictOf`.
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
	 * `notRun`: it was not asked for, whatever zeros stand there; `notCarriedOut`: it holds an error such as
	 * DOCUMENT_NOT_FOUND; `unknown`: the record holds no verdict of it (a score or probability is none).
	 */
	outcome: 'passed' | 'notPassed' | 'notCarriedOut' | 'notRun' | 'unknown';
	/**
	 * From 0 to 1, high is genuine: the nested shape's score, a flat one's probability; never the raw `…Score` of a flat
	 * record, which is a logit. Null where the check was not run, or the record does not say.
	 */
	score: number | null;
	/** What hampered it, e.g. `GLARE_ON_IMAGE`. */
	warnings: string[];
	/** Why it could not be carried out, e.g. `DOCUMENT_NOT_FOUND`. */
	errors: string[];
};

/** What a record says, in whichever shape it came. What it does not say is null (`verdict`: `unknown`), never a guess. */
export type Validation = {
	verdict: Verdict;
	/** Checks that ran and did not pass; `[]` when the verdict is `passed`. */
	failedChecks: Check[] | null;
	checks: Record<Check, CheckReading>;
	/** Of the whole and of all checks, each once. */
	warnings: string[];
	/** How many checks were charged. */
	credits: number | null;
	/** Mean of the checks' probabilities: nested `confidence`, flat `aggregatedScore`. */
	confidence: unknown;
	/** A flat record holds nothing like it. */
	riskScore: unknown;
};

/** Reads a record, of any shape. Never throws. */
export function readRecord(record: VerifikRecord): Validation {
	const raw = fieldsOf(record.rawResponse);
	const checks = readChecks(record, raw);
	const verdict = verdictOf(record, raw, checks);
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
 * The probability that a flat record states of a check, from 0 to 1; null in the nested shape, whose scores are on a
 * scale of their own.
 */
export function probabilityOf(record: VerifikRecord, checks: Validation['checks'], name: Check) {
	return Object.hasOwn(fieldsOf(record.validationResults), name) ? null : checks[name].score;
}

/** Whether the checks of a validation are still to be carried out. */
export function isPending(record: VerifikRecord): boolean {
	return readRecord(record).verdict === 'pending';
}

/** The first rule that fits; a score, a probability or the status `completed` alone is no verdict. */
function verdictOf(record: VerifikRecord, raw: Fields, checks: Validation['checks']): Verdict {
	const { status } = record;
	const run = CHECKS.map((name) => checks[name].outcome).filter((outcome) => outcome !== 'notRun');
	const isEvery = (outcome: CheckReading['outcome']) =>
		run.length > 0 && run.every((one) => one === outcome);
	const aggregate = [record.isLive, raw.aggregate_is_live];

	if (status === 'new' || status === 'processing') return 'pending';
	if (!hasStatus(record) && isWithoutResult(record, raw, checks)) return 'pending';
	if (status === 'failed' || isEvery('notCarriedOut')) return 'notCarriedOut';
	if (aggregate.includes(false) || run.includes('notPassed')) return 'notPassed';
	if (aggregate.includes(true) || isEvery('passed')) return 'passed';
	return 'unknown';
}

/** Whether a flat record says which checks were asked for, and nothing of what came of them. */
function isWithoutResult(
	record: VerifikRecord,
	raw: Fields,
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
		return !isOpen || logitOf(record, name, pipelinesOf(raw, name)) !== undefined;
	});
	return hasFlags && !hasWhole && !hasResult;
}

function readChecks(record: VerifikRecord, raw: Fields): Validation['checks'] {
	const nested = fieldsOf(record.validationResults);
	const read = (name: Check): [Check, CheckReading] => {
		const result = Object.hasOwn(nested, name) ? fieldsOf(nested[name]) : undefined;
		return [name, readCheck(record, name, result, pipelinesOf(raw, name))];
	};
	return Object.fromEntries(CHECKS.map(read)) as Validation['checks'];
}

/**
 * @param nested what `validationResults` holds of it, if it stands there
 * @param pipelines what `rawResponse` holds of it: one for each check that ran, or one for each version that ran it
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
	return pipelines.map((pipeline) => numberOf(pipeline[field])).find((one) => one !== undefined);
}

/** What `rawResponse` holds of a check. */
function pipelinesOf(raw: Fields, name: Check): Fields[] {
	const all = Array.isArray(raw.pipeline_results) ? raw.pipeline_results.map(fieldsOf) : [];
	return all.filter((one) => isPipelineOf(name, one.pipeline_name));
}

/** Whether a pipeline, e.g. `screen-replay_2024-09` (what follows the name is a version), is that of a check. */
function isPipelineOf(name: Check, pipelineName: unknown): boolean {
	const kind = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
	return typeof pipelineName === 'string' && pipelineName.startsWith(kind);
}

type Fields = Record<string, unknown>;

/** The fields of a value that may be an object; none where it is not. */
export function fieldsOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A number, or one written as text, as `rawResponse` has its probabilities. */
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
