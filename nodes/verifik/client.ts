// The one way out to Verifik: sends a request through n8n's helper and gives back its JSON, or the failure in words.
import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import { authorizationFor, readBaseUrl, readToken } from './access';
import { quotable, readAnswer, readConnectionError, type Answer, type Call } from './answers';
import { VerifikFailure, type Cause } from './errors';

/** Any of n8n's contexts in which a node may call Verifik. */
export type CallContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export type Client = {
	/**
	 * GET with the credential's token.
	 *
	 * @param path path and query, beginning with a slash; appended to the credential's base URL
	 * @throws VerifikFailure
	 */
	getJson(path: string): Promise<unknown>;
	/** The failure for an answer that is JSON but cannot be used; it quotes what came. */
	unusable(cause: Cause, body: unknown): VerifikFailure;
};

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 60_000;

/** How long an operation may take where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 1_800_000;

/**
 * A client for the node's credential, for one operation.
 *
 * @param timeoutMs for all of its requests together, from now on
 * @throws VerifikFailure before anything is sent, when the credential cannot be used
 */
export async function connect(
	context: CallContext,
	timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Client> {
	const credential = await context.getCredentials('verifikApi');
	const baseUrl = readBaseUrl(credential);
	authorizationFor(credential, baseUrl.href);
	const call: Call = { host: baseUrl.host, token: readToken(credential) };
	const base = baseUrl.href.replace(/\/+$/, '');
	const deadline = Date.now() + timeoutMs;

	return {
		async getJson(path) {
			const timeout = Math.min(REQUEST_TIMEOUT_MS, deadline - Date.now());
			if (timeout <= 0) throw new VerifikFailure('timedOut', { host: call.host });
			const answer = await send(context, { method: 'GET', url: base + path, timeout }, call);
			const body = answer instanceof VerifikFailure ? answer : readAnswer(answer, call, new Date());
			if (body instanceof VerifikFailure) throw body;
			return body;
		},
		unusable: (cause, body) =>
			new VerifikFailure(cause, {
				host: call.host,
				said: quotable(JSON.stringify(body), call.token),
			}),
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
