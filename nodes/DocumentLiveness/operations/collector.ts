// Turns the records of a list into items as they come, and keeps count of what the user has to know about them.
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isWithin, type CreatedRange } from '../../verifik/list/createdRange';
import {
	contradicts,
	type Page,
	type Status,
	type VerifikRecord,
} from '../../verifik/documentLiveness';
import { newReadSummary } from '../../verifik/list/readAllPages';
import type { Hint } from './operation';
import type { Shape } from './output';
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

	readonly summary = newReadSummary();

	private readonly taken: INodeExecutionData[] = [];

	private readonly pictures = new Map<INodeExecutionData, Picture>();

	private contradicting = 0;

	private undated = 0;

	private isWhole = false;

	private readonly wanted: Wanted;

	constructor(wanted: Wanted) {
		this.wanted = wanted;
	}

	/** Takes the next records, in the list's order. */
	take(records: VerifikRecord[]): void {
		const { status, created, shape, withPictures } = this.wanted;
		for (const record of records) {
			const isInRange = isWithin(record, created);
			if (contradicts(record, status)) this.contradicting++;
			else if (isInRange === undefined) this.undated++;
			else if (isInRange) {
				const item = { json: shape(record) };
				this.taken.push(item);
				this.count++;
				const picture = withPictures ? pictureOf(record) : undefined;
				if (picture) this.pictures.set(item, picture);
			}
		}
	}

	/** One item: the answer as it came, but for the flag that says what the item's being there says already. */
	takeWhole({ body, records }: Page): void {
		const { status } = this.wanted;
		const whole = Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'success'));
		this.isWhole = true;
		this.contradicting = records.filter((record) => contradicts(record, status)).length;
		this.taken.push({ json: whole as IDataObject });
	}

	/** In the list's order, up to the maximum. */
	items(): INodeExecutionData[] {
		const { maxRecords } = this.wanted;
		return this.taken.length > maxRecords ? this.taken.slice(0, maxRecords) : this.taken;
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
		if (this.undated > 0) {
			hints.push({
				type: 'warning',
				message: `${this.undated} validations do not say when they were created, and were left out because of Created After or Created Before.`,
			});
		}
		const { isSure, hasOrderChanged, recordsRead, recordsStated } = this.summary;
		if (!isSure) hints.push({ type: 'warning', message: NOT_SURE });
		if (hasOrderChanged) hints.push({ type: 'warning', message: ORDER_CHANGED });
		if (recordsStated !== undefined) {
			hints.push({
				type: 'warning',
				message: `Verifik states ${recordsStated} validations but its list holds ${recordsRead}. All of the list was read; tell Verifik if validations are missing in it.`,
			});
		}
		return hints;
	}
}

const NOT_SURE =
	'It cannot be made sure that every validation is here: Verifik does not give pages or IDs by which one page can be joined to the next. Each validation with an ID that is here is here once. Run again at a quiet time and compare, or read page by page.';
const ORDER_CHANGED =
	'The order of the list changed while it was read, so validations may be missing. Each that is here is here once. Run again at a quiet time.';
