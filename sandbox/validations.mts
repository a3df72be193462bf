// Retrieve, Create, and the images behind `imageUrl`.
import type { FastifyInstance, FastifyReply } from 'fastify';

import {
	CALIBRATED,
	CALIBRATIONS,
	CHECKS,
	flagOf,
	type Calibration,
	type ValidationRequest,
} from './checks.mts';
import { LIVE_EXAMPLE, LIVE_EXAMPLE_ID } from './examples.mts';
import type { SandboxContext } from './context.mts';
import { drawDocument, typeOfImage } from './images.mts';
import { INVALID } from './list.mts';
import { registrationOf } from './people.mts';
import type { Json } from './records.mts';

/** How many images that were sent in are kept. */
const KEPT_IMAGES = 50;
/** How long a created validation is processed, unless something else is said. */
const PROCESSING_MS = { live: 0, nested: 1500, flat: 1500 };

const NO_CHECK = {
	message: `At least one validation must be selected. Please enable one of: ${CHECKS.map(flagOf).join(', ')}`,
	code: 'MissingParameter',
};

type Image = { type: string; bytes: Buffer };

export function addValidations(app: FastifyInstance, context: SandboxContext): void {
	addRetrieve(app, context);
	addCreate(app, context);
	addImages(app, context);
}

function addRetrieve(app: FastifyInstance, context: SandboxContext): void {
	app.get<{ Params: { id: string } }>('/v2/document-liveness/:id', async ({ params }, reply) => {
		if (!(await context.applyFaults(reply, { on: 'retrieve' }))) return reply;
		if (context.settings.example === 'live' && params.id === LIVE_EXAMPLE_ID) {
			return await sendLiveExample(reply);
		}
		const origin = context.store.find(params.id);
		if (origin) return context.envelopeOf(origin);
		return await reply
			.code(404)
			.send({ error: 'Document liveness not found', message: 'DOCUMENT_LIVENESS_NOT_FOUND' });
	});
}

function addCreate(app: FastifyInstance, context: SandboxContext): void {
	const { settings, store } = context;
	const timers = new Set<NodeJS.Timeout>();
	app.addHook('onClose', async () => timers.forEach((timer) => clearTimeout(timer)));

	app.post<{ Body: Json | null }>('/v2/document-liveness', async ({ body }, reply) => {
		if (!(await context.applyFaults(reply, { on: 'create' }))) return reply;
		const image = readImage(body?.image);
		if (image.bytes.length > settings.maxImageBytes) {
			return await reply.code(413).send({ error: 'Image too large', message: 'IMAGE_TOO_LARGE' });
		}
		if (!isImage(image)) {
			return await reply
				.code(400)
				.send({ error: 'Invalid image format', message: 'INVALID_IMAGE_FORMAT' });
		}
		const request = readRequest(body!);
		if (!request) return await reply.code(400).send(INVALID);
		if (request.checks.length === 0) return await reply.code(409).send(NO_CHECK);
		if (settings.example === 'live') return await sendLiveExample(reply);

		const processingMs = settings.processingMs ?? PROCESSING_MS[settings.shape];
		const origin = store.add(processingMs === 0 ? 'completed' : 'processing', new Date());
		const id = context.idOf(origin);
		context.requests.set(id, request);
		if (request.saveImage) keepImage(context, id, image);
		if (processingMs > 0) {
			const timer = setTimeout(() => {
				timers.delete(timer);
				store.setStatus(id, 'completed');
			}, processingMs);
			timers.add(timer);
		}
		return context.envelopeOf(origin);
	});
}

/** Like a CDN, without a token. */
function addImages(app: FastifyInstance, context: SandboxContext): void {
	app.get<{ Params: { file: string } }>('/images/:file', async ({ params }, reply) => {
		if (!(await context.applyFaults(reply, { on: 'image' }))) return reply;
		const id = params.file.replace(/\.png$/, '');
		const origin = context.store.find(id);
		if (!origin || !context.show(origin).imageUrl) {
			return await reply.code(404).send({ message: 'No such image.', code: 'NotFound' });
		}
		const sent = context.images.get(id);
		if (sent) return await reply.type(sent.type).send(sent.bytes);
		const { fullName } = registrationOf(context.seed, origin.index);
		const drawn = await drawDocument(fullName, id, origin.index);
		return await reply.type('image/png').send(drawn);
	});
}

async function sendLiveExample(reply: FastifyReply): Promise<FastifyReply> {
	return await reply.type('application/json; charset=utf-8').send(LIVE_EXAMPLE);
}

/** The content of `image`: base64, with or without the start of a data URL. */
function readImage(text: unknown): Partial<Image> & { bytes: Buffer } {
	const bytes = Buffer.from(String(text ?? '').replace(/^data:[^,]*,/, ''), 'base64');
	return { bytes, type: typeOfImage(bytes) };
}

function isImage(image: Partial<Image>): image is Image {
	return image.type !== undefined;
}

function keepImage(context: SandboxContext, id: string, image: Image): void {
	context.images.set(id, image);
	for (const oldest of context.images.keys()) {
		if (context.images.size <= KEPT_IMAGES) break;
		context.images.delete(oldest);
	}
}

/** What is asked for, or undefined where a calibration is not known. */
function readRequest(body: Json): ValidationRequest | undefined {
	const calibrations = Object.fromEntries(
		CALIBRATED.map((check) => [check, body[`${check}Calibration`] ?? 'REGULAR']),
	) as ValidationRequest['calibrations'];
	if (!Object.values(calibrations).every(isCalibration)) return undefined;
	return {
		checks: CHECKS.filter((check) => body[flagOf(check)] === true),
		saveImage: body.saveImage === true,
		calibrations,
		ignoreDocumentCropped: body.ignoreDocumentCroppedValidation === true,
		ignoreColourLess: body.ignoreColourLessValidation === true,
	};
}

function isCalibration(value: unknown): value is Calibration {
	return CALIBRATIONS.includes(value as Calibration);
}
