// The client of an operation: all its requests go through it. It returns the answers of Verifik, or throws a VerifikError.
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
import { fallBack, readCredential, type VerifikCredential } from '../token/credential';
import { authorizationFor } from '../token/signRequest';
import { exchange, type Read, type Send } from './exchange';
import { readImage, type Image } from './imageDownload';
import { RequestQueue, type Clock } from './requestQueue';
import { readAnswer, readDate, type RequestTarget } from './response';
import { sanitizeText } from './sanitizeText';
import { Turns } from './turns';

/** Any of n8n's contexts in which a node may call Verifik. */
export type CallContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** The limits of an operation. */
export type ClientOptions = {
	/** time for all requests of the operation together; default half an hour */
	timeoutMs?: number;
	/** how many requests at the same time; default 1 */
	concurrency?: number;
	/** bytes of all JSON answers together, for an operation that keeps them in memory; default: no limit */
	maxBytes?: number;
	/** whether an earlier client of the operation got an answer in JSON; default false */
	hasAnswered?: boolean;
};

/** Called with the size of an answer, in bytes: decompressed, or in memory if that is more. */
type Count = (bytes: number) => void;

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Longer: a photo over a slow connection takes time, and after a timeout it is not known whether it arrived. */
const UPLOAD_TIMEOUT_MS = 300_000;

/** A renewal is made before another request, and must not delay it for longer. */
const RENEWAL_TIMEOUT_MS = 10_000;

/** Answers to a token that Verifik does not accept; to one that is too long, servers answer 431. */
const REFUSED: ErrorCode[] = ['unauthorized', 'forbidden'];

/** Tokens that are tried after a refused one: the one before it, and the pasted one. */
const MAX_FALLBACKS = 2;

/** Half an hour. */
const DEFAULT_TIMEOUT_MS = 1_800_000;

/** Bytes of the JSON answers that are received at the same time; forty real ones have a twelfth of this. */
const MAX_SHARED_BYTES = 150_000_000;

const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** A wait notices within this time that the workflow was stopped. */
const SLICE_MS = 100;

/**
 * Runs one operation with a client for the node's credential, which ends with the operation.
 *
 * @throws VerifikError if the credential cannot be used, with nothing sent; and what `work` throws
 */
export async function withClient<Result>(
	context: CallContext,
	options: ClientOptions,
	work: (client: Client) => Promise<Result>,
): Promise<Result> {
	const credential = readCredential(await context.getCredentials('verifikApi'));
	authorizationFor(credential, credential.baseUrl.href);
	const client = new Client(context, credential, options);
	try {
		return await work(client);
	} finally {
		client.end();
	}
}

/** Sends the requests of one operation. */
export class Client {
	/** host of the Base URL, with its port if it is not the default one */
	readonly host: string;

	/** counts the retries and the waits before them */
	readonly requestQueue: RequestQueue;

	/** its `sleep` ends when the workflow is stopped */
	readonly clock: Clock;

	/** how many requests may be sent at the same time */
	readonly concurrency: number;

	/** the time of the latest answer by the server's clock, in milliseconds since 1970; undefined if no answer stated it */
	serverTime?: number;

	/** size of all JSON answers so far, in bytes: decompressed, or in memory if that is more */
	bytesRead = 0;

	/** Gives the event loop a turn if one is due. Called between the pages of a list. */
	readonly giveTurn: () => Promise<void>;

	private readonly credential: VerifikCredential;

	/** the token of the latest answered request, which may be newer than that of `credential` */
	private latestToken: string;

	private readonly maxBytes: number;

	/** of all answers that are being received */
	private readonly shared = { taken: 0, max: MAX_SHARED_BYTES };

	/** aborted when the operation is over */
	private readonly over = new AbortController();

	private readonly stops: Array<AbortSignal | undefined>;

	private readonly sendPlain: Send;

	private readonly sendSigned: Send;

	constructor(context: CallContext, credential: VerifikCredential, options: ClientOptions) {
		const { timeoutMs = DEFAULT_TIMEOUT_MS, concurrency = 1, maxBytes = Infinity } = options;
		const { hasAnswered } = options;
		this.credential = credential;
		this.latestToken = credential.token;
		this.concurrency = concurrency;
		this.maxBytes = maxBytes;
		this.host = credential.baseUrl.host;
		const turns = new Turns();
		this.giveTurn = async () => await turns.giveIfDue();
		this.stops = [this.over.signal, cancelSignalOf(context)];
		this.clock = clockOf(this.stops);
		const limits = { timeoutMs, maxConcurrency: concurrency, host: this.host, hasAnswered };
		this.requestQueue = new RequestQueue(this.clock, limits);
		const { httpRequest, httpRequestWithAuthentication } = context.helpers;
		this.sendPlain = httpRequest;
		this.sendSigned = async (request) =>
			await httpRequestWithAuthentication.call(context, 'verifikApi', request);
	}

	/**
	 * GET with the credential's token, retried where that may help.
	 *
	 * @param path path and query, beginning with a slash; appended to the Base URL
	 * @param count called with the size of the answer, in bytes: decompressed, or in memory if that is more
	 * @throws VerifikError
	 */
	async getJson(path: string, count?: Count): Promise<unknown> {
		return await this.sendJson({ method: 'GET', url: urlOf(this.credential, path) }, count);
	}

	/**
	 * POST with the credential's token, retried only if the request certainly did not arrive.
	 *
	 * @throws VerifikError
	 */
	async postJson(path: string, body: Record<string, unknown>): Promise<unknown> {
		return await this.sendJson({ method: 'POST', url: urlOf(this.credential, path), body });
	}

	/**
	 * Downloads an image. The token is sent only to the credential's own origin; no redirect is followed.
	 *
	 * @param url the address in a record
	 * @throws VerifikError
	 */
	async getImage(url: string): Promise<Image> {
		const { baseUrl, token } = this.credential;
		// Reading an address may take some ms, and those that are refused never come to the queue.
		this.requestQueue.checkTime();
		const address = readImageUrl(url, baseUrl);
		const target: RequestTarget = { host: address.host, token };
		const send = address.origin === baseUrl.origin ? this.sendSigned : this.sendPlain;
		const attempt = async (timeLeftMs: number) => {
			const timeout = Math.max(1, Math.min(REQUEST_TIMEOUT_MS, timeLeftMs));
			const request = { method: 'GET', url: address.href, timeout } as const;
			const read: Read<Image> = async (answer, { signal }) =>
				await readImage(answer, address.host, signal);
			return await exchange({ send, request, target, stops: this.stops, read });
		};
		return await this.requestQueue.send(attempt, true);
	}

	/** Refuses an answer that is JSON but cannot be used. @throws VerifikError that quotes the answer, without the token */
	refuse(code: ErrorCode, body: unknown): never {
		const apiMessage = sanitizeText(JSON.stringify(body, beginningOfList), this.latestToken);
		throw new VerifikError(code, { host: this.host, apiMessage });
	}

	/** To be called when the operation has ended: ends its requests, and sends no others. */
	end(): void {
		this.over.abort();
		this.requestQueue.end();
	}

	private async sendJson(request: IHttpRequestOptions, count?: Count): Promise<unknown> {
		if (this.bytesRead > this.maxBytes) throw new VerifikError('listTooLarge', { host: this.host });
		const attempt = async (timeLeftMs: number) =>
			await this.exchangeJson(request, this.clock.now() + timeLeftMs, { count });
		return await this.requestQueue.send(attempt, request.method === 'GET');
	}

	/**
	 * Sends a signed request. If Verifik refuses a renewed token, the request is sent again with the token before it: Verifik
	 * refused it before it did anything, so nothing is done twice.
	 */
	private async exchangeJson(
		request: IHttpRequestOptions,
		endsAt: number,
		{ count, repeats = MAX_FALLBACKS }: { count?: Count; repeats?: number },
	): Promise<unknown> {
		const { credential, clock, host, stops, shared, sendSigned: send } = this;
		const longest = request.method === 'GET' ? REQUEST_TIMEOUT_MS : UPLOAD_TIMEOUT_MS;
		const timeout = Math.max(1, Math.min(longest, endsAt - clock.now()));
		let token: string | undefined;
		const sent = exchange({
			send,
			request: { ...request, timeout, headers: { ...JSON_HEADERS } },
			target: { host, token: credential.token },
			stops,
			read: async (answer, own) => {
				({ token } = own);
				this.serverTime = readDate(answer.headers.date)?.getTime() ?? this.serverTime;
				const { signal } = own;
				const countAll = (bytes: number) => {
					this.bytesRead += bytes;
					count?.(bytes);
				};
				this.latestToken = token ?? this.latestToken;
				const target = { host, token: this.latestToken };
				const now = new Date();
				return await readAnswer(answer, { target, now, signal, shared, count: countAll });
			},
		});
		return await catchVerifikError(sent, async (error) => {
			const isRefused = REFUSED.includes(error.code) || error.details.httpStatus === 431;
			if (!isRefused || repeats === 0 || !fallBack(credential, token)) throw error;
			return await this.exchangeJson(request, endsAt, { count, repeats: repeats - 1 });
		});
	}
}

function urlOf({ baseUrl }: VerifikCredential, path: string): string {
	return baseUrl.href.replace(/\/+$/, '') + path;
}

/** The signal that the execution was stopped; a poll has none. */
function cancelSignalOf(context: CallContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/** For `JSON.stringify`: three items of a list are enough to quote. */
function beginningOfList(_key: string, value: unknown): unknown {
	return Array.isArray(value) && value.length > 3 ? value.slice(0, 3) : value;
}

/** The clock of an operation; its `sleep` ends soon after one of the signals. */
function clockOf(stops: Array<AbortSignal | undefined>): Clock {
	const isStopped = () => stops.some((signal) => signal?.aborted);
	return {
		now: () => performance.now(),
		random: () => Math.random(),
		async sleep(ms) {
			const until = performance.now() + ms;
			for (;;) {
				if (isStopped()) throw new VerifikError('cancelled');
				const left = until - performance.now();
				if (left <= 0) return;
				// In slices, since not every version of n8n has a `sleep` that can be interrupted.
				await sleep(Math.min(left, SLICE_MS));
			}
		},
	};
}

/**
 * GET without retries, signed here. For the renewal of a token, which happens before n8n signs a request.
 *
 * @param path as in `Client.getJson`
 * @throws VerifikError
 */
export async function getJsonOnce(
	{ helpers }: IHttpRequestHelper,
	credential: VerifikCredential,
	path: string,
): Promise<unknown> {
	const url = urlOf(credential, path);
	const target = { host: credential.baseUrl.host, token: credential.token };
	const headers = { ...JSON_HEADERS, Authorization: authorizationFor(credential, url) };
	return await exchange({
		send: helpers.httpRequest,
		request: { method: 'GET', url, timeout: RENEWAL_TIMEOUT_MS, headers },
		target,
		stops: [],
		read: async (answer, { signal }) =>
			await readAnswer(answer, { target, now: new Date(), signal }),
	});
}
