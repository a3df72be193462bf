// Turns the records of a list into items, page by page, and counts what its hints are about.
import type { INodeExecutionData } from 'n8n-workflow';

import { imageOf, type StoredImage } from '../../shared/attachImages';
import type { OutputFormat } from '../../shared/output';
import {
	hasOtherStatus,
	hasStatus,
	type Status,
	type VerifikRecord,
} from '../../verifik/api/documentLiveness';
import { matchRecord, type Missing, type RecordFilter } from '../../verifik/list/recordFilter';
import { STATUS_LABELS } from '../../verifik/record/labels';
import { VerifikError } from '../../verifik/errors/VerifikError';
import { MAX_KEPT_BYTES } from './memoryLimit';
import type { Hint } from './operation';

/** How many items are kept at most: very small records need more memory than their bytes. */
export const MAX_KEPT = 500_000;

/** Which records become items, and how. */
type Wanted = {
	status?: Status;
	filter: RecordFilter;
	/** how many matches to leave out: those on the pages before */
	skip: number;
	/** how many items at most */
	maximum: number;
	shape: OutputFormat;
	/** whether the images of the records will be downloaded */
	withImages: boolean;
};

/** The items of a list, and the hints about them. */
export class ListItems {
	readonly items: INodeExecutionData[] = [];

	/** how many records were checked */
	read = 0;

	/** how many of them match, also those that were left out by `skip` */
	matches = 0;

	private readonly images = new Map<INodeExecutionData, StoredImage>();

	private readonly missing = new Map<Missing, number>();

	private withOtherStatus = 0;

	private withoutStatus = 0;

	private readonly wanted: Wanted;

	constructor(wanted: Wanted) {
		this.wanted = wanted;
	}

	/** the share of the checked records that became items */
	get keptShare(): number {
		return this.read > 0 ? this.items.length / this.read : 1;
	}

	/** how many more matches are wanted */
	get remaining(): number {
		return this.wanted.skip + this.wanted.maximum - this.matches;
	}

	/**
	 * Takes the next records of the list.
	 *
	 * @param bytesRead bytes of all answers so far
	 * @throws VerifikError `listTooLarge` if there are more items than n8n can hold in memory
	 */
	take(records: VerifikRecord[], bytesRead: number): void {
		for (const record of records) {
			if (this.remaining <= 0) return;
			if (this.isMatch(record) && ++this.matches > this.wanted.skip) this.add(record);
		}
		if (bytesRead * this.keptShare > MAX_KEPT_BYTES || this.items.length > MAX_KEPT) {
			throw new VerifikError('listTooLarge');
		}
	}

	/** Counts records that are returned unchanged (Full Response). */
	note(records: VerifikRecord[]): void {
		records.forEach((record) => this.isMatch(record));
	}

	/** The stored image of an item, if its record has one. */
	imageOf(item: INodeExecutionData): StoredImage | undefined {
		return this.images.get(item);
	}

	/** @param isWhole whether all records were returned unchanged (Full Response) */
	hints(isWhole: boolean): Hint[] {
		const { status } = this.wanted;
		const hints: Hint[] = [];
		if (this.withOtherStatus > 0) {
			const isOne = this.withOtherStatus === 1;
			const others = isOne
				? 'one validation that does not'
				: `${this.withOtherStatus} validations that do not`;
			const leftOut = isOne ? 'It was left out.' : 'They were left out.';
			const then = isWhole ? `Full Response contains ${isOne ? 'it' : 'them'}.` : leftOut;
			hints.push({
				type: 'warning',
				message: `Verifik also returned ${others} have the status ${status && STATUS_LABELS[status]}. ${then}`,
			});
		}
		if (this.withoutStatus > 0) {
			const message =
				this.withoutStatus === 1
					? 'The record of one validation has no status, so the node could not check that Verifik chose it correctly. Its verdict shows the result.'
					: `The records of ${this.withoutStatus} validations have no status, so the node could not check that Verifik chose them correctly. Their verdict shows the result.`;
			hints.push({ type: 'info', message });
		}
		for (const [missing, count] of this.missing) {
			const records = count === 1 ? 'One validation was' : `${count} validations were`;
			hints.push({
				type: 'warning',
				message: `${records} left out because the record does not say ${MISSING[missing]}.`,
			});
		}
		return hints;
	}

	private isMatch(record: VerifikRecord): boolean {
		const { status, filter } = this.wanted;
		this.read++;
		if (hasOtherStatus(record, status)) {
			this.withOtherStatus++;
			return false;
		}
		if (status && !hasStatus(record)) this.withoutStatus++;
		const match = matchRecord(record, filter);
		if (typeof match === 'object') {
			this.missing.set(match.missing, (this.missing.get(match.missing) ?? 0) + 1);
		}
		return match === 'fits';
	}

	private add(record: VerifikRecord): void {
		const { shape, withImages } = this.wanted;
		const item = { json: shape(record) };
		this.items.push(item);
		const image = withImages ? imageOf(record) : undefined;
		if (image) this.images.set(item, image);
	}
}

/** The words for what a record does not say although a filter needs it. */
const MISSING: Record<Missing, string> = {
	verdict: 'whether the document passed (Verdict)',
	failedChecks: 'which checks the document did not pass (Failed Checks)',
	riskScore: 'how risky it is (Minimum Risk Score)',
	createdAt: 'when it was created',
};
