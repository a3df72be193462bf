// What the trigger keeps between two polls: whether it can be read, and where it begins.
import { describe, expect, test } from '@jest/globals';

import {
	isOwnState,
	readState,
	stateWhileUnreachable,
	withChoice,
	type SeenRecord,
	type TriggerState,
} from '../../nodes/DocumentLivenessTrigger/poll/state.ts';
import { ListReader, toEntry } from '../../nodes/DocumentLivenessTrigger/poll/listReader.ts';
import { SeenValidations } from '../../nodes/DocumentLivenessTrigger/poll/newEvents.ts';
import { nextState } from '../../nodes/DocumentLivenessTrigger/poll/nextState.ts';
import { ForwardReading } from '../../nodes/DocumentLivenessTrigger/poll/readForward.ts';
import type { VerifikRecord } from '../../nodes/verifik/api/documentLiveness.ts';
import { DAY, MINUTE, SimulatedAccount } from '../support/simulatedAccount.mts';
import { SimulatedTrigger, USUAL_OPTIONS } from '../support/simulatedTrigger.mts';

async function aState(): Promise<TriggerState> {
	const trigger = new SimulatedTrigger();
	for (let n = 0; n < 150; n++) trigger.account.create(n % 9 ? 'passed' : 'pending');
	trigger.account.nowMs += 20 * 60_000;
	await trigger.activate();
	await trigger.pollLater();
	return trigger.state!;
}

test('a state that was stored is read', async () => {
	const state = await aState();
	expect(state.resume?.links.length).toBeGreaterThan(0);
	expect(state.seen.length).toBeGreaterThan(0);
	expect(readState({ state })).toEqual(state);
	const unread = stateWhileUnreachable(undefined, USUAL_OPTIONS, 1_000);
	expect(readState(JSON.parse(JSON.stringify({ state: unread })) as object)).toEqual(
		JSON.parse(JSON.stringify(unread)),
	);
});

test('where nothing is stored there is no state', () => {
	expect(readState({})).toBeUndefined();
});

test('item 3: of more than 100,000 validations that would be saved, those of which the dates are nearest are', async () => {
	const state = await aState();
	const [now, year] = [state.markMs + 20 * MINUTE, 365 * DAY];
	const seenAt = (place: number): SeenRecord => {
		const createdMs = place % 3 ? now - 1_000 : now + (place + 1) * year;
		return [`id ${place}`, 'rp', createdMs];
	};
	const seen = Array.from({ length: 120_000 }, (_, place) => seenAt(place));
	const account = new SimulatedAccount();
	account.nowMs = now;
	const reader = new ListReader(account.api());
	await reader.readHead();
	const validations = new SeenValidations({ ...state, seen }, now, false);
	const next = nextState(state, {
		reader,
		reading: new ForwardReading(reader),
		handled: [],
		validations,
		isFirst: false,
	});
	expect(next.seen).toHaveLength(100_000);
	const near = ({ 2: createdMs }: SeenRecord) => createdMs < now;
	expect(next.seen.filter(near)).toEqual(seen.filter(near));
});

describe('item 3: a record of 100 kB is known again by a few characters of it', () => {
	test.each<[string, VerifikRecord]>([
		['a long date', { _id: 'a1', createdAt: '2026-01-30', updatedAt: 'x'.repeat(100_000) }],
		['no ID', { createdAt: '2026-01-30', note: 'x'.repeat(100_000) }],
	])('where it has %s', async (_what, record) => {
		const fetchPage = async () => ({ records: [record, { ...record, other: 1 }] });
		const reader = new ListReader({ ...new SimulatedAccount().api(), fetchPage });
		const { keys } = await reader.fetch({ page: 2, limit: 100 });
		expect(keys.every((key) => key.length < 500)).toBe(true);
		expect(new Set(keys).size).toBe('_id' in record ? 1 : 2);
	});
});

describe('a state that cannot be read is reported', () => {
	test.each<[string, unknown]>([
		['of another version', { version: 1 }],
		['without a mark', { markMs: null }],
		['without a beginning', { watchedSinceMs: 'today' }],
		['without a choice', { choices: [] }],
		['with a choice without a time', { choices: [{ events: [] }] }],
		['with a choice of something else than events', { choices: [{ events: [{}], sinceMs: 0 }] }],
		[
			'with failed checks that are no list',
			{ choices: [{ events: [], failedChecks: 5, sinceMs: 0 }] },
		],
		['whose place is nothing', { resume: null }],
		['whose place is no place', { resume: { links: 5, older: 0 } }],
		['whose place has no number', { resume: { links: [], older: null } }],
		['whose validations are no list', { seen: {} }],
		['with a validation without a time', { seen: [['id', 'rp']] }],
		['with a validation without an id', { seen: [[7, 'rp', 5]] }],
		['without an account', { account: undefined }],
		['without a node', { nodeId: 5 }],
	])('%s', async (_what, change) => {
		const state = { ...(await aState()), ...(change as object) };
		expect(() => readState({ state })).toThrow('cannot read what it saved');
	});

	test.each([null, [], 'text', 5])('because it is %j', (state) => {
		expect(() => readState({ state })).toThrow('cannot read what it saved');
	});

	test('because something else is there', () => {
		expect(() => readState({ lastTimeChecked: 5 })).toThrow('cannot read what it saved');
	});
});

test('a state belongs to one account and one node', async () => {
	const state = await aState();
	expect(isOwnState(state, USUAL_OPTIONS)).toBe(true);
	expect(isOwnState(state, { ...USUAL_OPTIONS, account: 'another' })).toBe(false);
	expect(isOwnState(state, { ...USUAL_OPTIONS, nodeId: 'another' })).toBe(false);
	expect(isOwnState(undefined, USUAL_OPTIONS)).toBe(false);
});

test('the same choice in another order is no other choice, and only the last five are kept', async () => {
	const state = await aState();
	const turned = { ...USUAL_OPTIONS, events: [...USUAL_OPTIONS.events].reverse() };
	expect(withChoice(state, turned, 5)).toBe(state);
	let next = state;
	for (let n = 0; n < 9; n++) {
		next = withChoice(next, { ...USUAL_OPTIONS, events: n % 2 ? ['passed'] : ['received'] }, n);
	}
	expect(next.choices).toHaveLength(5);
	expect(next.choices.at(-1)).toMatchObject({ events: ['received'], sinceMs: 8 });
});

test('item 3: an ID that is too long to be remembered is none, so that no answer fills the state', () => {
	const entry = (length: number) =>
		toEntry({ _id: 'x'.repeat(length), createdAt: '2026-01-01T00:00:00Z' });
	expect(entry(128)).toMatchObject({ createdMs: Date.parse('2026-01-01T00:00:00Z') });
	expect(entry(129)).toBeUndefined();
});
