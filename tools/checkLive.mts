// `npm run check:live`: asks Verifik a few times with a real token and prints what its answers look like.
import { LIMIT, listOf, OTHER_LIMIT, type Answer } from './liveFindings.mts';
import { envelopeLines, liveReport } from './liveReport.mts';

const PATH = '/v2/document-liveness';
const DEFAULT_BASE_URL = 'https://api.verifik.co';
const TIMEOUT_MS = 30_000;

type Environment = Record<string, string | undefined>;
type Access = { token: string; baseUrl: URL };

/** Why there is no report, in words for the terminal. */
class NoReport extends Error {
	readonly exitCode: number;

	constructor(message: string, exitCode = 1) {
		super(message);
		this.exitCode = exitCode;
	}
}

/**
 * Sends six requests, each once whatever comes of it (this is a diagnostic), and prints the report.
 *
 * @param environment `VERIFIK_ACCESS_TOKEN`, and perhaps `VERIFIK_BASE_URL`
 * @returns the exit code: 0 with a report; 1 where Verifik gave no list; 2 where nothing was sent
 */
export async function checkLive(
	environment: Environment,
	print: (text: string) => void,
): Promise<number> {
	try {
		print(await report(readAccess(environment)));
		return 0;
	} catch (reason) {
		if (!(reason instanceof NoReport)) throw reason;
		print(reason.message);
		return reason.exitCode;
	}
}

async function report(access: Access): Promise<string> {
	const list = async (query: string) => await ask(access, `${PATH}?${query}`, `List, ${query}`);
	const firstPage = await list(`page=1&limit=${LIMIT}`);
	const [record] = readFirstPage(firstPage, access.baseUrl.host);
	const id = String(record?._id ?? '');
	return liveReport({
		firstPage,
		secondPage: await list(`page=2&limit=${LIMIT}`),
		otherLimit: await list(`page=1&limit=${OTHER_LIMIT}`),
		completed: await list(`page=1&limit=${LIMIT}&status=completed`),
		failed: await list(`page=1&limit=${LIMIT}&status=failed`),
		...(/^[\w-]+$/.test(id) && { one: await ask(access, `${PATH}/${id}`, 'Retrieve') }),
	});
}

/** @throws NoReport where an answer to the first request is no list: the others would not be either */
function readFirstPage(answer: Answer, host: string) {
	const { httpStatus, body, hasRetryAfter } = answer;
	const records = listOf(answer);
	if (records) return records;
	if (typeof httpStatus === 'string') {
		throw new NoReport(
			`${host} gave no answer (${httpStatus}). Check the connection, a proxy, and VERIFIK_BASE_URL, and run this again.`,
		);
	}
	if (httpStatus === 401 || httpStatus === 403) {
		throw new NoReport(
			`Verifik refused the access token (HTTP ${httpStatus}). Make a new one in the Verifik dashboard and set it as VERIFIK_ACCESS_TOKEN. A token ends after about 30 days, and as soon as all are revoked.`,
		);
	}
	if (httpStatus === 429) {
		throw new NoReport(
			`Verifik asks to send fewer requests (HTTP 429, ${hasRetryAfter ? 'with' : 'without'} a Retry-After header). Wait some minutes and run this again.`,
		);
	}
	if (httpStatus >= 300 && httpStatus < 400) {
		throw new NoReport(
			`${host} sends on to another address (HTTP ${httpStatus}). That was not followed, since the token would go there. Set the final address as VERIFIK_BASE_URL.`,
		);
	}
	if (httpStatus !== 200) {
		throw new NoReport(`${host} answered with HTTP ${httpStatus}. Run this again later.`);
	}
	if (body === undefined) {
		throw new NoReport(
			`${host} answered with something else than JSON, such as a web page (HTTP 200). A proxy or a sign-in page may stand between; check VERIFIK_BASE_URL.`,
		);
	}
	const keys = envelopeLines(answer).map((line) => `\n- ${line}`);
	throw new NoReport(`The answer holds no list under "data". What it holds:${keys.join('')}`);
}

/** Sends one request, once. Never throws. */
async function ask({ token, baseUrl }: Access, path: string, request: string): Promise<Answer> {
	try {
		const response = await fetch(`${baseUrl.href.replace(/\/+$/, '')}${path}`, {
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			// the token goes to no other address
			redirect: 'manual',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		return {
			request,
			httpStatus: response.status,
			hasDate: response.headers.has('date'),
			hasRetryAfter: response.headers.has('retry-after'),
			body: parse(await response.text()),
		};
	} catch (reason) {
		return { request, httpStatus: codeOf(reason), hasDate: false, hasRetryAfter: false };
	}
}

/** @throws NoReport when something is missing or not safe to use */
function readAccess(environment: Environment): Access {
	const token = (environment.VERIFIK_ACCESS_TOKEN ?? '').trim().replace(/^bearer\s+/i, '');
	if (token === '') {
		throw new NoReport(
			'No access token. Run it as: VERIFIK_ACCESS_TOKEN=… npm run check:live (the token stays on this machine, and goes to Verifik only).',
			2,
		);
	}
	if (!/^[\x21-\x7e]+$/.test(token)) {
		throw new NoReport(
			'VERIFIK_ACCESS_TOKEN holds characters that no token has. Copy it again.',
			2,
		);
	}
	const baseUrl = URL.parse(environment.VERIFIK_BASE_URL?.trim() || DEFAULT_BASE_URL);
	const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(baseUrl?.hostname ?? '');
	const isSafe = baseUrl?.protocol === 'https:' || (baseUrl?.protocol === 'http:' && isLocal);
	if (!baseUrl || !isSafe || baseUrl.username || baseUrl.search || baseUrl.hash) {
		throw new NoReport(
			'VERIFIK_BASE_URL is not an address such as https://api.verifik.co. Plain http is accepted for this machine only.',
			2,
		);
	}
	return { token, baseUrl };
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Why a connection gave nothing, e.g. `ECONNREFUSED`; never the text of the reason, which may quote what was sent. */
function codeOf(reason: unknown): string {
	const { name, cause } = reason as { name?: string; cause?: { code?: unknown } };
	return typeof cause?.code === 'string' ? cause.code : String(name);
}

if (import.meta.main) {
	process.exitCode = await checkLive(process.env, (text) => process.stdout.write(`${text}\n`));
}
