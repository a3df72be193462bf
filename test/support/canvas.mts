// The canvas of n8n's editor, as a user sees it: what lies where, and screenshots of it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

import { closeNotices, SCREENSHOTS } from './browser.mts';
import type { Placed } from './overlaps.mts';

/** Some space around the workflow in a screenshot. */
const MARGIN_PX = 16;

/** Large enough to read a workflow of five steps, small enough for screenshots that load fast. */
const WINDOW = { width: 1200, height: 750 };

/** Pastes a workflow onto an empty canvas, and shows all of it. */
export async function pasteWorkflow(page: Page, url: string, workflow: object): Promise<void> {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
	await page.setViewportSize(WINDOW);
	await page.goto(`${url}/workflow/new`);
	await page.getByTestId('canvas-plus-button').waitFor();
	await page.evaluate(
		async (text) => await navigator.clipboard.writeText(text),
		JSON.stringify(workflow),
	);
	await page.keyboard.press('Control+v');
	await page.getByTestId('canvas-node').first().waitFor();
	await closeNotices(page);
	// n8n's key for the whole workflow
	await page.keyboard.press('1');
	// the view moves there
	await sleep(1000);
}

/** Everything on the canvas, in pixels of the screen. */
export async function placedOn(page: Page): Promise<Placed[]> {
	return await page.evaluate(() => {
		type Sides = { left: number; top: number; right: number; bottom: number };
		const around = (rects: Sides[]): Sides => ({
			left: Math.min(...rects.map(({ left }) => left)),
			top: Math.min(...rects.map(({ top }) => top)),
			right: Math.max(...rects.map(({ right }) => right)),
			bottom: Math.max(...rects.map(({ bottom }) => bottom)),
		});
		/** What is seen of a text: its element may be wider, or cut it off. */
		const textOf = (element: Element): Sides => {
			const range = document.createRange();
			range.selectNodeContents(element);
			const [text, frame] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
			return {
				left: Math.max(text.left, frame.left),
				top: text.top,
				right: Math.min(text.right, frame.right),
				bottom: text.bottom,
			};
		};
		const all = (element: Element | Document, selector: string) =>
			Array.from(element.querySelectorAll(selector));
		return all(document, '[data-node-name][data-node-type]').map((node) => {
			const name = node.getAttribute('data-node-name')!;
			const note = node.querySelector('[data-test-id="sticky"]');
			if (note) {
				const lines = all(note, 'h2, p, li').map(textOf);
				return { name, box: around([note.getBoundingClientRect()]), text: around(lines) };
			}
			const body = node.querySelector('[data-canvas-node-render-type]')!;
			const labels = all(body, '[class*="_label_"], [class*="_subtitle_"]').map(textOf);
			return { name, box: around([body.getBoundingClientRect(), ...labels]) };
		});
	});
}

/** A screenshot of the workflow alone, as build output. */
export async function takeCanvasScreenshot(page: Page, name: string): Promise<void> {
	await mkdir(SCREENSHOTS, { recursive: true });
	// what was pasted is still selected
	await page.locator('.vue-flow__pane').click({ position: { x: 20, y: 120 } });
	// the editor's own buttons lie over the canvas
	const style = await page.addStyleTag({
		content:
			'.vue-flow__panel, [class*="_executionButtons_"], .el-notification { visibility: hidden !important; } .vue-flow__background { display: none; }',
	});
	await closeNotices(page);
	const boxes = (await placedOn(page)).map(({ box }) => box);
	const left = Math.min(...boxes.map((box) => box.left)) - MARGIN_PX;
	const top = Math.min(...boxes.map((box) => box.top)) - MARGIN_PX;
	await page.screenshot({
		path: join(SCREENSHOTS, `${name}.png`),
		clip: {
			x: left,
			y: top,
			width: Math.max(...boxes.map((box) => box.right)) + MARGIN_PX - left,
			height: Math.max(...boxes.map((box) => box.bottom)) + MARGIN_PX - top,
		},
	});
	await style.evaluate((element) => (element as Element).remove());
}
