// The content of the mail before it is rendered as HTML or plain text: texts in one language, not escaped.
import type { Figures, Language } from '../figures';
import type { Texts } from '../texts';
import type { Formatter } from './formatter';

/** A bar before a number: its two parts, as shares (0 to 1) of the full length. */
export type Bar = { dark: number; light: number };

export type TableCell = {
	text: string;
	/** smaller text below */
	sub?: string;
	bar?: Bar;
	/** an ID or a code: in a monospaced font, and may be broken anywhere */
	isId?: boolean;
};

export type Column = {
	title: string;
	isNumber: boolean;
	/** whether there is a bar before the number */
	hasBar?: boolean;
	/** share of the table, e.g. `40%`; default: as wide as the content */
	width?: string;
	/** whether it has dates, which must not be broken anywhere */
	hasDays?: boolean;
};

/** A table. The first cell of a row is its heading. */
export type TableSection = {
	kind: 'table';
	title: string;
	lead?: string;
	columns: Column[];
	rows: TableCell[][];
	/** a last line that says how many more rows there are */
	more?: string;
};

/** A chart of vertical bars; `height` is from 0 to 1. */
export type ChartSection = {
	kind: 'chart';
	title: string;
	lead?: string;
	bars: Array<{ label: string; text: string; height: number }>;
};

export type Section = TableSection | ChartSection;

/** One of the figures at the top. */
export type Card = { label: string; value: string; detail: string; change?: string };

export type ReportDocument = {
	language: Language;
	locale: string;
	subject: string;
	kind: string;
	title: string;
	/** below the title */
	lines: string[];
	/** shown before all figures */
	warning?: string;
	cards: Card[];
	sections: Section[];
	notes: { title: string; lines: string[] };
};

/** How many rows of a table have room; `short` is for the tables of combinations and of warnings. */
export type RowLimits = { series: number; riskiest: number; short: number };

/** All that a part of the mail is made from. */
export type MailSource = {
	figures: Figures;
	texts: Texts;
	format: Formatter;
	limits: RowLimits;
};
