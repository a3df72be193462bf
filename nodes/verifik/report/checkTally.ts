// Counts the results of each check, the checks that were not passed together, and the warnings. Pure.
import { CHECKS, type Check } from '../api/documentLiveness';
import { beginningOf } from '../http/sanitizeText';
import type { Validation } from '../record/readRecord';
import type { CheckFigures, Figures } from './figures';
import { rateOf } from './rates';

/** How many different warnings are counted separately, and how many a report lists. */
const MAX_CODES = 1000;
const MAX_NAMED = 50;

/** Characters of a warning; Verifik's have about 30. */
const MAX_CODE_LENGTH = 256;

type Outcome = Validation['checks'][Check]['outcome'];

/** Counts checks and warnings of validations. */
export class CheckTally {
	private readonly outcomes = byCheck(() => new Map<Outcome, number>());

	private readonly combinations = new Map<string, { checks: Check[]; n: number }>();

	private readonly warnings = new Map<string, number>();

	private otherWarnings = 0;

	add({ verdict, checks, failedChecks, warnings }: Validation): void {
		for (const name of CHECKS) increase(this.outcomes[name], checks[name].outcome);
		if (verdict === 'notPassed' && failedChecks) {
			const key = failedChecks.join();
			const combination = this.combinations.get(key) ?? { checks: failedChecks, n: 0 };
			combination.n++;
			this.combinations.set(key, combination);
		}
		for (const warning of warnings) {
			const code = beginningOf(warning, MAX_CODE_LENGTH);
			const hasRoom = this.warnings.size < MAX_CODES || this.warnings.has(code);
			if (hasRoom) increase(this.warnings, code);
			else this.otherWarnings++;
		}
	}

	figures(): Pick<Figures, 'checks' | 'combinations' | 'warnings' | 'otherWarnings'> {
		const warnings = [...this.warnings].map(([code, n]) => ({ code, n })).sort(byFrequency);
		const unnamed = warnings.slice(MAX_NAMED).reduce((sum, { n }) => sum + n, 0);
		return {
			checks: byCheck((name) => checkFigures(this.outcomes[name])),
			combinations: [...this.combinations.values()].sort(byFrequency),
			warnings: warnings.slice(0, MAX_NAMED),
			otherWarnings: this.otherWarnings + unnamed,
		};
	}
}

/** A record with a value for each of the four checks, in their usual order. */
export function byCheck<Value>(of: (name: Check) => Value): Record<Check, Value> {
	return Object.fromEntries(CHECKS.map((name) => [name, of(name)])) as Record<Check, Value>;
}

function checkFigures(outcomes: Map<Outcome, number>): CheckFigures {
	const of = (outcome: Outcome) => outcomes.get(outcome) ?? 0;
	const run = of('passed') + of('notPassed');
	return {
		run,
		passed: of('passed'),
		notPassed: of('notPassed'),
		notCarriedOut: of('notCarriedOut'),
		unknown: of('unknown'),
		failureRate: rateOf(of('notPassed'), run),
	};
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A warning, or the checks that were not passed together, and how many validations have it. */
type Counted = { n: number; code?: string; checks?: Check[] };

/** The most frequent first; equally frequent ones in alphabetical order. */
function byFrequency(one: Counted, other: Counted): number {
	const nameOf = ({ code, checks }: Counted) => code ?? checks!.join();
	return other.n - one.n || (nameOf(one) < nameOf(other) ? -1 : 1);
}
