// What the trigger hands on: the item, its image, what the options choose, and the test event. Through the real n8n-core
// poll context against the sandbox.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Workflow, type IDataObject } from 'n8n-workflow';

import { DocumentLivenessTrigger } from '../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts';
import { readRecord } from '../../nodes/verifik/record/readRecord.ts';
import { simplify } from '../../nodes/verifik/record/simplify.ts';
import { spreadsheetRow } from '../../nodes/verifik/record/spreadsheetRow.ts';
import type { Sandbox } from '../../sandbox/server.mts';
import { activePoller, add, drain, openAccount, pollerOf } from '../support/accounts.mts';
import { HOUR, MINUTE, advanceClock, startClock, stopClock } from '../support/clock.mts';
import { bytesOf, nodeTypes, ourNode } from '../support/engine.mts';
import { outcomeKeys } from '../support/outcomes.mts';
import { SHAPES } from '../support/shapes.mts';

beforeEach(startClock);
afterEach(stopClock);

/** The records of these IDs, as Verifik gives them. */
function recordsOf(sandbox: Sandbox, ids: string[], populates: string[] = []): IDataObject[] {
	const wanted = new Set(ids);
	return [...sandbox.records({ populates })].filter(({ _id }) =>
		wanted.has(_id as string),
	) as IDataObject[];
}

describe.each(SHAPES)('with %s records', (shape) => {
	test('an item is what Output says, and the key of its event', async () => {
		const sandbox = await openAccount({ shape });
		const outputs = {
			simplified: simplify,
			spreadsheetRow,
			raw: (record: IDataObject) => record,
			selectedFields: ({ _id, createdAt }: IDataObject) => ({ id: _id, createdAt }),
		};
		for (const [output, shaped] of Object.entries(outputs)) {
			const parameters = { output, selectedFields: ['id', 'createdAt'] };
			const poller = await activePoller(sandbox, { parameters });
			const [id] = add(sandbox) as [string];
			const { records } = await poller.poll();
			const [record] = recordsOf(sandbox, [id]);
			expect(records).toEqual([{ ...shaped(record!), eventKey: outcomeKeys(sandbox, [id])[0] }]);
			expect(Object.keys(records[0]!).at(-1)).toBe('eventKey');
		}
	});

	test('Populate gives related records in full; a record that only Retrieve gives has their IDs', async () => {
		const sandbox = await openAccount({ shape, records: 500 });
		const parameters = { populate: ['client'], output: 'raw' };
		const [early] = add(sandbox, 1, 'processing') as [string];
		const poller = await activePoller(sandbox, { parameters });
		add(sandbox, 250);
		for (let hour = 0; hour < 3; hour++) {
			await drain(poller);
			advanceClock(HOUR);
		}
		sandbox.setStatus(early, 'completed');
		const [late] = add(sandbox) as [string];
		const { records } = await poller.poll();
		const byId = (id: string) => records.find(({ _id }) => _id === id);
		expect(byId(late)).toMatchObject(recordsOf(sandbox, [late], ['client'])[0]!);
		expect(byId(late)).toMatchObject({ client: { email: expect.any(String) } });
		expect(byId(early)).toMatchObject(recordsOf(sandbox, [early])[0]!);
		expect(byId(early)).toMatchObject({ client: expect.any(String) });
	});
});

describe('options', () => {
	test('Trigger On hands on the chosen outcomes and no other', async () => {
		const sandbox = await openAccount({ shape: 'live' });
		const all = await activePoller(sandbox);
		const ids = [...add(sandbox, 200), ...add(sandbox, 20, 'failed')];
		const keys = (await all.poll()).eventKeys;
		expect([...keys].sort()).toEqual(outcomeKeys(sandbox, ids));
		for (const event of ['passed', 'notPassed', 'notCarriedOut']) {
			const poller = await activePoller(sandbox, { parameters: { events: [event] } });
			const more = [...add(sandbox, 60), ...add(sandbox, 6, 'failed')];
			const wanted = outcomeKeys(sandbox, more).filter((key) => key.endsWith(`:${event}`));
			expect(wanted.length).toBeGreaterThan(0);
			expect((await poller.poll()).eventKeys.sort()).toEqual(wanted);
		}
	});

	test('Failed Checks narrows the documents that did not pass, and nothing else', async () => {
		const sandbox = await openAccount({ shape: 'live' });
		const parameters = { options: { failedChecks: ['printedCopy'] } };
		const poller = await activePoller(sandbox, { parameters });
		const ids = [...add(sandbox, 300), ...add(sandbox, 10, 'failed')];
		const { eventKeys } = await poller.poll();
		const wanted = recordsOf(sandbox, ids).filter((record) => {
			const { verdict, failedChecks } = readRecord(record);
			return verdict !== 'notPassed' || failedChecks!.includes('printedCopy');
		});
		expect(wanted.length).toBeLessThan(ids.length);
		const wantedIds = wanted.map(({ _id }) => _id as string);
		expect(eventKeys.sort()).toEqual(outcomeKeys(sandbox, wantedIds));
	});

	test('Failed Checks that were chosen before Did Not Pass was taken away narrow nothing', async () => {
		const sandbox = await openAccount({ shape: 'live' });
		const parameters = { events: ['passed'], options: { failedChecks: ['printedCopy'] } };
		const poller = await activePoller(sandbox, { parameters });
		const ids = add(sandbox, 50);
		const wanted = outcomeKeys(sandbox, ids).filter((key) => key.endsWith(':passed'));
		expect((await poller.poll()).eventKeys.sort()).toEqual(wanted);
	});
});

describe('Download Image', () => {
	const withImages = { options: { downloadImage: true } };

	test('adds the stored image; one that cannot be downloaded loses no event', async () => {
		const sandbox = await openAccount();
		const poller = await activePoller(sandbox, { parameters: withImages });
		const ids = add(sandbox, 20);
		sandbox.faults.list = [{ kind: 'status', status: 403, on: 'image', rate: 0.3 }];
		const { items, eventKeys } = await poller.poll();
		expect([...eventKeys].sort()).toEqual(outcomeKeys(sandbox, ids));
		const stored = items.filter(({ json }) => typeof json.imageUrl === 'string');
		const had = items.filter(({ binary }) => binary?.data);
		const refused = items.filter(({ json }) => json.imageNotDownloaded);
		expect(had.length + refused.length).toBe(stored.length);
		expect(Math.min(had.length, refused.length)).toBeGreaterThan(0);
		expect(refused[0]!.json.imageNotDownloaded).toContain('did not return the image (HTTP 403)');
		const { data } = had[0]!.binary!;
		expect(data).toMatchObject({ mimeType: 'image/png', fileName: `${had[0]!.json.id}.png` });
		expect((await bytesOf(data)).subarray(1, 4).toString()).toBe('PNG');
	});

	test('takes no more than the time of the poll: the item says which image was not there by then', async () => {
		const sandbox = await openAccount();
		const parameters = withImages;
		const poller = await activePoller(sandbox, { parameters, budgetMs: 4_000 });
		const ids = add(sandbox, 8);
		sandbox.faults.list = [{ kind: 'hang', on: 'image' }];
		const { items, eventKeys, error } = await poller.poll();
		expect(error).toBeUndefined();
		expect([...eventKeys].sort()).toEqual(outcomeKeys(sandbox, ids));
		const stored = items.filter(({ json }) => typeof json.imageUrl === 'string');
		expect(stored.every(({ json }) => json.imageNotDownloaded)).toBe(true);
		expect(stored.length).toBeGreaterThan(0);
	});

	test('fifty events a poll come with their images, unless Maximum per Poll says otherwise', async () => {
		for (const maximumPerPoll of [undefined, 70]) {
			const sandbox = await openAccount();
			const options = { downloadImage: true, ...(maximumPerPoll && { maximumPerPoll }) };
			const poller = await activePoller(sandbox, { parameters: { options } });
			const ids = add(sandbox, 120);
			sandbox.faults.list = [{ kind: 'status', status: 404, on: 'image' }];
			const first = await poller.poll();
			expect(first.eventKeys).toHaveLength(maximumPerPoll ?? 50);
			const all = [...first.eventKeys, ...(await drain(poller))];
			expect(all.sort()).toEqual(outcomeKeys(sandbox, ids));
		}
	});
});

describe('Fetch Test Event', () => {
	test.each(SHAPES)('shows the newest validation that fits, with its image (%s)', async (shape) => {
		const sandbox = await openAccount({ shape, records: 600 });
		const parameters = {
			events: ['notPassed'],
			options: { failedChecks: ['printedCopy'], downloadImage: true },
		};
		const fits = (record: IDataObject) =>
			readRecord(record).failedChecks?.includes('printedCopy') === true &&
			readRecord(record).verdict === 'notPassed';
		const newest = ([...sandbox.records()] as IDataObject[]).find(fits);
		const { items, error } = await pollerOf(sandbox, { parameters }).test();
		if (shape === 'flat') {
			// the older shape holds no verdict
			expect(error?.message).toBe('There is no validation to show as a test event');
			return;
		}
		expect(items).toHaveLength(1);
		expect(items[0]!.json).toMatchObject({
			id: newest!._id,
			eventKey: `${newest!._id as string}:notPassed`,
		});
		expect(items[0]!.binary !== undefined).toBe(typeof newest!.imageUrl === 'string');
	});

	test('works before the workflow was ever published, oldest first as well', async () => {
		for (const order of ['newest', 'oldest'] as const) {
			const sandbox = await openAccount({ records: 1000, order });
			const ids = sandbox.add(1);
			const { eventKeys } = await pollerOf(sandbox).test();
			expect(eventKeys).toEqual(outcomeKeys(sandbox, ids));
		}
	});

	test('says what to do where there is none', async () => {
		const sandbox = await openAccount({ records: 0 });
		const { error } = await pollerOf(sandbox).test();
		expect(error?.message).toBe('There is no validation to show as a test event');
	});
});

describe('the panel', () => {
	const { properties, subtitle } = new DocumentLivenessTrigger().description;
	const subtitleOf = (events: unknown, options?: IDataObject) => {
		const node = {
			...ourNode({ credential: {} }),
			type: 'n8n-nodes-verifik.documentLivenessTrigger',
		};
		const nodes = [{ ...node, parameters: { events, options } as never }];
		const types = nodeTypes({ credential: {} });
		const workflow = new Workflow({ nodes, connections: {}, active: false, nodeTypes: types });
		return workflow.expression.getSimpleParameterValue(
			workflow.getNode(node.name)!,
			subtitle,
			'internal',
			{},
		);
	};

	test('the subtitle says what starts the workflow, in the words of Trigger On', () => {
		expect(subtitleOf(['notPassed', 'notCarriedOut'])).toBe(
			'Did Not Pass, Could Not Be Carried Out',
		);
		expect(subtitleOf('passed')).toBe('Passed');
		expect(subtitleOf(['other'])).toBe('other');
	});

	test.each<[IDataObject, string]>([
		[{ failedChecks: ['screenReplay', 'printedCopy'] }, 'Screen Replay, Printed Copy'],
		[{ failedChecks: '={{ $json.checks }}' }, 'Failed Checks'],
	])('and what Did Not Pass is narrowed to: %j', (options, words) => {
		expect(subtitleOf(['notPassed', 'passed'], options)).toBe(`Did Not Pass (${words}), Passed`);
		// what has no effect is not shown
		expect(subtitleOf(['passed'], options)).toBe('Passed');
	});

	test('Failed Checks is shown with Did Not Pass only', () => {
		const options = properties.find(({ name }) => name === 'options')!.options!;
		const failedChecks = options.find(({ name }) => name === 'failedChecks');
		expect(failedChecks).toMatchObject({ displayOptions: { show: { '/events': ['notPassed'] } } });
	});
});

test('records that cannot be followed are mentioned in the log, without a word of what they hold', async () => {
	const sandbox = await openAccount();
	const poller = await activePoller(sandbox);
	const ids = add(sandbox, 3);
	sandbox.alter(ids[0]!, { createdAt: 'soon' });
	advanceClock(MINUTE);
	const lines: string[] = [];
	poller.onLog = (line) => lines.push(line);
	expect((await poller.poll()).eventKeys).toHaveLength(2);
	expect(lines).toEqual(['The trigger skipped 1 records without an ID or a date']);
});

test('a poll works in any time that the host gives it, also where its shares are no whole milliseconds', async () => {
	const sandbox = await openAccount();
	const poller = await activePoller(sandbox, {
		host: 'durable',
		budgetMs: 36_001,
		parameters: { options: { downloadImage: true } },
	});
	add(sandbox);
	const { items, error } = await poller.poll();
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	expect(items[0]!.json).not.toHaveProperty('imageNotDownloaded');
});
