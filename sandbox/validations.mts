// Retrieve, Create, and the pictures behind `imageUrl`.
import type { FastifyInstance } from 'fastify';

import { SIGNATURE, type House } from './house.mts';
import { drawDocument, typeOfImage } from './images.mts';
import { INVALID } from './list.mts';
import { CHECKS, type Json } from './records.mts';

/** How many pictures that were sent in are kept. */
const KEPT_PICTURES = 50;

export function addValidations(app: FastifyInstance, house: House): void {
	const { store, settings } = house;
	const timers = new Set<NodeJS.Timeout>();
	app.addHook('onClose', async () => timers.forEach((timer) => clearTimeout(timer)));

	app.get<{ Params: { id: string } }>('/v2/document-liveness/:id', async ({ params }, reply) => {
		if (!(await house.beset(reply, { on: 'retrieve' }))) return reply;
		const origin = store.find(params.id);
		if (origin) return { success: true, data: house.show(origin), signature: SIGNATURE };
		return await reply
			.code(404)
			.send({ error: 'Document liveness not found', message: 'DOCUMENT_LIVENESS_NOT_FOUND' });
	});

	app.post<{ Body: Json | null }>('/v2/document-liveness', async ({ body }, reply) => {
		if (!(await house.beset(reply, { on: 'create' }))) return reply;
		const text = String(body?.image ?? '').replace(/^data:[^,]*,/, '');
		const bytes = Buffer.from(text, 'base64');
		const type = typeOfImage(bytes);
		if (bytes.length > settings.maxImageBytes) {
			return await reply.code(413).send({ error: 'Image too large', message: 'IMAGE_TOO_LARGE' });
		}
		if (!type) {
			return await reply
				.code(400)
				.send({ error: 'Invalid image format', message: 'INVALID_IMAGE_FORMAT' });
		}
		const calibrationSettings = calibrations(body!);
		if (!calibrationSettings) return await reply.code(400).send(INVALID);
		const isInstant = settings.processingMs === 0;
		const origin = store.add(isInstant ? 'completed' : 'processing', new Date());
		const id = house.idOf(origin);
		const imageSaved = body?.saveImage === true;
		house.checks.set(
			id,
			CHECKS.filter(
				(check) => body?.[`validate${check[0]!.toUpperCase()}${check.slice(1)}`] === true,
			),
		);
		house.alter(id, {
			imageSaved,
			imageUrl: imageSaved ? `${house.url}/images/${id}.png` : undefined,
			calibrationSettings,
			validationFlags: {
				ignoreDocumentCropped: body?.ignoreDocumentCroppedValidation === true,
				ignoreColourLess: body?.ignoreColourLessValidation === true,
			},
		});
		if (imageSaved) {
			house.pictures.set(id, { type, bytes });
			for (const oldest of house.pictures.keys()) {
				if (house.pictures.size <= KEPT_PICTURES) break;
				house.pictures.delete(oldest);
			}
		}
		if (!isInstant) {
			const timer = setTimeout(() => {
				timers.delete(timer);
				store.setStatus(id, 'completed');
			}, settings.processingMs);
			timers.add(timer);
		}
		return { success: true, data: house.show(origin), signature: SIGNATURE };
	});

	// Like a CDN, without a token.
	app.get<{ Params: { file: string } }>('/images/:file', async ({ params }, reply) => {
		if (!(await house.beset(reply, { on: 'image' }))) return reply;
		const id = params.file.replace(/\.png$/, '');
		const origin = store.find(id);
		if (!origin || !house.show(origin).imageUrl) {
			return await reply.code(404).send({ message: 'No such image.', code: 'NotFound' });
		}
		const sent = house.pictures.get(id);
		if (sent) return await reply.type(sent.type).send(sent.bytes);
		const registration = house.show(origin, ['appRegistration']).appRegistration as
			| Json
			| undefined;
		const picture = await drawDocument(
			String(registration?.fullName ?? 'Sample'),
			id,
			origin.index,
		);
		return await reply.type('image/png').send(picture);
	});
}

/** The calibration of each check that has one, or undefined where one is not known. */
function calibrations(body: Json): Json | undefined {
	const settings = CHECKS.slice(0, 3).map((check) => [
		check,
		body[`${check}Calibration`] ?? 'REGULAR',
	]);
	const isFine = settings.every(([, value]) =>
		['SOFT', 'REGULAR', 'HARD'].includes(value as string),
	);
	return isFine ? (Object.fromEntries(settings) as Json) : undefined;
}
