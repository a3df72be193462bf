// The Verifik Document Liveness Trigger: its description, and what it does when n8n polls. What a poll reads and decides is in
// poll/, and what differs between n8n hosts is in pollHost.ts.
import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { catchVerifikError, VerifikError } from '../verifik/errors/VerifikError';
import { toNodeError } from '../verifik/errors/nodeErrors';
import {
	triggerProperties,
	readTriggerParameters,
	triggerSubtitle,
	type TriggerParameters,
} from './parameters';
import { activate, poll, type PollResult } from './poll/poll';
import { sampleEvent } from './poll/sampleEvent';
import { stateWhileUnreachable } from './poll/state';
import type { PollApi } from './poll/types';
import { ACTIVATION_BUDGET_MS, PollHost } from './pollHost';
import { makeItems, withPollApi } from './pollIo';

export class DocumentLivenessTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Verifik Document Liveness Trigger',
		name: 'documentLivenessTrigger',
		icon: { light: 'file:../../icons/verifik.svg', dark: 'file:../../icons/verifik.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitle,
		description: 'Starts the workflow when a document liveness validation has a result',
		defaults: { name: 'Verifik Document Liveness Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'verifikApi', required: true }],
		properties: triggerProperties,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			const items = await run(this);
			return items.length > 0 ? [items] : null;
		} catch (error) {
			if (error instanceof VerifikError)
				error.addContext({ isPolling: this.getMode() !== 'manual' });
			throw toNodeError(this.getNode(), error);
		}
	}
}

async function run(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const parameters = readTriggerParameters(context);
	if (context.getMode() === 'manual') return await fetchTestEvent(context, parameters);
	const host = new PollHost(context);
	const items = await host.runAlone(async () => {
		if (!host.isActivation) return await pollOnce(context, parameters, host);
		await begin(context, parameters, host);
		return [];
	});
	return items ?? [];
}

/** Fetch Test Event: neither reads nor changes the state. */
async function fetchTestEvent(
	context: IPollFunctions,
	parameters: TriggerParameters,
): Promise<INodeExecutionData[]> {
	const work = async (api: PollApi) => await sampleEvent(parameters, api);
	const event = await withPollApi(context, parameters, ACTIVATION_BUDGET_MS, work);
	return await makeItems(context, [event], parameters, ACTIVATION_BUDGET_MS);
}

/**
 * The workflow is published, or n8n starts with it. After a few activations that throw, n8n gives the workflow up but still
 * shows it as active. So this throws only what the user has to correct.
 */
async function begin(
	context: IPollFunctions,
	parameters: TriggerParameters,
	host: PollHost,
): Promise<void> {
	const stored = host.readState();
	const work = async (api: PollApi) => await activate(stored, parameters, api);
	const activation = withPollApi(context, parameters, host.budgetMs, work);
	const state = await catchVerifikError(activation, (error) => {
		const { hostCause, message } = error.explanation;
		if (hostCause === 'credential-invalid' || hostCause === 'configuration-invalid') throw error;
		context.logger.warn(`Verifik could not be asked when the trigger was activated: ${message}`);
		return stateWhileUnreachable(stored, parameters, Date.now());
	});
	host.keepBeginning(state);
}

/** A regular poll. */
async function pollOnce(
	context: IPollFunctions,
	parameters: TriggerParameters,
	host: PollHost,
): Promise<INodeExecutionData[]> {
	const endsAtMs = performance.now() + host.budgetMs;
	const stored = host.readState();
	const work = async (api: PollApi) => await poll(stored, parameters, api);
	const result = await withPollApi(context, parameters, host.budgetMs, work);
	// Items first: if one cannot be made, the state does not change.
	const items = await makeItems(context, result.events, parameters, endsAtMs - performance.now());
	if (!host.store(result.state)) return [];
	log(context, result);
	return items;
}

function log({ logger }: IPollFunctions, { skippedCount, interruptedBy }: PollResult): void {
	if (skippedCount > 0) {
		logger.warn(`The trigger skipped ${skippedCount} records without an ID or a date`);
	}
	if (interruptedBy) {
		const { message } = interruptedBy.explanation;
		logger.warn(`A poll ended early, and the next one continues from there: ${message}`);
	}
}
