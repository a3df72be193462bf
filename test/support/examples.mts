// The example workflows of this package, as a user has them: imported, with credentials chosen.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Credential } from './host.mts';
import type { HostWorkflow } from './triggerWorkflows.mts';

const FOLDER = join(import.meta.dirname, '../../examples');

/** Names of all examples: those of their files. */
export const EXAMPLES = readdirSync(FOLDER).map((file) => basename(file, '.json'));

/** Credentials by type, as n8n names the types. */
export type Credentials = Record<string, Credential>;

/** Which type of credential a node of n8n itself needs in the examples. */
const CREDENTIAL_TYPES: Record<string, string> = {
	'n8n-nodes-base.emailSend': 'smtp',
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 'openAiApi',
};

/**
 * Reads an example.
 *
 * @param credentials what a user chooses after the import: each node gets the one that it needs, if there is one
 * @param addresses what stands for an address in it, such as a local server for a service
 */
export function readExample(
	name: string,
	credentials: Credentials = {},
	addresses: Record<string, string> = {},
): HostWorkflow {
	let text = readFileSync(join(FOLDER, `${name}.json`), 'utf8');
	for (const [address, local] of Object.entries(addresses)) text = text.replaceAll(address, local);
	const example = JSON.parse(text) as HostWorkflow;
	for (const node of example.nodes) {
		const type = credentialTypeOf(node);
		const chosen = type && credentials[type];
		if (chosen) node.credentials = { [type]: chosen };
	}
	return example;
}

function credentialTypeOf({ type, parameters }: HostWorkflow['nodes'][number]): string | undefined {
	if (type.startsWith('n8n-nodes-verifik.')) return 'verifikApi';
	return CREDENTIAL_TYPES[type] ?? (parameters.nodeCredentialType as string | undefined);
}
