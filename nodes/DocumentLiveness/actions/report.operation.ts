// Get Report: the figures of a period, and an email about them.
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { withClient } from '../../verifik/http/client';
import { listPage } from '../../verifik/api/documentLiveness';
import { newReadSummary } from '../../verifik/list/readAllPages';
import type { Figures } from '../../verifik/report/figures';
import { ReportFold } from '../../verifik/report/fold';
import { mailOf, type Mail } from '../../verifik/report/mail';
import { isCompleteReading, readIntoFold } from '../../verifik/report/readReport';
import { isTool } from '../aiTool';
import { retryHint, summaryHints } from './hints';
import type { Hint, Operation, OperationResult } from './operation';
import { reportProperties } from './reportFields';
import { readReportParameters } from './reportParameters';

/**
 * The item that Get Report returns.
 *
 * @public read by tools/outputSchemas
 */
export type Report = Mail & Figures;

async function execute(this: IExecuteFunctions, itemIndex: number): Promise<OperationResult> {
	const parameters = readReportParameters(this, itemIndex, Date.now());
	const { scope, nowMs, language, populate, concurrency, timeoutMs } = parameters;
	return await withClient(this, { timeoutMs, concurrency }, async (client) => {
		const fold = new ReportFold({
			scope,
			nowMs,
			maxRiskiest: parameters.maxRiskiest,
			hasNames: populate.length > 0,
		});
		const summary = newReadSummary();
		const serverTime = () => client.serverTime ?? Date.now();
		await readIntoFold(
			fold,
			scope,
			async (page, limit) => await listPage(client, { populate }, page, limit),
			{ concurrency, serverTime, giveTurn: client.giveTurn, summary },
		);
		const isComplete = isCompleteReading(summary);
		const figures = fold.figures({ account: client.host, language, isComplete });
		const mail = mailOf(figures);
		const json = isTool(this) ? forAgent(figures, mail) : { ...figures, ...mail };
		const item = { json } as unknown as INodeExecutionData;
		if (parameters.isFileAttached) {
			const file = Buffer.from(mail.html, 'utf8');
			const data = await this.helpers.prepareBinaryData(file, 'report.html', 'text/html');
			item.binary = { data };
		}
		return {
			items: [item],
			kind: 'report',
			hints: [...emptyHint(figures), ...summaryHints(summary), ...retryHint(client)],
			question: parameters.question,
		};
	});
}

/** Without the HTML, which a model does not need. The series is last, since a report that is too long is cut at its end. */
function forAgent({ series, ...figures }: Figures, { subject, text }: Mail): object {
	return { ...figures, subject, text, series };
}

function emptyHint({ counts, period, timeZone }: Figures): Hint[] {
	if (counts.total > 0) return [];
	const message = `No validations were created from ${period.after} until ${period.before} (time zone ${timeZone}). If you expect some, check the period and the workflow's time zone.`;
	return [{ type: 'info', message }];
}

export const report: Operation = {
	option: {
		name: 'Get Report',
		value: 'report',
		action: 'Get document liveness report',
		description:
			'Summarize a period: how many documents passed, which did not and why, what changed, and an email about it that is ready to send',
	},
	toolDescription:
		'Get the numbers of a period: how many documents were checked, passed or did not pass, by day and by check, with warnings, risk scores, credits, and a comparison with the period before. Use it for questions about how many, how often, trends and reports, for accounts of any size. To look at single validations, list or get them. Created After is the start of the period and Created Before its end, as dates (2026-01-31) or times. The end is not part of the period: November is from 2026-11-01 to 2026-12-01. In the answer, checked is passed plus notPassed, and rates.passed is a share of checked. Each rate says n of how many; its value is null if there are none. Mention a change only if isSignificant is true. What a record does not say is counted under notStated or unknown, never as zero.',
	properties: reportProperties,
	execute,
};
