// Invented records and reports made of them: what the report's tests and screenshots show.
import { requestOf } from '../../sandbox/checks.mts';
import { initialStatus, recordOf, type Shape } from '../../sandbox/records.mts';
import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { Calendar, type Period, type ReportPreset } from '../../nodes/verifik/list/calendar.ts';
import type { Figures, Interval, Language } from '../../nodes/verifik/report/figures.ts';
import { ReportFold } from '../../nodes/verifik/report/fold.ts';
import { scopeOf } from '../../nodes/verifik/report/periods.ts';

/** The sandbox's records in one shape or several in turn, the newest first. */
export function sampleRecords(
	count: number,
	{ newestMs, everyMs, shapes }: { newestMs: number; everyMs: number; shapes: readonly Shape[] },
	seed = 1,
): VerifikRecord[] {
	return Array.from({ length: count }, (_, index) =>
		recordOf(shapes[index % shapes.length]!, {
			seed,
			index,
			// fewer at the beginning of a week, so that there is something to see
			createdAt: new Date(newestMs - index * everyMs - (index % 7) * (index % 5) * 3_600_000),
			status: initialStatus(seed, index),
			request: requestOf(seed, index),
			populates: ['client', 'appRegistration'],
			imageBase: 'https://cdn.example.com',
		}),
	);
}

export type SampleOptions = {
	preset?: ReportPreset;
	/** given by hand, instead of a preset */
	period?: Period;
	interval?: Interval | 'auto';
	zone?: string;
	language?: Language;
	nowMs: number;
	maxRiskiest?: number;
	hasNames?: boolean;
	isComplete?: boolean;
	isCompared?: boolean;
};

/** A report of records, as the operation makes it. */
export function reportOf(records: VerifikRecord[], options: SampleOptions): Figures {
	const { language = 'en', isComplete = true } = options;
	const fold = foldOf(options);
	for (let from = 0; from < records.length; from += 100) fold.add(records.slice(from, from + 100));
	return fold.figures({ account: 'api.verifik.co', language, isComplete });
}

/** What makes a report, before it has read anything. */
export function foldOf(options: SampleOptions): ReportFold {
	const {
		preset = 'last7Days',
		interval = 'auto',
		zone = 'America/Bogota',
		nowMs,
		maxRiskiest = 10,
		hasNames = false,
		isCompared = true,
	} = options;
	const calendar = new Calendar(zone);
	const period = options.period ?? calendar.reportPeriod(preset, nowMs);
	const chosen = options.period ? 'custom' : preset;
	const scope = scopeOf(calendar, chosen, period, { isCompared, interval });
	return new ReportFold({ scope, nowMs, maxRiskiest, hasNames });
}
