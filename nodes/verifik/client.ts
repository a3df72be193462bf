// The one way out: sends a request through n8n's helper and gives back what Verifik answered, or the failure in words.
import {
	sleep,
	type IExecuteFunctions,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IPollFunctions,
} from 'n8n-workflow';

import {
	authorizationFor,
	readBaseUrl,
	readImageUrl,
	readToken,
	type VerifikCredential,
} from './access';
import {
	quotable,
	readAnswer,
	readConnectionError,
	readDate,
	type Answer,
	type Call,
} from './answers';
import { discard, readImage, type Image } from './download';
import { VerifikFailure, type Cause } from './errors';
import { RequestQueue, type Clock } from './http/requestQueue';

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
	/**
	 * POST with the credential's token, tried again only where it surely did not arrive.
	 *
	 * @throws VerifikFailure
	 */
	postJson(path: string, body: Record<string, unknown>): Promise<unknown>;
	/**
	 * Downloads an image. The token goes along only to the credential's own origin; no redirect is followed.
	 *
	 * @param url as it stands in a record
	 * @throws VerifikFailure
	 */
	getImage(url: string): Promise<Image>;
	/** The failure for an answer that is JSON but cannot be used; it quotes what came. */
	unusable(cause: Cause, body: unknown): VerifikFailure;
	/** of the credential's Base URL, with its port where that is not the usual one */
	readonly host: string;
	/** When the latest answer was made, by the server's clock (milliseconds since 1970); undefined where none says. */
	serverTime(): number | undefined;
	/** how often requests were sent again, and what was waited for that */
	readonly requestQueue: Pick<RequestQueue, 'retries' | 'waitedMs'>;
	/** Its waits end when the workflow is stopped. */
	readonly clock: Clock;
	/** how many requests are under way at once, at most */
	readonly concurrency: number;
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

/** A photo over a slow line takes its time, and giving up leaves open whether it arrived. */
const UPLOAD_TIMEOUT_MS = 300_000;

/** How long a renewal may hold up the request before which it is made. */
const RENEWAL_TIMEOUT_MS = 10_000;

/** How long an operation may take where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 1_800_000;

/**
 * The status, the headers and the body are read here: n8n's own reading would turn a 401 into a sentence of its own, and
 * a page of HTML into an answer.
 */
const readHere = {
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	disableFollowRedirect: true,
} satisfies Partial<IHttpRequestOptions>;

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
	let serverTime: number | undefined;
	const clock = clockOf(context, () => isOver);
	const requestQueue = new RequestQueue(clock, {
		timeoutMs,
		maxConcurrency: concurrency,
		host: call.host,
	});

	const sendJson = async (request: Pick<IHttpRequestOptions, 'method' | 'body'>, path: string) => {
		const isRepeatable = request.method === 'GET';
		const longest = isRepeatable ? REQUEST_TIMEOUT_MS : UPLOAD_TIMEOUT_MS;
		const attempt = async (timeLeftMs: number) => {
			const timeout = Math.max(1, Math.min(longest, timeLeftMs));
			const answer = await send(
				context,
				{
					...request,
					url: base + path,
					timeout,
					headers: { 'Content-Type': 'application/json' },
					encoding: 'text',
				},
				call,
			);
			if (answer instanceof VerifikFailure) return answer;
			serverTime = readDate(answer.headers.date) ?? serverTime;
			return readAnswer(answer, call, new Date());
		};
		return await requestQueue.send(attempt, isRepeatable);
	};

	return {
		getJson: async (path) => await sendJson({ method: 'GET' }, path),
		postJson: async (path, body) => await sendJson({ method: 'POST', body }, path),
		async getImage(url) {
			const target = readImageUrl(url, baseUrl);
			const isOwn = target.origin === baseUrl.origin;
			const imageCall: Call = { host: target.host, token: call.token };
			const attempt = async (timeLeftMs: number) => {
				const timeout = Math.max(1, Math.min(REQUEST_TIMEOUT_MS, timeLeftMs));
				const request = { method: 'GET', url: target.href, timeout } as const;
				return await download(context, request, imageCall, isOwn, clock);
			};
			return await requestQueue.send(attempt, true);
		},
		unusable: (cause, body) =>
			new VerifikFailure(cause, {
				host: call.host,
				said: quotable(JSON.stringify(body), call.token),
			}),
		host: baseUrl.host,
		serverTime: () => serverTime,
		requestQueue,
		clock,
		concurrency,
		end() {
			isOver = true;
			requestQueue.end();
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
	isSigned = true,
): Promise<Answer | VerifikFailure> {
	const options: IHttpRequestOptions = { ...request, ...readHere };
	const { httpRequest, httpRequestWithAuthentication } = context.helpers;
	try {
		return (
			isSigned
				? await httpRequestWithAuthentication.call(context, 'verifikApi', options)
				: await httpRequest(options)
		) as Answer;
	} catch (error) {
		return readConnectionError(error, call);
	}
}

/** Takes in an image, within the request's timeout, and ends the connection whatever has come. */
async function download(
	context: CallContext,
	request: IHttpRequestOptions & { timeout: number },
	call: Call,
	isSigned: boolean,
	clock: Clock,
): Promise<Image | VerifikFailure> {
	const until = clock.now() + request.timeout;
	// Where n8n signs, it puts a signal of its own in place of this one.
	const ending = new AbortController();
	const options = { ...request, encoding: 'stream', abortSignal: ending.signal } as const;
	const answer = await send(context, options, call, isSigned);
	if (answer instanceof VerifikFailure) return answer;
	try {
		return await readImage(answer, call.host, until, clock);
	} catch (error) {
		return readConnectionError(error, call);
	} finally {
		discard(answer.body);
		ending.abort();
	}
}

/**
 * GET, once, signed here: for the renewal of a token, which n8n asks for before it signs a request.
 *
 * @param path as in `Client.getJson`
 * @throws VerifikFailure
 */
export async function getJsonOnce(
	{ helpers }: IHttpRequestHelper,
	credential: VerifikCredential,
	path: string,
): Promise<unknown> {
	const baseUrl = readBaseUrl(credential);
	const url = baseUrl.href.replace(/\/+$/, '') + path;
	const call: Call = { host: baseUrl.host, token: readToken(credential) };
	const request: IHttpRequestOptions = {
		method: 'GET',
		url,
		timeout: RENEWAL_TIMEOUT_MS,
		encoding: 'text',
		...readHere,
		headers: {
			'Content-Type': 'application/json',
			Authorization: authorizationFor(credential, url),
		},
	};
	let answer: Answer;
	try {
		answer = (await helpers.httpRequest(request)) as Answer;
	} catch (error) {
		throw readConnectionError(error, call);
	}
	const body = readAnswer(answer, call, new Date());
	if (body instanceof VerifikFailure) throw body;
	return body;
}
