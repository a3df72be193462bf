// The clocks of a test file: the system clock (Date), and the monotonic clock (performance.now), which nobody sets. They go on
// by themselves, and can be advanced, for everything that runs in the test's process (our node, n8n-core, the sandbox). Only
// what time it is: waits take as long as they take.
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
			...(['hrtime', 'nextTick', 'queueMicrotask'] as const),
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

/** Lets time pass, on both clocks. */
export function advanceClock(ms: number): void {
	jest.advanceTimersByTime(ms);
}

/** Sets the system clock forward, or back: no time passes. */
export function setClock(byMs: number): void {
	jest.setSystemTime(Date.now() + byMs);
}
