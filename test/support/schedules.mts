// Random schedules for the trigger's model test: an account, a host, and what happens in which order. A number is all that
// is needed to make one again.
import type { EventChoice, EventName } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import type { Check } from '../../nodes/verifik/api/documentLiveness.ts';
import {
	DAY,
	HOUR,
	MINUTE,
	SECOND,
	type ApiVariant,
	type Outcome,
	type Stage,
} from './simulatedAccount.mts';
import type { HostKind } from './simulatedTrigger.mts';

export type Change =
	| { do: 'create'; stage: Stage; count: number; ageMs: number; lagMs: number }
	| { do: 'createOdd'; kind: OddRecord }
	| { do: 'move'; from: Stage; to: Stage; share: number }
	| { do: 'remove'; share: number; count: number }
	| { do: 'touch'; share: number; count: number };

/** Records and ids that no service should give. */
type OddRecord = 'protoId' | 'oddId' | 'noId' | 'noDate' | 'datedAhead' | 'farAhead' | 'datedBack';

/** A page that is wrong in one answer: empty, half of it, the first one, or the newest records as if they were the whole list. */
type WrongPage = 'empty' | 'half' | 'firstAgain' | 'newestOnly';

/** What happens in the middle of a poll, at which of its requests. */
export type Trouble = {
	request: number;
	kind: 'down' | 'timeUp' | 'notFound' | 'changes' | WrongPage;
	changes: Change[];
	/** `changes`: before how many requests */
	times: number;
};

export type Step =
	| { do: 'change'; change: Change }
	| { do: 'wait'; ms: number }
	| { do: 'poll'; trouble?: Trouble }
	/** n8n is killed after it stored the state, before the workflow runs (default hosts) */
	| { do: 'killAtHandover' }
	| { do: 'restart'; isDown: boolean }
	| {
			do: 'republish';
			pauseMs: number;
			choice?: EventChoice;
			isDown: boolean;
			isOtherAccount: boolean;
	  }
	| { do: 'clockWrong'; aheadMs: number };

export type Schedule = {
	seed: number;
	host: HostKind;
	variant: ApiVariant;
	choice: EventChoice;
	maximumPerPoll: number;
	/** requests that a poll has time for */
	budget: number;
	before: Array<{ stage: Stage; ageMs: number }>;
	isDown: boolean;
	steps: Step[];
};

const EVENTS: EventName[] = ['received', 'passed', 'notPassed', 'notCarriedOut', 'noVerdict'];
const OUTCOMES: Outcome[] = ['passed', 'notPassed', 'notCarriedOut', 'noVerdict'];
const STAGES: Stage[] = ['pending', ...OUTCOMES];
const WRONG_PAGES: WrongPage[] = ['empty', 'half', 'firstAgain', 'newestOnly'];
const ODD: OddRecord[] = [
	'protoId',
	'oddId',
	'noId',
	'noDate',
	'datedAhead',
	'farAhead',
	'datedBack',
];

/** mulberry32: small, and the same everywhere. */
class Random {
	private state: number;

	constructor(seed: number) {
		this.state = seed;
	}

	/** from 0 up to 1 */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	whole(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	chance(share: number): boolean {
		return this.next() < share;
	}

	of<Item>(items: readonly Item[]): Item {
		return items[Math.floor(this.next() * items.length)]!;
	}
}

export function makeSchedule(seed: number): Schedule {
	const random = new Random(seed);
	const variant = makeVariant(random);
	const isBusy = random.chance(0.07);
	const count = isBusy ? random.whole(150, 400) : random.whole(0, 60);
	const spread = random.of([10 * MINUTE, HOUR, 2 * DAY]);
	return {
		seed,
		host: random.of(['default', 'durable']),
		variant,
		choice: makeChoice(random),
		maximumPerPoll: random.chance(0.6) ? Infinity : random.whole(1, 12),
		// without a total the place takes more requests to find
		budget: random.chance(0.7) ? Infinity : random.whole(variant.hasTotal ? 12 : 30, 40),
		before: Array.from({ length: count }, () => ({
			stage: random.of([...STAGES, ...OUTCOMES]),
			ageMs: Math.floor(random.next() * spread),
		})).sort((one, other) => other.ageMs - one.ageMs),
		isDown: random.chance(0.15),
		steps: Array.from({ length: random.whole(3, 24) }, () => makeStep(random, variant)),
	};
}

function makeVariant(random: Random): ApiVariant {
	return {
		sortedBy: random.of(['createdAt', 'createdAt', 'updatedAt', 'updatedAt', 'insertion']),
		isNewestFirst: random.chance(0.6),
		shape: random.of(['nested', 'nested', 'flat', 'flat', 'flatOlder', 'unknown']),
		hasStatusFilter: random.chance(0.6),
		hasTotal: random.chance(0.8),
		// small pages: many of them in little time
		maxPageSize: random.of([10, 10, 20, 100]),
		dateAheadMs: random.of([0, 0, 0, 5 * MINUTE, -5 * MINUTE, 3 * HOUR, -3 * HOUR, DAY]),
		n8nAheadMs: random.of([0, 0, 0, 4 * MINUTE, -4 * MINUTE, -3 * HOUR]),
	};
}

function makeChoice(random: Random): EventChoice {
	const events = random.chance(0.4) ? EVENTS.slice(1) : EVENTS.filter(() => random.chance(0.5));
	const failedChecks: Check[] | undefined = random.chance(0.2)
		? [random.of(['screenReplay', 'printedCopy'] as const)]
		: undefined;
	return { events: events.length > 0 ? events : ['received'], failedChecks };
}

function makeChange(
	random: Random,
	{ sortedBy, n8nAheadMs }: ApiVariant,
	mostAtOnce = 150,
): Change {
	const kind = random.next();
	if (kind < 0.4) {
		const isBurst = random.chance(0.15);
		const isLate = random.chance(0.3);
		return {
			do: 'create',
			stage: random.of([...STAGES, 'pending']),
			count: isBurst ? random.whole(10, mostAtOnce) : random.whole(1, 4),
			// lists in the order of insertion: dates are off
			ageMs: sortedBy === 'insertion' ? random.whole(0, 20 * SECOND) : 0,
			// two clocks that are ahead take from the ten minutes that are read again
			lagMs: isLate ? random.whole(0, n8nAheadMs > 0 ? 50 * SECOND : 4 * MINUTE) : 0,
		};
	}
	if (kind < 0.43) return { do: 'createOdd', kind: random.of(ODD) };
	const share = random.next();
	if (kind < 0.75) return { do: 'move', from: 'pending', to: random.of(OUTCOMES), share };
	if (kind < 0.85) return { do: 'move', from: random.of(STAGES), to: random.of(STAGES), share };
	const count = random.chance(0.2) ? random.whole(10, 60) : random.whole(1, 3);
	return { do: kind < 0.93 ? 'remove' : 'touch', share, count };
}

function makeStep(random: Random, variant: ApiVariant): Step {
	const kind = random.next();
	if (kind < 0.4) return { do: 'change', change: makeChange(random, variant) };
	if (kind < 0.75) {
		return { do: 'poll', ...(random.chance(0.4) && { trouble: makeTrouble(random, variant) }) };
	}
	if (kind < 0.87) {
		return { do: 'wait', ms: random.of([MINUTE, 10 * MINUTE, HOUR, DAY, 30 * DAY]) };
	}
	if (kind < 0.9) return { do: 'killAtHandover' };
	if (kind < 0.94) return { do: 'restart', isDown: random.chance(0.3) };
	if (kind < 0.96) {
		return {
			do: 'clockWrong',
			aheadMs: random.of([DAY, -DAY, 365 * DAY, 5 * MINUTE, -5 * MINUTE]),
		};
	}
	return {
		do: 'republish',
		pauseMs: random.of([0, MINUTE, DAY]),
		...(random.chance(0.7) && { choice: makeChoice(random) }),
		isDown: random.chance(0.2),
		isOtherAccount: random.chance(0.1),
	};
}

function makeTrouble(random: Random, variant: ApiVariant): Trouble {
	return {
		request: random.chance(0.5) ? random.whole(1, 5) : random.whole(1, 20),
		kind: random.of([
			'down',
			'timeUp',
			'notFound',
			...WRONG_PAGES,
			'changes',
			'changes',
			'changes',
		]),
		changes: Array.from({ length: random.whole(1, 3) }, () => makeChange(random, variant, 30)),
		times: random.chance(0.5) ? 1 : random.whole(2, 6),
	};
}
