// Takes images out of what a model gets to see. Pure.

/** What stands in place of an image. */
const LEFT_OUT = '[image left out]';

/** A data URL, or base64: letters and digits without a space, longer than any ID or checksum. */
const IMAGE = /^(data:[\w/+.-]*[;,]\S*|[\w+/=-]{512,})$/i;

/** A value as it came, but for images in it, at whatever depth. */
export function withoutImages(value: unknown): unknown {
	if (typeof value === 'string') {
		return IMAGE.test(value.replace(/[\r\n]/g, '').trim()) ? LEFT_OUT : value;
	}
	if (Array.isArray(value)) return value.map(withoutImages);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutImages(one)]));
}
