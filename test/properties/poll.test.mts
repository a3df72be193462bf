// The trigger's promise, in random schedules on a simulated clock, on both kinds of hosts.
//
//          what changes                        what reads                       what judges
//   ┌──────────────────────────┐       ┌────────────────────────┐       ┌─────────────────────────┐
//   │ SimulatedAccount         │ List, │ SimulatedTrigger       │ event │ scheduleOracle          │
//   │ create ─► pending        │ Re-   │ activate, poll, poll … │ keys  │ compares `deliveries`   │
//   │             │ move       │ trieve│                        │──────►│ with the `history`:     │
//   │             ▼            │◄──────│ state as JSON, saved   │       │ it knows nothing of the │
//   │ passed, notPassed, …     │──────►│ when the host saves it │       │ state                   │
//   │ touch, remove            │       │ (default or durable)   │       │                         │
//   └────────────┬─────────────┘       └───────────▲────────────┘       └────────────▲────────────┘
//                │                                 │                                 │
//                │           Verifik is down · a poll's time is up · the list        │
//                │           changes in the middle of a poll · a clock is wrong      │
//                │           · n8n is killed, restarted, or publishes anew           │
//                │                                                                   │
//                └── `history`: from when to when each validation had its status ────┘
//
// Promise: every validation that comes to a chosen outcome after the workflow was published starts it once for that
// outcome, and nothing else does. What the promise leaves out is named in scheduleOracle.mts, and counted.
// `SCHEDULES` says how many, `SEED` which is the first; a failing one is printed with its seed, cut down as far as it goes.
import { expect, test } from '@jest/globals';

import { makeSchedule, type Schedule } from '../support/schedules.mts';
import { judge } from '../support/scheduleOracle.mts';
import { simulate } from '../support/scheduleRun.mts';

const SEED = Number(process.env.SEED ?? 20260131);
const SCHEDULES = Number(process.env.SCHEDULES ?? 10_000);

async function findings(schedule: Schedule): Promise<string[]> {
	try {
		return judge(await simulate(schedule)).findings;
	} catch (failure) {
		return [`it threw ${failure instanceof Error ? failure.stack : String(failure)}`];
	}
}

/** Takes away what the failure does not need. */
async function shrink(schedule: Schedule): Promise<Schedule> {
	let least = schedule;
	for (let size = Math.ceil(least.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
		for (let from = 0; from < least.steps.length; ) {
			const steps = least.steps.toSpliced(from, size);
			if ((await findings({ ...least, steps })).length > 0) least = { ...least, steps };
			else from += size;
		}
	}
	return least;
}

test(`every validation starts the workflow once for each outcome (seed ${SEED}, ${SCHEDULES} schedules)`, async () => {
	const totals = new Map<string, number>();
	for (let number = 0; number < SCHEDULES; number++) {
		const schedule = makeSchedule(SEED + number);
		const run = await simulate(schedule).catch((failure: unknown) => failure as Error);
		const { findings: found, counts } =
			run instanceof Error ? { findings: [run.stack], counts: {} } : judge(run);
		if (found.length > 0) {
			const least = await shrink(schedule);
			throw new Error(
				`seed ${SEED + number}: ${JSON.stringify((await findings(least)).slice(0, 5), null, 1)}\n` +
					JSON.stringify({ ...least, before: least.before.length }),
			);
		}
		for (const [name, count] of Object.entries(counts)) {
			totals.set(name, (totals.get(name) ?? 0) + count);
		}
	}
	const lines = [...totals].sort().map(([name, count]) => `  ${name}: ${count}\n`);
	process.stdout.write(`  ${SCHEDULES} schedules\n${lines.join('')}`);
	expect(totals.get('delivered')).toBeGreaterThan(0);
}, 3_600_000);
