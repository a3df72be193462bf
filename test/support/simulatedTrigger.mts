// A trigger in a workflow that is published, on one of n8n's two kinds of hosts: what each keeps of the state, and when.
// It polls a simulated account through the pure poll; its state goes through JSON as n8n's database would have it.
import { activate, poll, type PollResult } from '../../nodes/DocumentLivenessTrigger/poll/poll.ts';
import {
	readState,
	stateWhileUnreachable,
	type TriggerState,
} from '../../nodes/DocumentLivenessTrigger/poll/state.ts';
import type { PollApi, TriggerOptions } from '../../nodes/DocumentLivenessTrigger/poll/types.ts';
import { VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { MINUTE, SimulatedAccount, type ApiVariant } from './simulatedAccount.mts';

export type HostKind = 'default' | 'durable';

export const USUAL_OPTIONS: TriggerOptions = {
	account: 'account 1',
	nodeId: 'node 1',
	events: ['passed', 'notPassed', 'notCarriedOut', 'noVerdict'],
	maximumPerPoll: Infinity,
};

export class SimulatedTrigger {
	readonly account: SimulatedAccount;

	readonly host: HostKind;

	options: TriggerOptions;

	/** what the host has in its database, as JSON */
	stored = '{}';

	/** of the latest poll */
	result?: PollResult;

	/** in memory: what a default host polls with */
	private live = '{}';

	constructor(
		variant: Partial<ApiVariant> = {},
		options: Partial<TriggerOptions> = {},
		host: HostKind = 'default',
	) {
		this.account = new SimulatedAccount(variant);
		this.options = { ...USUAL_OPTIONS, ...options };
		this.host = host;
	}

	/** The state that the next poll begins with. */
	get state(): TriggerState | undefined {
		const json = this.host === 'default' ? this.live : this.stored;
		return readState(JSON.parse(json) as object);
	}

	get stateSize(): number {
		return (this.host === 'default' ? this.live : this.stored).length;
	}

	/** The workflow is published, or n8n is started. */
	async activate(api: PollApi = this.account.api()): Promise<this> {
		this.live = this.stored;
		const before = this.state;
		const state = await activate(before, this.options, api).catch((failure: unknown) => {
			if (!(failure instanceof VerifikError)) throw failure;
			return stateWhileUnreachable(before, this.options, this.account.n8nTime());
		});
		// Both store it: a durable host beside the node's own state, until the first poll.
		this.stored = JSON.stringify({ state });
		this.live = this.stored;
		return this;
	}

	/**
	 * One poll; what it throws leaves the state as it was.
	 *
	 * @returns keys of its events
	 */
	async poll(api: PollApi = this.account.api()): Promise<string[]> {
		this.account.requests = 0;
		this.result = undefined;
		const result = await poll(this.state, this.options, api);
		this.result = result;
		this.live = JSON.stringify({ state: result.state });
		// A default host stores nothing after a poll without events.
		if (this.host === 'durable' || result.events.length > 0) this.stored = this.live;
		return result.events.map(({ id, name }) => `${id}:${name}`);
	}

	/** One poll a minute later. */
	async pollLater(api?: PollApi): Promise<string[]> {
		this.account.nowMs += MINUTE;
		return await this.poll(api);
	}
}
