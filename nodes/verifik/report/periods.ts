// The period that a report is about and the one it is compared with, as they are chosen and as they are told. Pure.
import { isoDate, type Calendar, type Period, type ReportPreset } from '../list/calendar';
import type { Interval, PeriodFigures } from './figures';
import { automaticInterval, lastDay } from './series';

/** What a report is about. */
export type Scope = {
	calendar: Calendar;
	preset: ReportPreset | 'custom';
	period: Period;
	/** undefined where nothing is compared */
	previous?: Period;
	interval: Interval;
};

/** @param period for `custom`: not empty; otherwise what the preset gives */
export function scopeOf(
	calendar: Calendar,
	preset: Scope['preset'],
	period: Period,
	{ isCompared, interval }: { isCompared: boolean; interval: Interval | 'auto' },
): Scope {
	const chosen = preset === 'custom' ? undefined : preset;
	return {
		calendar,
		preset,
		period,
		...(isCompared && { previous: calendar.periodBefore(period, chosen) }),
		interval: interval === 'auto' ? automaticInterval(calendar, period) : interval,
	};
}

export function periodFigures(calendar: Calendar, period: Period): PeriodFigures {
	return {
		after: new Date(period.after).toISOString(),
		before: new Date(period.before).toISOString(),
		firstDay: isoDate(calendar.dayAt(period.after)),
		lastDay: isoDate(lastDay(calendar, period)),
		days: calendar.daysIn(period) ?? null,
	};
}
