// Renders the mail as plain text, for mail programs without HTML and for chats. Pure.
import type { TableCell, ReportDocument, Section } from './reportDocument';
import { plainLine } from './escape';

/** Characters of a line; a note is a sentence. */
const MAX_LINE = 500;

/** Renders the mail as plain text. */
export function renderText(document: ReportDocument): string {
	const { kind, title, lines, warning, cards, sections, notes } = document;
	const blocks = [
		[kind, title, ...lines],
		...(warning ? [[warning]] : []),
		cards.map(
			({ label, value, detail, change }) =>
				`${label}: ${value} (${[detail, change].filter(Boolean).join('; ')})`,
		),
		...sections.map(sectionLines),
		[notes.title, ...notes.lines.map((line) => `- ${line}`)],
	];
	const text = blocks.map((block) => block.map((line) => plainLine(line, MAX_LINE)).join('\n'));
	return `${text.join('\n\n')}\n`;
}

function sectionLines(section: Section): string[] {
	const title = section.title.toUpperCase();
	if (section.kind === 'chart') {
		return [title, ...section.bars.map(({ label, text }) => `${label}: ${text}`)];
	}
	const { columns, rows, more } = section;
	const rowLine = ([first, ...rest]: TableCell[]) => {
		const values = rest.map((cell, index) => `${columns[index + 1]!.title} ${inLine(cell)}`);
		return `${inLine(first!)}: ${values.join(', ')}`;
	};
	return [title, ...rows.map(rowLine), ...(more ? [more] : [])];
}

function inLine({ text, sub }: TableCell): string {
	return sub === undefined ? plainLine(text) : `${plainLine(text)} (${plainLine(sub)})`;
}
