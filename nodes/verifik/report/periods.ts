// The period of a report and the one that it is compared with: from the parameters, and as figures. Pure.
import { isoDate, type Calendar, type Period, type ReportPreset } from '../list/calendar';
import type { Interval, PeriodFigures } from './figures';
import { automaticInterval, lastDay } from './series';

/** The periods and the interval of a report. */
export type Scope = {
	calendar: Calendar;
	preset: ReportPreset | 'custom';
	period: Period;
	/** undefined without a comparison */
	previous?: Period;
	interval: Interval;
};

/** The scope of a report. @param period not empty; that of the preset if it is not `custom` */
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

/** A period as a report shows it. */
export function periodFigures(calendar: Calendar, period: Period): PeriodFigures {
	return {
		after: new Date(period.after).toISOString(),
		before: new Date(period.before).toISOString(),
		firstDay: isoDate(calendar.dayAt(period.after)),
		lastDay: isoDate(lastDay(calendar, period)),
		days: calendar.daysIn(period) ?? null,
	};
}
