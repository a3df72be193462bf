// The report of `npm run check:live`: what a real account sends, without a value that is personal. Pure.
import type { VerifikRecord } from '../nodes/verifik/api/documentLiveness.ts';
import { readRecord, VERDICTS } from '../nodes/verifik/record/readRecord.ts';
import { fieldsOf, wordsOf } from './liveFields.mts';
import {
	limitFinding,
	listOf,
	orderFinding,
	pageFinding,
	recordOf,
	statusFinding,
	type Answer,
	type Answers,
} from './liveFindings.mts';

const SHAPES = [
	'flat with a verdict',
	'flat without a verdict',
	'flat, pending',
	'nested',
	'not known',
] as const;
type Shape = (typeof SHAPES)[number];

/** Markdown, safe to paste into a public issue. */
export function liveReport(answers: Answers): string {
	const records = distinct(answers);
	const { one } = answers;
	return [
		'## What Verifik sends (npm run check:live)',
		'Field names, types and words of the service; no value of a record.',
		requestTable(Object.values(answers)),
		section('List', [
			`page: ${pageFinding(answers)}`,
			`limit: ${limitFinding(answers)}`,
			`status: ${statusFinding(answers)}`,
			`order by createdAt: ${orderFinding(answers, 'createdAt')}`,
			`order by updatedAt: ${orderFinding(answers, 'updatedAt')}`,
		]),
		section('Envelope of List', envelopeLines(answers.firstPage)),
		...(one
			? [section('Envelope of one record', [...envelopeLines(one), oneRecordLine(one, records)])]
			: []),
		section('Records', recordLines(records)),
		...SHAPES.flatMap((shape) => shapeSection(shape, records)),
		section(
			'Words',
			[...wordsOf(records)].map(([path, words]) => `${path}: ${[...words].sort().join(', ')}`),
		),
	].join('\n\n');
}

/** The keys of an answer, with the types of what they hold, without its records. */
export function envelopeLines({ body }: Answer): string[] {
	if (typeof body !== 'object' || body === null) return ['no JSON object came'];
	const { data } = body as { data?: unknown };
	const emptied = Array.isArray(data) ? [] : typeof data === 'object' && data !== null ? {} : data;
	return fieldLines(['data' in body ? { ...body, data: emptied } : body]);
}

function requestTable(answers: Answer[]): string {
	const yesNo = (has: boolean) => (has ? 'yes' : 'no');
	const rows = answers.map((answer) => {
		const count = listOf(answer)?.length ?? (recordOf(answer) ? 1 : '-');
		return `| ${answer.request} | ${answer.httpStatus} | ${count} | ${yesNo(answer.hasDate)} | ${yesNo(answer.hasRetryAfter)} |`;
	});
	const head = [
		'| request | HTTP | records | Date | Retry-After |',
		'| --- | --- | --- | --- | --- |',
	];
	return [...head, ...rows].join('\n');
}

function oneRecordLine(one: Answer, records: VerifikRecord[]): string {
	const record = recordOf(one);
	if (!record) return 'its record: none came';
	const listed = records.find(({ _id }) => _id === record._id);
	const names = (of: VerifikRecord | undefined) =>
		Object.keys(of ?? {})
			.sort()
			.join();
	return `its record: ${names(record) === names(listed) ? 'the same fields' : 'other fields'} as in List`;
}

function recordLines(records: VerifikRecord[]): string[] {
	const verdicts = records.map((record) => readRecord(record).verdict);
	const shapes = records.map(shapeOf);
	return [
		`different records: ${records.length}`,
		`shapes: ${counts(SHAPES, shapes)}`,
		`verdicts: ${counts(VERDICTS, verdicts)}`,
	];
}

function counts<T extends string>(kinds: readonly T[], found: T[]): string {
	const numbers = kinds.map((kind) => [kind, found.filter((one) => one === kind).length] as const);
	const present = numbers.filter(([, count]) => count > 0);
	return present.map(([kind, count]) => `${kind} ${count}`).join(', ') || 'none';
}

function shapeSection(shape: Shape, records: VerifikRecord[]): string[] {
	const own = records.filter((record) => shapeOf(record) === shape);
	return own.length > 0 ? [section(`Fields, ${shape}`, fieldLines(own))] : [];
}

function fieldLines(values: unknown[]): string[] {
	return [...fieldsOf(values)].map(([path, { types, count }]) => {
		const share = count < values.length ? ` (in ${count} of ${values.length})` : '';
		return `${path}: ${[...types].join(' or ')}${share}`;
	});
}

function section(title: string, lines: string[]): string {
	return [
		`### ${title}`,
		'',
		...(lines.length > 0 ? lines : ['none']).map((line) => `- ${line}`),
	].join('\n');
}

function shapeOf(record: VerifikRecord): Shape {
	const names = Object.keys(record);
	if ('isLive' in record || 'rawResponse' in record) return 'flat with a verdict';
	if (names.some((name) => /^\w+Probability$/.test(name))) return 'flat without a verdict';
	if (names.some((name) => /^validate[A-Z]\w+$/.test(name))) return 'flat, pending';
	const isNested = 'validationResults' in record || ('status' in record && !('results' in record));
	return isNested ? 'nested' : 'not known';
}

/** All records of the lists, each once. */
function distinct(answers: Answers): VerifikRecord[] {
	const all = Object.values(answers).flatMap((answer) => listOf(answer) ?? []);
	return [...new Map(all.map((record) => [record._id, record])).values()];
}
