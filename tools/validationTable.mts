// Simplified records as a small table for the terminal, under the panel's labels. Pure.
import Table from 'cli-table3';

import { CHECK_LABELS } from '../nodes/verifik/record/labels.ts';
import { plainLine } from '../nodes/verifik/report/mail/escape.ts';

type Item = Record<string, any>;

type Column = {
	title: string;
	read: (item: Item) => unknown;
	/** characters of its widest text; left out: what the others leave of the line */
	width?: number;
};

/** Characters of a line: a terminal has 80, 100 or more. */
const MAX_WIDTH = 100;

/** Characters of a cell, over several lines. */
const MAX_CELL = 200;

/** A space on each side of a cell. */
const PADDING = 2;

const COLUMNS: readonly Column[] = [
	{ title: 'Risk Score', read: ({ riskScore }) => riskScore, width: 6 },
	{ title: 'Confidence', read: ({ confidence }) => confidence, width: 10 },
	{ title: 'Failed Checks', read: ({ failedChecks }) => failedChecks?.map(labelOf).join(', ') },
	{
		title: 'Applicant',
		read: ({ appRegistration }) => appRegistration?.fullName ?? appRegistration,
		width: 14,
	},
	{ title: 'Created At', read: ({ createdAt }) => textOf(createdAt).slice(0, 10), width: 10 },
	{ title: 'ID', read: ({ id }) => id, width: 24 },
];

/** A row for each item. A column of which no item says anything (the running service tells no risk) is left out. */
export function validationTable(items: Item[]): string {
	const columns = COLUMNS.filter(({ read }) => items.some((item) => textOf(read(item)) !== ''));
	const table = new Table({
		head: columns.map(({ title }) => title),
		colWidths: widthsOf(columns),
		wordWrap: true,
		style: { head: [], border: [] },
		// no line between rows
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
	});
	for (const item of items) table.push(columns.map(({ read }) => textOf(read(item))));
	return table.toString();
}

function widthsOf(columns: readonly Column[]): number[] {
	const fixed = columns.reduce((sum, { width }) => sum + (width ? width + PADDING : 0), 0);
	const borders = columns.length + 1;
	return columns.map(({ width }) => (width ? width + PADDING : MAX_WIDTH - fixed - borders));
}

function labelOf(check: string): string {
	return CHECK_LABELS[check as keyof typeof CHECK_LABELS] ?? check;
}

/** Without control characters: an applicant may have typed commands to the terminal. */
function textOf(value: unknown): string {
	return plainLine(String(value ?? ''), MAX_CELL);
}
