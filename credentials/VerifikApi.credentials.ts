// The Verifik API credential: what a user enters once, how a request is signed, how the credential is tested.
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { CAUSE_OF_STATUS } from '../nodes/verifik/http/response';
import { getJsonOnce } from '../nodes/verifik/client';
import { explain, type Cause } from '../nodes/verifik/errors';
import { renewals } from '../nodes/verifik/token/renewal';
import { signRequest, type SignableRequest } from '../nodes/verifik/token/signRequest';
import { newToken } from '../nodes/verifik/session';
import { DEFAULT_BASE_URL } from '../nodes/verifik/token/credential';

export class VerifikApi implements ICredentialType {
	name = 'verifikApi';

	displayName = 'Verifik API';

	icon: Icon = { light: 'file:../icons/verifik.svg', dark: 'file:../icons/verifik.dark.svg' };

	documentationUrl = 'https://docs.verifik.co/authentication/authentication';

	// The credential itself refuses every other origin, so n8n's own "Allowed HTTP Request Domains" has nothing to add.
	hideDomainRestrictionFields = true;

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'What Verifik knows you by. It is kept encrypted, and sent to the Base URL and to no other address.',
			hint: 'From the Verifik dashboard, or from a sign-in with a one-time password. It lasts about 30 days. Spaces, line breaks and a leading "Bearer" around it do no harm.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			placeholder: 'e.g. https://api.verifik.co',
			description:
				'Where the Verifik API answers. Change it only for a sandbox or a proxy; the token is sent to this address and to no other.',
		},
		{
			displayName: 'Keep Alive',
			name: 'keepAlive',
			type: 'boolean',
			default: false,
			description:
				'Whether to renew the access token by itself when half of its life is over, before a workflow sends a request with it. The new token is kept encrypted in this credential, and used from then on.',
			hint: 'For workflows that run unattended: without it, they stop when the token expires. At least one of them has to run every two weeks.',
		},
		{
			displayName: 'Renewal Months',
			name: 'renewalMonths',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 1,
			description: 'How many months a renewed token is to last',
			displayOptions: { show: { keepAlive: [true] } },
		},
		{
			// n8n calls preAuthentication before a request when this is empty, and it stays empty. It is not there while
			// Keep Alive is off: then n8n calls nothing.
			displayName: 'Renewal',
			name: 'renewal',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
			displayOptions: { show: { keepAlive: [true] } },
		},
		{
			// A password, so that n8n masks it wherever it shows or exports a credential.
			displayName: 'Renewed Token',
			name: 'renewedToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
	];

	/**
	 * Keep Alive: n8n calls this before each request, and stores what it returns in the credential (n8n's credentials
	 * helper, `preAuthentication`). Nothing is stored unless the `renewal` field is among it.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const ask = async () =>
			await newToken(
				async (path) => await getJsonOnce(this, credentials, path),
				credentials.renewalMonths,
			);
		const renewedToken = await renewals.renewWhenDue(credentials, ask, () => new Date());
		return renewedToken === undefined ? {} : { renewal: '', renewedToken };
	}

	/**
	 * Signs one request, for the credential's own origin only.
	 * Serves the nodes of this package, the credential test and n8n's HTTP Request node.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: SignableRequest,
	): Promise<IHttpRequestOptions> {
		signRequest(credentials, request);
		// n8n's type knows no `uri`
		return request as IHttpRequestOptions;
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.verifik.co").trim().replace(/\\/{1,20}$/, "") }}',
			url: '/v2/document-liveness',
			qs: { page: 1, limit: 1 },
			headers: { 'Content-Type': 'application/json' },
			disableFollowRedirect: true,
		},
		rules: testRules(),
	};
}

/**
 * What the panel says when the credential test does not pass. For what reaches no rule n8n shows the connection's own
 * code (ECONNREFUSED), or the sentence that `authenticate` threw.
 */
function testRules(): ICredentialTestRequest['rules'] {
	const rules = [
		...Object.entries(CAUSE_OF_STATUS).map(([status, cause]) => ({
			type: 'responseCode',
			properties: { value: Number(status), message: sentences(cause) },
		})),
		{
			type: 'responseSuccessBody',
			properties: { key: 'success', value: false, message: sentences('unsuccessful') },
		},
		{
			type: 'responseSuccessBody',
			properties: { key: 'data', value: undefined, message: sentences('notTheApi') },
		},
	];
	// n8n's type has lists of one kind only; n8n itself goes through them one by one.
	return rules as ICredentialTestRequest['rules'];
}

function sentences(cause: Cause): string {
	const { message, description } = explain(cause);
	return `${message}. ${description}`;
}
