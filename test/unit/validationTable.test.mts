// The table that `npm start` prints.
import { expect, test } from '@jest/globals';

import { validationTable } from '../../tools/validationTable.mts';

const live = {
	id: 'a1',
	verdict: 'notPassed',
	failedChecks: ['screenReplay', 'printedCopy'],
	riskScore: null,
	confidence: 0.0004,
	appRegistration: null,
	createdAt: '2025-10-28T01:23:59.928Z',
};
const cells = (text: string) =>
	text
		.split('\n')
		.filter((line) => line.startsWith('│'))
		.map((line) =>
			line
				.split('│')
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);

test('a row says what did not pass, and columns that would be empty are left out', () => {
	expect(cells(validationTable([live]))).toEqual([
		['Confidence', 'Not passed', 'Created', 'ID'],
		['0.0004', 'screenReplay, printedCopy', '2025-10-28 01:23', 'a1'],
	]);
});

test('risk and applicant stand there where a record holds them', () => {
	const nested = {
		...live,
		id: 'b2',
		riskScore: 0.95,
		appRegistration: { fullName: 'Alma Sample' },
	};
	const text = expect.any(String);
	expect(cells(validationTable([nested, live]))).toEqual([
		['Risk', 'Confidence', 'Not passed', 'Applicant', 'Created', 'ID'],
		['0.95', '0.0004', text, 'Alma Sample', text, 'b2'],
		['', '0.0004', text, '', text, 'a1'],
	]);
});

test('a record that says nothing of its checks or its date has a row all the same', () => {
	expect(cells(validationTable([{ id: 'c3', failedChecks: null }]))).toEqual([['ID'], ['c3']]);
});
