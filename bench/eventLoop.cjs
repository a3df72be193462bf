// Loaded into n8n before anything else. Writes ten times a second the longest stall of its event loop (in processor time) and
// the most memory since the file was last moved away. (Not VmHWM, which never decreases.)
const { existsSync, renameSync, writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.BENCH_LOOP_FILE;
// the task runners load it, too; only n8n itself is looked at
if (file && isMainThread && process.argv[2] === 'start') {
	let [stallUs, rss, before, written] = [0, 0, process.threadCpuUsage(), 0];
	setInterval(() => {
		const { user, system } = process.threadCpuUsage(before);
		if (written > 0 && !existsSync(file)) [stallUs, rss] = [0, 0];
		stallUs = Math.max(stallUs, user + system);
		rss = Math.max(rss, process.memoryUsage.rss());
		if (Date.now() - written > 100) {
			writeFileSync(`${file}.new`, JSON.stringify({ stallMs: stallUs / 1000, rssMb: rss / 1e6 }));
			renameSync(`${file}.new`, file);
			written = Date.now();
		}
		before = process.threadCpuUsage();
	}, 5).unref();
}
