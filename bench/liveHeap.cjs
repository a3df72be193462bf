// Loaded into n8n by the benchmark: writes down the most memory that was really held, garbage collected before each
// look. The resident memory of the process says little: n8n's start leaves it with room for hundreds of megabytes.
const { existsSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const file = process.env.BENCH_HEAP_FILE;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
let peak = 0;
const look = () => {
	collect();
	const { heapUsed, external } = process.memoryUsage();
	const now = heapUsed + external;
	// who takes the file away starts anew: n8n's start holds more than its running
	peak = existsSync(file) ? Math.max(peak, now) : now;
	writeFileSync(file, String(peak));
};
// the task runners load it, too; only n8n itself is looked at
if (file && process.argv[2] === 'start') setInterval(look, 1000).unref();
