// The mail of a report: subject, HTML and plain text, in the report's language and never larger than what Gmail shows.
import type { Figures } from '../figures';
import { TEXTS, type Texts } from '../texts';
import {
	notesOf,
	operationsSection,
	riskiestSection,
	scoreChart,
	scoresSection,
} from './detailSections';
import type { ReportDocument, RowLimits, Section } from './document';
import { Formatter } from './formatter';
import { headline } from './headline';
import { renderHtml } from './html';
import { byteLength } from './markup';
import {
	checksSection,
	combinationsSection,
	results,
	seriesSection,
	warningsSection,
} from './resultSections';
import { renderText } from './text';

/** Gmail cuts a message at about 102 kB; the rest is for what a mail server and a forwarder add. */
export const MAX_HTML_BYTES = 60_000;

/** From as much as is good to read to what is always small enough. */
const LIMITS: RowLimits[] = [
	{ series: 62, riskiest: 50, short: 10 },
	{ series: 31, riskiest: 25, short: 10 },
	{ series: 31, riskiest: 10, short: 5 },
	{ series: 14, riskiest: 5, short: 3 },
];

export type Mail = { subject: string; text: string; html: string };

export function mailOf(figures: Figures): Mail {
	const texts = TEXTS[figures.language];
	const format = new Formatter(texts, figures.timeZone);
	for (const limits of LIMITS) {
		const document = documentOf(figures, texts, format, limits);
		const html = renderHtml(document);
		const isLast = limits === LIMITS.at(-1);
		if (byteLength(html) <= MAX_HTML_BYTES || isLast) {
			return { subject: document.subject, text: renderText(document), html };
		}
	}
	throw new RangeError('There are no row limits');
}

function documentOf(
	figures: Figures,
	texts: Texts,
	format: Formatter,
	limits: RowLimits,
): ReportDocument {
	return {
		language: figures.language,
		locale: texts.locale,
		...headline(figures, texts, format),
		sections: sectionsOf(figures, texts, format, limits),
		notes: notesOf(figures, texts, format),
	};
}

/** What there is nothing to say about has no section. */
function sectionsOf(
	figures: Figures,
	texts: Texts,
	format: Formatter,
	limits: RowLimits,
): Section[] {
	const { sections, leads } = texts;
	const { riskScore, confidence } = figures;
	const all = [
		results(figures, texts, format),
		seriesSection(figures, texts, format, limits),
		checksSection(figures, texts, format),
		combinationsSection(figures, texts, format, limits),
		warningsSection(figures, texts, format, limits),
		...(riskScore.count > 0
			? [scoreChart(sections.riskScore, leads.riskScore, riskScore, format)]
			: []),
		...(confidence.count > 0
			? [scoreChart(sections.confidence, leads.confidence, confidence, format)]
			: []),
		scoresSection(figures, texts, format),
		operationsSection(figures, texts, format),
		riskiestSection(figures, texts, format, limits),
	];
	return all.filter((section) => section.kind === 'chart' || section.rows.length > 0);
}
