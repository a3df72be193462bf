// Colours and style sheet of the mail. It reads fully without the sheet, which Gmail takes out for some accounts.

/** All texts have a contrast of 4.5 or more on their ground, and still have it when a mail program inverts them. */
export const COLORS = {
	page: '#eef1f5',
	card: '#ffffff',
	panel: '#f5f7fa',
	text: '#17212f',
	muted: '#566273',
	line: '#dfe5ec',
	/** the one accent: what did not pass */
	dark: '#1d4fa8',
	light: '#a9b9d1',
};

const DARK = {
	page: '#0f141b',
	card: '#19212b',
	panel: '#212b37',
	text: '#e8edf3',
	muted: '#a4b0be',
	line: '#33404e',
	dark: '#82b1ff',
	light: '#5d7291',
};

const ground = (from: string, to: string) =>
	`[bgcolor="${from}"]{background-color:${to}!important}`;

/** Dark scheme, phones, and a print on A4. */
export const STYLE_SHEET = [
	':root{color-scheme:light dark;supported-color-schemes:light dark}',
	'@media (prefers-color-scheme:dark){',
	`body{background-color:${DARK.page}!important}`,
	`tr,td,th,h1,h2,p{color:${DARK.text}!important;border-color:${DARK.line}!important}`,
	`.m,.m td,.m th{color:${DARK.muted}!important}`,
	ground(COLORS.page, DARK.page),
	ground(COLORS.card, DARK.card),
	ground(COLORS.panel, DARK.panel),
	ground(COLORS.dark, DARK.dark),
	ground(COLORS.light, DARK.light),
	ground(COLORS.line, DARK.line),
	'}',
	'@media (max-width:480px){.o{padding:0!important}}',
	'@page{size:A4;margin:14mm}',
	'@media print{body,.o{background:#fff!important;padding:0!important}',
	'.w{max-width:none!important}tr,.s{page-break-inside:avoid;break-inside:avoid}h2{break-after:avoid}',
	'*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}',
].join('');
