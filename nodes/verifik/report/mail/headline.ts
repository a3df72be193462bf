// The top of the mail: subject, title, period, and the three most important figures. Pure.
import type { Card, MailSource, ReportDocument } from './reportDocument';

type Headline = Pick<ReportDocument, 'subject' | 'kind' | 'title' | 'lines' | 'warning' | 'cards'>;

/** The parts of the mail above its first section. */
export function headline(source: MailSource): Headline {
	const { figures, texts, format } = source;
	const { period, previous, counts, rates, isComplete, timeZone } = figures;
	const dates = format.dates(period);
	const length = period.days === null ? [] : [texts.days(period.days)];
	return {
		subject:
			counts.checked === 0
				? texts.subjectWithoutChecked(dates)
				: texts.subject(dates, format.percent(rates.passed), format.number(counts.checked)),
		kind: texts.kind,
		title: texts.title(dates),
		lines: [
			[...length, timeZone].join(' · '),
			...(previous ? [texts.comparedWith(format.dates(previous.period))] : []),
		],
		...(!isComplete && { warning: texts.notes.isNotComplete }),
		cards: [
			{
				label: texts.columns.checked,
				value: format.number(counts.checked),
				detail: texts.ofCreated(format.number(counts.total)),
			},
			rateCard('passed', source),
			rateCard('notPassed', source),
		],
	};
}

function rateCard(
	verdict: 'passed' | 'notPassed',
	{ figures: { rates, previous }, texts, format }: MailSource,
): Card {
	const { n, of } = rates[verdict];
	const change = previous?.changes[verdict];
	const isKnown = change !== undefined && change.points !== null;
	return {
		label: texts.verdicts[verdict],
		value: format.percent(rates[verdict]),
		detail: texts.nOf(format.number(n), format.number(of)),
		...(isKnown && { change: joined(format.change(change)) }),
	};
}

function joined({ text, sub }: { text: string; sub?: string }): string {
	return sub === undefined ? text : `${text}, ${sub}`;
}
