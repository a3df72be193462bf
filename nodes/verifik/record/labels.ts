// The labels of verdicts, statuses and checks in the panel and in spreadsheet rows.
import type { Check, Status } from '../api/documentLiveness';
import type { Verdict } from './readRecord';

export const CHECK_LABELS: Record<Check, string> = {
	screenReplay: 'Screen Replay',
	printedCopy: 'Printed Copy',
	portraitSubstitution: 'Portrait Substitution',
	digitalManipulation: 'Digital Manipulation',
};

export const STATUS_LABELS: Record<Status, string> = {
	new: 'New',
	processing: 'Processing',
	completed: 'Completed',
	failed: 'Failed',
};

export const VERDICT_LABELS: Record<Verdict, string> = {
	passed: 'Passed',
	notPassed: 'Did Not Pass',
	notCarriedOut: 'Could Not Be Carried Out',
	pending: 'Pending',
	unknown: 'Unknown',
};
