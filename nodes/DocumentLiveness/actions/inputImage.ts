// Reads the image of a document from an input item, and checks it before anything is sent.
import {
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { cutText, sanitizeText } from '../../verifik/http/sanitizeText';
import { decodeBase64, fileTypeOf } from '../../verifik/http/fileType';

/** How many files a message names at most, and how many characters of each name. */
const MAX_NAMED = 10;
const MAX_NAME = 50;

/** Fields of an object that are searched for files: data from outside may have millions. */
const MAX_FIELDS = 1_000;

/** Where the image comes from: a binary field, or the parameter for Base64 text. */
export type ImageSource = 'binary' | 'base64';

/**
 * @returns the bytes of the image
 * @throws NodeOperationError if there is no image; its message never contains the content that was given
 */
export async function readInputImage(
	context: IExecuteFunctions,
	itemIndex: number,
	source: ImageSource,
): Promise<Buffer> {
	const item = { context, itemIndex };
	const bytes = source === 'binary' ? await fromBinary(item) : fromBase64(item);
	if (bytes.length === 0) {
		throw refusal(item, 'The image is empty', 'Check the step that returns the file.');
	}
	const kind = fileTypeOf(bytes);
	if (kind.isImage) return bytes;
	throw refusal(
		item,
		`The document is ${kind.words}, not an image`,
		'Verifik checks photos. Use a JPEG, PNG or WebP image.',
	);
}

/** An input item of the node. */
type InputItem = { context: IExecuteFunctions; itemIndex: number };

async function fromBinary(item: InputItem): Promise<Buffer> {
	const { context, itemIndex } = item;
	// The name of a field; or the file itself, if an expression returns it.
	const field = context.getNodeParameter('binaryPropertyName', itemIndex, 'data') as string;
	const name = typeof field === 'string' ? field.trim() : field;
	let file: IBinaryData;
	try {
		file = context.helpers.assertBinaryData(itemIndex, name);
	} catch {
		const present = filesOf(context.getInputData()[itemIndex]!);
		throw refusal(
			item,
			`This item has no file in the binary field “${nameOf(name)}”`,
			present.length > 0
				? `The files of this item are in: ${namesOf(present)}. Set Input Binary Field to one of these.`
				: 'This item has no file. Connect a step that returns one (a form, Gmail, Google Drive, or HTTP Request with the response format File), or set Image Source to Base64.',
		);
	}
	if (!mayBeRead(context, file)) {
		throw refusal(
			item,
			'Input Binary Field has a file that does not belong to this workflow',
			'Enter the name of a binary field, or the file of a step in this workflow: {{ $("On form submission").item.binary.Photo }}. A file that comes as data from outside (a webhook, a request) is not accepted.',
		);
	}
	return await context.helpers.getBinaryDataBuffer(itemIndex, name);
}

/**
 * Whether a file belongs to this workflow. An expression can return a file whose ID came from outside (in the body of a
 * webhook, for example). n8n would read any stored file by such an ID, also another person's document.
 */
function mayBeRead(context: IExecuteFunctions, { id, data }: IBinaryData): boolean {
	// Of an object with a length, n8n would make as many bytes.
	if (typeof data !== 'string') return false;
	// Without an ID, the file holds its own bytes.
	if (id === undefined) return true;
	// n8n makes only texts as IDs, so this one came from outside.
	if (typeof id !== 'string') return false;
	const given = context.getInputData().flatMap(({ binary }) => Object.values(binary ?? {}));
	if (given.some((file) => file.id === id)) return true;
	// FileLocation in n8n-core (n8n 2.41.1): an ID of a file on the disk names its workflow, one of the database is random.
	const [, workflowId, rest] = /^[\w-]+:workflows\/([^/]+)\/(.+)$/.exec(id) ?? [];
	const isOwn =
		workflowId === context.getWorkflow().id && !/(^|[/\\])\.\.([/\\]|$)/.test(rest ?? '');
	return isOwn || /^database:[\da-f-]{36}$/.test(id);
}

/** The names of the fields that hold a file: binary fields, or in n8n's binary mode “combined”, other fields. */
function filesOf({ binary, json }: INodeExecutionData): string[] {
	const isFile = (value: unknown) => typeof (value as IBinaryData | null)?.mimeType === 'string';
	const nested = partsOf(json).flatMap(([field, value]) =>
		partsOf(value).flatMap(([name, one]) => (isFile(one) ? [`${field}.${name}`] : [])),
	);
	return [...Object.keys(binary ?? {}), ...nested];
}

/** The first parts of an item or a field, which may have any number; none of a text. */
function partsOf(value: unknown): Array<[string, unknown]> {
	if (typeof value !== 'object' || value === null) return [];
	const parts: Array<[string, unknown]> = [];
	const some = Array.isArray(value) ? value.slice(0, MAX_NAMED) : value;
	for (const name in some) {
		if (parts.push([name, (some as Record<string, unknown>)[name]]) === MAX_FIELDS) break;
	}
	return parts;
}

/** Names of fields for a message. Bounded, since they may come from outside. */
function namesOf(fields: string[]): string {
	const names = fields.slice(0, MAX_NAMED).map((field) => cutText(sanitizeText(field), MAX_NAME));
	return [...names, ...(fields.length > MAX_NAMED ? ['…'] : [])].join(', ');
}

/** A value as a text for a message; a value from outside may be of any type. */
function nameOf(value: unknown): string {
	return sanitizeText(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

function fromBase64(item: InputItem): Buffer {
	const { context, itemIndex } = item;
	const text = context.getNodeParameter('imageBase64', itemIndex, '') as unknown;
	const bytes = typeof text === 'string' ? decodeBase64(text) : undefined;
	if (bytes) return bytes;
	const isAddress = typeof text === 'string' && /^\s*https?:/i.test(text);
	throw refusal(
		item,
		isAddress
			? 'Image (Base64) has a web address, not an image'
			: 'Image (Base64) is not Base64 text',
		isAddress
			? 'First download the image with HTTP Request and the response format File. Then set Image Source to Binary File.'
			: 'Enter the image as Base64 text, with or without “data:image/jpeg;base64,” at the start. For a file in the input item, set Image Source to Binary File.',
	);
}

function refusal(
	{ context, itemIndex }: InputItem,
	message: string,
	goOn: string,
): NodeOperationError {
	const description = `This item was not sent to Verifik. ${goOn}`;
	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}
