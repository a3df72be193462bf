// The outcomes that validations of a sandbox have come to, as keys of the trigger's events.
import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import type { Json } from '../../sandbox/records.mts';
import type { Sandbox } from '../../sandbox/server.mts';

const OUTCOMES = {
	passed: 'passed',
	notPassed: 'notPassed',
	notCarriedOut: 'notCarriedOut',
	unknown: 'noVerdict',
};

/** The key of the outcome that a record shows; undefined while it is pending. */
export function outcomeKey(record: Json): string | undefined {
	const { verdict } = readRecord(record);
	return verdict === 'pending' ? undefined : `${record._id}:${OUTCOMES[verdict]}`;
}

/** The keys of the outcomes that validations have come to, sorted. */
export function outcomeKeys(sandbox: Sandbox, ids: string[]): string[] {
	const wanted = new Set(ids);
	return [...sandbox.records()]
		.filter(({ _id }) => wanted.has(_id as string))
		.map((record) => outcomeKey(record) ?? `${record._id}:pending`)
		.sort();
}
