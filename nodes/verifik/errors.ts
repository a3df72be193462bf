// What happened, and what to do next, for every way a call to Verifik can go wrong. Pure: no n8n, no network.
// n8n's UX guidelines ask for sentences that say what happened and how to go on, and avoid the words
// error, problem, failure and mistake.

/** How each way of going wrong is called in the code. The words for it are in `WORDS`. */
export type Cause =
	| 'tokenMissing'
	| 'tokenUnusable'
	| 'tokenExpired'
	| 'baseUrlInvalid'
	| 'plainHttp'
	| 'otherOrigin'
	| 'tokenAddress'
	| 'tokenExposed'
	| 'invalidParameters'
	| 'unauthorized'
	| 'forbidden'
	| 'notFound'
	| 'validationNotFound'
	| 'conflict'
	| 'tooLarge'
	| 'imageFormat'
	| 'rateLimited'
	| 'serverDown'
	| 'redirected'
	| 'unexpectedStatus'
	| 'notJson'
	| 'cutOff'
	| 'answerTooLarge'
	| 'answerTooDeep'
	| 'listTooLarge'
	| 'unsuccessful'
	| 'notTheApi'
	| 'refused'
	| 'nameNotFound'
	| 'timedOut'
	| 'connectionLost'
	| 'tls'
	| 'unreachable'
	| 'blockedByN8n'
	| 'cancelled'
	| 'pageIgnored'
	| 'unordered'
	| 'pollTooShort'
	| 'stateUnknown'
	| 'noneToShow'
	| 'imageAddress'
	| 'imageRefused'
	| 'imageTooBig'
	| 'imageUnreadable';

/** What is known about one case; only what a cause has is filled in. */
export type Facts = {
	/** Host (and port) that was asked, e.g. `api.verifik.co`. */
	host?: string;
	httpStatus?: number;
	/** Verifik's machine-readable code (`INVALID_PARAMETERS`) or the connection's (`ECONNREFUSED`). */
	code?: string;
	/** Verifik's own text, already made harmless by `sanitizeText`. */
	said?: string;
	/** How long the server asked to wait, in milliseconds. */
	retryAfterMs?: number;
	/** When the token's life ended. */
	expiredAt?: Date;
	/** Until when a token that was refused says that it is valid. */
	validUntil?: Date;
	/** What was being read when it happened, e.g. `page 7`, and how many records had been read. */
	page?: number;
	recordsRead?: number;
	/** How often the request was sent. */
	tries?: number;
	/** Of the validation that was asked for. */
	id?: string;
	/** What of a request would show the token to somebody else, e.g. `Proxy`. */
	exposedBy?: string;
	/** Whether the request sends a document, which must not be done twice by accident. */
	isSending?: boolean;
	/** Whether a trigger polls, which does so again by itself. */
	isPolling?: boolean;
	/** How many documents of earlier input items had been sent. */
	sentBefore?: number;
	/** What came instead of an image, e.g. `a PDF document`. */
	kind?: string;
	/** Size of an image, or the largest that is taken, in bytes. */
	bytes?: number;
};

/** What a user reads: what happened, how to go on, and the facts behind it. */
export type Explanation = {
	cause: Cause;
	message: string;
	description: string;
	details: { httpStatus?: number; code?: string; retryAfterMs?: number };
	/** n8n's `failure` cause, for hosts that understand it (n8n-workflow, errors/failure). */
	hostCause?: HostCause;
};

type HostCause =
	| 'rate-limited'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

type Words = {
	message: string;
	description: string;
	hostCause?: HostCause;
	/** Whether it may be over when it is tried again in a while. */
	mayPass?: boolean;
};

const NEW_TOKEN =
	'Get a new token from the Verifik dashboard (or sign in with a one-time password), paste it into the Verifik API credential and run again. A token lasts about 30 days.';
const CHECK_BASE_URL =
	'Check the Base URL in the Verifik API credential; for Verifik itself it is https://api.verifik.co.';
const TRY_LATER =
	"Try again in a few minutes. To have n8n do that, turn on Retry On Fail in the node's settings.";
const NEXT_POLL = 'Nothing is lost: the next poll begins where this one did.';
const LOOK_FIRST =
	'Verifik may have received the document all the same: look for it with List before you send it again, so that it is not validated twice.';

/** After these nobody can tell whether a document that was sent has arrived. */
const OUTCOME_UNKNOWN: readonly Cause[] = [
	'serverDown',
	'unexpectedStatus',
	'notJson',
	'cutOff',
	'answerTooLarge',
	'answerTooDeep',
	'notTheApi',
	'timedOut',
	'connectionLost',
	'unreachable',
	'cancelled',
];

const WORDS: Record<Cause, (facts: Facts) => Words> = {
	tokenMissing: () => ({
		message: 'The Verifik API credential holds no access token',
		description: `Open the credential and paste a token. ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	tokenUnusable: () => ({
		message:
			'What stands in the access token is none: it is too long, or holds characters that no token has',
		description: `Copy the token again, the whole of it and nothing else. ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	tokenExpired: ({ expiredAt }) => ({
		message: `The access token expired on ${expiredAt ? day(expiredAt) : 'an earlier date'}`,
		description: `Nothing was sent. ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	baseUrlInvalid: () => ({
		message: 'The Base URL in the Verifik API credential is not a web address',
		description: 'Enter a full address such as https://api.verifik.co, without a user name in it.',
		hostCause: 'configuration-invalid',
	}),
	plainHttp: ({ host }) => ({
		message: `The token was not sent: ${host ?? 'the Base URL'} would be reached without encryption`,
		description:
			'Use an address that starts with https:// as Base URL. Plain http is accepted for this machine only (localhost).',
		hostCause: 'configuration-invalid',
	}),
	otherOrigin: ({ host }) => ({
		message: `The token was not sent: ${host ?? 'this address'} is not the server of the Verifik API credential`,
		description:
			'This credential signs requests to its own Base URL only. Change the address of the request, or make another credential with that Base URL.',
		hostCause: 'configuration-invalid',
	}),
	tokenAddress: () => ({
		message: 'The token was not sent: this address gives out new tokens',
		description:
			'Its answer would stand readable in the data of the execution. To have the token renewed, turn on Keep Alive in the Verifik API credential.',
		hostCause: 'configuration-invalid',
	}),
	tokenExposed: ({ exposedBy }) => ({
		message: `The token was not sent: with ${exposedBy ?? 'these options'}, somebody else could read it`,
		description:
			'Take that option out of the request. Whoever runs n8n can set a proxy (HTTPS_PROXY) or a certificate authority (NODE_EXTRA_CA_CERTS) for all of n8n.',
		hostCause: 'configuration-invalid',
	}),
	invalidParameters: (facts) => ({
		message: 'Verifik did not accept the parameters of this request',
		description: `${quote(facts)}Check the values of this node's parameters, expressions included.`,
		hostCause: 'configuration-invalid',
	}),
	unauthorized: (facts) => ({
		message: 'Verifik did not accept the access token',
		description: `${quote(facts)}${facts.validUntil ? revoked(facts.validUntil) : 'It is not valid or has expired.'} ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	forbidden: (facts) => ({
		message: 'This Verifik account may not use document liveness',
		description: `${quote(facts)}Ask Verifik to open document liveness for your account, or use the token of an account that has it.`,
		hostCause: 'credential-invalid',
	}),
	notFound: (facts) => ({
		message: 'Verifik found nothing at this address',
		description: `${quote(facts)}${CHECK_BASE_URL}`,
		hostCause: 'configuration-invalid',
	}),
	validationNotFound: (facts) => ({
		message: `There is no validation with the ID “${facts.id ?? ''}”`,
		description: `${quote(facts)}Choose the validation “From List”, or take the ID from what List gives. It may also have been deleted, or belong to another Verifik account. If no ID is found at all, check the Base URL in the Verifik API credential.`,
	}),
	conflict: (facts) => ({
		message: 'Verifik turned this request down because of one of its values',
		description: `${quote(facts)}Check the values of this node's parameters; one is missing or out of range.`,
		hostCause: 'configuration-invalid',
	}),
	tooLarge: (facts) => ({
		message: `The image${facts.bytes === undefined ? '' : ` (${megabytes(facts.bytes)})`} is larger than Verifik accepts`,
		description: `${quote(facts)}Make the image smaller (for example 2,000 pixels wide, as JPEG) and run again.`,
		hostCause: 'configuration-invalid',
	}),
	imageFormat: (facts) => ({
		message: 'Verifik cannot read this image',
		description: `${quote(facts)}Save it as JPEG or PNG, check that it opens in an image viewer, and run again.`,
		hostCause: 'configuration-invalid',
	}),
	rateLimited: (facts) => ({
		message: 'Verifik receives more requests from this account than it allows',
		description: `${quote(facts)}${askedToWait(facts)}`,
		mayPass: facts.retryAfterMs === undefined,
		hostCause: 'rate-limited',
	}),
	serverDown: (facts) => ({
		message: `Verifik could not answer just now (HTTP ${facts.httpStatus ?? '5xx'})`,
		description: `${quote(facts)}${askedToWait(facts)}`,
		mayPass: facts.retryAfterMs === undefined,
		hostCause: 'temporarily-unavailable',
	}),
	redirected: (facts) => ({
		message: `${facts.host ?? 'The server'} sent the request on to another address`,
		description: `The request was not followed, so that the token stays where it belongs. ${CHECK_BASE_URL}`,
		hostCause: 'configuration-invalid',
	}),
	unexpectedStatus: (facts) => ({
		message: `${facts.host ?? 'The server'} answered in a way that is not documented (HTTP ${facts.httpStatus ?? 'unknown'})`,
		description: `${quote(facts)}${CHECK_BASE_URL}`,
	}),
	notJson: (facts) => ({
		message: `The answer of ${facts.host ?? 'the server'} is not one of the Verifik API`,
		description: `It is not JSON. ${quote(facts, 'It begins: ')}A proxy or a sign-in page may stand in between. ${CHECK_BASE_URL}`,
	}),
	cutOff: (facts) => ({
		message: `The answer of ${facts.host ?? 'the server'} ended before it was complete`,
		description: 'Nothing of it was used.',
		mayPass: true,
		hostCause: 'temporarily-unavailable',
	}),
	answerTooLarge: (facts) => ({
		message: `The answer of ${facts.host ?? 'the server'} is far larger than one of the Verifik API`,
		description: `It was not used: a page has at most 100 records, and may hold 1,000 or 8 MB here. A proxy may stand in between. ${CHECK_BASE_URL}`,
	}),
	answerTooDeep: (facts) => ({
		message: `The answer of ${facts.host ?? 'the server'} is nested far deeper than one of the Verifik API`,
		description: `It was not used. A proxy may stand in between. ${CHECK_BASE_URL}`,
	}),
	listTooLarge: ({ host, isPolling }) => ({
		message: `${host ?? 'The server'} gives a list that is larger than n8n can hold`,
		description: isPolling
			? `Its records are far larger than those of the Verifik API. A proxy may stand in between. ${CHECK_BASE_URL}`
			: 'Take fewer validations: add Filters, or set Maximum Records under Options. For figures of many validations choose Get Report, which holds none of them.',
	}),
	unsuccessful: (facts) => ({
		message: 'Verifik says that the request did not succeed',
		description: `${quote(facts)}Check the node's parameters and the access token, then run again.`,
	}),
	notTheApi: (facts) => ({
		message: `The answer of ${facts.host ?? 'the server'} is not one of the Verifik API`,
		description: `${quote(facts, 'What came: ')}${CHECK_BASE_URL}`,
	}),
	refused: ({ host }) => ({
		message: `Nothing answers at ${host ?? 'the Base URL'}`,
		description: `The connection was refused. ${CHECK_BASE_URL} If it is right, the server is down: try again later.`,
		hostCause: 'temporarily-unavailable',
	}),
	nameNotFound: ({ host }) => ({
		message: `There is no server with the name ${host ?? 'in the Base URL'}`,
		description: `${CHECK_BASE_URL} If it is right, n8n cannot look up names on its network just now.`,
		hostCause: 'temporarily-unavailable',
	}),
	timedOut: ({ host, isPolling }) => ({
		message: `${host ?? 'The server'} did not answer in time`,
		description: isPolling ? '' : 'If you set a Timeout under Options, a longer one may help.',
		mayPass: true,
		hostCause: 'temporarily-unavailable',
	}),
	connectionLost: ({ host }) => ({
		message: `The connection to ${host ?? 'the server'} broke off`,
		description: 'Nothing of the answer was used.',
		mayPass: true,
		hostCause: 'temporarily-unavailable',
	}),
	tls: ({ host }) => ({
		message: `No secure connection to ${host ?? 'the server'} could be made`,
		description: `Its certificate cannot be trusted, or it does not speak https. ${CHECK_BASE_URL}`,
		hostCause: 'configuration-invalid',
	}),
	unreachable: ({ host }) => ({
		message: `${host ?? 'The server'} could not be reached`,
		description: `${CHECK_BASE_URL} If it is right, check the network of the machine that runs n8n.`,
		hostCause: 'temporarily-unavailable',
	}),
	blockedByN8n: ({ host }) => ({
		message: `n8n may not connect to ${host ?? 'this server'}`,
		description:
			'Its protection against requests to internal addresses (SSRF) does not allow it, and nothing was sent. Check the address; if it is right, ask whoever runs n8n to allow it there (N8N_SSRF_ALLOWED_HOSTNAMES).',
		hostCause: 'configuration-invalid',
	}),
	cancelled: () => ({
		message: 'The request was stopped',
		description:
			'The workflow was stopped while the request was under way. Run it again to start over.',
	}),
	pageIgnored: () => ({
		message: 'Verifik answers every page of the list with the same records',
		description:
			'The list cannot be read to its end this way, and nothing was handed on. Tell Verifik that the page parameter of List has no effect; until then, turn off Return All to get the first 100.',
	}),
	unordered: () => ({
		message: 'The order of the list cannot be made out',
		description:
			"A trigger needs a list that is ordered by createdAt or updatedAt, of validations that have an ID and say when they were created; Verifik's is not. Nothing was handed on. Use Return All of the Verifik Document Liveness node on a schedule instead, and tell the maintainers of this node.",
	}),
	pollTooShort: () => ({
		message: 'A poll has not enough time to read the validations of the last ten minutes',
		description:
			"Either a great many came in, or the clock of n8n's machine is behind: set it right. Nothing is lost, and events come again as soon as a poll gets further. If it stays so, tell the maintainers of this node.",
	}),
	stateUnknown: () => ({
		message: 'What the trigger remembered of earlier polls cannot be read',
		description:
			'Another version of this node may have written it: going back to that version helps. To start over instead, delete the trigger from the workflow, add it again under another name, and publish the workflow. What happens before that does not start the workflow; find it with the Verifik Document Liveness node.',
		hostCause: 'configuration-invalid',
	}),
	noneToShow: () => ({
		message: 'There is no validation to show as a test event',
		description:
			'None of the newest validations has come to one of the chosen outcomes and fits the options. For the test, choose more under Trigger On or take options away; or publish the workflow, and the next validation that fits will start it.',
	}),
	imageAddress: () => ({
		message: 'The image was not downloaded: its address is not one to be trusted',
		description:
			"Images are fetched over https only (over plain http from the Base URL's own server). The record's image address tells where it is.",
	}),
	imageRefused: ({ host, httpStatus }) => ({
		message: `${host ?? 'The server'} does not hand out the image (HTTP ${httpStatus ?? 'unknown'})`,
		description:
			'It may have been deleted, or its address may have run out: read the validation again for a new one. An address that sends on to another one is not followed.',
	}),
	imageTooBig: ({ bytes }) => ({
		message: `The image was not downloaded: it is larger than ${bytes === undefined ? 'an image should be' : megabytes(bytes)}`,
		description: "Open it in a browser instead; the record's image address tells where it is.",
	}),
	imageUnreadable: ({ host, kind }) => ({
		message: `What ${host ?? 'the server'} gave for the image is ${kind ?? 'no image'}`,
		description:
			'It was not handed on. A proxy or a sign-in page may stand in between; try to open the image address in a browser.',
	}),
};

/** Every way of going wrong, for tables and tests. */
export const CAUSES = Object.keys(WORDS) as Cause[];

/** The sentences for one case. `facts` may hold only what is known; what is unknown is left out of the sentences. */
export function explain(cause: Cause, facts: Facts = {}): Explanation {
	const { message, description, hostCause, mayPass } = WORDS[cause](facts);
	const isUnsure = facts.isSending === true && OUTCOME_UNKNOWN.includes(cause);
	const later = facts.isPolling ? NEXT_POLL : TRY_LATER;
	const goOn = isUnsure ? LOOK_FIRST : mayPass ? later : '';
	const tried = (facts.tries ?? 1) > 1 ? ` It was tried ${facts.tries} times.` : '';
	const where =
		facts.page === undefined || cause === 'pageIgnored'
			? ''
			: ` It happened on page ${facts.page}, after ${facts.recordsRead ?? 0} records; none of them was handed on.`;
	const sent = facts.sentBefore
		? ` The documents of the ${facts.sentBefore} items before were sent. To keep their results another time, choose “Continue (using error output)” as On Error in the node's settings.`
		: '';
	const details: Explanation['details'] = {};
	if (facts.httpStatus !== undefined) details.httpStatus = facts.httpStatus;
	if (facts.code !== undefined) details.code = facts.code;
	if (facts.retryAfterMs !== undefined) details.retryAfterMs = facts.retryAfterMs;
	return {
		cause,
		message,
		description: `${description.trim()} ${goOn}`.trim() + tried + where + sent,
		details,
		// What may have been done must not be done again by the host.
		hostCause: isUnsure ? undefined : hostCause,
	};
}

/** A call that went wrong, with the words for it. Thrown inside `verifik/`; the node turns it into n8n's own class. */
export class VerifikFailure extends Error {
	readonly explanation: Explanation;

	private readonly facts: Facts;

	constructor(cause: Cause, facts: Facts = {}) {
		const explanation = explain(cause, facts);
		super(explanation.message);
		this.explanation = explanation;
		this.facts = facts;
	}

	/** The same case with more facts, e.g. the page on which it happened, or with a closer name. */
	with(facts: Facts, cause = this.explanation.cause): VerifikFailure {
		return new VerifikFailure(cause, { ...this.facts, ...facts });
	}
}

/** What a call gives, or the failure that it ended with. Anything else that is thrown goes on. */
export async function settled<T>(call: Promise<T>): Promise<T | VerifikFailure> {
	return await call.catch(async (error: unknown) =>
		error instanceof VerifikFailure ? error : await Promise.reject(error),
	);
}

/** Verifik's own words as a sentence of their own. */
function quote({ said, code }: Facts, lead = 'Verifik says: '): string {
	if (!said) return '';
	const codeToo = code && code !== said ? ` (${code})` : '';
	return `${lead}“${said}”${codeToo}. `;
}

/** Verifik's dashboard has a button that makes a new token and revokes all earlier ones (`renew-and-revoke`). */
function revoked(validUntil: Date): string {
	return `The token itself says that it is valid until ${day(validUntil)}: it was revoked (a new token made in the Verifik dashboard can end all earlier ones), or it is not for this Base URL.`;
}

/** A date as users read it: year-month-day, in UTC. */
export function day(date: Date): string {
	return date.toISOString().slice(0, 10);
}

function askedToWait({ retryAfterMs }: Facts): string {
	if (retryAfterMs === undefined) return '';
	return `It asks to wait ${duration(retryAfterMs)}; run again after that.`;
}

/** A size in words, in units of a million bytes. */
export function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function duration(ms: number): string {
	const seconds = Math.ceil(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	if (minutes < 120) return `${minutes} minutes`;
	const hours = Math.ceil(minutes / 60);
	if (hours < 48) return `${hours} hours`;
	const days = Math.ceil(hours / 24);
	return days < 365 ? `${days} days` : 'a year or more';
}
