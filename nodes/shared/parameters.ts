// Reads and checks parameters before anything is sent. An expression can return any value, also one that the panel would
// not let a user type.
import {
	NodeOperationError,
	tryToParseDateTime,
	type IExecuteFunctions,
	type IPollFunctions,
} from 'n8n-workflow';

import { isValidationId } from '../verifik/api/documentLiveness';
import { cutText } from '../verifik/http/sanitizeText';

/** No list of values is longer; taking a text of megabytes apart takes a good part of a second. */
const MAX_LIST_TEXT = 10_000;

/** Characters of a value that a message shows. */
const MAX_SHOWN = 100;

type Range = { min: number; max?: number };

/** Reads the parameters of an operation for one input item. */
export function parametersOf(context: IExecuteFunctions, itemIndex: number): ParameterReader {
	return new ParameterReader(context, itemIndex, (name, fallback) =>
		context.getNodeParameter(name, itemIndex, fallback as never),
	);
}

/** Reads the parameters of a trigger, which has no input items. */
export function triggerParametersOf(context: IPollFunctions): ParameterReader {
	return new ParameterReader(context, 0, (name, fallback) =>
		context.getNodeParameter(name, fallback),
	);
}

/**
 * Reads and checks the parameters of a node. A `label` is the name of a parameter in the panel. Each method throws a
 * NodeOperationError that names the parameter, its value and what is allowed.
 */
export class ParameterReader {
	/** Reads one parameter; `fallback` is the value of a parameter that is hidden. */
	readonly get: (name: string, fallback: unknown) => unknown;

	private readonly context: IExecuteFunctions | IPollFunctions;

	private readonly itemIndex: number;

	constructor(
		context: IExecuteFunctions | IPollFunctions,
		itemIndex: number,
		get: ParameterReader['get'],
	) {
		this.context = context;
		this.itemIndex = itemIndex;
		this.get = get;
	}

	/**
	 * A whole number, also as a text (`"5"`), as expressions and AI agents may give it.
	 *
	 * @param advice a sentence for users who gave more than is allowed
	 */
	wholeNumber(label: string, value: unknown, { min, max = Infinity }: Range, advice = ''): number {
		const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
		const isNumber = typeof number === 'number';
		const isInside = isNumber && number >= min && number <= max;
		if (isInside && Number.isSafeInteger(number)) return number;
		const range = max === Infinity ? `${min} or more` : `${min} to ${max}`;
		const isOutside = isNumber && (number < min || number > max);
		const allowed = isOutside ? range : `a whole number, ${range}`;
		throw this.refusal(label, value, allowed, isNumber && number > max ? advice : '');
	}

	/**
	 * A duration that the user gives in seconds, with fractions or without.
	 *
	 * @returns milliseconds
	 */
	seconds(label: string, value: unknown, max: number): number {
		const number = this.number(label, value) ?? NaN;
		if (number > 0 && number <= max) return Math.ceil(number * 1000);
		throw this.refusal(label, value, `more than 0 and at most ${max} seconds`);
	}

	/**
	 * A number, also as a text; within a range if there is one.
	 *
	 * @returns undefined if the parameter is empty
	 */
	number(label: string, value: unknown, range?: Required<Range>): number | undefined {
		if (isEmpty(value)) return undefined;
		const number = typeof value === 'string' ? Number(value) : (value as number);
		const { min, max } = range ?? { min: -Infinity, max: Infinity };
		if (Number.isFinite(number) && number >= min && number <= max) return number;
		throw this.refusal(label, value, range ? `a number, ${min} to ${max}` : 'a number');
	}

	/** One of a few values. */
	choice<Value extends string>(label: string, value: unknown, allowed: readonly Value[]): Value {
		if (allowed.includes(value as Value)) return value as Value;
		throw this.refusal(label, value, `one of: ${allowed.join(', ')}`);
	}

	/**
	 * Several of a few values, at least `least`: a list, or a text as AI agents give it (one value, several with commas, or a
	 * list in JSON). Repeated values are removed.
	 */
	choices<Value extends string>(
		label: string,
		value: unknown,
		allowed: readonly Value[],
		least = 0,
	): Value[] {
		const isText = typeof value === 'string' && value.length <= MAX_LIST_TEXT;
		const chosen = isText ? partsOf(value) : value;
		const list = Array.isArray(chosen) ? chosen.filter((part) => part !== '') : [chosen];
		const isAllowed = list.every((part) => allowed.includes(part as Value));
		if (isAllowed && list.length >= least) return [...new Set(list as Value[])];
		throw this.refusal(label, value, `any of: ${allowed.join(', ')}`);
	}

	/** The ID of a validation, without white space around it. */
	validationId(label: string, value: unknown): string {
		const id = typeof value === 'string' ? value.trim() : '';
		if (isValidationId(id)) return id;
		const allowed = 'an ID from Verifik, with only letters, digits, hyphens and underscores';
		throw this.refusal(label, value, allowed);
	}

	/**
	 * A point in time from the date picker or an expression: a date, a DateTime, a text, or milliseconds. A text without a
	 * time zone is in the workflow's time zone.
	 *
	 * @returns milliseconds since 1970; undefined if the parameter is empty
	 */
	time(label: string, value: unknown): number | undefined {
		if (isEmpty(value)) return undefined;
		if (typeof value === 'number' && Number.isFinite(value)) return value;
		// For a text without a year, the parser would guess one.
		if (typeof value !== 'string' || /\d{4}/.test(value)) {
			const parsed = parseTime(value, this.context.getTimezone());
			if (parsed !== undefined) return parsed;
		}
		throw this.refusal(label, value, 'a date, such as 2026-01-31T09:00:00Z');
	}

	/** The error for parameters that do not work together. @param goOn what the user can change */
	conflict(message: string, goOn: string): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), message, {
			itemIndex: this.itemIndex,
			description: `Nothing was sent to Verifik. ${goOn}`,
		});
	}

	private refusal(label: string, value: unknown, allowed: string, advice = ''): NodeOperationError {
		const message = `${label} must be ${allowed} (it is ${shown(value)})`;
		return this.conflict(
			advice ? `${message}. ${advice}` : message,
			`Change ${label}. If it is an expression, check its result for this item.`,
		);
	}
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
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

function parseTime(value: unknown, zone: string): number | undefined {
	try {
		return tryToParseDateTime(value, zone).toMillis();
	} catch {
		return undefined;
	}
}

function shown(value: unknown): string {
	if (isEmpty(value)) return 'empty';
	return cutText(JSON.stringify(value) ?? String(value), MAX_SHOWN);
}
