// Loaded into n8n by the benchmark: writes the largest size of the heap after garbage collection. The resident memory of the
// process says little, since after its start n8n has hundreds of megabytes of free heap.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const file = process.env.BENCH_HEAP_FILE;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const look = () => {
	// The benchmark puts a 0 there when it begins: n8n's start holds more than its running, and is not to be held up.
	if (!existsSync(file)) return;
	collect();
	const { heapUsed, external } = process.memoryUsage();
	const peak = Math.max(Number(readFileSync(file, 'utf8')), heapUsed + external);
	writeFileSync(file, String(peak));
};
// the task runners load it, too; only n8n itself is looked at
if (file && process.argv[2] === 'start') setInterval(look, 1000).unref();
