// Any body of an answer, and any text in it: it is read, or explained in a message that holds no token.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';

import { catchVerifikError, VerifikError } from '../../nodes/verifik/errors/VerifikError.ts';
import { readAnswer } from '../../nodes/verifik/http/response.ts';
import { sanitizeText } from '../../nodes/verifik/http/sanitizeText.ts';
import { boundedCopy, MAX_RECORD, MAX_TEXT } from '../../nodes/verifik/record/boundedCopy.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const { signal } = new AbortController();
const now = new Date('2026-01-01T00:00:00Z');

/** Texts in which the token, parts of it, and what is hard for patterns, among any other text. */
const texts = fc
	.array(
		fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.constantFrom(TOKEN, TOKEN.slice(0, 30), '<script>', '<', 'eyJ', 'Bearer ', '\u202e', ' '),
			fc.constantFrom('<p>', '{', '"', '\\').map((text) => text.repeat(500)),
		),
		{ maxLength: 20 },
	)
	.map((parts) => parts.join(''));

const bodies = fc.oneof(
	texts,
	fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value)),
	texts.map((message) => JSON.stringify({ success: false, message })),
);

test('any body is read, or explained in a message without a token', async () => {
	await fc.assert(
		fc.asyncProperty(bodies, fc.integer({ min: 100, max: 599 }), async (text, statusCode) => {
			const body = Readable.from([Buffer.from(text)]);
			const answer = { statusCode, headers: {}, body };
			const target = { host: 'api.verifik.co', token: TOKEN };
			const read = readAnswer(answer, { target, now, signal });
			const result = await catchVerifikError(read, (error) => error);
			if (!(result instanceof VerifikError)) {
				expect(result).toEqual(JSON.parse(text.replace(/^\ufeff/, '')));
				return;
			}
			const { message, description } = result.explanation;
			expect(`${message} ${description}`).not.toContain(TOKEN);
			expect(`${message} ${description}`).not.toMatch(/eyJ[\w-]{4,}|[\p{Cc}\u202e]/u);
			expect(description.length).toBeLessThan(1_000);
		}),
		{ verbose: 1 },
	);
});

test('any text is quoted in one short line, without markup or a token', () => {
	fc.assert(
		fc.property(texts, (text) => {
			const quoted = sanitizeText(text, TOKEN);
			expect(quoted.length).toBeLessThanOrEqual(200);
			expect(quoted).not.toContain(TOKEN);
			expect(quoted).not.toMatch(/<|[\p{Cc}\p{Cf}]|\s\s/u);
		}),
		{ verbose: 1 },
	);
});

test('a model gets no more of any record than there is room for, and all of it where there is', () => {
	fc.assert(
		fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(100_000), (value, length) => {
			const { value: copy, size, isCut } = boundedCopy({ value, long: 'a b. '.repeat(length / 5) });
			expect(JSON.stringify(copy)).toHaveLength(size);
			expect(size).toBeLessThan(MAX_RECORD + 6 * (MAX_TEXT + 100) + 20);
			const small = boundedCopy(value);
			if (!small.isCut) expect(small.value).toEqual(value);
			expect(isCut || length <= MAX_TEXT).toBe(true);
		}),
		{ verbose: 1 },
	);
});
