// Renders the mail as HTML that looks alike in Gmail, in Outlook and on paper: tables, `bgcolor`, sizes as attributes, inline
// styles. No scripts, images or links, so nothing is loaded; all texts are escaped. Pure.
import type {
	Bar,
	Card,
	TableCell,
	ChartSection,
	ReportDocument,
	Section,
	TableSection,
} from './reportDocument';
import { escapeHtml, plainLine } from './escape';
import { COLORS, STYLE_SHEET } from './styles';

const FONT = 'Helvetica,Arial,sans-serif';
const LAYOUT = 'role="presentation" cellpadding="0" cellspacing="0"';
const MUTED = `color:${COLORS.muted}`;
const SMALL = `font-size:12px;line-height:16px;${MUTED}`;
const RULE = `border-top:1px solid ${COLORS.line}`;
/** The border is on the row: a mail program that does not support that only lacks a line. */
const ROW = `<tr valign="top" style="${RULE}">`;
const ID = 'font:13px/20px Menlo,Consolas,monospace;word-break:break-all';
const LABEL = `font-weight:normal;${SMALL}`;
const CHART_HEIGHT_PX = 72;

/** A date of at most this many characters always fits into one line, e.g. “Tue, Nov 17”. */
const MAX_DATE = 12;
const NO_BREAK = '\u00a0';

/** Characters of a note, which is a sentence. */
const MAX_NOTE = 500;

/** Renders the mail as HTML. */
export function renderHtml(document: ReportDocument): string {
	const { locale, kind, title, lines, warning, cards, sections, notes } = document;
	return [
		`<!DOCTYPE html><html lang="${text(locale)}"><head><meta charset="utf-8">`,
		'<meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
		`<title>${text(title)}</title><style>${STYLE_SHEET}</style></head>`,
		`<body bgcolor="${COLORS.page}" style="margin:0;padding:0;background-color:${COLORS.page}">`,
		`<table ${LAYOUT} width="100%" bgcolor="${COLORS.page}"><tr><td class="o" align="center" style="padding:24px 0">`,
		`<table ${LAYOUT} class="w" width="640" bgcolor="${COLORS.card}" style="width:100%;max-width:640px;text-align:left">`,
		`<tr><td bgcolor="${COLORS.dark}" height="4" style="font-size:0;line-height:4px">&nbsp;</td></tr>`,
		`<tr><td class="i" style="padding:26px 20px 20px;font-family:${FONT};color:${COLORS.text}">`,
		`<p class="m" style="margin:0 0 6px;font-size:13px;line-height:18px;${MUTED}">${text(kind)}</p>`,
		`<h1 style="margin:0 0 8px;font-size:23px;line-height:30px;font-weight:bold;color:${COLORS.text}">${text(title)}</h1>`,
		...lines.map(
			(line) =>
				`<p class="m" style="margin:0;font-size:14px;line-height:20px;${MUTED}">${text(line)}</p>`,
		),
		'</td></tr>',
		...(warning ? [inCard(panel(warning), '0 20px 16px')] : []),
		inCard(renderCards(cards), '0 20px 0'),
		...sections.map((section) => inCard(renderSection(section), '28px 14px 0')),
		inCard(renderNotes(notes), '28px 20px 28px'),
		'</table></td></tr></table></body></html>',
	].join('');
}

/** A row of the outer table. */
function inCard(html: string, padding: string): string {
	return `<tr><td class="i s" style="padding:${padding};font-family:${FONT};color:${COLORS.text}">${html}</td></tr>`;
}

function panel(line: string): string {
	return `<table ${LAYOUT} width="100%"><tr><td bgcolor="${COLORS.dark}" width="4" style="font-size:0">&nbsp;</td><td bgcolor="${COLORS.panel}" style="padding:12px 16px;font:14px/20px ${FONT};color:${COLORS.text}">${text(line, MAX_NOTE)}</td></tr></table>`;
}

function renderCards(cards: Card[]): string {
	const cells = cards.map(({ label, value, detail, change }, index) =>
		[
			index > 0 ? '<td width="6" style="font-size:0">&nbsp;</td>' : '',
			`<td width="${Math.floor(100 / cards.length)}%" valign="top" bgcolor="${COLORS.panel}" style="padding:12px;font-family:${FONT};color:${COLORS.text}">`,
			`<p style="margin:0;font-size:13px;line-height:18px;color:${COLORS.text}">${text(label)}</p>`,
			`<p style="margin:2px 0;font-size:24px;line-height:30px;font-weight:bold;color:${COLORS.text}">${text(value)}</p>`,
			`<p class="m" style="margin:0;${SMALL}">${text(detail)}</p>`,
			change === undefined ? '' : `<p class="m" style="margin:0;${SMALL}">${text(change)}</p>`,
			'</td>',
		].join(''),
	);
	return `<table ${LAYOUT} width="100%"><tr>${cells.join('')}</tr></table>`;
}

function renderSection(section: Section): string {
	return section.kind === 'chart' ? renderChart(section) : renderTable(section);
}

/** Title and lead of a section, as the caption of its table. */
function caption({ title, lead }: Section): string {
	const under =
		lead === undefined
			? ''
			: `<p class="m" style="margin:2px 0 0;font-size:13px;line-height:18px;font-weight:normal;${MUTED}">${text(lead, MAX_NOTE)}</p>`;
	return `<caption align="left" style="text-align:left;padding:0 6px 6px"><h2 style="margin:0;font-size:17px;line-height:24px;font-weight:bold;color:${COLORS.text}">${text(title)}</h2>${under}</caption>`;
}

function renderTable(section: TableSection): string {
	const { columns, rows, more } = section;
	const head = columns.map(
		({ title, isNumber, hasBar }) =>
			`<th scope="col" valign="bottom"${hasBar ? ' colspan="2"' : ''} align="${isNumber ? 'right' : 'left'}" style="${LABEL}">${text(title)}</th>`,
	);
	const body = rows.map(
		(row) => `${ROW}${row.map((cell, index) => renderCell(section, cell, index)).join('')}</tr>`,
	);
	const width = columns.reduce((sum, { hasBar }) => sum + (hasBar ? 2 : 1), 0);
	const last =
		more === undefined
			? ''
			: `${ROW}<td class="m" colspan="${width}" style="${MUTED}">${text(more)}</td></tr>`;
	return `${dataTable(6)}">${caption(section)}<thead><tr class="m">${head.join('')}</tr></thead><tbody>${body.join('')}${last}</tbody></table>`;
}

function renderCell({ columns }: TableSection, cell: TableCell, index: number): string {
	const { isNumber, width, hasDays } = columns[index]!;
	const { sub, isId, bar } = cell;
	const under = sub === undefined ? '' : `<br><span class="m" style="${SMALL}">${text(sub)}</span>`;
	const isShort = cell.text.length <= MAX_DATE;
	const words = hasDays && !isShort ? inTwoLines(cell.text) : cell.text;
	const main = isId ? `<span style="${ID}">${text(words)}</span>` : text(words);
	const size = width === undefined ? '' : ` width="${width}"`;
	if (index === 0) {
		return `<th scope="row" align="left"${size}${hasDays && isShort ? ' nowrap' : ''} style="font-weight:normal">${main}${under}</th>`;
	}
	const align = isNumber ? ' align="right"' : '';
	return `${bar ? renderBar(bar) : ''}<td${size}${align}>${main}${under}</td>`;
}

/** A date that may be broken only after its weekday or first date, so that bars have enough room on phones. */
function inTwoLines(date: string): string {
	return date.replace(/(?<!,) /g, NO_BREAK);
}

/** Hidden from screen readers, since the number beside it says the same. */
function renderBar({ dark, light }: Bar): string {
	const [first, second] = [percentOf(dark), percentOf(light)];
	const rest = 100 - first - second;
	const part = (percent: number, color = '') =>
		percent === 0 ? '' : `<td width="${percent}%" height="12"${color}></td>`;
	const parts = [
		part(first, ` bgcolor="${COLORS.dark}"`),
		part(second, ` bgcolor="${COLORS.light}"`),
		part(rest),
	];
	return `<td width="30%" aria-hidden="true" style="padding-top:10px;font-size:0"><table ${LAYOUT} width="100%"><tr>${parts.join('')}</tr></table></td>`;
}

/** Whole percent; at least 1 for a share above 0, so that it is visible. */
function percentOf(share: number): number {
	return share <= 0 ? 0 : Math.max(1, Math.floor(share * 100));
}

function renderChart(section: ChartSection): string {
	const bars = section.bars.map(({ text: number, height }) => {
		const px = height === 0 ? 1 : Math.max(2, Math.round(height * CHART_HEIGHT_PX));
		const color = height === 0 ? COLORS.line : COLORS.light;
		return `<td align="center">${text(number)}<table ${LAYOUT} width="100%"><tr><td height="${px}" bgcolor="${color}" style="font-size:0"></td></tr></table></td>`;
	});
	const labels = section.bars.map(
		({ label }) => `<th scope="col" align="center" style="${LABEL}">${text(label)}</th>`,
	);
	return `${dataTable(3)};table-layout:fixed">${caption(section)}<tbody><tr valign="bottom" style="font-size:12px;line-height:16px">${bars.join('')}</tr></tbody><tfoot><tr class="m">${labels.join('')}</tr></tfoot></table>`;
}

/** The start tag of a table, not closed, so that more styles can follow. @param padding of each cell, in pixels */
function dataTable(padding: number): string {
	return `<table cellpadding="${padding}" cellspacing="0" width="100%" style="border-collapse:collapse;font:14px/20px ${FONT};font-variant-numeric:tabular-nums;color:${COLORS.text}`;
}

function renderNotes({ title, lines }: ReportDocument['notes']): string {
	const items = lines.map(
		(line) => `<p class="m" style="margin:0 0 4px;${SMALL}">${text(line, MAX_NOTE)}</p>`,
	);
	return `<h2 style="margin:0 0 6px;padding:16px 0 0;${RULE};font-size:13px;line-height:18px;font-weight:bold;color:${COLORS.text}">${text(title)}</h2>${items.join('')}`;
}

function text(value: string, maxLength?: number): string {
	return escapeHtml(plainLine(value, maxLength));
}
