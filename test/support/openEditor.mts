// Opens a real n8n and its editor in a browser for the tests of one file, and closes both after them.
import { afterAll } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { openBrowser, signIn } from './browser.mts';
import { startHost, type Host } from './host.mts';
import { Panel } from './panel.mts';

/** What opening may take on a busy machine: the timeout of the `beforeAll` around it. */
export const OPEN_MS = 240_000;

export type Editor = {
	host: Host;
	browser: Browser;
	/** signed in to the n8n of the host */
	page: Page;
	panel: Panel;
};

const closers: Array<() => Promise<void>> = [];
afterAll(async () => {
	for (const close of closers.splice(0).reverse()) await close();
}, 60_000);

/** To be called in a `beforeAll`, with `OPEN_MS` as its timeout. */
export async function openEditor(...options: Parameters<typeof startHost>): Promise<Editor> {
	const host = await startHost(...options);
	closers.push(async () => await host.stop());
	const browser = await openBrowser();
	closers.push(async () => await browser.close());
	const page = await signIn(browser, host.n8n);
	return { host, browser, page, panel: new Panel(page, host) };
}
