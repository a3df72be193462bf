// Opens the files that a workflow wrote for a spreadsheet, with libraries that n8n does not use to write them.
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';

/** All cells as text; an empty one is `""`. */
export type Sheet = { columns: string[]; rows: string[][] };

export function readCsv(bytes: Buffer): Sheet {
	return sheetOf(parse(bytes, { bom: true }) as string[][]);
}

/** The first sheet of a file. */
export async function readXlsx(bytes: Buffer): Promise<Sheet> {
	const cells = (await readSheet(bytes)) as unknown[][];
	return sheetOf(cells.map((row) => row.map((cell) => String(cell ?? ''))));
}

function sheetOf([columns = [], ...rows]: string[][]): Sheet {
	return { columns, rows };
}
