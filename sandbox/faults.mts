// Faults of a service, a proxy or a network, on request. Seeded, so that a run can be repeated.
import type { FastifyReply } from 'fastify';

import { chance } from './random.mts';

/** Faults that replace the answer. */
const REPLACING = [
	'rateLimit',
	'status',
	'serverDown',
	'reset',
	'truncated',
	'html',
	'notJson',
	'unsuccessful',
	'redirect',
	'hang',
] as const;
/** Faults that change the answer of List, or the list itself just before the answer. */
const MODIFYING = [
	'latency',
	'ignorePage',
	'ignoreStatus',
	'clampLimit',
	'addBetween',
	'removeBetween',
	'replaceBetween',
	'finishBetween',
] as const;

export const FAULT_KINDS = [...REPLACING, ...MODIFYING];
export type FaultKind = (typeof REPLACING)[number] | (typeof MODIFYING)[number];

export type Fault = {
	kind: FaultKind;
	/** share of the requests it is applied to, 0 to 1; default 1 */
	rate?: number;
	/** how often it is applied at most; default: no limit */
	times?: number;
	/** the call it is applied to; default: all */
	on?: 'list' | 'retrieve' | 'create' | 'renew' | 'image';
	/** the page of a list it is applied to; default: any */
	page?: number;
	/** `status` and `serverDown`: the HTTP status; default 503 */
	status?: number;
	/** `rateLimit` and `serverDown`: seconds asked to wait; left out, there is no Retry-After */
	retryAfterS?: number;
	/** whether Retry-After is an HTTP date instead of seconds */
	retryAfterAsDate?: boolean;
	/** `latency`: milliseconds */
	ms?: number;
	/** `clampLimit`: most records of a page; default 50. `addBetween` and the like: how many; default 1 */
	count?: number;
	/** `redirect`: where to */
	to?: string;
	/** `status`, `html`, `notJson`, `unsuccessful`: the body */
	body?: unknown;
};

/** What a request is, as far as faults care. */
export type Target = { on?: Fault['on']; page?: number };

/** Draws the faults of each request. */
export class Faults {
	list: Fault[];
	/** how often each kind was applied */
	readonly applied: Partial<Record<FaultKind, number>> = {};
	private drawn = 0;
	private readonly times = new Map<Fault, number>();

	private readonly seed: number;

	constructor(seed: number, list: Fault[] = []) {
		this.seed = seed;
		this.list = list;
	}

	draw(target: Target): Fault[] {
		const draw = this.drawn++;
		const drawn = this.list.filter((fault, at) => {
			if (fault.on !== undefined && fault.on !== target.on) return false;
			if (fault.page !== undefined && fault.page !== target.page) return false;
			const times = this.times.get(fault) ?? 0;
			if (times >= (fault.times ?? Infinity)) return false;
			if (chance(this.seed, draw, 1000 + at) >= (fault.rate ?? 1)) return false;
			this.times.set(fault, times + 1);
			return true;
		});
		// Only one thing can replace an answer.
		const replacing = drawn.find(isReplacing);
		const effective = drawn.filter((fault) => !isReplacing(fault) || fault === replacing);
		for (const { kind } of effective) this.applied[kind] = (this.applied[kind] ?? 0) + 1;
		return effective;
	}
}

export function isReplacing({ kind }: Fault): boolean {
	return (REPLACING as readonly string[]).includes(kind);
}

/** Answers in place of the service. */
export async function replaceAnswer(fault: Fault, reply: FastifyReply): Promise<unknown> {
	switch (fault.kind) {
		case 'rateLimit':
			wait(fault, reply);
			return await reply
				.code(429)
				.send(fault.body ?? { message: 'Too many requests.', code: 'TooManyRequests' });
		case 'status':
			return await reply
				.code(fault.status ?? 503)
				.send(fault.body ?? { message: `Status ${fault.status ?? 503}.` });
		case 'serverDown':
			wait(fault, reply);
			return await reply
				.code(fault.status ?? 503)
				.type('text/html')
				.send(page('Service Temporarily Unavailable'));
		case 'html':
			return await reply
				.code(200)
				.type('text/html')
				.send(fault.body ?? page('Sign in to the network'));
		case 'notJson':
			return await reply
				.code(200)
				.type('application/json')
				.send(fault.body ?? 'OK');
		case 'unsuccessful':
			return await reply
				.code(200)
				.send(fault.body ?? { success: false, error: 'The request could not be processed.' });
		case 'redirect':
			return await reply.redirect(fault.to ?? 'http://127.0.0.1:9/', 302);
		case 'truncated': {
			const { socket } = reply.raw;
			reply.hijack();
			reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
			reply.raw.write('{"success":true,"data":[{"_id":"65', () => socket?.destroy());
			return undefined;
		}
		case 'reset':
			reply.hijack();
			reply.raw.socket?.resetAndDestroy();
			return undefined;
		default:
			// `hang`: the connection stays open until the other side or the sandbox closes it
			reply.hijack();
			return undefined;
	}
}

function wait({ retryAfterS, retryAfterAsDate }: Fault, reply: FastifyReply): void {
	if (retryAfterS === undefined) return;
	// Rounded up, since an HTTP date has no fractions.
	const date = new Date(Math.ceil(Date.now() / 1000 + retryAfterS) * 1000);
	reply.header('retry-after', retryAfterAsDate ? date.toUTCString() : String(retryAfterS));
}

function page(title: string): string {
	return `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
}
