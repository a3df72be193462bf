// The one way out to Verifik: sends a request through n8n's helper and gives back its JSON, or the failure in words.
import {
	sleep,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IPollFunctions,
} from 'n8n-workflow';

import { authorizationFor, readBaseUrl, readToken } from './access';
import { quotable, readAnswer, readConnectionError, type Answer, type Call } from './answers';
import { VerifikFailure, type Cause } from './errors';
import { Traffic, type Clock } from './traffic';

/** Any of n8n's contexts in which a node may call Verifik. */
export type CallContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export type Client = {
	/**
	 * GET with the credential's token, tried again where that may help.
	 *
	 * @param path path and query, beginning with a slash; appended to the credential's base URL
	 * @throws VerifikFailure
	 */
	getJson(path: string): Promise<unknown>;
	/** The failure for an answer that is JSON but cannot be used; it quotes what came. */
	unusable(cause: Cause, body: unknown): VerifikFailure;
	/** how often requests were sent again, and what was waited for that */
	readonly traffic: Pick<Traffic, 'retries' | 'waitedMs'>;
	/** To be called when the operation is over: nothing is sent after it. */
	end(): void;
};

/** How an operation uses the service. */
export type Manners = {
	/** for all requests of the operation together, from now on; default half an hour */
	timeoutMs?: number;
	/** requests under way at once; default 1 */
	concurrency?: number;
};

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 60_000;

/** How long an operation may take where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 1_800_000;

/** How soon a wait notices that the workflow was stopped. */
const SLICE_MS = 100;

/**
 * A client for the node's credential, for one operation.
 *
 * @throws VerifikFailure before anything is sent, when the credential cannot be used
 */
export async function connect(
	context: CallContext,
	{ timeoutMs = DEFAULT_TIMEOUT_MS, concurrency = 1 }: Manners = {},
): Promise<Client> {
	const credential = await context.getCredentials('verifikApi');
	const baseUrl = readBaseUrl(credential);
	authorizationFor(credential, baseUrl.href);
	const call: Call = { host: baseUrl.host, token: readToken(credential) };
	const base = baseUrl.href.replace(/\/+$/, '');
	let isOver = false;
	const traffic = new Traffic(
		clockOf(context, () => isOver),
		{
			timeoutMs,
			mostAtOnce: concurrency,
			host: call.host,
		},
	);

	return {
		async getJson(path) {
			const url = base + path;
			const attempt = async (timeLeftMs: number) => {
				const timeout = Math.max(1, Math.min(REQUEST_TIMEOUT_MS, timeLeftMs));
				const answer = await send(context, { method: 'GET', url, timeout }, call);
				return answer instanceof VerifikFailure ? answer : readAnswer(answer, call, new Date());
			};
			return await traffic.send(attempt, true);
		},
		unusable: (cause, body) =>
			new VerifikFailure(cause, {
				host: call.host,
				said: quotable(JSON.stringify(body), call.token),
			}),
		traffic,
		end() {
			isOver = true;
			traffic.end();
		},
	};
}

/** The clock of an operation: its waits end soon after the operation is over or the execution was stopped. */
function clockOf(context: CallContext, isOver: () => boolean): Clock {
	const isStopped = () =>
		isOver() ||
		('getExecutionCancelSignal' in context && context.getExecutionCancelSignal()?.aborted === true);
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		async sleep(ms) {
			const until = Date.now() + ms;
			for (;;) {
				if (isStopped()) throw new VerifikFailure('cancelled');
				const left = until - Date.now();
				if (left <= 0) return;
				// Hosts differ in whether `sleep` can be interrupted; in slices it can everywhere.
				await sleep(Math.min(left, SLICE_MS));
			}
		},
	};
}

async function send(
	context: CallContext,
	request: IHttpRequestOptions,
	call: Call,
): Promise<Answer | VerifikFailure> {
	try {
		return (await context.helpers.httpRequestWithAuthentication.call(context, 'verifikApi', {
			...request,
			headers: { 'Content-Type': 'application/json' },
			// The status, the headers and the text are read here: n8n's own reading would turn a 401 into a sentence of
			// its own, and a page of HTML into an answer.
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as Answer;
	} catch (error) {
		return readConnectionError(error, call);
	}
}
