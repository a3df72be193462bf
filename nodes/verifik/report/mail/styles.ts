// Colours and style sheet of the mail. All is readable without the style sheet, which Gmail removes for some accounts.

/** All texts have a contrast of at least 4.5, also if a mail program inverts the colours. */
export const COLORS = {
	page: '#eef1f5',
	card: '#ffffff',
	panel: '#f5f7fa',
	text: '#17212f',
	muted: '#566273',
	line: '#dfe5ec',
	/** the only accent: what did not pass */
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

const background = (from: string, to: string) =>
	`[bgcolor="${from}"]{background-color:${to}!important}`;

/** Dark scheme, phones, and a print on A4. */
export const STYLE_SHEET = [
	':root{color-scheme:light dark;supported-color-schemes:light dark}',
	'@media (prefers-color-scheme:dark){',
	`body{background-color:${DARK.page}!important}`,
	`tr,td,th,h1,h2,p{color:${DARK.text}!important;border-color:${DARK.line}!important}`,
	`.m,.m td,.m th{color:${DARK.muted}!important}`,
	background(COLORS.page, DARK.page),
	background(COLORS.card, DARK.card),
	background(COLORS.panel, DARK.panel),
	background(COLORS.dark, DARK.dark),
	background(COLORS.light, DARK.light),
	background(COLORS.line, DARK.line),
	'}',
	'@media (max-width:480px){.o{padding:0!important}}',
	'@page{size:A4;margin:14mm}',
	'@media print{body,.o{background:#fff!important;padding:0!important}',
	'.w{max-width:none!important}tr,.s{page-break-inside:avoid;break-inside:avoid}h2{break-after:avoid}',
	'*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}',
].join('');
