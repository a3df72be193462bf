// Files for the image tests: invented documents, and how a workflow gets at a file without a user.
import { Jimp, loadFont } from 'jimp';
import { SANS_32_BLACK } from 'jimp/fonts';

import type { WorkflowNode } from './host.mts';

/** A photo of nobody's document. */
export async function photo(type: 'image/jpeg' | 'image/png'): Promise<Buffer> {
	const card = new Jimp({ width: 600, height: 380, color: 0xdfe7dcff });
	card.composite(new Jimp({ width: 150, height: 200, color: 0x93a9c4ff }), 40, 130);
	card.print({ font: await loadFont(SANS_32_BLACK), x: 40, y: 50, text: 'SPECIMEN' });
	// A surface without any grain would be smaller than a photo ever is.
	card.scan((x, y, index) => {
		card.bitmap.data[index]! ^= (x * 31 + y * 17) % 23;
	});
	return type === 'image/png'
		? await card.getBuffer(type, { filterType: 0, deflateStrategy: 0 })
		: await card.getBuffer(type);
}

/** The beginning of a PDF document. */
export const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n');

/** Nodes that give an item with `photo`, the file as base64 text, and then with the file in the binary field `data`. */
export function fileNodes(bytes: Buffer, fileName: string): [WorkflowNode, WorkflowNode] {
	return [
		{
			name: 'Text',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ photo: bytes.toString('base64') }) },
		},
		{
			name: 'File',
			type: 'n8n-nodes-base.convertToFile',
			typeVersion: 1.1,
			parameters: {
				operation: 'toBinary',
				sourceProperty: 'photo',
				binaryPropertyName: 'data',
				options: { fileName },
			},
		},
	];
}

/** A node that reads a file of its input as any next node would, and gives its bytes as base64 text in `bytes`. */
export function readBack(binaryField = 'data'): WorkflowNode {
	return {
		name: 'Read back',
		type: 'n8n-nodes-base.extractFromFile',
		typeVersion: 1,
		parameters: {
			operation: 'binaryToPropery',
			binaryPropertyName: binaryField,
			destinationKey: 'bytes',
			options: { keepSource: 'both' },
		},
	};
}
