// Counts by day, week or month: divides a period into intervals, and counts each validation in its interval. Pure.
import {
	firstOfMonth,
	isoDate,
	mondayOf,
	type Calendar,
	type Day,
	type Period,
} from '../list/calendar';
import type { Verdict } from '../record/readRecord';
import type { Counts, Interval, SeriesRow } from './figures';
import { addToCounts, noCounts } from './rates';

/** How many intervals a report may have. */
export const MAX_INTERVALS = 1000;

/** With the interval Automatic, periods of up to this many days are divided into days or into weeks. */
const MAX_DAYS_BY_DAY = 31;
const MAX_DAYS_BY_WEEK = 180;

const START_OF: Record<Interval, (day: Day, later: number) => Day> = {
	day: (day, later) => day + later,
	week: (day, later) => mondayOf(day) + 7 * later,
	month: (day, later) => firstOfMonth(day, later),
};

type Row = { day: Day; period: Period; counts: Counts };

/** The interval for a period if the user chose Automatic. */
export function automaticInterval(calendar: Calendar, period: Period): Interval {
	const days = lastDay(calendar, period) - calendar.dayAt(period.after) + 1;
	if (days <= MAX_DAYS_BY_DAY) return 'day';
	return days <= MAX_DAYS_BY_WEEK ? 'week' : 'month';
}

/** The approximate number of intervals of a period: at most two too many or too few. */
export function estimateIntervals({ after, before }: Period, interval: Interval): number {
	const days = { day: 1, week: 7, month: 30.44 }[interval];
	return Math.ceil((before - after) / (days * 86_400_000));
}

/** The day of a period's last moment. */
export function lastDay(calendar: Calendar, { after, before }: Period): Day {
	return calendar.dayAt(Math.max(after, before - 1));
}

/** The counts of each interval of a period. */
export class Series {
	private readonly all: Row[] = [];

	/**
	 * @param period of at most about MAX_INTERVALS intervals. The first and the last may be only a part of a week or month. An
	 * empty interval (a day that the zone skipped) is left out.
	 */
	constructor(calendar: Calendar, period: Period, interval: Interval) {
		let day = calendar.dayAt(period.after);
		let { after } = period;
		while (after < period.before) {
			const next = START_OF[interval](day, 1);
			const before = Math.min(calendar.startOfDay(next), period.before);
			if (before > after) this.all.push({ day, period: { after, before }, counts: noCounts() });
			[day, after] = [next, before];
		}
	}

	/** Counts a validation. @param timeMs within the period */
	count(timeMs: number, verdict: Verdict): void {
		let [low, high] = [0, this.all.length - 1];
		while (low < high) {
			const middle = (low + high + 1) >>> 1;
			if (this.all[middle]!.period.after <= timeMs) low = middle;
			else high = middle - 1;
		}
		addToCounts(this.all[low]!.counts, verdict);
	}

	rows(): SeriesRow[] {
		return this.all.map(({ day, period, counts }) => ({
			date: isoDate(day),
			after: new Date(period.after).toISOString(),
			before: new Date(period.before).toISOString(),
			...counts,
		}));
	}
}
