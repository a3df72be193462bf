// A record as a row of a table: always the same columns, without lists and objects in the cells. Pure.
import type { VerifikRecord } from '../api/documentLiveness';
import { CHECK_LABELS, STATUS_LABELS, VERDICT_LABELS } from './labels';
import { fieldsOf, readRecord } from './readRecord';

/** `null` is an empty cell, since the record does not say. */
type Cell = string | number | boolean | null;

/** The columns, in their order. */
export type SpreadsheetRow = {
	id: Cell;
	/** with the labels of the panel, like the verdict and the failed checks */
	status: Cell;
	verdict: string;
	/** with commas; `""` if no check failed, null if the record does not say */
	failedChecks: string | null;
	/** 0 to 1, high is genuine; null for a check that was not run */
	screenReplayScore: number | null;
	printedCopyScore: number | null;
	portraitSubstitutionScore: number | null;
	digitalManipulationScore: number | null;
	riskScore: Cell;
	confidence: Cell;
	/** with commas; `""` if there is none */
	warnings: string;
	/** how many checks were charged */
	credits: number | null;
	/** names and email addresses: only with the related records (Populate) */
	clientName: Cell;
	clientEmail: Cell;
	applicantName: Cell;
	applicantEmail: Cell;
	imageUrl: Cell;
	createdAt: Cell;
	completedAt: Cell;
};

/** Makes the row of a record of any shape. */
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

/** A value for a cell; a list or an object as JSON, so that nothing is lost. */
function cell(value: unknown): Cell {
	if (value === undefined || value === null) return null;
	if (typeof value === 'object') return JSON.stringify(value);
	return value as Cell;
}
