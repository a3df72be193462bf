// Debian's Chromium, driven by playwright-core, signed in to a local n8n.
import { execa } from 'execa';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, selectors, type Browser, type Page } from 'playwright-core';

import type { Instance } from '../../tools/n8nInstance.mts';

// n8n's own
selectors.setTestIdAttribute('data-test-id');

/** The editor takes its time on a busy machine. */
const WAIT_MS = 60_000;

/** Where screenshots go, as build output. */
export const SCREENSHOTS = join(import.meta.dirname, '../../.out/pictures');

/** The Chromium of the machine: CHROMIUM_PATH, or the first that is on the path. */
async function chromiumPath(): Promise<string> {
	if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
	for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
		const { stdout, failed } = await execa('which', [name], { reject: false });
		if (!failed) return stdout.trim();
	}
	throw new Error(
		'The browser tests need Chromium: install the package chromium, or set CHROMIUM_PATH.',
	);
}

export async function openBrowser(): Promise<Browser> {
	return await chromium.launch({
		executablePath: await chromiumPath(),
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/** A page of the editor, signed in through its own form. */
export async function signIn(
	browser: Browser,
	{ url, signIn }: Pick<Instance, 'url' | 'signIn'>,
): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	page.setDefaultTimeout(WAIT_MS);
	await page.goto(`${url}/signin`);
	await page.locator('input[name="emailOrLdapLoginId"]').fill(signIn.email);
	await page.locator('input[name="password"]').fill(signIn.password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL(/\/home\//);
	return page;
}

/** Takes n8n's notices off the screen, for screenshots. */
export async function closeNotices(page: Page): Promise<void> {
	const notices = page.locator('.el-notification__closeBtn');
	while ((await notices.count()) > 0) {
		// it may go by itself meanwhile
		await notices
			.first()
			.click({ timeout: 500 })
			.catch(() => undefined);
		await page.waitForTimeout(100);
	}
}

/** A screenshot of the page, as build output. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
	await mkdir(SCREENSHOTS, { recursive: true });
	await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
