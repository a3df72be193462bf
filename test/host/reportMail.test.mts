// The report's mail in a browser as mail programs show it: light, dark, on a phone, printed, and as Gmail leaves it.
// Its screenshots are build output.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

import { LANGUAGES, type Interval, type Language } from '../../nodes/verifik/report/figures.ts';
import { mailOf } from '../../nodes/verifik/report/mail/index.ts';
import { openBrowser } from '../support/browser.mts';
import { lowestContrast } from '../support/contrast.mts';
import { reportOf, sampleRecords, type SampleOptions } from '../support/reportSample.mts';

const SCREENSHOTS = join(import.meta.dirname, '../../.out/pictures');
const NOW = Date.parse('2026-11-24T14:00:00Z');
const EVERY_MS = 8 * 60_000;

/** AA for text of any size. */
const MIN_CONTRAST = 4.5;

/** A bar that can still be compared with another. */
const MIN_BAR_PX = 20;

const records = sampleRecords(4000, {
	newestMs: NOW,
	everyMs: EVERY_MS,
	shapes: ['live', 'nested'],
});
const htmlIn = (language: Language, options: Partial<SampleOptions> = {}) =>
	mailOf(reportOf(records, { nowMs: NOW, language, hasNames: language === 'es', ...options })).html;

let browser: Browser;
beforeAll(async () => {
	browser = await openBrowser();
	await mkdir(SCREENSHOTS, { recursive: true });
});
afterAll(async () => await browser?.close());

type View = { width?: number; colorScheme?: 'light' | 'dark'; html?: string };

/** A page with the mail in it, and the addresses that it asked for. */
async function show({ width = 760, colorScheme = 'light', html = htmlIn('en') }: View) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
	const page = await context.newPage();
	const requests: string[] = [];
	page.on('request', (request) => requests.push(request.url()));
	await page.setContent(html);
	return { page, requests };
}

async function take(page: Page, name: string): Promise<void> {
	await page.screenshot({ path: join(SCREENSHOTS, `report-${name}.png`), fullPage: true });
}

/** Gmail takes out the style element, and what stands on the body. */
function asGmailLeavesIt(html: string): string {
	return html.replace(/<style>.*?<\/style>/s, '').replace(/<body[^>]*>/, '<body>');
}

const isTooWide = async (page: Page) =>
	await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

/** In pixels: the room that the longest bar of any table has. */
const leastBarWidth = async (page: Page) =>
	await page.evaluate(() => {
		const bars = Array.from(document.querySelectorAll('td[aria-hidden] > table'));
		return Math.min(...bars.map((bar) => bar.getBoundingClientRect().width));
	});

const by = (interval: Interval) => ({ preset: 'last30Days', interval }) as const;

const VIEWS: Array<[string, View]> = [
	['light', {}],
	['dark', { colorScheme: 'dark' }],
	['phone', { width: 375 }],
	['phone-dark', { width: 375, colorScheme: 'dark' }],
	['gmail', { html: asGmailLeavesIt(htmlIn('en')) }],
	['gmail-phone', { html: asGmailLeavesIt(htmlIn('en')), width: 375 }],
	['es', { html: htmlIn('es') }],
	['es-phone', { html: htmlIn('es'), width: 375 }],
	['pt-phone', { html: htmlIn('pt'), width: 375 }],
	['pt-phone-weeks', { html: htmlIn('pt', by('week')), width: 375 }],
	['pt-phone-months', { html: htmlIn('pt', by('month')), width: 375 }],
	['pt-gmail-phone', { html: asGmailLeavesIt(htmlIn('pt', by('week'))), width: 375 }],
];

describe('The mail of a report', () => {
	test.each(VIEWS)('is legible, fits its window and loads nothing: %s', async (name, view) => {
		const { page, requests } = await show(view);
		await take(page, name);
		// what the documentation shows
		if (name === 'light') await page.screenshot({ path: join(SCREENSHOTS, 'report.png') });
		expect(await isTooWide(page)).toBe(false);
		expect(await leastBarWidth(page)).toBeGreaterThanOrEqual(MIN_BAR_PX);
		expect(requests).toEqual([]);
		for (const isInverted of [false, true]) {
			const lowest = await lowestContrast(page, isInverted);
			// the text stands in the message where it is not enough
			expect(lowest.ratio < MIN_CONTRAST ? lowest : undefined).toBeUndefined();
		}
		await page.context().close();
	});

	test('is printed on A4 with its colours', async () => {
		const { page } = await show({});
		await page.emulateMedia({ media: 'print' });
		const pdf = await page.pdf({
			path: join(SCREENSHOTS, 'report.pdf'),
			preferCSSPageSize: true,
			printBackground: true,
		});
		const text = pdf.toString('latin1');
		expect(text.match(/\/Type \/Page\b/g)!.length).toBeLessThanOrEqual(5);
		expect(text).toMatch(/\/MediaBox \[0 0 59[45][\d.]* 84[12]/);
		await page.setViewportSize({ width: 688, height: 971 });
		await take(page, 'print');
		await page.context().close();
	});

	test('tells screen readers which labels belong to which data', async () => {
		for (const language of LANGUAGES) {
			const { page } = await show({ html: htmlIn(language) });
			const tables = await page.locator('table:not([role="presentation"])').count();
			expect(tables).toBeGreaterThanOrEqual(8);
			expect(await page.locator('table:not([role]) > caption > h2').count()).toBe(tables);
			expect(await page.locator('th:not([scope])').count()).toBe(0);
			expect(await page.locator('html').getAttribute('lang')).toMatch(new RegExp(`^${language}-`));
			expect(await page.locator('h1').count()).toBe(1);
			await page.context().close();
		}
	});
});
