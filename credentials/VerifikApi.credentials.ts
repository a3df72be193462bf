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

import { CODE_OF_STATUS } from '../nodes/verifik/http/response';
import { getJsonOnce } from '../nodes/verifik/http/client';
import { VerifikError } from '../nodes/verifik/errors/VerifikError';
import { describeError, type Explanation } from '../nodes/verifik/errors/messages';
import { renewals } from '../nodes/verifik/token/renewal';
import { signRequest, type SignableRequest } from '../nodes/verifik/token/signRequest';
import { newToken } from '../nodes/verifik/api/session';
import { DEFAULT_BASE_URL, type VerifikCredential } from '../nodes/verifik/token/credential';

export class VerifikApi implements ICredentialType {
	name = 'verifikApi';

	displayName = 'Verifik API';

	icon: Icon = { light: 'file:../icons/verifik.svg', dark: 'file:../icons/verifik.dark.svg' };

	documentationUrl = 'https://docs.verifik.co/authentication/authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Identifies your Verifik account. n8n stores the token encrypted, and it is sent only to the Base URL.',
			hint: '1. Sign in to the Verifik dashboard, or ask Verifik for a one-time password by email or text message.<br>2. Copy the access token that Verifik gives you. It lasts about 30 days.<br>3. Paste it here. Spaces, line breaks and the word “Bearer” are removed automatically.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			placeholder: 'e.g. https://api.verifik.co',
			description:
				'Address of the Verifik API. Change it only for a sandbox or a proxy. The token is sent only to this address.',
		},
		{
			displayName: 'Renew Token Automatically',
			name: 'renewAutomatically',
			type: 'boolean',
			default: false,
			description:
				'Whether to replace the access token with a new one automatically when half of its lifetime is over. This happens when a workflow sends a request. n8n stores the new token encrypted in this credential.',
			hint: 'For workflows that run without you: otherwise they stop when the token expires. At least one of them must run every two weeks.',
		},
		{
			displayName: 'Renewal Months',
			name: 'renewalMonths',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 1,
			description: 'How many months a renewed token lasts',
			displayOptions: { show: { renewAutomatically: [true] } },
		},
		{
			// n8n calls preAuthentication before a request where an expirable field is empty (preAuthentication in the
			// CredentialsHelper of n8n 2.41.1). So this one stays empty, and is hidden while automatic renewal is off.
			displayName: 'Renewal',
			name: 'renewal',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
			displayOptions: { show: { renewAutomatically: [true] } },
		},
		{
			// As a password, n8n masks it wherever it shows a credential.
			displayName: 'Renewed Token',
			name: 'renewedToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
	];

	/**
	 * Automatic renewal: n8n calls this before each request, and stores the returned fields in the credential
	 * (preAuthentication in the CredentialsHelper of n8n 2.41.1), but only if the expirable field `renewal` is among them.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		fields: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const ask = async (credential: VerifikCredential) =>
			await newToken(
				async (path) => await getJsonOnce(this, credential, path),
				fields.renewalMonths,
			);
		const renewedToken = await renewals.renewWhenDue(fields, ask, () => new Date());
		return renewedToken === undefined ? {} : { renewal: '', renewedToken };
	}

	/**
	 * Signs one request, for the credential's own origin only.
	 * Serves the nodes of this package, the credential test and n8n's HTTP Request node.
	 *
	 * @throws Error with a VerifikError as its cause, when the token may not be sent. Its message also says how to go on,
	 * since the credential test and the HTTP Request node show only the message. It is not the VerifikError itself, since
	 * the test shows an error's `code` instead of its message.
	 */
	async authenticate(
		fields: ICredentialDataDecryptedObject,
		request: SignableRequest,
	): Promise<IHttpRequestOptions> {
		try {
			signRequest(fields, request);
		} catch (error) {
			if (!(error instanceof VerifikError)) throw error;
			throw new Error(sentences(error.explanation), { cause: error });
		}
		// n8n's type does not have `uri`.
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
 * What the panel says when the credential test does not pass. Where no rule applies, n8n shows the code of the connection
 * (ECONNREFUSED), or the message that `authenticate` threw.
 */
function testRules(): ICredentialTestRequest['rules'] {
	const rules = [
		...Object.entries(CODE_OF_STATUS).map(([status, cause]) => ({
			type: 'responseCode',
			properties: { value: Number(status), message: sentences(describeError(cause)) },
		})),
		{
			type: 'responseSuccessBody',
			properties: {
				key: 'success',
				value: false,
				message: sentences(describeError('unsuccessful')),
			},
		},
		{
			type: 'responseSuccessBody',
			properties: { key: 'data', value: undefined, message: sentences(describeError('notTheApi')) },
		},
	];
	// n8n's type allows only rules of one kind in a list; n8n itself checks each rule by its own type.
	return rules as ICredentialTestRequest['rules'];
}

/** What happened, and how to go on. */
function sentences({ message, description }: Explanation): string {
	return `${message}. ${description}`;
}
