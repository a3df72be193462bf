// The command behind `npm start`: not a task of gulp, which would take --help for its own.
import { start } from './start.mts';

await start(process.argv.slice(2)).catch((reason: Error) => {
	process.stderr.write(`${reason.message}\n`);
	process.exitCode = 1;
});
