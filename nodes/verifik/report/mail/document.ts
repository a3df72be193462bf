// What stands in the mail, before it becomes HTML or plain text: all in words of one language, with nothing escaped yet.
import type { Figures, Language } from '../figures';
import type { Texts } from '../texts';
import type { Formatter } from './formatter';

/** A bar beside a number: parts of its full length, from 0 to 1. */
export type Bar = { dark: number; light: number };

export type TableCell = {
	text: string;
	/** smaller, under it */
	sub?: string;
	bar?: Bar;
	/** an ID or code: letters of the same width, broken anywhere where there is no room */
	isId?: boolean;
};

export type Column = {
	title: string;
	isNumber: boolean;
	/** a bar before the number */
	hasBar?: boolean;
	/** of the table, e.g. `40%`; where there is none, as much as the content takes */
	width?: string;
	/** Whether it holds days, which are not broken anywhere. */
	hasDays?: boolean;
};

/** The first cell of a row says what the row is about. */
export type TableSection = {
	kind: 'table';
	title: string;
	lead?: string;
	columns: Column[];
	rows: TableCell[][];
	/** that there are more rows */
	more?: string;
};

/** Upright bars, each with its number and its label. */
export type ChartSection = {
	kind: 'chart';
	title: string;
	lead?: string;
	bars: Array<{ label: string; text: string; height: number }>;
};

export type Section = TableSection | ChartSection;

/** One of the numbers at the top. */
export type Card = { label: string; value: string; detail: string; change?: string };

export type ReportDocument = {
	language: Language;
	locale: string;
	subject: string;
	kind: string;
	title: string;
	/** under the title */
	lines: string[];
	/** what a reader has to know before anything else */
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
