// Downloads the stored images of validations into their items. An item whose image cannot be downloaded stays, with the reason.
import type { IExecuteFunctions, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Client } from '../verifik/http/client';
import { Turns } from '../verifik/http/turns';
import { isValidationId, type VerifikRecord } from '../verifik/api/documentLiveness';
import { catchVerifikError } from '../verifik/errors/VerifikError';

/** The address of an image, and the name of its file without an extension. */
export type StoredImage = { url: string; name: string };

/** Each image (of 25 MB at most) is held in memory until it is stored, for a moment twice. */
const MAX_CONCURRENCY = 4;

/** The binary field that holds the image. */
const BINARY_FIELD = 'data';

/** The field that says why an image is missing. */
export const REASON_FIELD = 'imageNotDownloaded';

/** The stored image of a record; undefined if it has none. */
export function imageOf({ imageUrl, _id }: VerifikRecord): StoredImage | undefined {
	if (typeof imageUrl !== 'string' || imageUrl.trim() === '') return undefined;
	// A valid ID is safe as a file name; an ID or address from outside could contain a path.
	const name = isValidationId(_id) ? _id : 'document';
	return { url: imageUrl.trim(), name };
}

/**
 * Downloads the images of items and adds them as binary data: as many at the same time as the client allows, at most four.
 *
 * @returns how many could not be downloaded; their items say why
 * @throws VerifikError `cancelled` when the workflow was stopped; nothing else
 */
export async function attachImages(
	context: IExecuteFunctions | IPollFunctions,
	client: Client,
	items: INodeExecutionData[],
	imageOfItem: (item: INodeExecutionData) => StoredImage | undefined,
): Promise<number> {
	const rest = items.values();
	let missingCount = 0;
	const turns = new Turns();
	const work = async () => {
		for (const item of rest) {
			// An address that is refused is not waited for.
			await turns.giveIfDue();
			const image = imageOfItem(item);
			if (!image) continue;
			const reason = await attach(context, client, item, image);
			if (reason === undefined) continue;
			item.json[REASON_FIELD] = reason;
			missingCount++;
		}
	};
	// All workers share one iterator, so no more images are in memory than there are workers.
	const workers = Math.min(client.concurrency, MAX_CONCURRENCY);
	await Promise.all(Array.from({ length: workers }, work));
	return missingCount;
}

/** @returns why the image was not added; undefined if it was */
async function attach(
	context: IExecuteFunctions | IPollFunctions,
	client: Client,
	item: INodeExecutionData,
	{ url, name }: StoredImage,
): Promise<string | undefined> {
	const image = await catchVerifikError(client.getImage(url), (error) => {
		const isStopped =
			'getExecutionCancelSignal' in context && context.getExecutionCancelSignal()?.aborted;
		if (isStopped) throw error;
		const { message, description } = error.explanation;
		return `${message}. ${description}`;
	});
	if (typeof image === 'string') return image;
	const { bytes, kind } = image;
	const file = `${name}.${kind.extension}`;
	const stored = await context.helpers.prepareBinaryData(bytes, file, kind.mimeType);
	item.binary = { [BINARY_FIELD]: stored };
	return undefined;
}
