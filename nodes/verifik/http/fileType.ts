// What a file is, by its first bytes and not by its name; and images as base64. Pure.

/** A kind of file, as far as its first bytes tell. */
export type FileType = {
	isImage: boolean;
	/** for sentences, e.g. `a PDF document` */
	words: string;
	mimeType?: string;
	/** without a dot */
	extension?: string;
};

/** How many bytes `kindOf` looks at. */
const MAX_INSPECTED = 64;

/** By the first bytes as hexadecimal digits. */
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

/** By what the first bytes say, read as text. */
const TEXTS: Array<[RegExp, FileType]> = [
	[/^\s*<(\?xml[^>]*>\s*<)?svg\b/i, file('an SVG drawing')],
	[/^\s*<(!doctype html|html|head|body)\b/i, file('a web page')],
	[/^\s*[{[]/, file('JSON')],
	// nothing but characters that can be printed, in whatever encoding
	[/^[\t\n\r\x20-\x7e\x80-\xff]+$/, file('a text')],
];

/** @param bytes not empty; the first of them will do */
export function fileTypeOf(bytes: Uint8Array): FileType {
	const head = Buffer.from(bytes.subarray(0, MAX_INSPECTED));
	const hex = head.toString('hex');
	const text = head.toString('latin1').replace(/^ï»¿/, '');
	const found = SIGNS.find(([sign]) => sign.test(hex)) ?? TEXTS.find(([sign]) => sign.test(text));
	return found?.[1] ?? file('a file of an unknown kind');
}

/**
 * The bytes of an image that was given as text: base64, its URL-safe form too, with or without a data-URL prefix, with
 * white space or line breaks in it.
 *
 * @returns undefined for anything else
 */
export function decodeBase64(text: string): Buffer | undefined {
	const bare = text
		.replace(/^\s*data:[^,]{0,200};base64,/i, '')
		.replace(/\s+/g, '')
		.replace(/-/g, '+')
		.replace(/_/g, '/');
	// Looked for by what must not be there: a pattern for the whole would need memory for each of millions of characters.
	if (/[^A-Za-z0-9+/=]/.test(bare) || /=[^=]/.test(bare)) return undefined;
	return Buffer.from(bare, 'base64');
}

function image(words: string, mimeType: string, extension: string): FileType {
	return { isImage: true, words, mimeType, extension };
}

function file(words: string): FileType {
	return { isImage: false, words };
}
