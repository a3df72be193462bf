// Gives the event loop turns during long work, since n8n does everything else in the same thread.
import { sleep } from 'n8n-workflow';

/** How long work may keep the event loop waiting. */
const MAX_BLOCKING_MS = 50;

/** The turns of the event loop during one piece of work. */
export class Turns {
	private lastMs = performance.now();

	/** Gives the event loop a turn if it has waited for long. Called between small steps of the work. */
	async giveIfDue(): Promise<void> {
		if (performance.now() - this.lastMs <= MAX_BLOCKING_MS) return;
		await sleep(0);
		this.lastMs = performance.now();
	}
}
