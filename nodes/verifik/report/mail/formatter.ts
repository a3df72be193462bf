// Formats numbers, dates and times for the language of the report. Pure.
import { DAY_MS } from '../../list/calendar';
import type { Change, Interval, PeriodFigures, Rate } from '../figures';
import type { Texts } from '../texts';

const UNITS = [
	{ unit: 'second', ms: 1000, under: 60_000 },
	{ unit: 'minute', ms: 60_000, under: 3_600_000 },
	{ unit: 'hour', ms: 3_600_000, under: 2 * DAY_MS },
	{ unit: 'day', ms: DAY_MS, under: Infinity },
] as const;

const SERIES_DATES: Record<'day' | 'month', Intl.DateTimeFormatOptions> = {
	day: { weekday: 'short', month: 'short', day: 'numeric' },
	month: { month: 'long', year: 'numeric' },
};

/** Formats values in the language of the texts and in one time zone. */
export class Formatter {
	private readonly texts: Texts;

	private readonly zone: string;

	constructor(texts: Texts, zone: string) {
		this.texts = texts;
		this.zone = zone;
	}

	/** A number. @param digits after the decimal point, at most */
	number(value: number, digits = 0): string {
		return this.numberFormat({ maximumFractionDigits: digits }).format(value);
	}

	/** A score, with three digits. */
	score(value: number | null): string {
		return value === null ? '–' : this.numberFormat(digits(3)).format(value);
	}

	/** The score at which one of the ten bars begins, with one digit. */
	tenth(value: number): string {
		return this.numberFormat(digits(1)).format(value);
	}

	/** A rate in percent, with one digit. */
	percent({ value }: Rate): string {
		return value === null
			? '–'
			: this.numberFormat({ style: 'percent', ...digits(1) }).format(value);
	}

	/** A change in percentage points and, if it is not significant, a text that says so. */
	change({ points, isSignificant }: Change): { text: string; sub?: string } {
		const { texts } = this;
		if (points === null) return { text: '–' };
		const text = this.numberFormat({ ...digits(1), signDisplay: 'exceptZero' })
			.format(points)
			.replace('-', '\u2212');
		const isUnchanged = Math.abs(points) < 0.05;
		return {
			text: texts.points(text),
			...(!isSignificant && { sub: isUnchanged ? texts.unchanged : texts.tooFewToTell }),
		};
	}

	/** A duration in the largest unit of which it has at least one (days: two). */
	duration(ms: number): string {
		const { unit, ms: one } = UNITS.find(({ under }) => ms < under) ?? UNITS[3];
		const options = {
			style: 'unit',
			unit,
			unitDisplay: 'short',
			maximumFractionDigits: 1,
		} as const;
		return this.numberFormat(options).format(ms / one);
	}

	/** The first and last date of a period. */
	dates({ after, before }: Pick<PeriodFigures, 'after' | 'before'>): string {
		const format = this.dateFormat({ year: 'numeric', month: 'short', day: 'numeric' });
		const first = Date.parse(after);
		return format.formatRange(first, Math.max(first, Date.parse(before) - 1));
	}

	/** The name of an interval of the series; of a week its first and last date. */
	interval(row: { after: string; before: string }, interval: Interval): string {
		if (interval !== 'week') {
			return this.dateFormat(SERIES_DATES[interval]).format(Date.parse(row.after));
		}
		return this.dateFormat({ month: 'short', day: 'numeric' }).formatRange(
			Date.parse(row.after),
			Date.parse(row.before) - 1,
		);
	}

	/** Date and time; the text itself if it is not a time. */
	time(text: string): string {
		const ms = Date.parse(text);
		if (Number.isNaN(ms)) return text;
		return this.dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(ms);
	}

	private numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
		return new Intl.NumberFormat(this.texts.locale, options);
	}

	private dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
		return new Intl.DateTimeFormat(this.texts.locale, { timeZone: this.zone, ...options });
	}
}

function digits(count: number): Intl.NumberFormatOptions {
	return { minimumFractionDigits: count, maximumFractionDigits: count };
}
