// Field names and types of what a service sent, without its values: safe to publish. Pure.

/** The fields of some values, nested ones too (`a.b`, items of arrays as `a[]`), in the order in which they came. */
export type Fields = Map<string, { types: Set<string>; count: number }>;

const NAME_LEFT_OUT = '(a name that may be personal)';
const WORD_LEFT_OUT = '(another text)';

/** Fields whose values are words of the service, never of a person. */
const WORD_FIELD =
	/(^|\.)(status|pipeline_name|\w*calibration|calibrationSettings\.\w+|\w*warnings\[\]|\w*errors\[\])$/i;

const STRING_KINDS: ReadonlyArray<[string, RegExp]> = [
	['string (empty)', /^$/],
	['string (24 hex digits)', /^[0-9a-f]{24}$/],
	['string (date and time)', /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)$/],
	['string (URL)', /^https?:\/\//i],
	['string (e-mail)', /^[^\s@]+@[^\s@]+$/],
	['string (number)', /^-?\d+(\.\d+)?$/],
];

/** Collects the fields of each value. `count` tells in how many of them a field stands. */
export function fieldsOf(values: readonly unknown[]): Fields {
	const fields: Fields = new Map();
	for (const value of values) {
		const seen = new Set<string>();
		visit(value, '', (path, item) => {
			if (path === '') return;
			const field = fields.get(path) ?? { types: new Set(), count: 0 };
			field.types.add(typeOf(item));
			if (!seen.has(path)) field.count++;
			seen.add(path);
			fields.set(path, field);
		});
	}
	return fields;
}

/** The words of the service that stand in some values, by the last name of their field. */
export function wordsOf(values: readonly unknown[]): Map<string, Set<string>> {
	const words = new Map<string, Set<string>>();
	for (const value of values) {
		visit(value, '', (path, item) => {
			if (typeof item !== 'string' || !WORD_FIELD.test(path)) return;
			const found = words.get(path) ?? new Set();
			words.set(path, found.add(isWord(item) ? item : WORD_LEFT_OUT));
		});
	}
	return words;
}

/** A name of a field, unless it is one that the service may have made from a value (an id, an address). */
function safeName(name: string): string {
	const isName = /^[A-Za-z_$][\w$-]{0,49}$/.test(name) && !isIdentifier(name);
	return isName ? name : NAME_LEFT_OUT;
}

/** `completed`, `GLARE_ON_IMAGE`, `screen-replay_2024-09`: of one case, and no identifier. */
function isWord(text: string): boolean {
	const isOneCase = /^([a-z][a-z0-9_-]*|[A-Z][A-Z0-9_-]*)$/.test(text);
	return isOneCase && text.length <= 60 && !isIdentifier(text);
}

function isIdentifier(text: string): boolean {
	return /\d{5}|[0-9a-f]{12}/i.test(text) || /^(?=.*\d)[0-9a-f-]{8,}$/i.test(text);
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	if (typeof value !== 'string') return typeof value;
	return STRING_KINDS.find(([, pattern]) => pattern.test(value))?.[0] ?? 'string';
}

function visit(value: unknown, path: string, tell: (path: string, value: unknown) => void): void {
	tell(path, value);
	if (Array.isArray(value)) {
		for (const item of value) visit(item, `${path}[]`, tell);
	} else if (typeof value === 'object' && value !== null) {
		for (const [name, item] of Object.entries(value)) {
			visit(item, path === '' ? safeName(name) : `${path}.${safeName(name)}`, tell);
		}
	}
}
