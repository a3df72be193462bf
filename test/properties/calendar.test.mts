// Days and presets of time zones, compared with what the zone's own clocks show hour by hour.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	Calendar,
	CREATED_PRESETS,
	DAY_MS,
	firstOfMonth,
	isoDate,
	mondayOf,
	REPORT_PRESETS,
} from '../../nodes/verifik/list/calendar.ts';

const ZONES = [
	'UTC',
	'America/Bogota',
	'America/Mexico_City',
	'America/New_York',
	'America/Sao_Paulo',
	'America/Havana',
	'America/Santiago',
	'Europe/Madrid',
	'Asia/Kolkata',
	'Asia/Kathmandu',
	'Australia/Lord_Howe',
	'Pacific/Apia',
	'Pacific/Chatham',
	'Pacific/Pago_Pago',
];

/** The date that a clock shows, as a Swede writes it. */
function shown(timeMs: number, zone: string): string {
	return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(timeMs);
}

const zones = fc.constantFrom(...ZONES);
const times = fc
	.date({ min: new Date('2012-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
	.map((date) => date.getTime());

describe('A day of a time zone', () => {
	test('has the date that clocks show, begins with its first moment and ends with its last', () => {
		fc.assert(
			fc.property(zones, times, (zone, time) => {
				const calendar = new Calendar(zone);
				const day = calendar.dayAt(time);
				const [start, end] = [calendar.startOfDay(day), calendar.startOfDay(day + 1)];
				expect(isoDate(day)).toBe(shown(time, zone));
				expect(start <= time && time < end).toBe(true);
				expect([shown(start, zone), shown(end - 1, zone)]).toEqual([isoDate(day), isoDate(day)]);
				expect([shown(start - 1, zone), shown(end, zone)]).not.toContain(isoDate(day));
			}),
			{ numRuns: 300 },
		);
	});

	test.each([
		['Europe/Madrid', '2026-03-29', 23],
		['Europe/Madrid', '2026-10-25', 25],
		['America/Havana', '2024-11-03', 25],
		['America/Santiago', '2024-09-08', 23],
		['Australia/Lord_Howe', '2026-04-05', 24.5],
		['Pacific/Apia', '2011-12-30', 0],
	])('of %s, %s has %d hours', (zone, date, hours) => {
		const calendar = new Calendar(zone);
		const day = Date.parse(date) / DAY_MS;
		const length = calendar.startOfDay(day + 1) - calendar.startOfDay(day);
		expect(length / 3_600_000).toBe(hours);
	});

	test('belongs to the week that began on the Monday before, or on it', () => {
		fc.assert(
			fc.property(fc.integer({ min: -100_000, max: 100_000 }), (day) => {
				const monday = mondayOf(day);
				expect(new Date(monday * DAY_MS).getUTCDay()).toBe(1);
				expect(day - monday).toBeGreaterThanOrEqual(0);
				expect(day - monday).toBeLessThan(7);
			}),
		);
	});
});

describe('A preset', () => {
	const now = Date.parse('2026-03-31T15:30:00Z');
	const calendar = new Calendar('Europe/Madrid');
	const iso = (range: { after?: number; before?: number }) =>
		Object.values(range).map((time) => new Date(time).toISOString());

	test('of a list reaches up to the newest, but for Last Month', () => {
		expect(
			CREATED_PRESETS.map((preset) => [preset, ...iso(calendar.createdRange(preset, now))]),
		).toEqual([
			['last24Hours', '2026-03-30T15:30:00.000Z'],
			['last7Days', '2026-03-23T23:00:00.000Z'],
			['last30Days', '2026-02-28T23:00:00.000Z'],
			['thisMonth', '2026-02-28T23:00:00.000Z'],
			['lastMonth', '2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
		]);
	});

	test('of a report leaves out today, but for This Month', () => {
		expect(
			REPORT_PRESETS.map((preset) => [preset, ...iso(calendar.reportPeriod(preset, now))]),
		).toEqual([
			['last7Days', '2026-03-23T23:00:00.000Z', '2026-03-30T22:00:00.000Z'],
			['last30Days', '2026-02-28T23:00:00.000Z', '2026-03-30T22:00:00.000Z'],
			['thisMonth', '2026-02-28T23:00:00.000Z', '2026-03-31T15:30:00.000Z'],
			['lastMonth', '2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
		]);
	});

	test('is compared with the days before it, the month before it, or the same days of last month', () => {
		const before = REPORT_PRESETS.map((preset) => [
			preset,
			...iso(calendar.periodBefore(calendar.reportPeriod(preset, now), preset)),
		]);
		expect(before).toEqual([
			['last7Days', '2026-03-16T23:00:00.000Z', '2026-03-23T23:00:00.000Z'],
			['last30Days', '2026-01-29T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
			// February has no 31st
			['thisMonth', '2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
			['lastMonth', '2025-12-31T23:00:00.000Z', '2026-01-31T23:00:00.000Z'],
		]);
		const tenth = Date.parse('2026-05-10T09:00:00Z');
		const month = calendar.reportPeriod('thisMonth', tenth);
		expect(iso(calendar.periodBefore(month, 'thisMonth'))).toEqual([
			'2026-03-31T22:00:00.000Z',
			'2026-04-10T09:00:00.000Z',
		]);
	});

	test.each([
		// 25 hours today
		['Europe/Madrid', '2026-10-25T14:00:00Z', '2026-09-25T13:00:00.000Z'],
		// 25 hours a month before
		['Europe/Madrid', '2026-11-25T14:00:00Z', '2026-10-25T14:00:00.000Z'],
		// 23 hours today, without a midnight
		['America/Santiago', '2026-09-06T12:34:56.789Z', '2026-08-06T13:34:56.789Z'],
		['America/Santiago', '2026-10-06T03:30:00Z', '2026-09-06T04:00:00.000Z'],
		// 23 hours a month before
		['Europe/Madrid', '2026-04-29T13:00:00Z', '2026-03-29T13:00:00.000Z'],
		['UTC', '2026-05-01T00:00:00Z', '2026-04-01T00:00:00.000Z'],
		['UTC', '2026-05-30T12:00:00Z', '2026-04-30T12:00:00.000Z'],
		['UTC', '2026-05-31T12:00:00Z', '2026-05-01T00:00:00.000Z'],
		['UTC', '2028-02-29T12:00:00Z', '2028-01-29T12:00:00.000Z'],
		['UTC', '2028-03-30T12:00:00Z', '2028-03-01T00:00:00.000Z'],
	])('of this month in %s at %s reaches back to the same time of last month', (zone, time, end) => {
		const days = new Calendar(zone);
		const month = days.reportPeriod('thisMonth', Date.parse(time));
		const [, before] = iso(days.periodBefore(month, 'thisMonth'));
		expect(before).toBe(end);
	});

	test('has seven full days, whatever the zone, the day and its clocks', () => {
		fc.assert(
			fc.property(zones, times, (zone, time) => {
				const days = new Calendar(zone);
				const period = days.reportPeriod('last7Days', time);
				const previous = days.periodBefore(period, 'last7Days');
				expect(days.daysIn(period)).toBe(7);
				expect(days.daysIn(previous)).toBe(7);
				expect(previous.before).toBe(period.after);
				expect(shown(period.before, zone)).toBe(shown(time, zone));
			}),
			{ numRuns: 200 },
		);
	});

	test('leaves a period of any length, given by hand, with as much time before it', () => {
		const period = { after: now - 5000, before: now };
		expect(calendar.periodBefore(period)).toEqual({ after: now - 10_000, before: now - 5000 });
		expect(isoDate(firstOfMonth(calendar.dayAt(now), 1))).toBe('2026-04-01');
	});
});
