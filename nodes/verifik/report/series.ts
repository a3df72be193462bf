// Counts by day, week or month: the intervals of a period without a gap, and the one that a time falls in. Pure.
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

/** More would be neither read nor mailed. */
export const MAX_INTERVALS = 1000;

/** Days of a period up to which its series goes by days or by weeks, where nothing else is chosen. */
const MAX_DAYS_BY_DAY = 31;
const MAX_DAYS_BY_WEEK = 180;

const START_OF: Record<Interval, (day: Day, later: number) => Day> = {
	day: (day, later) => day + later,
	week: (day, later) => mondayOf(day) + 7 * later,
	month: (day, later) => firstOfMonth(day, later),
};

type Row = { day: Day; period: Period; counts: Counts };

export function automaticInterval(calendar: Calendar, period: Period): Interval {
	const days = lastDay(calendar, period) - calendar.dayAt(period.after) + 1;
	if (days <= MAX_DAYS_BY_DAY) return 'day';
	return days <= MAX_DAYS_BY_WEEK ? 'week' : 'month';
}

/** About how many intervals a period has: at most two fewer or more. */
export function estimateIntervals({ after, before }: Period, interval: Interval): number {
	const days = { day: 1, week: 7, month: 30.44 }[interval];
	return Math.ceil((before - after) / (days * 86_400_000));
}

/** The date of a period's last moment; of its only one where a month begins just now. */
export function lastDay(calendar: Calendar, { after, before }: Period): Day {
	return calendar.dayAt(Math.max(after, before - 1));
}

export class Series {
	private readonly all: Row[] = [];

	/**
	 * @param period of at most about MAX_INTERVALS intervals. Its first and last may be parts of a week or month; those
	 * without time (a day that the zone skipped) are left out.
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

	/** @param timeMs within the period */
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
