// The mail of a report: subject, HTML and plain text, in the report's language, and small enough for Gmail to show all of it.
import type { Figures } from '../figures';
import { TEXTS } from '../texts';
import {
	notesOf,
	operationsSection,
	riskiestSection,
	scoreChart,
	scoresSection,
} from './detailSections';
import type { MailSource, ReportDocument, RowLimits, Section } from './reportDocument';
import { Formatter } from './formatter';
import { headline } from './headline';
import { renderHtml } from './html';
import {
	checksSection,
	combinationsSection,
	resultsSection,
	seriesSection,
	warningsSection,
} from './resultSections';
import { renderText } from './text';

/** Gmail cuts a message after about 102 kB. The rest is for what mail servers and forwarding add. */
export const MAX_HTML_BYTES = 60_000;

/** Tried in this order: the first is good to read, the last is always small enough. */
const LIMITS: RowLimits[] = [
	{ series: 62, riskiest: 50, short: 10 },
	{ series: 31, riskiest: 25, short: 10 },
	{ series: 31, riskiest: 10, short: 5 },
	{ series: 14, riskiest: 5, short: 3 },
];

/** A mail, ready to be sent. */
export type Mail = { subject: string; text: string; html: string };

/** The mail about these figures, in the language that they name. */
export function mailOf(figures: Figures): Mail {
	const texts = TEXTS[figures.language];
	const format = new Formatter(texts, figures.timeZone);
	for (const limits of LIMITS) {
		const document = documentOf({ figures, texts, format, limits });
		const html = renderHtml(document);
		const isLast = limits === LIMITS.at(-1);
		if (Buffer.byteLength(html) <= MAX_HTML_BYTES || isLast) {
			return { subject: document.subject, text: renderText(document), html };
		}
	}
	throw new RangeError('There are no row limits');
}

function documentOf(source: MailSource): ReportDocument {
	return {
		language: source.figures.language,
		locale: source.texts.locale,
		...headline(source),
		sections: sectionsOf(source),
		notes: notesOf(source),
	};
}

/** The sections that have something to say. */
function sectionsOf(source: MailSource): Section[] {
	const { riskScore, confidence } = source.figures;
	const all = [
		resultsSection(source),
		seriesSection(source),
		checksSection(source),
		combinationsSection(source),
		warningsSection(source),
		...(riskScore.count > 0 ? [scoreChart(source, 'riskScore')] : []),
		...(confidence.count > 0 ? [scoreChart(source, 'confidence')] : []),
		scoresSection(source),
		operationsSection(source),
		riskiestSection(source),
	];
	return all.filter((section) => section.kind === 'chart' || section.rows.length > 0);
}
