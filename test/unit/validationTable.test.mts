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
		['Confidence', 'Failed Checks', 'Created At', 'ID'],
		['0.0004', 'Screen Replay, Printed Copy', '2025-10-28', 'a1'],
	]);
});

test('risk and applicant are in the table where a record holds them', () => {
	const nested = {
		...live,
		id: 'b2',
		riskScore: 0.95,
		appRegistration: { fullName: 'Alma Sample' },
	};
	const text = expect.any(String);
	expect(cells(validationTable([nested, live]))).toEqual([
		['Risk', 'Confidence', 'Failed Checks', 'Applicant', 'Created At', 'ID'],
		['Score', '', '', '', '', ''],
		['0.95', '0.0004', 'Screen Replay,', 'Alma Sample', text, 'b2'],
		['', '', 'Printed Copy', '', '', ''],
		['', '0.0004', 'Screen Replay,', '', text, 'a1'],
		['', '', 'Printed Copy', '', '', ''],
	]);
});

test('a record that says nothing of its checks or its date has a row all the same', () => {
	expect(cells(validationTable([{ id: 'c3', failedChecks: null }]))).toEqual([['ID'], ['c3']]);
});

test('a line has 100 characters at most, and holds all that a row says', () => {
	const { length } = 'a24ec0de0123456789abcdef';
	const longest = {
		id: 'a'.repeat(length),
		failedChecks: ['screenReplay', 'printedCopy', 'portraitSubstitution', 'digitalManipulation'],
		riskScore: 0.9774,
		confidence: 0.6889,
		appRegistration: { fullName: 'Maria Fernanda de los Angeles Ejemplo Invento' },
		createdAt: '2025-10-28T01:23:59.928Z',
	};
	const text = validationTable([longest]);
	expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(100);
	expect(text).toContain(longest.id);
	for (const word of [...longest.appRegistration.fullName.split(' '), 'Substitution', 'Digital']) {
		expect(text).toContain(word);
	}
});

test('Low: what an applicant typed gives the terminal no commands', () => {
	const fullName = '\u001b]0;title\u0007\u001b[2J\u009b31mEve\r\n\u202eSample';
	const text = validationTable([{ ...live, id: '\u001b[1ma1', appRegistration: { fullName } }]);
	expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
	expect(text).toContain('Eve');
});
