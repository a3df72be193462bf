// What a run does to the process: the longest stall of its event loop, and how much its memory grows.
import { setTimeout } from 'node:timers/promises';

/**
 * Runs something, and measures what it did to the process. A stall counts as the time of the processor that it took, so that
 * other work on the machine does not matter.
 */
export async function measured(
	run: () => Promise<unknown>,
): Promise<{ stallMs: number; grownBy: number }> {
	const idle = process.memoryUsage().rss;
	let [peak, stall, before] = [idle, 0, process.threadCpuUsage()];
	const watch = setInterval(() => {
		const { user, system } = process.threadCpuUsage(before);
		stall = Math.max(stall, user + system);
		peak = Math.max(peak, process.memoryUsage().rss);
		before = process.threadCpuUsage();
	}, 5);
	// Only a later turn of the event loop shows the stall in which the run ended.
	await run().finally(async () => {
		await setTimeout(20);
		clearInterval(watch);
	});
	return { stallMs: stall / 1000, grownBy: peak - idle };
}
