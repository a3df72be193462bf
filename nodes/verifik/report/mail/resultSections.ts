// The sections about the results: verdicts, series, checks, combinations, image quality; and helpers for tables. Pure.
import { CHECKS } from '../../api/documentLiveness';
import { VERDICTS, type Verdict } from '../../record/readRecord';
import { rateOf } from '../rates';
import type { Column, MailSource, TableSection } from './reportDocument';

/** How many validations have each verdict, and its share. */
export function resultsSection({ figures, texts, format }: MailSource) {
	const { counts, rates, previous } = figures;
	const { columns } = texts;
	const before = (verdict: Verdict) => {
		const rate = previous?.rates[verdict];
		return rate && rate.value !== null ? { sub: texts.before(format.percent(rate)) } : {};
	};
	const rows = VERDICTS.map((verdict) => [
		{ text: texts.verdicts[verdict] },
		{ text: format.number(counts[verdict]) },
		{ text: format.percent(rates[verdict]), ...before(verdict) },
		...(previous ? [format.change(previous.changes[verdict])] : []),
	]);
	return table(
		texts.sections.results,
		[
			textColumn(columns.result),
			numberColumn(columns.validations),
			numberColumn(columns.share),
			...(previous ? [numberColumn(columns.change)] : []),
		],
		rows,
		{ lead: texts.leads.results },
	);
}

/** The validations of each day, week or month. */
export function seriesSection(source: MailSource) {
	const { figures, texts, format, limits } = source;
	const { interval, rows } = figures.series;
	const { columns } = texts;
	const max = Math.max(1, ...rows.map(({ total }) => total));
	// The newest, if there is no room for all.
	const shown = rows.slice(-limits.series);
	return table(
		texts.sections.series[interval],
		[
			{ ...textColumn(texts.intervals[interval]), hasDays: interval !== 'month' },
			barColumn(columns.created),
			numberColumn(columns.notPassed),
			numberColumn(columns.passRate),
		],
		shown.map((row) => [
			{ text: format.interval(row, interval) },
			{
				text: format.number(row.total),
				bar: { dark: row.notPassed / max, light: (row.total - row.notPassed) / max },
			},
			{ text: format.number(row.notPassed) },
			{ text: format.percent(rateOf(row.passed, row.checked)) },
		]),
		{ lead: texts.leads.series, ...more(rows.length - shown.length, source) },
	);
}

/** How often each check was not passed. */
export function checksSection({ figures: { checks }, texts, format }: MailSource) {
	const { columns } = texts;
	const max = Math.max(...CHECKS.map((name) => checks[name].failureRate.value ?? 0)) || 1;
	return table(
		texts.sections.checks,
		[textColumn(columns.check), barColumn(columns.rate), numberColumn(columns.failedOfRun)],
		CHECKS.map((name) => {
			const { failureRate, notPassed, run } = checks[name];
			return [
				{ text: texts.checks[name] },
				{
					text: format.percent(failureRate),
					bar: { dark: (failureRate.value ?? 0) / max, light: 0 },
				},
				{ text: texts.nOf(format.number(notPassed), format.number(run)) },
			];
		}),
		{ lead: texts.leads.checks },
	);
}

/** Which checks the same validations did not pass. */
export function combinationsSection(source: MailSource) {
	const { figures, texts, format, limits } = source;
	const { combinations } = figures;
	const { columns } = texts;
	const shown = combinations.slice(0, limits.short);
	const max = shown[0]?.n ?? 1;
	return table(
		texts.sections.combinations,
		[textColumn(columns.checksFailed), barColumn(columns.validations)],
		shown.map(({ checks, n }) => [
			{ text: checks.map((name) => texts.checks[name]).join(' + ') },
			{ text: format.number(n), bar: { dark: n / max, light: 0 } },
		]),
		more(combinations.length - shown.length, source),
	);
}

/** The most frequent warnings about image quality. */
export function warningsSection({ figures, texts, format, limits }: MailSource) {
	const { warnings, otherWarnings, counts } = figures;
	const { columns } = texts;
	const names: Record<string, string> = texts.warningNames;
	const shown = warnings.slice(0, limits.short);
	const max = shown[0]?.n ?? 1;
	const hidden = warnings.slice(limits.short).reduce((sum, { n }) => sum + n, otherWarnings);
	const rest = hidden > 0 ? { more: texts.otherWarnings(format.number(hidden)) } : {};
	return table(
		texts.sections.warnings,
		[textColumn(columns.warning), barColumn(columns.validations), numberColumn(columns.share)],
		shown.map(({ code, n }) => [
			Object.hasOwn(names, code) ? { text: names[code]! } : { text: code, isId: true },
			{ text: format.number(n), bar: { dark: n / max, light: 0 } },
			{ text: format.percent(rateOf(n, counts.total)) },
		]),
		{ lead: texts.leads.warnings, ...rest },
	);
}

/** A table of the mail. */
export function table(
	title: string,
	columns: Column[],
	rows: TableSection['rows'],
	rest: Pick<TableSection, 'lead' | 'more'> = {},
): TableSection {
	return { kind: 'table', title, columns, rows, ...rest };
}

/** A column of texts, aligned to the left. */
export function textColumn(title: string): Column {
	return { title, isNumber: false };
}

/** A column of numbers, aligned to the right. */
export function numberColumn(title: string): Column {
	return { title, isNumber: true };
}

function barColumn(title: string): Column {
	return { title, isNumber: true, hasBar: true };
}

/** The line that says how many rows had no room; no line where all had. */
export function more(count: number, { texts, format }: MailSource): Pick<TableSection, 'more'> {
	return count > 0 ? { more: texts.andMore(format.number(count)) } : {};
}
