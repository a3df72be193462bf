// Item 3 of the security review: a list that is larger than n8n can hold, page by page.
import { expect, test } from '@jest/globals';

import {
	ListItems,
	MAX_KEPT,
	MAX_KEPT_BYTES,
} from '../../nodes/DocumentLiveness/actions/listItems.ts';
import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { describeError } from '../../nodes/verifik/errors/messages.ts';

const list = (verdicts: Array<'passed' | 'notPassed'> = []) =>
	new ListItems({
		filter: { verdicts, failedChecks: [], created: {} },
		skip: 0,
		maximum: Infinity,
		shape: (record) => record as never,
		withImages: false,
	});
const page: VerifikRecord[] = Array.from({ length: 100 }, (_, n) => ({ _id: n, isLive: n === 0 }));

test('item 3: a list of which more is kept than n8n can hold is told in words', () => {
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
