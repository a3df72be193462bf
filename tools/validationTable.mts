// Simplified records as a small table for the terminal. Pure.
import Table from 'cli-table3';

type Item = Record<string, any>;

const COLUMNS: ReadonlyArray<[string, (item: Item) => unknown]> = [
	['Risk', ({ riskScore }) => riskScore],
	['Confidence', ({ confidence }) => confidence],
	['Not passed', ({ failedChecks }) => failedChecks?.join(', ')],
	['Applicant', ({ appRegistration }) => appRegistration?.fullName ?? appRegistration],
	['Created', ({ createdAt }) => textOf(createdAt).replace('T', ' ').slice(0, 16)],
	['ID', ({ id }) => id],
];

/** A row for each item. A column of which no item says anything (the running service tells no risk) is left out. */
export function validationTable(items: Item[]): string {
	const columns = COLUMNS.filter(([, read]) => items.some((item) => textOf(read(item)) !== ''));
	const table = new Table({
		head: columns.map(([title]) => title),
		style: { head: [], border: [] },
		// no line between rows
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
	});
	for (const item of items) table.push(columns.map(([, read]) => textOf(read(item))));
	return table.toString();
}

function textOf(value: unknown): string {
	return String(value ?? '');
}
