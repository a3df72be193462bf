// One request and its answer, through n8n's request helper: nothing is repeated here.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { VerifikError } from '../errors/VerifikError';
import { OWN_REQUEST, type OwnRequest } from '../token/signRequest';
import { RequestEnd } from './requestEnd';
import { toConnectionError, type HttpAnswer, type RequestTarget } from './response';

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

/** n8n's request helper, with or without the credential. */
export type Send = (options: IHttpRequestOptions) => Promise<unknown>;

export type Read<Result> = (answer: HttpAnswer, own: OwnRequest) => Promise<Result>;

/** A request, and what is made of its answer. */
export type Exchange<Result> = {
	send: Send;
	request: IHttpRequestOptions & { timeout: number };
	target: RequestTarget;
	/** end it early */
	stops: Array<AbortSignal | undefined>;
	read: Read<Result>;
};

/** Sends a request once and reads its answer, all of that within the request's timeout. */
export async function exchange<Result>(exchanged: Exchange<Result>): Promise<Result> {
	const { send, request, target, stops, read } = exchanged;
	const end = new RequestEnd(request.timeout, target.host, stops);
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
		throw own.signal.aborted && !isOwn ? own.signal.reason : toConnectionError(error, target);
	} finally {
		end.release(body?.readableEnded === true);
	}
}
