// Copies a record or a report for a model: without images, and with no more text than a model can read. Applicants can type
// names of megabytes. Pure.
import { cutText } from '../http/sanitizeText';

/** Characters of one text, and of one key; a field with a longer key is left out. */
export const MAX_TEXT = 2_000;
const MAX_KEY = 100;

/** Characters of one record; a raw one has about 3,000. */
export const MAX_RECORD = 10_000;

/** How many characters of each text, and of the whole, are copied. */
type CopyLimits = { maxText: number; maxTotal: number };

const RECORD_LIMITS: CopyLimits = { maxText: MAX_TEXT, maxTotal: MAX_RECORD };

/** Replaces an image. */
const IMAGE_PLACEHOLDER = '[image left out]';

/** How many characters are inspected to find out whether a text is an image. */
const MAX_INSPECTED = 4_000;

/** A copy, and what is known about it. */
export type BoundedCopy = {
	value: unknown;
	/** number of its characters in JSON */
	size: number;
	/** whether something was cut, other than images */
	isCut: boolean;
};

/** Copies a value that came as JSON, without images, and cut where it is too long. */
export function boundedCopy(value: unknown, limits = RECORD_LIMITS): BoundedCopy {
	const copying = new Copying(limits);
	const copy = copying.copy(value);
	return { value: copy, size: copying.size, isCut: copying.isCut };
}

class Copying {
	size = 0;

	isCut = false;

	private readonly limits: CopyLimits;

	constructor(limits: CopyLimits) {
		this.limits = limits;
	}

	copy(value: unknown): unknown {
		if (typeof value === 'string') return this.copyText(value);
		if (typeof value !== 'object' || value === null) {
			this.size += sizeOf(value);
			return value;
		}
		const isArray = Array.isArray(value);
		const entries: Array<[string, unknown]> = [];
		this.size += '{}'.length;
		for (const key of isArray ? value.keys() : Object.keys(value)) {
			if (this.size >= this.limits.maxTotal) {
				this.isCut = true;
				break;
			}
			if (String(key).length > MAX_KEY) {
				this.isCut = true;
				continue;
			}
			if (entries.length > 0) this.size += ','.length;
			if (!isArray) this.size += sizeOf(key) + ':'.length;
			entries.push([String(key), this.copy((value as Record<string, unknown>)[key])]);
		}
		return isArray ? entries.map(([, one]) => one) : Object.fromEntries(entries);
	}

	private copyText(text: string): string {
		const shown = isImage(text) ? IMAGE_PLACEHOLDER : cutText(text, this.limits.maxText);
		if (shown !== text && shown !== IMAGE_PLACEHOLDER) this.isCut = true;
		this.size += sizeOf(shown);
		return shown;
	}
}

/** Characters of a value in JSON, where a control character takes six. */
function sizeOf(value: unknown): number {
	return (JSON.stringify(value) ?? 'null').length;
}

/** Whether a text is an image: a data URL, or Base64 that is longer than any ID or checksum, also with white space in it. */
function isImage(text: string): boolean {
	if (/^\s{0,20}data:[\w/+.-]{0,80}[;,]/i.test(text)) return true;
	const words = text.slice(0, MAX_INSPECTED).split(/\s+/);
	const bare = words.join('');
	if (bare.length < 512 || /[^\w+/=-]/.test(bare)) return false;
	// Not prose, which has no words of 40 characters and does not mix digits and letters of both cases.
	const isMixed = [/\d.*\d/, /[a-z]/, /[A-Z].*[A-Z]/].every((kind) => kind.test(bare));
	return isMixed || words.some((word) => word.length >= 40);
}
