// The trigger's state: where it begins, and whether what was stored is one.
import type { TriggerOptions, TriggerState } from './types';

/** Of what was read, the latest so much is read again: a validation may show some time after it was created. */
export const OVERLAP_MS = 10 * 60_000;

/**
 * The state that is kept in n8n's static data (`{ state }`).
 *
 * @returns undefined where nothing is kept
 * @throws VerifikFailure `stateUnknown` where what is kept cannot be read: the user has to be told, and nothing changed
 */
export function readState(staticData: object): TriggerState | undefined {
	return (staticData as { state?: TriggerState }).state;
}

/** Whether a state belongs to this account and node; if not, the trigger starts over. */
export function isOwnState(
	state: TriggerState | undefined,
	{ account, nodeId }: TriggerOptions,
): state is TriggerState {
	return state?.account === account && state.nodeId === nodeId;
}

/**
 * The state to begin with when Verifik cannot be asked at activation.
 *
 * @param now n8n's clock at the activation; the first poll that reaches Verifik corrects it
 */
export function stateWhileUnreachable(options: TriggerOptions, now: number): TriggerState {
	const { account, nodeId, events, failedChecks } = options;
	return {
		version: 2,
		account,
		nodeId,
		watchedSinceMs: now,
		markMs: now - OVERLAP_MS,
		isUnread: true,
		isStatusFilterTrusted: false,
		choices: [{ events, failedChecks, sinceMs: 0 }],
		seen: [],
	};
}
