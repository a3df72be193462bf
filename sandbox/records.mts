// Invented validations, in the shapes of the API. A record is a pure function of the seed, its origin and what was asked.
import type { ValidationRequest } from './checks.mts';
import { hex } from './people.mts';
import { bits, chance } from './random.mts';
import { flatRecord, liveRecord } from './shapes/flat.mts';
import { nestedRecord } from './shapes/nested.mts';

export const STATUSES = ['new', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/** `live`: as the running service sends it, flat with a verdict; `flat`: as it did before; `nested`: as documented. */
export const SHAPES = ['live', 'nested', 'flat'] as const;
export type Shape = (typeof SHAPES)[number];
export type Json = Record<string, unknown>;

/** What a record is made from, besides the seed and the request. */
export type Origin = {
	index: number;
	createdAt: Date;
	status: Status;
	/** whether it is of the week in which more documents than usual do not pass */
	isOfBadWeek?: boolean;
	/** when it was given another status; undefined for one that was made as it is */
	changedAt?: Date;
};

/** All that a shape is filled from. */
export type RecordSource = Origin & {
	seed: number;
	id: string;
	request: ValidationRequest;
	/** related records to include in full: `client`, `appRegistration` */
	populates: readonly string[];
	/** address of the images, without a slash at its end */
	imageBase: string;
	/** when it was completed or failed; undefined for one that is pending */
	finishedAt?: Date;
};

/** Of a hundred validations, about so many have each status. */
const SHARES: ReadonlyArray<[Status, number]> = [
	['completed', 0.82],
	['failed', 0.08],
	['processing', 0.06],
	['new', 0.04],
];

/** The status that a generated record starts with. */
export function initialStatus(seed: number, index: number): Status {
	let rest = chance(seed, index, 1);
	for (const [status, share] of SHARES) {
		if (rest < share) return status;
		rest -= share;
	}
	return 'completed';
}

/** 24 hex digits, like the service's: the time, something random, and the index, so that it can be found again. */
export function idOf(seed: number, { index, createdAt }: Omit<Origin, 'status'>): string {
	const time = Math.floor(createdAt.getTime() / 1000);
	return (
		hex(time, 8) +
		hex(bits(seed, index, 2), 8) +
		hex(bits(seed, index, 3) & 0xff, 2) +
		hex(index, 6)
	);
}

/** The index that an id was made from, if `idOf` made it. */
export function indexOf(id: string): number | undefined {
	return /^[0-9a-f]{24}$/.test(id) ? Number.parseInt(id.slice(18), 16) : undefined;
}

const RECORD_OF = { live: liveRecord, nested: nestedRecord, flat: flatRecord };

/** A record as the API gives it. */
export function recordOf(shape: Shape, source: Omit<RecordSource, 'id' | 'finishedAt'>): Json {
	const { seed, index, createdAt, status, changedAt } = source;
	const tookMs = 2_000 + chance(seed, index, 5) * 90_000;
	const isFinished = status === 'completed' || status === 'failed';
	return RECORD_OF[shape]({
		...source,
		id: idOf(seed, source),
		finishedAt: isFinished ? (changedAt ?? new Date(createdAt.getTime() + tookMs)) : undefined,
	});
}
