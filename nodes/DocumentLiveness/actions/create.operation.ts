// Create: sends a document to be validated and, if the user wants that, waits for the result.
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readOutput, type OutputFormat } from '../../shared/output';
import { parametersOf } from '../../shared/parameters';
import { withClient } from '../../verifik/http/client';
import { waitForCompletion, type Completion } from '../../verifik/api/waitForCompletion';
import {
	CALIBRATED,
	CALIBRATIONS,
	CHECKS,
	createValidation,
	getValidation,
	isValidationId,
	type CreateRequest,
	type ValidationAnswer,
} from '../../verifik/api/documentLiveness';
import { formatMegabytes } from '../../verifik/errors/messages';
import { CHECK_LABELS } from '../../verifik/record/labels';
import { isPending } from '../../verifik/record/readRecord';
import { isTool } from '../aiTool';
import { readInputImage } from './inputImage';
import { createProperties, DEFAULT_WAIT_S } from './createFields';
import { readTimeout, RECORD_FOR_MODEL } from './fields';
import { fullResponseItem } from './fullResponse';
import { retryHint } from './hints';
import type { Hint, Operation, OperationResult } from './operation';

/** Verifik does not document how large an image may be; a larger one gets a hint. */
const LARGE_BYTES = 8_000_000;

const MAX_WAIT_S = 3600;

type Parameters = {
	image: Buffer;
	request: Omit<CreateRequest, 'image'>;
	shape: OutputFormat;
	hasFullResponse: boolean;
	hasInputFields: boolean;
	timeoutMs: number;
	/** 0: not to wait */
	waitMs: number;
};

async function execute(this: IExecuteFunctions, itemIndex: number): Promise<OperationResult> {
	const { image, request, timeoutMs, ...parameters } = await readParameters(this, itemIndex);
	const hints: Hint[] = [];
	if (image.length > LARGE_BYTES) hints.push(largeHint(image));
	const deadline = performance.now() + timeoutMs;
	let answer = await withClient(this, { timeoutMs }, async (client) => {
		const created = await createValidation(client, { ...request, image: image.toString('base64') });
		hints.push(...retryHint(client));
		return created;
	});
	if (parameters.waitMs > 0) {
		const waitMs = Math.max(1, Math.min(parameters.waitMs, deadline - performance.now()));
		const completion = await wait(this, answer, waitMs);
		({ answer } = completion);
		hints.push(...pendingHint(completion));
	}
	return { items: [toItem(this, answer, parameters, itemIndex)], hints };
}

function toItem(
	context: IExecuteFunctions,
	{ body, record }: ValidationAnswer,
	{ hasFullResponse, hasInputFields, shape }: Omit<Parameters, 'image' | 'request' | 'timeoutMs'>,
	itemIndex: number,
): INodeExecutionData {
	const { json } = hasFullResponse ? fullResponseItem(body) : { json: shape(record) };
	// If both have a field of the same name, the one of the validation is kept.
	return { json: hasInputFields ? { ...context.getInputData()[itemIndex]?.json, ...json } : json };
}

/** Reads the validation until its checks are finished, or until `waitMs` have passed. */
async function wait(
	context: IExecuteFunctions,
	answer: ValidationAnswer,
	waitMs: number,
): Promise<Completion> {
	if (!isPending(answer.record)) return { answer };
	const { _id: id } = answer.record;
	if (!isValidationId(id)) return { answer, pendingBecause: 'noId' };
	return await withClient(context, { timeoutMs: waitMs, hasAnswered: true }, async (client) => {
		const read = async () => await getValidation(client, id);
		const { clock } = client;
		return await waitForCompletion(answer, { read, isPending, clock, timeoutMs: waitMs });
	});
}

function pendingHint({ pendingBecause }: Completion): Hint[] {
	if (pendingBecause === undefined) return [];
	const reasons = {
		time: 'Verifik did not finish before the Wait Timeout.',
		noId: 'The record has no ID, so it could not be read again.',
	};
	const reason =
		typeof pendingBecause === 'string'
			? reasons[pendingBecause]
			: `The record could not be read again: ${pendingBecause.explanation.message}.`;
	return [
		{
			type: 'warning',
			message: `The document was sent, but the verdict is still pending. ${reason} Get the validation later with Get or List. Do not send the document again.`,
		},
	];
}

function largeHint(image: Buffer): Hint {
	return {
		type: 'info',
		message: `The image has ${formatMegabytes(image.length)}. Verifik does not document a maximum size. If the image is not accepted or takes long, make it smaller (2,000 pixels wide, as JPEG).`,
	};
}

/** Reads and checks every parameter and the image, so that nothing is sent unless all of them hold. */
async function readParameters(context: IExecuteFunctions, itemIndex: number): Promise<Parameters> {
	const parameters = parametersOf(context, itemIndex);
	const { get } = parameters;
	const options = get('options', {}) as IDataObject;
	const checks = parameters.choices('Checks', get('checks', [...CHECKS]), CHECKS, 1);
	const calibrations: CreateRequest['calibrations'] = {};
	for (const check of CALIBRATED) {
		const value = options[`${check}Calibration`];
		if (value === undefined || !checks.includes(check)) continue;
		const label = `${CHECK_LABELS[check]} Calibration`;
		calibrations[check] = parameters.choice(label, value, CALIBRATIONS);
	}
	const { waitTimeout = DEFAULT_WAIT_S } = options;
	const waitMs = parameters.seconds('Wait Timeout', waitTimeout, MAX_WAIT_S);
	const sources = ['binary', 'base64'] as const;
	const source = parameters.choice('Image Source', get('imageSource', 'binary'), sources);
	return {
		image: await readInputImage(context, itemIndex, source),
		request: {
			saveImage: get('saveImage', false) === true,
			checks,
			calibrations,
			ignoreDocumentCropped: options.ignoreDocumentCroppedValidation === true,
			ignoreColourLess: options.ignoreColourLessValidation === true,
		},
		shape: readOutput(parameters).shape,
		hasFullResponse: options.fullResponse === true && !isTool(context),
		hasInputFields: options.includeInputFields === true && !isTool(context),
		timeoutMs: readTimeout(parameters, options),
		waitMs: get('waitForCompletion', true) === true ? waitMs : 0,
	};
}

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create document liveness validation',
		description:
			'Check a photo of an identity document from a previous step. Enter the name of the binary field that has the file.',
	},
	toolDescription: `Check a photo of an identity document, and get the new validation. Each call creates a new validation at Verifik: call it once for each document, and never to look something up. The photo is a binary file from the workflow; you cannot provide an image yourself. If the verdict is still pending, get the validation later by its ID. ${RECORD_FOR_MODEL}`,
	properties: createProperties,
	async check(itemIndex) {
		await readParameters(this, itemIndex);
	},
	execute,
};
