// The one way out: sends a request through n8n's helper and gives back what Verifik answered, or the failure in words.
import {
	sleep,
	type IExecuteFunctions,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IPollFunctions,
} from 'n8n-workflow';

import { catchVerifikError, VerifikError } from '../errors/VerifikError';
import { type ErrorCode } from '../errors/messages';
import { readImageUrl } from '../token/address';
import { readImage, type Image } from './imageDownload';
import { RequestEnd } from './requestEnd';
import {
	readAnswer,
	toConnectionError,
	readDate,
	type HttpAnswer,
	type RequestTarget,
} from './response';
import { sanitizeText } from './sanitizeText';
import {
	fallBackToPasted,
	readBaseUrl,
	readToken,
	type VerifikCredential,
} from '../token/credential';
import { authorizationFor, OWN_REQUEST, type OwnRequest } from '../token/signRequest';
import { RequestQueue, type Clock } from './requestQueue';

/** Any of n8n's contexts in which a node may call Verifik. */
export type CallContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export type Client = {
	/**
	 * GET with the credential's token, tried again where that may help.
	 *
	 * @param path path and query, beginning with a slash; appended to the credential's base URL
	 * @throws VerifikError
	 */
	getJson(path: string): Promise<unknown>;
	/**
	 * POST with the credential's token, tried again only where it surely did not arrive.
	 *
	 * @throws VerifikError
	 */
	postJson(path: string, body: Record<string, unknown>): Promise<unknown>;
	/**
	 * Downloads an image. The token goes along only to the credential's own origin; no redirect is followed.
	 *
	 * @param url as it stands in a record
	 * @throws VerifikError
	 */
	getImage(url: string): Promise<Image>;
	/** @throws VerifikError for an answer that is JSON but cannot be used; it quotes what came */
	refuse(code: ErrorCode, body: unknown): never;
	/** of the credential's Base URL, with its port where that is not the usual one */
	readonly host: string;
	/** When the latest answer was made, by the server's clock (milliseconds since 1970); undefined where none says. */
	serverTime(): number | undefined;
	/** of all answers in JSON so far, unpacked */
	bytesRead(): number;
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
export type ClientOptions = {
	/** for all requests of the operation together, from now on; default half an hour */
	timeoutMs?: number;
	/** requests under way at once; default 1 */
	concurrency?: number;
	/** of all answers in JSON together: for an operation that keeps what it reads; default without end */
	maxBytes?: number;
};

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A photo over a slow line takes its time, and giving up leaves open whether it arrived. */
const UPLOAD_TIMEOUT_MS = 300_000;

/** How long a renewal may hold up the request before which it is made. */
const RENEWAL_TIMEOUT_MS = 10_000;

/** How long an operation may take where nothing else is said. */
const DEFAULT_TIMEOUT_MS = 1_800_000;

/**
 * The status, the headers and the body are read here: n8n's own reading would turn a 401 into a sentence of its own, and
 * a page of HTML into an answer. As a stream, since n8n puts no limit on the size of a body or on the time that it takes.
 */
const RAW_RESPONSE = {
	encoding: 'stream',
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	disableFollowRedirect: true,
} satisfies Partial<IHttpRequestOptions>;

const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** How soon a wait notices that the workflow was stopped. */
const SLICE_MS = 100;

/**
 * A client for the node's credential, for one operation.
 *
 * @throws VerifikError before anything is sent, when the credential cannot be used
 */
export async function connect(
	context: CallContext,
	{ timeoutMs = DEFAULT_TIMEOUT_MS, concurrency = 1, maxBytes = Infinity }: ClientOptions = {},
): Promise<Client> {
	const credential = await context.getCredentials('verifikApi');
	const baseUrl = readBaseUrl(credential);
	authorizationFor(credential, baseUrl.href);
	const call: RequestTarget = { host: baseUrl.host, token: readToken(credential) };
	const base = baseUrl.href.replace(/\/+$/, '');
	const over = new AbortController();
	const stops = [over.signal, cancelSignalOf(context)];
	/** signed the latest request that was answered: a renewal may come before it */
	let latestToken = call.token;
	let serverTime: number | undefined;
	let bytesRead = 0;
	const clock = clockOf(stops);
	const requestQueue = new RequestQueue(clock, {
		timeoutMs,
		maxConcurrency: concurrency,
		host: call.host,
	});
	const { httpRequest, httpRequestWithAuthentication } = context.helpers;
	const sendSigned: Send = async (options) =>
		await httpRequestWithAuthentication.call(context, 'verifikApi', options);

	const sendJson = async (request: Pick<IHttpRequestOptions, 'method' | 'body'>, path: string) => {
		if (bytesRead > maxBytes) throw new VerifikError('listTooLarge', { host: call.host });
		const isRepeatable = request.method === 'GET';
		const longest = isRepeatable ? REQUEST_TIMEOUT_MS : UPLOAD_TIMEOUT_MS;
		const attempt = async (timeLeftMs: number, isLast = false): Promise<unknown> => {
			const sentAt = clock.now();
			const timeout = Math.max(1, Math.min(longest, timeLeftMs));
			const options = { ...request, url: base + path, timeout, headers: { ...JSON_HEADERS } };
			let token: string | undefined;
			const sent = exchange(sendSigned, options, call, stops, async (answer, own) => {
				token = own.token;
				serverTime = readDate(answer.headers.date)?.getTime() ?? serverTime;
				latestToken = token ?? latestToken;
				const signed = { ...call, token: latestToken };
				return await readAnswer(answer, signed, new Date(), own.signal, (bytes) => {
					bytesRead += bytes;
				});
			});
			return await catchVerifikError(sent, async (error) => {
				// It was refused before anything was done, so sending it again cannot do a thing twice.
				const isRefused = error.code === 'unauthorized';
				if (!isRefused || isLast || !fallBackToPasted(credential, token)) throw error;
				return await attempt(timeLeftMs - (clock.now() - sentAt), true);
			});
		};
		return await requestQueue.send(async (timeLeftMs) => await attempt(timeLeftMs), isRepeatable);
	};

	return {
		getJson: async (path) => await sendJson({ method: 'GET' }, path),
		postJson: async (path, body) => await sendJson({ method: 'POST', body }, path),
		async getImage(url) {
			const target = readImageUrl(url, baseUrl);
			const isOwn = target.origin === baseUrl.origin;
			const imageCall: RequestTarget = { host: target.host, token: call.token };
			const send = isOwn ? sendSigned : httpRequest;
			const attempt = async (timeLeftMs: number) => {
				const timeout = Math.max(1, Math.min(REQUEST_TIMEOUT_MS, timeLeftMs));
				const request = { method: 'GET', url: target.href, timeout } as const;
				return await exchange(
					send,
					request,
					imageCall,
					stops,
					async (answer, { signal }) => await readImage(answer, target.host, signal),
				);
			};
			return await requestQueue.send(attempt, true);
		},
		refuse(code, body) {
			const apiMessage = sanitizeText(JSON.stringify(body, beginningOfList), latestToken);
			throw new VerifikError(code, { host: call.host, apiMessage });
		},
		host: baseUrl.host,
		serverTime: () => serverTime,
		bytesRead: () => bytesRead,
		requestQueue,
		clock,
		concurrency,
		end() {
			over.abort();
			requestQueue.end();
		},
	};
}

/** Aborted when the execution is stopped; a poll has none. */
function cancelSignalOf(context: CallContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/** For `JSON.stringify`: the beginning of a list is enough to tell what came. */
function beginningOfList(_key: string, value: unknown): unknown {
	return Array.isArray(value) && value.length > 3 ? value.slice(0, 3) : value;
}

/** The clock of an operation: its waits end soon after one of the signals. */
function clockOf(stops: Array<AbortSignal | undefined>): Clock {
	const isStopped = () => stops.some((signal) => signal?.aborted);
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		async sleep(ms) {
			const until = Date.now() + ms;
			for (;;) {
				if (isStopped()) throw new VerifikError('cancelled');
				const left = until - Date.now();
				if (left <= 0) return;
				// Hosts differ in whether `sleep` can be interrupted; in slices it can everywhere.
				await sleep(Math.min(left, SLICE_MS));
			}
		},
	};
}

type Send = (options: IHttpRequestOptions) => Promise<unknown>;

/** Sends a request once and reads its answer, all of that within the request's timeout. */
async function exchange<T>(
	send: Send,
	request: IHttpRequestOptions & { timeout: number },
	call: RequestTarget,
	stops: Array<AbortSignal | undefined>,
	read: (answer: HttpAnswer, own: OwnRequest) => Promise<T>,
): Promise<T> {
	const end = new RequestEnd(request.timeout, call.host, stops);
	const own: OwnRequest = { signal: end.signal };
	const options = { ...request, ...RAW_RESPONSE, abortSignal: own.signal, [OWN_REQUEST]: own };
	let body: { readableEnded?: boolean } | undefined;
	try {
		// Not left to n8n: a renewal that it makes before the request knows nothing of Stop.
		const answer = (await end.limit(send(options))) as HttpAnswer;
		body = answer.body as typeof body;
		return await read(answer, own);
	} catch (error) {
		const isOwn = error instanceof VerifikError;
		throw own.signal.aborted && !isOwn ? own.signal.reason : toConnectionError(error, call);
	} finally {
		end.release(body?.readableEnded === true);
	}
}

/**
 * GET, once, signed here: for the renewal of a token, which n8n asks for before it signs a request.
 *
 * @param path as in `Client.getJson`
 * @throws VerifikError
 */
export async function getJsonOnce(
	{ helpers }: IHttpRequestHelper,
	credential: VerifikCredential,
	path: string,
): Promise<unknown> {
	const baseUrl = readBaseUrl(credential);
	const url = baseUrl.href.replace(/\/+$/, '') + path;
	const call: RequestTarget = { host: baseUrl.host, token: readToken(credential) };
	const Authorization = authorizationFor(credential, url);
	const headers = { ...JSON_HEADERS, Authorization };
	const request = { method: 'GET', url, timeout: RENEWAL_TIMEOUT_MS, headers } as const;
	return await exchange(
		helpers.httpRequest,
		request,
		call,
		[],
		async (answer, own) => await readAnswer(answer, call, new Date(), own.signal),
	);
}
