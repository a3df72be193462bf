// docs/messages.md lists every message of the node, in the words that users read, and no other.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { MAX_IMAGE_BYTES } from '../../nodes/verifik/http/imageDownload.ts';
import { ERROR_CODES, describeError, type ErrorCode } from '../../nodes/verifik/errors/messages.ts';

const page = readFileSync('docs/messages.md', 'utf8');
/** The first column of the page's tables. */
const documented = page.split('\n').flatMap((line) => {
	const [, first = ''] = /^\| (.+?) +\|/.exec(line) ?? [];
	return /^(|message|-+)$/.test(first) ? [] : [first];
});

function messageOf(cause: ErrorCode): string {
	const { message } = describeError(cause, {
		host: 'api.verifik.co',
		httpStatus: { unexpectedStatus: 418, imageRefused: 403 }[cause as string] ?? 503,
		id: '…',
		kind: 'a web page',
		exposedBy: 'Proxy',
		...(cause === 'imageTooBig' && { bytes: MAX_IMAGE_BYTES }),
		expiredAt: new Date('2026-10-24'),
		page: 7,
		recordsRead: 300,
	});
	return message;
}

test.each(ERROR_CODES)('docs/messages.md says what to do for %s', (cause) => {
	expect(documented).toContain(messageOf(cause));
});

test('docs/messages.md lists each message once, and none that the node does not have', () => {
	expect([...documented].sort()).toEqual([...new Set(ERROR_CODES.map(messageOf))].sort());
});
