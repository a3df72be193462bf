// The clock of a test file: it goes on by itself, and can be advanced, for everything that runs in the test's process
// (our node, n8n-core, the sandbox). Only what time it is: waits take as long as they take.
import { jest } from '@jest/globals';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** To be called before each test. */
export function startClock(): void {
	jest.useFakeTimers({
		advanceTimers: true,
		doNotFake: [
			...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
			...(['requestAnimationFrame', 'cancelAnimationFrame'] as const),
			...(['requestIdleCallback', 'cancelIdleCallback'] as const),
			...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
			...(['setTimeout', 'clearTimeout'] as const),
		],
	});
}

/** To be called after each test. */
export function stopClock(): void {
	jest.useRealTimers();
}

/** Makes it so much later. */
export function advanceClock(ms: number): void {
	jest.setSystemTime(Date.now() + ms);
}
