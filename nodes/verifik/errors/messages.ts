// What happened, and what to do next, for every way a call to Verifik can go wrong. Pure: no n8n, no network.
// n8n's UX guidelines ask for sentences that say what happened and how to go on, and avoid the words
// error, problem, failure and mistake.

/** What happened, as far as it is known. */
export type ErrorDetails = {
	/** host and port of the request, e.g. `api.verifik.co` */
	host?: string;
	httpStatus?: number;
	/** the code of Verifik (`INVALID_PARAMETERS`) or of the connection (`ECONNREFUSED`) */
	apiCode?: string;
	/** Verifik's own text, after `sanitizeText` */
	apiMessage?: string;
	/** how long the server asked to wait */
	retryAfterMs?: number;
	/** when the token expired */
	expiredAt?: Date;
	/** when a refused token expires, as it says itself */
	validUntil?: Date;
	/** of the requested validation */
	id?: string;
	/** the part of a request that would show the token to someone else, e.g. `Proxy` */
	exposedBy?: string;
	/** what came instead of an image, e.g. `a PDF document` */
	kind?: string;
	/** the size of the largest image that is accepted */
	bytes?: number;
};

/** What was being done when it happened. The callers that know it add it (`VerifikError.addContext`). */
export type ErrorContext = {
	/** how often the request was sent */
	tries?: number;
	/** the page of the list that was being read, and how many records had been read before */
	page?: number;
	recordsRead?: number;
	/** whether a document was being sent, which must not be repeated by accident; and its size */
	isSending?: boolean;
	documentBytes?: number;
	/** how many documents of earlier input items were sent */
	sentBefore?: number;
	/** whether a trigger was polling: n8n polls again by itself */
	isPolling?: boolean;
};

/** What a user reads: what happened, how to go on, and the facts behind it. */
export type Explanation = {
	message: string;
	description: string;
	details: { httpStatus?: number; code?: string; retryAfterMs?: number };
	/** the cause in n8n's `failure`, for versions of n8n that have it (n8n-workflow 2.41, errors/failure) */
	hostCause?: HostCause;
};

type HostCause =
	| 'rate-limited'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

type Message = {
	message: string;
	description: string;
	hostCause?: HostCause;
	/** whether it may work later without any change */
	mayPass?: boolean;
};

const TOKEN_STEPS =
	'in the Verifik dashboard or with a one-time password, paste it into the Verifik API credential, and try again. A token lasts about 30 days.';
const NEW_TOKEN = `Get a new token ${TOKEN_STEPS}`;
const CHECK_BASE_URL =
	'Check the Base URL in the Verifik API credential. For Verifik itself, it is https://api.verifik.co.';
const TRY_LATER =
	"Try again in a few minutes. To let n8n do this for you, turn on Retry On Fail in the node's settings.";
const NEXT_POLL = 'Nothing is lost: the next poll continues from the same place.';
const LOOK_FIRST =
	'Verifik may still have received the document. Before you send it again, look for it with List, so that it is not checked twice.';

/** After these it is not known whether a document that was sent has arrived. */
const OUTCOME_UNKNOWN: readonly ErrorCode[] = [
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

const MESSAGES = {
	tokenMissing: () => ({
		message: 'The Verifik API credential has no access token',
		description: `Get a token ${TOKEN_STEPS}`,
		hostCause: 'credential-invalid',
	}),
	tokenUnusable: () => ({
		message:
			'The access token is not valid: it is too long, or it has characters that a token cannot have',
		description: `Copy the whole token again, and nothing else. If that does not help: ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	tokenExpired: ({ expiredAt }) => ({
		message: `The access token expired on ${expiredAt ? formatDate(expiredAt) : 'an earlier date'}`,
		description: `Nothing was sent. ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	baseUrlInvalid: () => ({
		message: 'The Base URL in the Verifik API credential is not a web address',
		description:
			'Enter a full address such as https://api.verifik.co. It must not contain a user name.',
		hostCause: 'configuration-invalid',
	}),
	plainHttp: ({ host }) => ({
		message: `The token was not sent: the connection to ${host ?? 'the Base URL'} is not encrypted`,
		description:
			'Use a Base URL that starts with https://. Plain http is accepted only for this machine (localhost).',
		hostCause: 'configuration-invalid',
	}),
	otherOrigin: ({ host }) => ({
		message: `The token was not sent: ${host ?? 'this address'} is not the server in the Verifik API credential`,
		description:
			'This credential works only for its own Base URL. Change the address of the request, or create another credential with that Base URL.',
		hostCause: 'configuration-invalid',
	}),
	tokenAddress: () => ({
		message:
			'The token was not sent: this address returns new tokens, or could be read as one that does',
		description:
			'A new token would be readable in the execution data. To renew the token, turn on Renew Token Automatically in the Verifik API credential. For another endpoint, write its path with plain letters, digits and hyphens.',
		hostCause: 'configuration-invalid',
	}),
	tokenExposed: ({ exposedBy }) => ({
		message: `The token was not sent: with ${exposedBy ?? 'these options'}, someone else could read it`,
		description:
			'Remove that option from the request. The person who runs n8n can set a proxy (HTTPS_PROXY) or a certificate authority (NODE_EXTRA_CA_CERTS) for all of n8n.',
		hostCause: 'configuration-invalid',
	}),
	invalidParameters: (facts) => ({
		message: 'Verifik did not accept the parameters of this request',
		description: `${quote(facts)}Check the values in this node's fields, also those that come from expressions.`,
		hostCause: 'configuration-invalid',
	}),
	unauthorized: (facts) => ({
		message: 'Verifik did not accept the access token',
		description: `${quote(facts)}${facts.validUntil ? revoked(facts.validUntil) : 'It is not valid, or it has expired.'} ${NEW_TOKEN}`,
		hostCause: 'credential-invalid',
	}),
	forbidden: (facts) => ({
		message: 'This Verifik account cannot use document liveness',
		description: `${quote(facts)}Ask Verifik to enable document liveness for your account, or use the token of an account that has it.`,
		hostCause: 'credential-invalid',
	}),
	notFound: (facts) => ({
		message: 'Verifik found nothing at this address',
		description: `${quote(facts)}${CHECK_BASE_URL}`,
		hostCause: 'configuration-invalid',
	}),
	validationNotFound: (facts) => ({
		message: `There is no validation with the ID “${facts.id ?? ''}”`,
		description: `${quote(facts)}Choose the validation “From List”, or use an ID that List returns. The validation may have been deleted, or it may belong to another Verifik account. If no ID works, check the Base URL in the Verifik API credential.`,
	}),
	otherValidation: (facts) => ({
		message: `The answer is about another validation than the one with the ID “${facts.id ?? ''}”`,
		description: `${facts.host ?? 'The server'} returned another one, so it was left out. Run again. If this happens again, something between n8n and Verifik may return saved answers: check the Base URL in the Verifik API credential.`,
	}),
	conflict: (facts) => ({
		message: 'Verifik rejected one of the values in this request',
		description: `${quote(facts)}Check the values in this node's fields: one is missing or out of range.`,
		hostCause: 'configuration-invalid',
	}),
	tooLarge: (facts) => ({
		message: `The image${facts.documentBytes === undefined ? '' : ` (${formatMegabytes(facts.documentBytes)})`} is larger than Verifik accepts`,
		description: `${quote(facts)}Make the image smaller (for example 2,000 pixels wide, as JPEG) and run again.`,
		hostCause: 'configuration-invalid',
	}),
	imageFormat: (facts) => ({
		message: 'Verifik cannot read this image',
		description: `${quote(facts)}Save it as JPEG or PNG, check that it opens in an image viewer, and run again.`,
		hostCause: 'configuration-invalid',
	}),
	rateLimited: (facts) => ({
		message: 'Verifik received too many requests from this account',
		description: `${quote(facts)}${askedToWait(facts)}`,
		mayPass: facts.retryAfterMs === undefined,
		hostCause: 'rate-limited',
	}),
	serverDown: (facts) => ({
		message: `Verifik is not available right now (HTTP ${facts.httpStatus ?? '5xx'})`,
		description: `${quote(facts)}${askedToWait(facts)}`,
		mayPass: facts.retryAfterMs === undefined,
		hostCause: 'temporarily-unavailable',
	}),
	redirected: (facts) => ({
		message: `${facts.host ?? 'The server'} redirected the request to another address`,
		description: `The redirect was not followed, to keep the token safe. ${CHECK_BASE_URL}`,
		hostCause: 'configuration-invalid',
	}),
	unexpectedStatus: (facts) => ({
		message: `${facts.host ?? 'The server'} answered in an unexpected way (HTTP ${facts.httpStatus ?? 'unknown'})`,
		description: `${quote(facts)}${CHECK_BASE_URL}`,
	}),
	notJson: (facts) => ({
		message: `${facts.host ?? 'The server'} did not answer like the Verifik API`,
		description: `The answer is not JSON. ${quote(facts, 'It starts with: ')}A proxy or a sign-in page may be in between. ${CHECK_BASE_URL}`,
	}),
	cutOff: (facts) => ({
		message: `The answer from ${facts.host ?? 'the server'} is not complete`,
		description: 'It was not used.',
		mayPass: true,
		hostCause: 'temporarily-unavailable',
	}),
	answerTooLarge: (facts) => ({
		message: `The answer from ${facts.host ?? 'the server'} is much larger than answers of the Verifik API`,
		description: `It was not used. A page of the Verifik API has at most 100 records; this node accepts up to 1,000 records or 8 MB. A proxy may be in between. ${CHECK_BASE_URL}`,
	}),
	answerTooDeep: (facts) => ({
		message: `The answer from ${facts.host ?? 'the server'} has many more levels than answers of the Verifik API`,
		description: `It was not used. A proxy may be in between. ${CHECK_BASE_URL}`,
	}),
	listTooLarge: ({ host, isPolling }) => ({
		message: `The list from ${host ?? 'the server'} is larger than n8n can hold`,
		description: isPolling
			? `Its records are much larger than records of the Verifik API. A proxy may be in between. ${CHECK_BASE_URL}`
			: 'Read fewer validations: add Filters, for example Created, or set Maximum Records under Options. For totals of many validations, use Get Report, which keeps none of them.',
	}),
	unsuccessful: (facts) => ({
		message: 'Verifik says that the request did not succeed',
		description: `${quote(facts)}Check the node's fields and the access token, then try again.`,
	}),
	notTheApi: (facts) => ({
		message: `${facts.host ?? 'The server'} did not answer like the Verifik API`,
		description: `${quote(facts, 'The answer: ')}${CHECK_BASE_URL}`,
	}),
	refused: ({ host }) => ({
		message: `No server answers at ${host ?? 'the Base URL'}`,
		description: `The connection was refused. ${CHECK_BASE_URL} If it is correct, the server is down: try again later.`,
		hostCause: 'temporarily-unavailable',
	}),
	nameNotFound: ({ host }) => ({
		message: `There is no server with the name ${host ?? 'in the Base URL'}`,
		description: `${CHECK_BASE_URL} If it is correct, n8n cannot look up names on its network right now.`,
		hostCause: 'temporarily-unavailable',
	}),
	timedOut: ({ host, isPolling }) => ({
		message: `${host ?? 'The server'} did not answer in time`,
		description: isPolling ? '' : 'If you set a Timeout under Options, try a longer one.',
		mayPass: true,
		hostCause: 'temporarily-unavailable',
	}),
	connectionLost: ({ host }) => ({
		message: `The connection to ${host ?? 'the server'} was lost`,
		description: 'The answer was not used.',
		mayPass: true,
		hostCause: 'temporarily-unavailable',
	}),
	tls: ({ host }) => ({
		message: `n8n could not open a secure connection to ${host ?? 'the server'}`,
		description: `The certificate of the server is not trusted, or the server does not use https. ${CHECK_BASE_URL}`,
		hostCause: 'configuration-invalid',
	}),
	unreachable: ({ host }) => ({
		message: `${host ?? 'The server'} could not be reached`,
		description: `${CHECK_BASE_URL} If it is correct, check the network of the machine that runs n8n.`,
		hostCause: 'temporarily-unavailable',
	}),
	blockedByN8n: ({ host }) => ({
		message: `n8n is not allowed to connect to ${host ?? 'this server'}`,
		description:
			"n8n's protection against requests to internal addresses (SSRF) stopped the request, and nothing was sent. Check the address. If it is correct, ask the person who runs n8n to allow it (N8N_SSRF_ALLOWED_HOSTNAMES).",
		hostCause: 'configuration-invalid',
	}),
	cancelled: () => ({
		message: 'The request was stopped',
		description: 'The workflow was stopped during the request. Run it again to start over.',
	}),
	pageIgnored: () => ({
		message: 'Verifik returns the same records for every page of the list',
		description:
			'The list cannot be read to its end, so nothing was returned. Tell Verifik that the page parameter of List has no effect. Until then, turn off Return All to get the first 100.',
	}),
	unordered: () => ({
		message: 'The list has no clear order',
		description:
			"The trigger needs a list in the order of createdAt or updatedAt, with validations that have an ID and a creation date. Verifik's list is different, so nothing was returned. Instead, use Return All of the Verifik Document Liveness node on a schedule, and tell the maintainers of this node.",
	}),
	pollTooShort: () => ({
		message: 'A poll does not have enough time to read the validations of the last ten minutes',
		description:
			"Very many validations came in, or the clock of n8n's machine is behind: check the clock. Nothing is lost: the events come when a poll has enough time. If this continues, tell the maintainers of this node.",
	}),
	stateUnknown: () => ({
		message: 'The trigger cannot read what it saved in earlier polls',
		description:
			'Another version of this node may have saved it: go back to that version. Or start over: delete the trigger from the workflow, add it again under another name, and publish the workflow. Validations from before that do not start the workflow. You find them with the Verifik Document Liveness node.',
		hostCause: 'configuration-invalid',
	}),
	noneToShow: () => ({
		message: 'There is no validation to show as a test event',
		description:
			'None of the newest validations fits Trigger On and the options. For the test, choose more under Trigger On, or remove options. Or publish the workflow: the next validation that fits starts it.',
	}),
	imageAddress: () => ({
		message: 'The image was not downloaded: its address is not safe',
		description:
			"Images are downloaded only over https (over plain http only from the Base URL's own server). The record's image URL shows the address.",
	}),
	imageRefused: ({ host, httpStatus }) => ({
		message: `${host ?? 'The server'} did not return the image (HTTP ${httpStatus ?? 'unknown'})`,
		description:
			'The image may have been deleted, or its address may have expired: get the validation again for a new address. Redirects are not followed.',
	}),
	imageTooBig: ({ bytes }) => ({
		message: `The image was not downloaded: it is larger than ${bytes === undefined ? 'an image should be' : formatMegabytes(bytes)}`,
		description: "Open the record's image URL in a browser instead.",
	}),
	imageUnreadable: ({ host, kind }) => ({
		message: `${host ?? 'The server'} returned ${kind ?? 'something else'} instead of the image`,
		description:
			"It was not used. A proxy or a sign-in page may be in between. Try to open the record's image URL in a browser.",
	}),
} satisfies Record<string, (facts: ErrorDetails & ErrorContext) => Message>;

/** The name in the code of each way in which a call can go wrong. */
export type ErrorCode = keyof typeof MESSAGES;

/** All error codes, in the order of the table. */
export const ERROR_CODES = Object.keys(MESSAGES) as ErrorCode[];

/**
 * The text of an error.
 *
 * @param facts as far as they are known; the text leaves out the others
 */
export function describeError(
	code: ErrorCode,
	facts: ErrorDetails & ErrorContext = {},
): Explanation {
	const { message, description, hostCause, mayPass }: Message = MESSAGES[code](facts);
	const isUnsure = facts.isSending === true && OUTCOME_UNKNOWN.includes(code);
	const later = facts.isPolling ? NEXT_POLL : TRY_LATER;
	const goOn = isUnsure ? LOOK_FIRST : mayPass ? later : '';
	const tried = (facts.tries ?? 1) > 1 ? ` The request was tried ${facts.tries} times.` : '';
	const where =
		facts.page === undefined || code === 'pageIgnored'
			? ''
			: ` This was on page ${facts.page}, after ${facts.recordsRead ?? 0} records. No records were returned.`;
	const sent = facts.sentBefore
		? ` The documents of the ${facts.sentBefore} earlier items were sent. To keep such results next time, set On Error to “Continue (using error output)” in the node's settings.`
		: '';
	const details: Explanation['details'] = {};
	if (facts.httpStatus !== undefined) details.httpStatus = facts.httpStatus;
	if (facts.apiCode !== undefined) details.code = facts.apiCode;
	if (facts.retryAfterMs !== undefined) details.retryAfterMs = facts.retryAfterMs;
	return {
		message,
		description: `${description.trim()} ${goOn}`.trim() + tried + where + sent,
		details,
		// n8n may retry by this cause, and a document that may have arrived must not be sent again.
		hostCause: isUnsure ? undefined : hostCause,
	};
}

/** Verifik's own text as a sentence; empty if there is none. */
function quote({ apiMessage: said, apiCode: code }: ErrorDetails, lead = 'Verifik says: '): string {
	if (!said) return '';
	const codeToo = code && code !== said ? ` (${code})` : '';
	return `${lead}“${said}”${codeToo}. `;
}

/** For a token that was refused before it expired. Verifik's dashboard can revoke all tokens (`renew-and-revoke`). */
function revoked(validUntil: Date): string {
	return `The token says that it is valid until ${formatDate(validUntil)}, so it was revoked (a new token from the Verifik dashboard can end all earlier ones), or it is for another Base URL.`;
}

/** A date as users read it: year-month-day, in UTC. */
export function formatDate(date: Date): string {
	// not by its length: a year beyond 9999 takes more
	return date.toISOString().split('T', 1)[0]!;
}

function askedToWait({ retryAfterMs }: ErrorDetails): string {
	if (retryAfterMs === undefined) return '';
	return `Verifik asks you to wait ${formatDuration(retryAfterMs)}. Run again after that.`;
}

/** A size in megabytes of a million bytes, e.g. `2.5 MB`. */
export function formatMegabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function formatDuration(ms: number): string {
	const seconds = Math.ceil(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	if (minutes < 120) return `${minutes} minutes`;
	const hours = Math.ceil(minutes / 60);
	if (hours < 48) return `${hours} hours`;
	const days = Math.ceil(hours / 24);
	return days < 365 ? `${days} days` : 'a year or more';
}
