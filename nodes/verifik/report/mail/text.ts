// The mail as plain text: the alternative that mail programs without HTML, and chats, show. Pure.
import type { TableCell, ReportDocument, Section } from './document';
import { plainLine } from './markup';

/** A note is a sentence, and may be longer than a cell. */
const MAX_LINE = 500;

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
