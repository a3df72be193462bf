// A watched account, with which the tests of single polls begin, and changes in it.
import { HOUR, MINUTE, SECOND, type ApiVariant, type Outcome } from './simulatedAccount.mts';
import { SimulatedTrigger, type HostKind, type USUAL_OPTIONS } from './simulatedTrigger.mts';

const OUTCOMES: Outcome[] = ['passed', 'notPassed', 'notCarriedOut', 'noVerdict'];

/** An account with so many old validations, one a minute, that is watched. */
export async function watching(
	count: number,
	variant: Partial<ApiVariant> = {},
	options: Partial<typeof USUAL_OPTIONS> = {},
	host?: HostKind,
): Promise<SimulatedTrigger> {
	const trigger = new SimulatedTrigger(variant, options, host);
	for (let n = count; n > 0; n--) trigger.account.create('passed', { ageMs: n * MINUTE });
	trigger.account.nowMs += SECOND;
	return await trigger.activate();
}

/** An account with so many pending validations, an hour old, that is watched. */
export async function following(
	count: number,
	variant: Partial<ApiVariant> = {},
	options: Partial<typeof USUAL_OPTIONS> = {},
): Promise<SimulatedTrigger> {
	const trigger = new SimulatedTrigger(variant, options);
	for (let n = 0; n < count; n++) trigger.account.create('pending', { ageMs: HOUR });
	for (let n = 200; n > 0; n--) trigger.account.create('passed', { ageMs: n * 10 * SECOND });
	trigger.account.nowMs += SECOND;
	return await trigger.activate();
}

/** Validations that pass and that do not, by turns. @returns the keys of their events */
export function createMany(trigger: SimulatedTrigger, count: number, apartMs = 10): string[] {
	return Array.from({ length: count }, (_none, number) => {
		trigger.account.nowMs += apartMs;
		const outcome = OUTCOMES[number % 2]!;
		return `${trigger.account.create(outcome)}:${outcome}`;
	});
}

/** Polls until nothing more comes. */
export async function pollToEnd(trigger: SimulatedTrigger, budget = Infinity): Promise<string[]> {
	const came: string[] = [];
	const { account } = trigger;
	do came.push(...(await trigger.pollLater(account.api(() => account.requests >= budget))));
	while (!trigger.result!.isAtNewestEnd || trigger.result!.events.length > 0);
	return came;
}
