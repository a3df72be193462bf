import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds, as long as that may take on a busy machine.
 *
 * @throws Error that names what did not come about
 */
export async function until(
	what: string,
	condition: () => boolean | Promise<boolean>,
	{ everyMs = 50, atMostMs = 120_000 } = {},
): Promise<void> {
	const deadline = Date.now() + atMostMs;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`This did not come about: ${what}.`);
		await sleep(everyMs);
	}
}
