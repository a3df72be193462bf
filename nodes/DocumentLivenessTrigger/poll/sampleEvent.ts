// The event that Fetch Test Event shows.
import { VerifikError } from '../../verifik/errors/VerifikError';
import { ListReader, type ListPage, type ListEntry } from './listReader';
import { eventsOf, isChosen } from './newEvents';
import { learnOrder } from './listOrder';
import type { EventName, PollApi, PollEvent, TriggerOptions } from './types';

/** How many of the newest pages are searched. */
const MAX_PAGES = 10;

/**
 * The newest validation that matches the chosen events and options, for a test. Does not use the state.
 *
 * @throws VerifikError `noneToShow` if none of the newest 1,000 matches, and those of the API
 */
export async function sampleEvent(options: TriggerOptions, api: PollApi): Promise<PollEvent> {
	const reader = new ListReader(api);
	const head = await reader.readHead();
	await learnOrder(reader, head);
	const isAtHead = reader.isWhole || reader.isNewestFirst;
	let page: ListPage | undefined = isAtHead ? head : await reader.readLastPage();
	for (let number = 1; page && number <= MAX_PAGES; number++) {
		const { entries, range } = page;
		const [newest] = entries
			.flatMap((entry) => toEvent(entry, options) ?? [])
			.sort((one, other) => other.createdMs - one.createdMs);
		if (newest) return newest.event;
		const next = isAtHead ? range.page + 1 : range.page - 1;
		const isOver = reader.isWhole || next < 1 || entries.length === 0;
		page = isOver ? undefined : await reader.fetch({ page: next, limit: reader.pageSize });
	}
	throw new VerifikError('noneToShow');
}

/** The event of a validation: its outcome if that was chosen, otherwise that it was received. */
function toEvent(
	entry: ListEntry,
	options: TriggerOptions,
): { createdMs: number; event: PollEvent } | undefined {
	const isFitting = (name: EventName) => isChosen(name, entry, options);
	const name = eventsOf(entry).findLast(isFitting);
	const { id, createdMs, record } = entry;
	return name && { createdMs, event: { id, name, record } };
}
