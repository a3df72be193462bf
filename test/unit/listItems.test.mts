// What becomes of the records of a list: item 3 of the security review, a list that is larger than n8n can hold; and the
// notes on records that do not have, or do not state, the status that was asked for.
import { expect, test } from '@jest/globals';

import { ListItems, MAX_KEPT } from '../../nodes/DocumentLiveness/actions/listItems.ts';
import { MAX_KEPT_BYTES } from '../../nodes/DocumentLiveness/actions/memoryLimit.ts';
import type { Status, VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { describeError } from '../../nodes/verifik/errors/messages.ts';

const list = (verdicts: Array<'passed' | 'notPassed'> = [], status?: Status) =>
	new ListItems({
		status,
		filter: { verdicts, failedChecks: [], created: {} },
		skip: 0,
		maximum: Infinity,
		shape: (record) => record as never,
		withImages: false,
	});
const page: VerifikRecord[] = Array.from({ length: 100 }, (_, n) => ({ _id: n, isLive: n === 0 }));

test('item 3: a list of which more is kept than n8n can hold ends with a message', () => {
	const items = list();
	items.take(page, MAX_KEPT_BYTES);
	expect(() => items.take(page, MAX_KEPT_BYTES + 1)).toThrow(describeError('listTooLarge').message);
});

test('item 3: what is read and not kept does not count', () => {
	const items = list(['passed']);
	items.take(page, MAX_KEPT_BYTES * 99);
	expect(items.items).toHaveLength(1);
	list().take([], MAX_KEPT_BYTES);
});

test('item 3: a list of so many records that n8n cannot hold them is told in words, however small they are', () => {
	const items = list();
	const many = Array.from({ length: MAX_KEPT }, (): VerifikRecord => ({}));
	items.take(many, 0);
	expect(() => items.take([{}], 0)).toThrow(describeError('listTooLarge').message);
});

test.each<[number, string, string]>([
	[
		1,
		'Verifik also returned one validation that does not have the status Failed. It was left out.',
		'The record of one validation has no status, so the node could not check that Verifik chose it correctly. Its verdict shows the result.',
	],
	[
		2,
		'Verifik also returned 2 validations that do not have the status Failed. They were left out.',
		'The records of 2 validations have no status, so the node could not check that Verifik chose them correctly. Their verdict shows the result.',
	],
])(
	'of %d record of another status, and as many without any, a hint says so',
	(count, other, none) => {
		const items = list([], 'failed');
		const some = [{ status: 'completed' }, {}].flatMap((record) => Array(count).fill(record));
		items.take(some, 0);
		expect(items.hints(false).map(({ type, message }) => [type, message])).toEqual([
			['warning', other],
			['info', none],
		]);
	},
);
