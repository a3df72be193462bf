// What a run does to the process: the longest stall of its event loop, how much its memory grows, and what time it takes.
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

/**
 * Runs something, and measures the time of the processor that its thread took: not that of other threads, nor that of
 * collecting what was left in memory before.
 */
export async function threadMs(run: () => unknown): Promise<number> {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
	const before = process.threadCpuUsage();
	await run();
	const { user, system } = process.threadCpuUsage(before);
	return (user + system) / 1000;
}
