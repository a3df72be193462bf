// The contrast of texts on their background, as a browser paints them.
import type { Page } from 'playwright-core';

export type Contrast = { ratio: number; text: string; color: string; ground: string };

/** The text of a page with the lowest contrast (WCAG 2), in its colours or with all of them inverted. */
export async function lowestContrast(page: Page, isInverted: boolean): Promise<Contrast> {
	return await page.evaluate((inverted) => {
		const channels = (color: string) => color.match(/[\d.]+/g)!.map(Number);
		const luminance = (color: string) => {
			const [red, green, blue] = channels(color).map((value) => {
				const part = (inverted ? 255 - value : value) / 255;
				return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
			});
			return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
		};
		const groundOf = (element: Element | null): string => {
			for (let one = element; one; one = one.parentElement) {
				const color = getComputedStyle(one).backgroundColor;
				if (channels(color)[3] !== 0) return color;
			}
			return matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(0,0,0)' : 'rgb(255,255,255)';
		};
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		let lowest: Contrast = { ratio: Infinity, text: '', color: '', ground: '' };
		for (let node = walker.nextNode(); node; node = walker.nextNode()) {
			const text = node.nodeValue!.trim();
			// a space that keeps a cell open is no text
			if (text === '' || text === '\u00a0') continue;
			const { color } = getComputedStyle(node.parentElement!);
			const ground = groundOf(node.parentElement);
			const [high, low] = [luminance(color), luminance(ground)].sort((a, b) => b - a);
			const ratio = (high! + 0.05) / (low! + 0.05);
			if (ratio < lowest.ratio) lowest = { ratio, text, color, ground };
		}
		return lowest;
	}, isInverted);
}
