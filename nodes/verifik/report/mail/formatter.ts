// Numbers, dates and times as the readers of one language write them. Pure.
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

export class Formatter {
	private readonly texts: Texts;

	private readonly zone: string;

	constructor(texts: Texts, zone: string) {
		this.texts = texts;
		this.zone = zone;
	}

	/** @param digits behind the decimal point, at most */
	number(value: number, digits = 0): string {
		return this.numberFormat({ maximumFractionDigits: digits }).format(value);
	}

	/** From 0 to 1, or what a record states instead; three digits. */
	score(value: number | null): string {
		return value === null ? '–' : this.numberFormat(digits(3)).format(value);
	}

	/** Where one of ten bars begins. */
	tenth(value: number): string {
		return this.numberFormat(digits(1)).format(value);
	}

	percent({ value }: Rate): string {
		return value === null
			? '–'
			: this.numberFormat({ style: 'percent', ...digits(1) }).format(value);
	}

	/** In points, and whether that says anything. */
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

	/** The dates of a period, from its first to its last. */
	dates({ after, before }: Pick<PeriodFigures, 'after' | 'before'>): string {
		const format = this.dateFormat({ year: 'numeric', month: 'short', day: 'numeric' });
		const first = Date.parse(after);
		return format.formatRange(first, Math.max(first, Date.parse(before) - 1));
	}

	/** An interval of the series; a week by its dates. */
	interval(row: { after: string; before: string }, interval: Interval): string {
		if (interval !== 'week') {
			return this.dateFormat(SERIES_DATES[interval]).format(Date.parse(row.after));
		}
		return this.dateFormat({ month: 'short', day: 'numeric' }).formatRange(
			Date.parse(row.after),
			Date.parse(row.before) - 1,
		);
	}

	/** A point in time, with its date; as it came where it is none. */
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
