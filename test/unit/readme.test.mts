// The README's table of messages is complete and in the words that users read.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { MAX_IMAGE_BYTES } from '../../nodes/verifik/http/imageDownload.ts';
import { CAUSES, explain } from '../../nodes/verifik/errors.ts';

const readme = readFileSync('README.md', 'utf8');

test.each(CAUSES)('the README tells what to do for %s', (cause) => {
	const { message } = explain(cause, {
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
	expect(readme.slice(readme.indexOf('## What a message means'))).toContain(message);
});
