// Recognizes the type of a file by its first bytes, and decodes Base64. Pure.

/** The type of a file, as far as its first bytes show it. */
export type FileType = {
	isImage: boolean;
	/** for messages, e.g. `a PDF document` */
	words: string;
	mimeType?: string;
	/** without a dot */
	extension?: string;
};

/** How many bytes `fileTypeOf` inspects. */
const MAX_INSPECTED = 64;

/** Signatures, as the first bytes in hexadecimal digits. */
const SIGNS: Array<[RegExp, FileType]> = [
	[/^ffd8ff/, image('a JPEG image', 'image/jpeg', 'jpg')],
	[/^89504e470d0a1a0a/, image('a PNG image', 'image/png', 'png')],
	// RIFF…WEBP
	[/^52494646.{8}57454250/, image('a WebP image', 'image/webp', 'webp')],
	// GIF8
	[/^47494638/, image('a GIF image', 'image/gif', 'gif')],
	[/^(49492a00|4d4d002a)/, image('a TIFF image', 'image/tiff', 'tif')],
	// BM, a size, and four zeros
	[/^424d.{8}00000000/, image('a BMP image', 'image/bmp', 'bmp')],
	// …ftypavi
	[/^.{8}66747970617669/, image('an AVIF image', 'image/avif', 'avif')],
	// …ftyp with hei, hev, mif1 or msf1
	[/^.{8}66747970(686569|686576|6d696631|6d736631)/, image('an HEIC image', 'image/heic', 'heic')],
	// …ftyp
	[/^.{8}66747970/, file('a video')],
	// %PDF
	[/^25504446/, file('a PDF document')],
	// PK
	[/^504b0304/, file('a ZIP archive or an Office document')],
	[/^d0cf11e0/, file('an Office document')],
];

/** Beginnings of text formats. */
const TEXTS: Array<[RegExp, FileType]> = [
	[/^\s*<(\?xml[^>]*>\s*<)?svg\b/i, file('an SVG drawing')],
	[/^\s*<(!doctype html|html|head|body)\b/i, file('a web page')],
	[/^\s*[{[]/, file('JSON')],
	// only printable characters, in any encoding
	[/^[\t\n\r\x20-\x7e\x80-\xff]+$/, file('a text')],
];

/** The type of a file. @param bytes at least its first 64 bytes; not empty */
export function fileTypeOf(bytes: Uint8Array): FileType {
	const head = Buffer.from(bytes.subarray(0, MAX_INSPECTED));
	const hex = head.toString('hex');
	const text = head.toString('latin1').replace(/^ï»¿/, '');
	const found = SIGNS.find(([sign]) => sign.test(hex)) ?? TEXTS.find(([sign]) => sign.test(text));
	return found?.[1] ?? file('a file of an unknown kind');
}

/**
 * Decodes Base64, also in its URL-safe form, with or without a data URL prefix, and with white space.
 *
 * @returns undefined if the text is not Base64
 */
export function decodeBase64(text: string): Buffer | undefined {
	// Node.js decodes the URL-safe form too, and ignores white space. Removing it here would take seconds in a long text.
	const bare = text.replace(/^\s*data:[^,]{0,200};base64,/i, '');
	// Searches for what is not allowed: a pattern for the whole text would need memory for each of millions of characters.
	if (/[^\w+/=\s-]/.test(bare) || /=\s*[^=\s]/.test(bare)) return undefined;
	return Buffer.from(bare, 'base64');
}

function image(words: string, mimeType: string, extension: string): FileType {
	return { isImage: true, words, mimeType, extension };
}

function file(words: string): FileType {
	return { isImage: false, words };
}
