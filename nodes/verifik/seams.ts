// Joins two neighbouring windows that share no record, by looking at the list around the place where they meet until
// what is seen is linked to both sides. Pure: how the list is looked at is handed in.
import type { Chain, Read } from './chain';
import type { VerifikRecord } from './documentLiveness';
import { startOf, windowAround, type Window } from './windows';

export type Seam = {
	/** number of the window on its left */
	number: number;
	isJoined: boolean;
	/** all that was seen, in the list's order */
	records: VerifikRecord[];
	/** how far the list has moved here since it was read, in records */
	drift: number;
};

/** How often a seam is looked at before it counts as open. */
const MOST_LOOKS = 6;

/** A look that was to land at the same place again must go elsewhere. */
const NEARLY_SAME = 4;

type Look = Read & { isLeft: boolean; isRight: boolean };

/**
 * Looks at the seam behind the window with that number until it is joined. Behind the last window, the right side is the end of the
 * list.
 *
 * @param drift how far the list is thought to have moved there
 * @param most largest limit that the server takes
 */
export async function joinSeam(
	chain: Chain,
	number: number,
	drift: number,
	most: number,
	lookAt: (window: Window) => Promise<Read>,
): Promise<Seam> {
	const origin = chain.placeOfSeam(number);
	const looks: Look[] = [];
	let target = Math.max(0, origin + drift);
	while (looks.length < MOST_LOOKS) {
		const read = await lookAt(windowAround(target, most));
		looks.push({ ...read, ...sidesOf(chain, number, read) });
		spread(looks);
		if (looks.some(({ isLeft, isRight }) => isLeft && isRight)) break;
		target = Math.max(0, nextTarget(chain, origin, target, looks.at(-1)!));
	}
	return {
		number,
		isJoined: looks.some(({ isLeft, isRight }) => isLeft && isRight),
		records: looks
			.sort((one, other) => startOf(one.window) - startOf(other.window))
			.flatMap(({ page }) => page.records),
		drift: target - origin,
	};
}

/** Which sides a look shares a record with. */
function sidesOf(chain: Chain, number: number, { page, isAtEnd }: Read) {
	const known = page.records.flatMap((record) => chain.whereIs(record) ?? []);
	return {
		isLeft: known.some((where) => where.number <= number),
		isRight: known.some((where) => where.number > number) || (isAtEnd && number === chain.latest),
	};
}

/** Looks that share a record belong to the same sides. */
function spread(looks: Look[]): void {
	for (let again = true; again; ) {
		again = false;
		for (const one of looks) {
			for (const other of looks) {
				if (one === other || !share(one.page.records, other.page.records)) continue;
				const isLeft = one.isLeft || other.isLeft;
				const isRight = one.isRight || other.isRight;
				if (isLeft !== one.isLeft || isRight !== one.isRight) again = true;
				Object.assign(one, { isLeft, isRight });
			}
		}
	}
}

function share(some: VerifikRecord[], others: VerifikRecord[]): boolean {
	const ids = new Set(some.map(({ _id }) => _id));
	ids.delete(undefined);
	return others.some(({ _id }) => ids.has(_id));
}

/** Where to look next: where the records that are known say the seam went, or else beyond what was seen. */
function nextTarget(chain: Chain, origin: number, target: number, look: Look): number {
	const { page, window, isLeft, isRight } = look;
	const start = startOf(window);
	if (page.records.length === 0) return Math.min(start, page.total ?? start);
	const nearest = page.records
		.flatMap((record, index) => {
			const where = chain.whereIs(record);
			return where ? [{ place: where.place, now: start + index }] : [];
		})
		.sort((one, other) => Math.abs(one.place - origin) - Math.abs(other.place - origin))[0];
	const moved = nearest ? nearest.now + origin - nearest.place : target;
	if (Math.abs(moved - target) > NEARLY_SAME) return moved;
	return isRight && !isLeft ? start : start + page.records.length;
}
