// Turns the records of a list into items as they come, and keeps count of what the user has to know about them.
import type { INodeExecutionData } from 'n8n-workflow';

import { isWithin, type CreatedRange } from '../../verifik/created';
import {
	hasOtherStatus,
	hasStatus,
	type Page,
	type Status,
	type VerifikRecord,
} from '../../verifik/documentLiveness';
import { newReading } from '../../verifik/pages';
import type { Shape } from '../../panel/output';
import type { Hint } from './operation';
import { fullResponseItem } from './fullResponse';
import { pictureOf, type Picture } from './pictures';

/** What the records are narrowed by, and how they are handed on. */
type Wanted = {
	status?: Status;
	created: CreatedRange;
	maxRecords: number;
	shape: Shape;
	/** Whether to remember where the pictures of the records are. */
	withPictures?: boolean;
};

export class Collector {
	/** records that were taken */
	count = 0;

	readonly reading = newReading();

	private readonly batches: Array<{ place: number; items: INodeExecutionData[] }> = [];

	private readonly pictures = new Map<INodeExecutionData, Picture>();

	private contradicting = 0;

	private undated = 0;

	private withoutStatus = 0;

	private isWhole = false;

	private readonly wanted: Wanted;

	constructor(wanted: Wanted) {
		this.wanted = wanted;
	}

	/** @param place where in the list they belong; a batch that comes later may belong further to the front */
	take(records: VerifikRecord[], place: number): void {
		const { status, created, shape, withPictures } = this.wanted;
		const items: INodeExecutionData[] = [];
		this.countWithoutStatus(records);
		for (const record of records) {
			const isInRange = isWithin(record, created);
			if (hasOtherStatus(record, status)) this.contradicting++;
			else if (isInRange === undefined) this.undated++;
			else if (isInRange) {
				const item = { json: shape(record) };
				items.push(item);
				const picture = withPictures ? pictureOf(record) : undefined;
				if (picture) this.pictures.set(item, picture);
			}
		}
		this.count += items.length;
		if (items.length > 0) this.batches.push({ place, items });
	}

	/** One item: the answer as it came. */
	takeWhole({ body, records }: Page): void {
		const { status } = this.wanted;
		this.isWhole = true;
		this.countWithoutStatus(records);
		this.contradicting = records.filter((record) => hasOtherStatus(record, status)).length;
		this.batches.push({ place: 0, items: [fullResponseItem(body)] });
	}

	private countWithoutStatus(records: VerifikRecord[]): void {
		if (!this.wanted.status) return;
		this.withoutStatus += records.filter((record) => !hasStatus(record)).length;
	}

	/** In the list's order, up to the maximum. */
	items(): INodeExecutionData[] {
		const { maxRecords } = this.wanted;
		const all = this.batches
			.sort((one, other) => one.place - other.place)
			.flatMap(({ items }) => items);
		return all.length > maxRecords ? all.slice(0, maxRecords) : all;
	}

	/** Where the picture of one of the items is, if it has one. */
	pictureOf(item: INodeExecutionData): Picture | undefined {
		return this.pictures.get(item);
	}

	hints(): Hint[] {
		const hints: Hint[] = [];
		if (this.contradicting > 0) {
			const { status } = this.wanted;
			const then = this.isWhole ? 'Full Response holds them as they came.' : 'They were left out.';
			hints.push({
				type: 'warning',
				message: `Verifik also gave ${this.contradicting} validations that are not “${status}”. ${then}`,
			});
		}
		if (this.withoutStatus > 0) {
			hints.push({
				type: 'info',
				message: `Verifik's filter alone chose the validations by Status: ${this.withoutStatus} of them carry no status that could be compared with it. Their verdict says what came of them.`,
			});
		}
		if (this.undated > 0) {
			hints.push({
				type: 'warning',
				message: `${this.undated} validations do not say when they were created, and were left out because of Created After or Created Before.`,
			});
		}
		if (this.reading.openSeams > 0) hints.push({ type: 'warning', message: NOT_SURE });
		else if (this.reading.hasMoved) hints.push({ type: 'info', message: LIST_MOVED });
		return hints;
	}
}

const LIST_MOVED =
	'The list changed while it was read: validations came in or were removed. The pages were joined again; every validation that stayed in the list is here once.';
const NOT_SURE =
	'The list changed so fast while it was read that it could not be made sure that every validation is here. Each that is here is here once. Run again at a quieter time, or with fewer Concurrent Requests and Thorough turned on under Options.';
