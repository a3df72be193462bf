// Days, weeks and months of a time zone in absolute time, and the ranges of presets such as “Last 7 Days”. Pure.
//
// With Intl instead of luxon (in n8n-workflow): where clocks are set back to midnight (America/Havana, every autumn), luxon's
// `startOf('day')` returns the second of the two midnights, and the validations of an hour would belong to the day before.
import type { CreatedRange } from './createdRange';

/** A day of 24 hours. */
export const DAY_MS = 24 * 3_600_000;

/** A date without time and time zone, as the number of days since 1970-01-01. */
export type Day = number;

/** The presets of the filter Created. */
export const CREATED_PRESETS = [
	'last24Hours',
	'last7Days',
	'last30Days',
	'thisMonth',
	'lastMonth',
] as const;
export type CreatedPreset = (typeof CREATED_PRESETS)[number];

/** The presets of a report. Except This Month, they do not include today, which is not over. */
export const REPORT_PRESETS = ['last7Days', 'last30Days', 'thisMonth', 'lastMonth'] as const;
export type ReportPreset = (typeof REPORT_PRESETS)[number];

/** From `after` (included) to `before` (not included), in milliseconds since 1970. */
export type Period = Required<CreatedRange>;

/** No time zone has or had a larger offset from UTC (Manila and Alaska once had about 15:30). */
const MAX_OFFSET_MS = 16 * 3_600_000;

/** The days of one time zone. */
export class Calendar {
	readonly zone: string;

	private readonly format: Intl.DateTimeFormat;

	/**
	 * @param zone IANA name, e.g. `America/Bogota`
	 * @throws RangeError if there is no such zone
	 */
	constructor(zone: string) {
		this.zone = zone;
		this.format = new Intl.DateTimeFormat('en-US', {
			timeZone: zone,
			calendar: 'gregory',
			numberingSystem: 'latn',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
			hourCycle: 'h23',
		});
	}

	/** The date in the zone at a time. @param timeMs milliseconds since 1970 */
	dayAt(timeMs: number): Day {
		return this.clockAt(timeMs).day;
	}

	/**
	 * The first moment of a day, in milliseconds since 1970: 01:00 if there is no midnight, the first of two midnights, and
	 * the start of the next day if the zone skipped the day.
	 */
	startOfDay(day: Day): number {
		let before = day * DAY_MS - MAX_OFFSET_MS;
		let since = day * DAY_MS + MAX_OFFSET_MS;
		while (since - before > 1000) {
			// Offsets from UTC are whole seconds.
			const middle = Math.floor((before + since) / 2000) * 1000;
			if (this.dayAt(middle) < day) before = middle;
			else since = middle;
		}
		return since;
	}

	/** The range of a preset of the filter Created: the full days before today, and today. */
	createdRange(preset: CreatedPreset, nowMs: number): CreatedRange {
		if (preset === 'last24Hours') return { after: nowMs - DAY_MS };
		const { after, before } = this.reportPeriod(preset, nowMs);
		return preset === 'lastMonth' ? { after, before } : { after };
	}

	/** The period of a preset of a report: the full days before today, this month until now, or the whole last month. */
	reportPeriod(preset: ReportPreset, nowMs: number): Period {
		const today = this.dayAt(nowMs);
		if (preset === 'thisMonth')
			return { after: this.startOfDay(firstOfMonth(today)), before: nowMs };
		const [first, end] =
			preset === 'lastMonth'
				? [firstOfMonth(today, -1), firstOfMonth(today)]
				: [today - (preset === 'last7Days' ? 7 : 30), today];
		return { after: this.startOfDay(first), before: this.startOfDay(end) };
	}

	/**
	 * The period with which a period is compared. For Last Month: the month before it. For This Month: the same days of last
	 * month, until the same time of the day. Otherwise: the same number of days before it, or the same time if it does not
	 * consist of whole days.
	 */
	periodBefore({ after, before }: Period, preset?: ReportPreset): Period {
		const first = this.dayAt(after);
		if (preset === 'lastMonth') {
			return { after: this.startOfDay(firstOfMonth(first, -1)), before: after };
		}
		if (preset === 'thisMonth') {
			const firstBefore = firstOfMonth(first, -1);
			const end = this.sameTimeOn(firstBefore + this.dayAt(before) - first, before);
			// Last month may have fewer days than have passed of this month.
			return { after: this.startOfDay(firstBefore), before: Math.min(end, after) };
		}
		const days = this.daysIn({ after, before });
		const start = days === undefined ? after - (before - after) : this.startOfDay(first - days);
		return { after: start, before: after };
	}

	/** The number of days of a period; undefined if it begins or ends within a day. */
	daysIn({ after, before }: Period): number | undefined {
		const [first, end] = [this.dayAt(after), this.dayAt(before)];
		const isWhole = this.startOfDay(first) === after && this.startOfDay(end) === before;
		return isWhole ? end - first : undefined;
	}

	/** The moment on a day at which clocks show the same as at `timeMs`; about that moment if they skip it. */
	private sameTimeOn(day: Day, timeMs: number): number {
		const start = this.startOfDay(day);
		const { msOfDay } = this.clockAt(timeMs);
		const ifNotChanged = start + msOfDay;
		const shown = this.clockAt(ifNotChanged);
		const ahead = (shown.day - day) * DAY_MS + shown.msOfDay - msOfDay;
		return Math.max(start, ifNotChanged - ahead);
	}

	private clockAt(timeMs: number): { day: Day; msOfDay: number } {
		const parts = this.format.formatToParts(timeMs);
		const of = (type: Intl.DateTimeFormatPartTypes) =>
			Number(parts.find((part) => part.type === type)?.value);
		const seconds = (of('hour') * 60 + of('minute')) * 60 + of('second');
		const ms = ((timeMs % 1000) + 1000) % 1000;
		return { day: dayOf(of('year'), of('month'), of('day')), msOfDay: seconds * 1000 + ms };
	}
}

/** The day of a date. @param month 1 to 12; others are months of another year */
function dayOf(year: number, month: number, day: number): Day {
	// Date.UTC would read the years 0 to 99 as 1900 to 1999.
	return Math.round(new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS);
}

/** A day as `2026-01-31`. */
export function isoDate(day: Day): string {
	return new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** The first day of the month of a day, or of the month `monthsLater` after it. */
export function firstOfMonth(day: Day, monthsLater = 0): Day {
	const date = new Date(day * DAY_MS);
	return dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1 + monthsLater, 1);
}

/** The Monday of the week of a day. */
export function mondayOf(day: Day): Day {
	// 1970-01-01 was a Thursday
	return day - ((((day + 3) % 7) + 7) % 7);
}
