// Reads the list from a place towards its newest end, each page range linked to what was read before it: so what was read
// is a stretch of the list without a gap, wherever it ends.
import { catchVerifikError, VerifikError } from '../../verifik/errors/VerifikError';
import type { ListPage, ListEntry, ListReader } from './listReader';

/** A record that was read, and how many records are older. */
export type ReadEntry = ListEntry & { age: number };

/** What was read of the list. */
export class ForwardReading {
	/** Oldest first. A record that is met again counts as it is now, and where it is now. */
	readonly entries = new Map<string, ReadEntry>();

	isAtNewestEnd = false;

	/** why it ended before the newest end, apart from the time and the maximum */
	interruptedBy?: VerifikError;

	/** how many records are older than the first that was not read */
	place = 0;

	private readonly keys = new Set<string>();

	private readonly reader: ListReader;

	constructor(reader: ListReader) {
		this.reader = reader;
	}

	/** @returns the records that were not read before, or have changed */
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

	/** Whether an answer goes on from what was read, and further. */
	isLinked(answer: ListPage): boolean {
		const { keys } = answer;
		const isFurther = this.reader.isNewestEnd(answer) || keys.some((key) => !this.keys.has(key));
		return isFurther && keys.some((key) => this.keys.has(key));
	}
}

/**
 * @param place what to begin with
 * @param isEnough whether the poll is to end with what was read; it is handed each record that was read
 * @returns never throws a VerifikError: what was read so far counts
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
