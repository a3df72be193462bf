// Sends one request through n8n's request helper and reads its answer, without retries.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { VerifikError } from '../errors/VerifikError';
import { OWN_REQUEST, type OwnRequest } from '../token/signRequest';
import { RequestEnd } from './requestEnd';
import { toConnectionError, type HttpAnswer, type RequestTarget } from './response';

/**
 * Status, headers and body are read in this package: n8n would turn a 401 into its own message, and take a page of HTML for an
 * answer. The body comes as a stream, since n8n does not limit its size or the time that it takes.
 */
const RAW_RESPONSE = {
	encoding: 'stream',
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	disableFollowRedirect: true,
} satisfies Partial<IHttpRequestOptions>;

/** n8n's request helper, with or without the credential. */
export type Send = (options: IHttpRequestOptions) => Promise<unknown>;

/** Reads an answer. */
export type Read<Result> = (answer: HttpAnswer, own: OwnRequest) => Promise<Result>;

/** A request, and how its answer is read. */
export type Exchange<Result> = {
	send: Send;
	request: IHttpRequestOptions & { timeout: number };
	target: RequestTarget;
	/** signals that end the request */
	stops: Array<AbortSignal | undefined>;
	read: Read<Result>;
};

/**
 * Sends a request once and reads its answer, within the timeout of the request.
 *
 * @throws VerifikError
 */
export async function exchange<Result>(exchanged: Exchange<Result>): Promise<Result> {
	const { send, request, target, stops, read } = exchanged;
	// `AbortSignal.timeout` accepts only whole milliseconds, and n8n's HTTP client (axios) would round down.
	const timeout = Math.ceil(request.timeout);
	const end = new RequestEnd(timeout, target.host, stops);
	const own: OwnRequest = { signal: end.signal };
	const ends = { timeout, abortSignal: own.signal };
	const options = { ...request, ...RAW_RESPONSE, ...ends, [OWN_REQUEST]: own };
	let body: { readableEnded?: boolean } | undefined;
	try {
		// n8n itself would not end a renewal, which it makes before the request, when the workflow is stopped.
		const answer = (await end.limit(send(options))) as HttpAnswer;
		body = answer.body as typeof body;
		return await read(answer, own);
	} catch (error) {
		const isOwn = error instanceof VerifikError;
		throw own.signal.aborted && !isOwn ? own.signal.reason : toConnectionError(error, target);
	} finally {
		end.release(body?.readableEnded === true);
	}
}
