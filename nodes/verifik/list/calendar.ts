// Days, weeks and months of a time zone in absolute time, and the ranges that “Last 7 Days” and its like stand for. Pure.
//
// By Intl and not by luxon (of n8n-workflow): where clocks are put back to midnight (America/Havana, every autumn),
// luxon's `startOf('day')` gives the second of the two midnights, and an hour's validations would fall to the day before.
import type { CreatedRange } from './createdRange';

export const DAY_MS = 24 * 3_600_000;

/** A date without time and zone, as the number of days since 1970-01-01: the day before is one less. */
export type Day = number;

/** What a list can be narrowed to. */
export const CREATED_PRESETS = [
	'last24Hours',
	'last7Days',
	'last30Days',
	'thisMonth',
	'lastMonth',
] as const;
export type CreatedPreset = (typeof CREATED_PRESETS)[number];

/** The periods of a report. They leave today out, which is not over, but for the month that goes on. */
export const REPORT_PRESETS = ['last7Days', 'last30Days', 'thisMonth', 'lastMonth'] as const;
export type ReportPreset = (typeof REPORT_PRESETS)[number];

/** From `after` (included) to `before` (not included), in milliseconds since 1970. */
export type Period = Required<CreatedRange>;

/** No zone is further from UTC, nor was since there are zones (Manila and Alaska changed sides at about 15:30). */
const MAX_OFFSET_MS = 16 * 3_600_000;

/** The days of one time zone. */
export class Calendar {
	readonly zone: string;

	private readonly format: Intl.DateTimeFormat;

	/**
	 * @param zone IANA name, e.g. `America/Bogota`
	 * @throws RangeError where there is no such zone
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

	/** The date that the zone's clocks show at a time, in milliseconds since 1970. */
	dayAt(timeMs: number): Day {
		return this.clockAt(timeMs).day;
	}

	/**
	 * The first moment of a day, in milliseconds since 1970: 01:00 where there is no midnight, the first of two
	 * midnights, and the start of the next day for one that a zone skipped.
	 */
	startOfDay(day: Day): number {
		let before = day * DAY_MS - MAX_OFFSET_MS;
		let since = day * DAY_MS + MAX_OFFSET_MS;
		while (since - before > 1000) {
			// offsets are of whole seconds
			const middle = Math.floor((before + since) / 2000) * 1000;
			if (this.dayAt(middle) < day) before = middle;
			else since = middle;
		}
		return since;
	}

	/** What of a list a preset stands for: the full days before today, and today. Without `before`, up to the newest. */
	createdRange(preset: CreatedPreset, nowMs: number): CreatedRange {
		if (preset === 'last24Hours') return { after: nowMs - DAY_MS };
		const { after, before } = this.reportPeriod(preset, nowMs);
		return preset === 'lastMonth' ? { after, before } : { after };
	}

	/** What of an account a report is about: the full days before today, the month so far, or all of the last one. */
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
	 * What a period is compared with: of Last Month the month before it, of This Month the same days of the last one, up
	 * to the same time of the day; otherwise as many days before it, or as much time where it does not consist of days.
	 */
	periodBefore({ after, before }: Period, preset?: ReportPreset): Period {
		const first = this.dayAt(after);
		if (preset === 'lastMonth') {
			return { after: this.startOfDay(firstOfMonth(first, -1)), before: after };
		}
		if (preset === 'thisMonth') {
			const firstBefore = firstOfMonth(first, -1);
			const end = this.sameTimeOn(firstBefore + this.dayAt(before) - first, before);
			// a month may be shorter than what has passed of this one
			return { after: this.startOfDay(firstBefore), before: Math.min(end, after) };
		}
		const days = this.daysIn({ after, before });
		const start = days === undefined ? after - (before - after) : this.startOfDay(first - days);
		return { after: start, before: after };
	}

	/** How many days a period consists of; undefined where it begins or ends within one. */
	daysIn({ after, before }: Period): number | undefined {
		const [first, end] = [this.dayAt(after), this.dayAt(before)];
		const isWhole = this.startOfDay(first) === after && this.startOfDay(end) === before;
		return isWhole ? end - first : undefined;
	}

	/** When clocks show on a day what they show at a time; about then, where they skip that. */
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

/** A date as a day's number. @param month 1 to 12; more or fewer are months of another year */
function dayOf(year: number, month: number, day: number): Day {
	// not Date.UTC, which takes the years 0 to 99 for 1900 to 1999
	return Math.round(new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS);
}

/** A day as `2026-01-31`. */
export function isoDate(day: Day): string {
	return new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** First day of the month that a day is in, or of one so many months later. */
export function firstOfMonth(day: Day, monthsLater = 0): Day {
	const date = new Date(day * DAY_MS);
	return dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1 + monthsLater, 1);
}

/** The Monday of the week that a day is in. */
export function mondayOf(day: Day): Day {
	// 1970-01-01 was a Thursday
	return day - ((((day + 3) % 7) + 7) % 7);
}
