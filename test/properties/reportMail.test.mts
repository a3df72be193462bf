// The mail of a report says the same whatever the texts in the records, stays small, and has no text missing.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { LANGUAGES, type Figures, type Language } from '../../nodes/verifik/report/figures.ts';
import { MAX_HTML_BYTES, mailOf } from '../../nodes/verifik/report/mail/index.ts';
import { TEXTS } from '../../nodes/verifik/report/texts/index.ts';
import { reportOf, sampleRecords } from '../support/reportSample.mts';

const NOW = Date.parse('2026-11-24T14:00:00Z');
const records = sampleRecords(600, {
	newestMs: NOW,
	everyMs: 20 * 60_000,
	shapes: ['live', 'nested', 'flat'],
});

const tagsOf = (html: string) => html.match(/<[^>]*>/g)!.join('');
const ATTACKS = [
	'</td><script>alert(1)</script>',
	'"><img src=x onerror=alert(1)>',
	"' style='display:none",
	'<!--',
	'&lt;b&gt;&#60;i&#62;',
	'</style></title></textarea>',
	'{{ $json.secret }} ${7*7} =1+1',
	'\u202egnp.exe\u0000\u0007\r\n.\r\nBcc: all@example.com',
	'\ud800 half \udfff',
];
const hostile = fc.oneof(
	fc.constantFrom(...ATTACKS),
	fc.string({ unit: 'binary', maxLength: 400 }),
	fc
		.array(fc.constantFrom('<', '>', '"', "'", '&', '-->', '\ud83d\ude00', '\ud83d'), {
			maxLength: 300,
		})
		.map((parts) => parts.join('')),
);

/** Records that say these texts wherever a report can show a text of theirs. */
function saying(text: string): VerifikRecord[] {
	return [
		...records.slice(200),
		...records.slice(0, 20).map((record) => ({
			...record,
			_id: text,
			riskScore: 0.999,
			createdAt: new Date(NOW - 2 * 86_400_000).toISOString(),
			appRegistration: { fullName: text },
			client: { name: text },
			aggregateWarnings: [text],
		})),
	];
}

const mailSaying = (text: string, language: Language = 'en') =>
	mailOf(reportOf(saying(text), { nowMs: NOW, hasNames: true, language, maxRiskiest: 50 }));

describe('The mail of a report', () => {
	test('has the same tags whatever the texts in the records are', () => {
		const tags = tagsOf(mailSaying('harmless').html);
		fc.assert(
			fc.property(hostile, (text) => {
				// text between tags cannot begin or end one; a text of nothing but spaces is still a text
				const { html, text: plain, subject } = mailSaying(`x${text}`);
				expect(tagsOf(html)).toBe(tags);
				expect(html).not.toMatch(/<(script|img|a|link|iframe|object)\b/i);
				expect(html.isWellFormed() && plain.isWellFormed()).toBe(true);
				expect(subject).not.toMatch(/\p{Cc}/u);
				expect(plain).not.toMatch(/[^\n\P{Cc}]/u);
			}),
			{ numRuns: 60, examples: ATTACKS.map((text): [string] => [text]) },
		);
	});

	test('is smaller than what Gmail shows, whatever comes in', () => {
		const longest = ['"'.repeat(400), '\u{1f600}'.repeat(200), '&'.repeat(400), '漢'.repeat(400)];
		const account = `${'x'.repeat(63)}.`.repeat(4);
		for (const language of LANGUAGES) {
			for (const text of longest) {
				const figures = reportOf(saying(text), {
					nowMs: NOW,
					language,
					preset: 'last30Days',
					hasNames: true,
					isComplete: false,
					maxRiskiest: 50,
				});
				const { html } = mailOf(asLargeAsCanBe({ ...figures, account }, text));
				expect(Buffer.byteLength(html)).toBeLessThanOrEqual(MAX_HTML_BYTES);
			}
		}
	});

	test('says how many rows there was no room for', () => {
		const figures = reportOf(saying('"'.repeat(200)), {
			nowMs: NOW,
			maxRiskiest: 50,
			hasNames: true,
		});
		const { html } = mailOf(asLargeAsCanBe(figures, '"'.repeat(200)));
		expect(html).toContain('and 986 more');
		expect(html).toMatch(/and other warnings, [\d,]+ times/);
	});

	test('has words for everything, in every language, and numbers as that language writes them', () => {
		for (const language of LANGUAGES) {
			for (const isCompared of [true, false]) {
				const { html, text, subject } = mailOf(
					reportOf(records, { nowMs: NOW, language, isCompared, isComplete: isCompared }),
				);
				expect(`${html}${text}${subject}`).not.toMatch(/undefined|null|NaN|\[object|Infinity/);
				expect(text.length).toBeGreaterThan(1000);
			}
			expect(wordsOf(TEXTS[language]).filter((word) => word.trim() === '')).toEqual([]);
		}
		const large = { nowMs: NOW, isCompared: false };
		const subjects = LANGUAGES.map(
			(language) =>
				mailOf({
					...reportOf([], { ...large, language }),
					counts: { ...reportOf([], large).counts, checked: 12_345, passed: 12_000 },
					rates: { ...reportOf([], large).rates, passed: { value: 0.9725, of: 12_345, n: 12_000 } },
				}).subject,
		);
		expect(subjects[0]).toContain('97.3% of 12,345 passed');
		expect(subjects[1]).toContain('de 12,345');
		expect(subjects[2]).toContain('97,3% de 12.345');
	});

	test('has texts of its own in Spanish and Portuguese, but for names and what is the same in them', () => {
		const english = wordsOf(TEXTS.en);
		for (const language of ['es', 'pt'] as const) {
			const words = wordsOf(TEXTS[language]);
			expect(words).toHaveLength(english.length);
			expect(words.filter((word, at) => word === english[at])).toEqual([]);
		}
	});

	test('is there for an account without a validation', () => {
		for (const language of LANGUAGES) {
			const { html, text, subject } = mailOf(reportOf([], { nowMs: NOW, language }));
			expect(subject).toBe(TEXTS[language].subjectWithoutChecked(datesOf(subject)));
			expect(`${html}${text}`).not.toMatch(/undefined|null|NaN|Infinity/);
		}
	});
});

const datesOf = (subject: string) => /, (.*):/.exec(subject)![1]!;

/** As many rows of everything as figures can have. */
function asLargeAsCanBe(figures: Figures, text: string): Figures {
	const row = figures.series.rows[0]!;
	return {
		...figures,
		series: {
			...figures.series,
			rows: Array.from({ length: 1000 }, () => ({
				...row,
				total: 99_999_999,
				checked: 99_999_999,
			})),
		},
		warnings: Array.from({ length: 50 }, () => ({ code: text, n: 99_999_999 })),
		otherWarnings: 99_999_999,
		combinations: Array.from({ length: 15 }, () => ({
			checks: ['screenReplay', 'printedCopy', 'portraitSubstitution', 'digitalManipulation'],
			n: 99_999_999,
		})),
	};
}

/** All texts of a language; those with something in them are given numbers. */
function wordsOf(texts: object): string[] {
	return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
		if (key === 'locale') return [];
		if (typeof value === 'function')
			return [String((value as (...all: string[]) => string)('1', '2', '3'))];
		return typeof value === 'object' ? wordsOf(value as object) : [String(value)];
	});
}
