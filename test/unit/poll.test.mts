// One poll of the trigger in the cases that have a name. Random schedules are in test/properties/poll.
import { expect, test } from '@jest/globals';

import { HOUR, MINUTE } from '../support/simulatedAccount.mts';
import { SimulatedTrigger } from '../support/simulatedTrigger.mts';

test('smoke', async () => {
	for (const isNewestFirst of [true, false]) {
		for (const sortedBy of ['createdAt', 'updatedAt', 'insertion'] as const) {
			const trigger = new SimulatedTrigger({ isNewestFirst, sortedBy });
			const { account } = trigger;
			for (let n = 0; n < 500; n++) account.create('passed', { ageMs: 9 * HOUR - n * MINUTE });
			for (let n = 0; n < 30; n++) account.create('pending', { ageMs: MINUTE });
			await trigger.activate();
			console.log('activate', account.requests);
			expect(await trigger.pollLater()).toEqual([]);
			console.log('quiet', account.requests, trigger.state?.resume?.older);
			for (let n = 0; n < 300; n++) account.create('notPassed');
			expect(await trigger.pollLater()).toHaveLength(300);
			console.log('300', account.requests);
			account.move('pending', 'passed', 0.5);
			expect(await trigger.pollLater()).toHaveLength(1);
			console.log('look', account.requests, trigger.stateSize);
		}
	}
});
