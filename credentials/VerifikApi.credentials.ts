// The Verifik API credential: what a user enters once, how a request is signed, how the credential is tested.
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { authorizationFor, DEFAULT_BASE_URL } from '../nodes/verifik/access';
import { CAUSE_OF_STATUS } from '../nodes/verifik/answers';
import { explain, type Cause } from '../nodes/verifik/errors';

/** What n8n hands to `authenticate`: its HTTP Request node names the address `uri`, everything else `url`. */
type Signable = IHttpRequestOptions & { uri?: string };

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
	];

	/**
	 * Signs one request: adds the Authorization header, for the credential's own origin only.
	 * Serves the nodes of this package, the credential test and n8n's HTTP Request node.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: Signable,
	): Promise<IHttpRequestOptions> {
		const address = request.url ?? request.uri ?? '';
		const target = URL.canParse(address, request.baseURL)
			? new URL(address, request.baseURL).href
			: address;
		request.headers = {
			...request.headers,
			Authorization: authorizationFor(credentials, target),
		};
		// n8n would follow a redirect to another origin with the token (n8n-workflow, IHttpRequestOptions).
		request.sendCredentialsOnCrossOriginRedirect = false;
		return request;
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.verifik.co").trim().replace(/\\/+$/, "") }}',
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
