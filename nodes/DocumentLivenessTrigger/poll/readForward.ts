// Reads the list from a place towards its newest end. Each page range is linked to the one before it, so the records that were
// read are a part of the list without a gap.
import { catchVerifikError, VerifikError } from '../../verifik/errors/VerifikError';
import type { ListPage, ListEntry, ListReader } from './listReader';

/** A record that was read; `age` is how many records are older. */
export type ReadEntry = ListEntry & { age: number };

/** The records that were read, and where reading ended. */
export class ForwardReading {
	/** oldest first, by ID; a record that is read again replaces the earlier one, and moves to its new place */
	readonly entries = new Map<string, ReadEntry>();

	isAtNewestEnd = false;

	/** why reading ended before the newest end, except for the time and the maximum */
	interruptedBy?: VerifikError;

	/** how many records are older than the first one that was not read */
	place = 0;

	private readonly keys = new Set<string>();

	private readonly reader: ListReader;

	constructor(reader: ListReader) {
		this.reader = reader;
	}

	/** Adds a page. @returns its records that are new or have changed */
	add(answer: ListPage): ListEntry[] {
		const fresh: ListEntry[] = [];
		for (const { index, ...entry } of this.reader.oldestFirst(answer.entries)) {
			const age = this.reader.ageOf(index, answer);
			if (this.entries.get(entry.id)?.updatedMs !== entry.updatedMs) fresh.push(entry);
			this.entries.delete(entry.id);
			this.entries.set(entry.id, { ...entry, age });
		}
		for (const key of answer.keys) this.keys.add(key);
		this.place = this.reader.placeBeyond(answer);
		this.isAtNewestEnd = this.reader.isNewestEnd(answer);
		return fresh;
	}

	/** Whether a page continues from the records that were read, and has others. */
	isLinked(answer: ListPage): boolean {
		const { keys } = answer;
		const isFurther = this.reader.isNewestEnd(answer) || keys.some((key) => !this.keys.has(key));
		return isFurther && keys.some((key) => this.keys.has(key));
	}
}

/**
 * Reads from a page towards the newest end. Never throws a VerifikError: it is in `interruptedBy`, and what was read counts.
 *
 * @param place the page to begin with
 * @param isEnough called with the new records of each page; returns whether to end the reading
 */
export async function readForward(
	reader: ListReader,
	place: ListPage,
	isEnough: (fresh: ListEntry[]) => boolean,
): Promise<ForwardReading> {
	const reading = new ForwardReading(reader);
	let fresh = reading.add(place);
	while (!isEnough(fresh) && !reading.isAtNewestEnd) {
		const next = reader.readOn(reading.place, (one) => reading.isLinked(one));
		const page = await catchVerifikError(next, (error) => {
			reading.interruptedBy = error;
			return undefined;
		});
		if (!page) {
			reading.interruptedBy ??= new VerifikError('unordered');
			break;
		}
		fresh = reading.add(page);
	}
	return reading;
}
