// The sections about scores, times and credits, the riskiest validations, and the notes on how all is counted. Pure.
import { CHECKS } from '../../api/documentLiveness';
import type { RiskiestRow, ScoreFigures } from '../figures';
import type { Texts } from '../texts';
import type { ChartSection, MailSource, ReportDocument, TableCell } from './reportDocument';
import { more, numberColumn, table, textColumn } from './resultSections';

/** A chart of ten bars; the label of each is the score at which it begins. */
export function scoreChart(
	{ figures, texts, format }: MailSource,
	score: 'riskScore' | 'confidence',
): ChartSection {
	const { tenths } = figures[score];
	const max = Math.max(1, ...tenths);
	return {
		kind: 'chart',
		title: texts.sections[score],
		lead: texts.leads[score],
		bars: tenths.map((n, index) => ({
			label: format.tenth(index / 10),
			text: format.number(n),
			height: n / max,
		})),
	};
}

/** Mean and quantiles of each score that at least one record states. */
export function scoresSection({ figures, texts, format }: MailSource) {
	const { columns } = texts;
	const all: Array<[string, ScoreFigures]> = [
		[texts.sections.riskScore, figures.riskScore],
		[texts.sections.confidence, figures.confidence],
		...CHECKS.map((name): [string, ScoreFigures] => [
			texts.figures.probability(texts.checks[name]),
			figures.probabilities[name],
		]),
	];
	const stated = all.filter(([, { count }]) => count > 0);
	return table(
		texts.sections.scores,
		[textColumn(columns.score), ...[columns.mean, columns.median, 'P90', 'P95'].map(numberColumn)],
		stated.map(([name, score]) => [
			{ text: name, sub: texts.figures.ofRecords(format.number(score.count)) },
			...[score.mean, score.median, score.p90, score.p95].map((value) => ({
				text: format.score(value),
			})),
		]),
	);
}

/** How long validations took, how long others have been pending, and the credits. */
export function operationsSection({ figures, texts, format }: MailSource) {
	const { completionTime, pendingAge, credits } = figures;
	const { columns, figures: names } = texts;
	const duration = (name: string, ms: number | null): TableCell[] => [
		{ text: name },
		ms === null
			? { text: texts.notStated }
			: { text: format.duration(ms), sub: names.ofRecords(format.number(completionTime.count)) },
	];
	return table(
		texts.sections.operations,
		[textColumn(columns.figure), numberColumn(columns.value)],
		[
			duration(names.completionMedian, completionTime.medianMs),
			duration(names.completionP95, completionTime.p95Ms),
			[{ text: names.pendingUnderOneHour }, { text: format.number(pendingAge.underOneHour) }],
			[{ text: names.pendingUnderOneDay }, { text: format.number(pendingAge.underOneDay) }],
			[{ text: names.pendingOlder }, { text: format.number(pendingAge.older) }],
			[
				{ text: names.credits },
				credits.sum === null
					? { text: texts.notStated }
					: { text: format.number(credits.sum), sub: names.ofRecords(format.number(credits.n)) },
			],
		],
	);
}

/** The riskiest validations, a row each. */
export function riskiestSection(source: MailSource) {
	const { figures, texts, format, limits } = source;
	const { riskiest } = figures;
	const { columns } = texts;
	const shown = riskiest.slice(0, limits.riskiest);
	const row = (one: RiskiestRow): TableCell[] => {
		const names = [one.applicantName, one.clientName].filter((name) => name !== null);
		const sub = [format.time(one.createdAt ?? ''), ...names].join(' · ');
		const failed = one.failedChecks?.map((name) => texts.checks[name]).join(' + ');
		return [
			{ text: one.id ?? texts.notStated, sub, isId: one.id !== null },
			{ text: texts.outcome[one.verdict], ...(failed && { sub: failed }) },
			{ text: format.score(one.riskScore) },
			{ text: format.score(one.confidence) },
		];
	};
	return table(
		texts.sections.riskiest,
		[
			{ ...textColumn(columns.validation), width: '42%' },
			textColumn(columns.result),
			numberColumn(columns.riskScore),
			numberColumn(columns.confidence),
		],
		shown.map(row),
		{ lead: texts.leads.riskiest, ...more(riskiest.length - shown.length, source) },
	);
}

/** How the figures are counted, and what is not in them. */
export function notesOf(source: MailSource): ReportDocument['notes'] {
	const { figures, texts, format } = source;
	const { notes } = texts;
	const { period, previous, notStated, timeZone, generatedAt, account } = figures;
	const lines = [
		notes.halfOpen(format.time(period.after), format.time(period.before), timeZone),
		...(previous ? [notes.wilson] : []),
		...precision(source),
		...missing(source),
		...(notStated.createdAt > 0 ? [notes.undated(format.number(notStated.createdAt))] : []),
		notes.sentTwice,
		notes.made(format.time(generatedAt), account),
	];
	return { title: texts.sections.notes, lines };
}

/** How exact the quantiles are, and how many values were out of range. */
function precision({ figures, texts: { notes }, format }: MailSource): string[] {
	const { riskScore, confidence, probabilities, completionTime, credits } = figures;
	const scores = [riskScore, confidence, ...Object.values(probabilities)];
	const rough = scores.find(({ quantiles }) => quantiles.method !== 'exact')?.quantiles;
	const { method, maxError } = completionTime.quantiles;
	const outside = [...scores, completionTime, credits].reduce((sum, one) => sum + one.outside, 0);
	return [
		...(rough ? [notes.histogram(`±${format.number(rough.maxError, 6)}`)] : []),
		...(method === 'exact'
			? []
			: [notes.logHistogram(`±${format.percent({ value: maxError, n: 0, of: 0 })}`)]),
		...(!rough && method === 'exact' ? [notes.exact] : []),
		...(outside > 0 ? [notes.outside(format.number(outside))] : []),
	];
}

function missing({ figures: { notStated }, texts, format }: MailSource): string[] {
	const named = Object.entries(texts.missing)
		.map(([key, name]) => ({ name, n: notStated[key as keyof Texts['missing']] }))
		.filter(({ n }) => n > 0)
		.map(({ name, n }) => `${name} (${format.number(n)})`);
	return named.length > 0 ? [texts.notes.missing(named.join(', '))] : [];
}
