// The two records that were not invented here: the example of Verifik's API page, and an answer of the running service.
import { readFileSync } from 'node:fs';

import type { Json } from './records.mts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** What the API page shows as an answer of List. */
export const NESTED_EXAMPLE = JSON.parse(read('./example.json')) as Json;

/** What the running service answered to Create on 28 October 2025, byte for byte. */
export const LIVE_EXAMPLE = read('./liveRecord.json');

const { data, signature } = JSON.parse(LIVE_EXAMPLE) as { data: Json; signature: Json };

export const LIVE_EXAMPLE_ID = String(data._id);

/** That record as the only one of a list. */
export const LIVE_EXAMPLE_LIST: Json = {
	success: true,
	data: [data],
	pagination: { page: 1, limit: 10, total: 1, pages: 1 },
	signature,
};
