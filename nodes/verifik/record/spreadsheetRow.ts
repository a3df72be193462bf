// A record as one row of a table: always the same columns, and in every cell a text, a number or nothing. Pure.
import type { VerifikRecord } from '../api/documentLiveness';
import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from './labels';
import { fieldsOf, readRecord } from './readRecord';

/** `null` is an empty cell: the record does not say. */
type Cell = string | number | boolean | null;

/** The columns, in their order. */
export type SpreadsheetRow = {
	id: Cell;
	/** as the panel calls them, like the verdict and the failed checks */
	status: Cell;
	verdict: string;
	/** with commas; `""` where no check failed, empty where the record does not say */
	failedChecks: string | null;
	/** 0 to 1, high is genuine; empty for a check that was not run */
	screenReplayScore: number | null;
	printedCopyScore: number | null;
	portraitSubstitutionScore: number | null;
	digitalManipulationScore: number | null;
	riskScore: Cell;
	confidence: Cell;
	/** with commas; `""` where there is none */
	warnings: string;
	/** how many checks were charged */
	credits: number | null;
	/** names and e-mails: only where the related record came along (Populate) */
	clientName: Cell;
	clientEmail: Cell;
	applicantName: Cell;
	applicantEmail: Cell;
	imageUrl: Cell;
	createdAt: Cell;
	completedAt: Cell;
};

/** The row of a record in any shape. */
export function spreadsheetRow(record: VerifikRecord): SpreadsheetRow {
	const { verdict, failedChecks, checks, warnings, credits, ...read } = readRecord(record);
	const client = fieldsOf(record.client);
	const applicant = fieldsOf(record.appRegistration);
	return {
		id: cell(record._id),
		status: cell(
			Object.entries(STATUS_LABELS).find(([name]) => name === record.status)?.[1] ?? record.status,
		),
		verdict: VERDICT_LABELS[verdict],
		failedChecks: failedChecks && failedChecks.map((name) => CHECK_LABELS[name]).join(', '),
		screenReplayScore: checks.screenReplay.score,
		printedCopyScore: checks.printedCopy.score,
		portraitSubstitutionScore: checks.portraitSubstitution.score,
		digitalManipulationScore: checks.digitalManipulation.score,
		riskScore: cell(read.riskScore),
		confidence: cell(read.confidence),
		warnings: warnings.join(', '),
		credits,
		clientName: cell(client.name),
		clientEmail: cell(client.email),
		applicantName: cell(applicant.fullName),
		applicantEmail: cell(applicant.email),
		imageUrl: cell(record.imageUrl),
		createdAt: cell(record.createdAt),
		completedAt: cell(record.completedAt),
	};
}

/** What fits into a cell as it is; anything else as its JSON, so that nothing is lost. */
function cell(value: unknown): Cell {
	if (value === undefined || value === null) return null;
	if (typeof value === 'object') return JSON.stringify(value);
	return value as Cell;
}
