// What lies on or over something else on a canvas.

export type Box = { left: number; top: number; right: number; bottom: number };

/** A node with its name below it, or a sticky note; of a note, where its text stands. */
export type Placed = { name: string; box: Box; text?: Box };

/** What lies on or over something else, in words. A node may lie within a note, below its text. */
export function overlaps(all: readonly Placed[]): string[] {
	const found = all.flatMap((one, at) =>
		all
			.slice(at + 1)
			.filter((other) => isClash(one, other))
			.map((other) => `${one.name} and ${other.name}`),
	);
	const spilt = all.filter(({ box, text }) => text && !isWithin(text, box));
	return [...found, ...spilt.map(({ name }) => `the text of ${name} and its edge`)];
}

function isClash(one: Placed, other: Placed): boolean {
	if (!meet(one.box, other.box)) return false;
	const isOneNote = one.text !== undefined;
	if (isOneNote === (other.text !== undefined)) return true;
	const [note, node] = isOneNote ? [one, other] : [other, one];
	return !isWithin(node.box, note.box) || meet(node.box, note.text!);
}

function meet(one: Box, other: Box): boolean {
	return (
		one.left < other.right &&
		other.left < one.right &&
		one.top < other.bottom &&
		other.top < one.bottom
	);
}

function isWithin(inner: Box, outer: Box): boolean {
	return (
		inner.left >= outer.left &&
		inner.top >= outer.top &&
		inner.right <= outer.right &&
		inner.bottom <= outer.bottom
	);
}
