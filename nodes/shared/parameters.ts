// Reads a parameter and refuses what is not allowed before anything is sent. An expression can yield any value,
// whatever the panel would let a user type.
import { NodeOperationError, tryToParseDateTime, type IExecuteFunctions } from 'n8n-workflow';

import { isValidationId } from '../verifik/api/documentLiveness';

/** What an error needs to name the node. */
type Context = Pick<IExecuteFunctions, 'getNode'>;

/** Reads one parameter; `fallback` is for one that n8n does not hand over since it is not shown. */
export type ReadParameter = (name: string, fallback: unknown) => unknown;

/** Reads the parameters of an operation for one input item. */
export function parametersOf(context: IExecuteFunctions, itemIndex: number): ReadParameter {
	return (name, fallback) => context.getNodeParameter(name, itemIndex, fallback as never);
}

/**
 * A whole number. Text that is one (`"5"`, as expressions and AI agents give it) counts as the number.
 *
 * @param label what the panel calls the parameter
 * @param advice a sentence for those who need more than is allowed
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readWholeNumber(
	context: Context,
	itemIndex: number,
	label: string,
	value: unknown,
	{ min, max }: { min: number; max?: number },
	advice?: string,
): number {
	const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
	if (
		Number.isSafeInteger(number) &&
		(number as number) >= min &&
		(number as number) <= (max ?? Infinity)
	) {
		return number as number;
	}
	const range = max === undefined ? `${min} or more` : `${min} to ${max}`;
	const isOutside = typeof number === 'number' && (number < min || number > (max ?? Infinity));
	const allowed = isOutside ? range : `a whole number, ${range}`;
	const isTooMuch = typeof number === 'number' && number > (max ?? Infinity);
	throw refusal(context, itemIndex, label, value, allowed, isTooMuch ? advice : undefined);
}

/**
 * A time span that the panel asks for in seconds; fractions count.
 *
 * @returns milliseconds
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readSeconds(
	context: Context,
	itemIndex: number,
	label: string,
	value: unknown,
	max: number,
): number {
	const number = readNumber(context, itemIndex, label, value) ?? NaN;
	if (number > 0 && number <= max) return Math.ceil(number * 1000);
	throw refusal(context, itemIndex, label, value, `more than 0 and at most ${max} seconds`);
}

/**
 * Any number, or one within a range; text that is one counts as the number.
 *
 * @returns undefined where the parameter is empty
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readNumber(
	context: Context,
	itemIndex: number,
	label: string,
	value: unknown,
	range?: { min: number; max: number },
): number | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const number = typeof value === 'string' ? Number(value) : (value as number);
	const { min, max } = range ?? { min: -Infinity, max: Infinity };
	if (Number.isFinite(number) && number >= min && number <= max) return number;
	const allowed = range ? `a number, ${min} to ${max}` : 'a number';
	throw refusal(context, itemIndex, label, value, allowed);
}

/**
 * One of a few values.
 *
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readChoice<Value extends string>(
	context: Context,
	itemIndex: number,
	label: string,
	value: unknown,
	allowed: readonly Value[],
): Value {
	if (allowed.includes(value as Value)) return value as Value;
	throw refusal(context, itemIndex, label, value, `one of: ${allowed.join(', ')}`);
}

/**
 * Any of a few values, `least` of them or more: a list, or text as AI agents give it (one value, several with commas, or a
 * list in JSON). Each is taken once.
 *
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readChoices<Value extends string>(
	context: Context,
	itemIndex: number,
	label: string,
	value: unknown,
	allowed: readonly Value[],
	least = 0,
): Value[] {
	const chosen = typeof value === 'string' ? partsOf(value) : value;
	const list = Array.isArray(chosen) ? chosen.filter((part) => part !== '') : [chosen];
	const isAllowed = list.every((part) => allowed.includes(part as Value));
	if (isAllowed && list.length >= least) return [...new Set(list as Value[])];
	throw refusal(context, itemIndex, label, value, `any of: ${allowed.join(', ')}`);
}

function partsOf(text: string): unknown {
	const list = /^\s*\[/.test(text) ? parseJson(text) : undefined;
	return list ?? text.split(',').map((part) => part.trim());
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/**
 * The ID of a validation, without white space around it.
 *
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readValidationId(
	context: IExecuteFunctions,
	itemIndex: number,
	label: string,
	value: unknown,
): string {
	const id = typeof value === 'string' ? value.trim() : '';
	if (isValidationId(id)) return id;
	const allowed = 'an ID from Verifik, with only letters, digits, hyphens and underscores';
	throw refusal(context, itemIndex, label, value, allowed);
}

/**
 * A point in time: what the date picker or an expression gives (a date, a DateTime, text, or milliseconds). Text
 * without a time zone is in the workflow's.
 *
 * @returns milliseconds since 1970; undefined where the parameter is empty
 * @throws NodeOperationError naming the parameter, the value and what is allowed
 */
export function readTime(
	context: IExecuteFunctions,
	itemIndex: number,
	label: string,
	value: unknown,
): number | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	if (typeof value === 'number' && Number.isFinite(value)) return value;
	// Without a year in it, a text would be completed by guessing.
	if (typeof value !== 'string' || /\d{4}/.test(value)) {
		const parsed = parseTime(value, context.getTimezone());
		if (parsed !== undefined) return parsed;
	}
	throw refusal(context, itemIndex, label, value, 'a date, such as 2026-01-31T09:00:00Z');
}

function parseTime(value: unknown, zone: string): number | undefined {
	try {
		return tryToParseDateTime(value, zone).toMillis();
	} catch {
		return undefined;
	}
}

function refusal(
	context: Context,
	itemIndex: number,
	label: string,
	value: unknown,
	allowed: string,
	advice?: string,
): NodeOperationError {
	const message = `${label} must be ${allowed} (it is ${shown(value)})`;
	return new NodeOperationError(
		context.getNode(),
		advice === undefined ? message : `${message}. ${advice}`,
		{
			itemIndex,
			description: `Nothing was sent to Verifik. Change ${label}. If it is an expression, check its result for this item.`,
		},
	);
}

function shown(value: unknown): string {
	if (value === undefined || value === null || value === '') return 'empty';
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
