// The stored pictures of validations, as binary data of their items. One that cannot be had leaves its record in place.
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Client } from '../../verifik/client';
import { isValidationId, type VerifikRecord } from '../../verifik/documentLiveness';
import { settled, VerifikFailure } from '../../verifik/errors';
import type { Hint } from './operation';

/** Where a picture is, and what its file is called, without an extension. */
export type Picture = { url: string; name: string };

/** How many are downloaded at the same time where nothing else is said. */
export const PICTURES_AT_ONCE = 5;

/** The binary field that holds the picture. */
const BINARY_FIELD = 'data';

/** The field that says why there is none. */
const REASON_FIELD = 'imageNotDownloaded';

/** Where a record's picture is; undefined where it has none. */
export function pictureOf({ imageUrl, _id }: VerifikRecord): Picture | undefined {
	if (typeof imageUrl !== 'string' || imageUrl.trim() === '') return undefined;
	// A name made of the ID cannot lead anywhere when a file is written under it; one made of an address could.
	const name = isValidationId(String(_id)) ? String(_id) : 'document';
	return { url: imageUrl.trim(), name };
}

/**
 * Downloads the pictures of items and adds them as binary data, as many at a time as the client sends requests.
 *
 * @throws VerifikFailure `cancelled` when the workflow was stopped; nothing else
 */
export async function attachPictures(
	context: IExecuteFunctions,
	client: Client,
	items: INodeExecutionData[],
	pictureOfItem: (item: INodeExecutionData) => Picture | undefined,
): Promise<Hint[]> {
	const rest = items.values();
	let missing = 0;
	const work = async () => {
		for (const item of rest) {
			const picture = pictureOfItem(item);
			if (!picture) continue;
			const reason = await attach(context, client, item, picture);
			if (reason === undefined) continue;
			item.json[REASON_FIELD] = reason;
			missing++;
		}
	};
	// All take from the same rest, so that no more pictures are held at once than are being stored.
	await Promise.all(Array.from({ length: client.concurrency }, work));
	if (missing === 0) return [];
	const images = missing === 1 ? 'One image' : `${missing} images`;
	return [
		{
			type: 'warning',
			message: `${images} could not be downloaded. The records are all here; the field “${REASON_FIELD}” says why.`,
		},
	];
}

/** @returns why there is no picture, or undefined when it was added */
async function attach(
	context: IExecuteFunctions,
	client: Client,
	item: INodeExecutionData,
	{ url, name }: Picture,
): Promise<string | undefined> {
	const image = await settled(client.getImage(url));
	if (image instanceof VerifikFailure) {
		if (context.getExecutionCancelSignal()?.aborted) throw image;
		const { message, description } = image.explanation;
		return `${message}. ${description}`;
	}
	const { bytes, kind } = image;
	const file = `${name}.${kind.extension}`;
	const stored = await context.helpers.prepareBinaryData(bytes, file, kind.mimeType);
	item.binary = { [BINARY_FIELD]: stored };
	return undefined;
}
