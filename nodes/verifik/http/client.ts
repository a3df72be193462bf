// The one way out: sends the requests of an operation, and gives back what Verifik answered, or the failure in words.
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
import { fallBackToPasted, readCredential, type VerifikCredential } from '../token/credential';
import { authorizationFor } from '../token/signRequest';
import { exchange, type Read, type Send } from './exchange';
import { readImage, type Image } from './imageDownload';
import { RequestQueue, type Clock } from './requestQueue';
import { readAnswer, readDate, type RequestTarget } from './response';
import { sanitizeText } from './sanitizeText';

/** Any of n8n's contexts in which a node may call Verifik. */
export type CallContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** How an operation uses the service. */
export type ClientOptions = {
	/** for all requests of the operation together, from now on; default half an hour */
	timeoutMs?: number;
	/** requests under way at once; default 1 */
	concurrency?: number;
	/** of all answers in JSON together: for an operation that keeps what it reads; default without end */
	maxBytes?: number;
	/** whether another client of the operation has been answered as the API does; default false */
	hasAnswered?: boolean;
};

/** Called with how many bytes an answer takes. */
type Count = (bytes: number) => void;

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A photo over a slow line takes its time, and giving up leaves open whether it arrived. */
const UPLOAD_TIMEOUT_MS = 300_000;

/** How long a renewal may hold up the request before which it is made. */
const RENEWAL_TIMEOUT_MS = 10_000;

/** How long an operation may take where nothing else is said. */
const DEFAULT_TIMEOUT_MS = 1_800_000;

/** Of the answers in JSON that come in at the same time, in bytes: of forty real ones twelve times as much. */
const MAX_UNDER_WAY = 150_000_000;

const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** How soon a wait notices that the workflow was stopped. */
const SLICE_MS = 100;

/**
 * A client for the node's credential, for one operation.
 *
 * @throws VerifikError before anything is sent, when the credential cannot be used
 */
export async function connect(context: CallContext, options: ClientOptions = {}): Promise<Client> {
	const credential = readCredential(await context.getCredentials('verifikApi'));
	authorizationFor(credential, credential.baseUrl.href);
	return new Client(context, credential, options);
}

/** Sends the requests of one operation. */
export class Client {
	/** of the credential's Base URL, with its port where that is not the usual one */
	readonly host: string;

	/** how often requests were sent again, and what was waited for that */
	readonly requestQueue: RequestQueue;

	/** Its waits end when the workflow is stopped. */
	readonly clock: Clock;

	/** how many requests are under way at once, at most */
	readonly concurrency: number;

	/** When the latest answer was made, by the server's clock (milliseconds since 1970); undefined where none says. */
	serverTime?: number;

	/** of all answers in JSON so far: unpacked, or in memory where that is more */
	bytesRead = 0;

	private readonly credential: VerifikCredential;

	/** signed the latest request that was answered: a renewal may come before it */
	private latestToken: string;

	private readonly maxBytes: number;

	private readonly room = { taken: 0, max: MAX_UNDER_WAY };

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
	 * GET with the credential's token, tried again where that may help.
	 *
	 * @param path path and query, beginning with a slash; appended to the credential's base URL
	 * @param count called with how many bytes the answer takes: unpacked, or in memory where that is more
	 * @throws VerifikError
	 */
	async getJson(path: string, count?: Count): Promise<unknown> {
		return await this.sendJson({ method: 'GET', url: urlOf(this.credential, path) }, count);
	}

	/**
	 * POST with the credential's token, tried again only where it surely did not arrive.
	 *
	 * @throws VerifikError
	 */
	async postJson(path: string, body: Record<string, unknown>): Promise<unknown> {
		return await this.sendJson({ method: 'POST', url: urlOf(this.credential, path), body });
	}

	/**
	 * Downloads an image. The token goes along only to the credential's own origin; no redirect is followed.
	 *
	 * @param url as it stands in a record
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

	/** @throws VerifikError for an answer that is JSON but cannot be used; it quotes what came */
	refuse(code: ErrorCode, body: unknown): never {
		const apiMessage = sanitizeText(JSON.stringify(body, beginningOfList), this.latestToken);
		throw new VerifikError(code, { host: this.host, apiMessage });
	}

	/** To be called when the operation is over: nothing is sent after it. */
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
	 * Sends a signed request; once more with the pasted token where Verifik refuses a renewed one: it was refused before
	 * anything was done, so sending it again cannot do a thing twice.
	 */
	private async exchangeJson(
		request: IHttpRequestOptions,
		endsAt: number,
		{ count, mayRepeat = true }: { count?: Count; mayRepeat?: boolean },
	): Promise<unknown> {
		const { credential, clock, host, stops, room, sendSigned: send } = this;
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
				return await readAnswer(answer, { target, now, signal, room, count: countAll });
			},
		});
		return await catchVerifikError(sent, async (error) => {
			const isRefused = error.code === 'unauthorized';
			if (!isRefused || !mayRepeat || !fallBackToPasted(credential, token)) throw error;
			return await this.exchangeJson(request, endsAt, { count, mayRepeat: false });
		});
	}
}

function urlOf({ baseUrl }: VerifikCredential, path: string): string {
	return baseUrl.href.replace(/\/+$/, '') + path;
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
