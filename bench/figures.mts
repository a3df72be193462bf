// Summarizes and formats the figures of the benchmark.

export const median = (values: number[]) =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

export const ratio = (value: number, to: number) => (value / to).toFixed(2);
