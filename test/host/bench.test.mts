// The benchmark in its short form: that it works and what it counts; no times.
import { expect, test } from '@jest/globals';
import { execa } from 'execa';

test('the benchmark works, and Return All loses nothing in it', async () => {
	const { stdout } = await execa(
		'node',
		['--import', './tools/nodeSources.mjs', 'bench/run.mts', '--short'],
		{ preferLocal: true },
	);
	expect(stdout).toMatch(/^\| 5 \| 5 ms \|( \d+\.\d+ s \|){3}( \d+\.\d+ \|){3}$/m);
	expect(stdout).toMatch(/^\| 3 \| 10 ms \|( \d+\.\d+ s \|){3}( \d+\.\d+ \|){2}$/m);
	// one connection a page, and ten at once at most
	expect(stdout).toMatch(/^\| 3 \| 10 ms \| \d+ \/ \d+ \/ 3 \| \d+ \/ 1 \/ [1-3] \|/m);
	expect(stdout).toContain('500 of 500 records, 0 twice');
	expect(stdout).toMatch(
		/^\| one record is removed \| 0 lost, 0 twice, 0 out of order; \d+ requests \|/m,
	);
	expect(stdout).toContain('0 requests left afterwards');
	const report = /^\| 10,000 \| [\d.]+ s \| (-?[\d.]+) MB \| (\d+) \|/m.exec(stdout)!;
	// of 100 pages, about 30 are of two weeks
	const [live, requests] = report.slice(1).map(Number);
	expect(live).toBeLessThan(100);
	expect(requests).toBeLessThan(60);
	expect(stdout).toMatch(/^\| Return All, simplified \| \d+ MB \|/m);
	expect(stdout).toMatch(
		/^\| sends a byte now and then \| \d+\.\d s \| \d+ ms \| \d+ MB \| .* in time \|/m,
	);
}, 900_000);
