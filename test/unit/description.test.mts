// The node's description as the editor and an agent take it: names, hints, and the words under the node on the canvas.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { VerifikApi } from '../../credentials/VerifikApi.credentials.ts';
import { DocumentLiveness } from '../../nodes/DocumentLiveness/DocumentLiveness.node.ts';
import { DocumentLivenessTrigger } from '../../nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.ts';

const { description } = new DocumentLiveness();

/** n8n cuts the name of a tool off there, and OpenAI takes no longer one. */
const MAX_TOOL_NAME = 64;

const actions = description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ options }) => options as INodePropertyOptions[])
	.map(({ action }) => action!);

/** Every field of the panel, those of its collections too. */
function fieldsOf(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((field) =>
		field.type === 'collection'
			? [field, ...fieldsOf(field.options as INodeProperties[])]
			: [field],
	);
}

test('documentation is a page and not a part of one: n8n appends a query, which behind # would lead nowhere', () => {
	const pages = ['DocumentLiveness', 'DocumentLivenessTrigger'].flatMap((name) => {
		const codex = JSON.parse(readFileSync(`nodes/${name}/${name}.node.json`, 'utf8'));
		const { primaryDocumentation, credentialDocumentation } = codex.resources;
		return [...primaryDocumentation, ...credentialDocumentation].map(({ url }) => url);
	});
	expect(pages.length).toBeGreaterThan(3);
	for (const page of [...pages, new VerifikApi().documentationUrl]) {
		expect(page).toMatch(/^https:\/\/[^#]+$/);
	}
});

test.each(['DocumentLiveness', 'DocumentLivenessTrigger'])(
	'%s is found by what people search for',
	(name) => {
		const { alias } = JSON.parse(readFileSync(`nodes/${name}/${name}.node.json`, 'utf8'));
		expect(alias).toEqual(
			expect.arrayContaining([
				'passport',
				'ID check',
				'deepfake',
				'fake document',
				'cédula',
				'KYC',
			]),
		);
	},
);

describe('an action', () => {
	test.each(actions)('“%s” has no article', (action) => {
		expect(action).not.toMatch(/\b(an?|the)\b/i);
	});

	test.each(actions)('“%s” gives a tool a name that is not cut off', (action) => {
		const name = `${action} in ${description.displayName}`;
		expect(name.length).toBeLessThanOrEqual(MAX_TOOL_NAME);
	});
});

describe('a field', () => {
	test.each(fieldsOf(description.properties).filter(({ hint }) => hint))(
		'$displayName has a hint that fits under it',
		({ hint }) => {
			expect(hint!.length).toBeLessThanOrEqual(120);
		},
	);

	test.each(fieldsOf(description.properties))(
		'$displayName does not let the editor lower a number silently',
		({ typeOptions }) => {
			expect(typeOptions?.maxValue).toBeUndefined();
		},
	);
});

test("n8n's AI workflow builder has hints how to use Output, Return All and Filters", () => {
	for (const name of ['output', 'returnAll', 'filters']) {
		const fields = description.properties.filter((field) => field.name === name);
		expect(fields.length).toBeGreaterThan(0);
		for (const { builderHint } of fields) expect(builderHint?.propertyHint).toMatch(/\w/);
	}
});

const switches = [description, new DocumentLivenessTrigger().description]
	.flatMap(({ properties }) => properties.filter(({ type }) => type === 'collection'))
	.flatMap(({ options }) => options as INodeProperties[])
	.filter(({ type }) => type === 'boolean');

test.each(switches)('the option $displayName is on when it is added', (option) => {
	expect(option.default).toBe(true);
});

describe('the words under the node', () => {
	/** As the editor evaluates them; it hands over expressions as text where they have no value yet. */
	const subtitleOf = (parameters: IDataObject) =>
		new Function('$parameter', `return ${description.subtitle!.slice(3, -2)}`)(parameters);

	test.each<[IDataObject, string]>([
		[{ operation: 'list', status: 'any', filters: {} }, 'List'],
		[{ operation: 'list', status: 'failed' }, 'List: Failed'],
		[
			{
				operation: 'list',
				status: 'any',
				filters: { created: 'last7Days', verdict: ['notPassed'], failedChecks: [] },
			},
			'List: Did Not Pass, Last 7 Days',
		],
		[
			{ operation: 'list', filters: { minimumRiskScore: 0.5, createdAfter: '2026-01-31' } },
			'List: Minimum Risk Score 0.5, Created After',
		],
		[{ operation: 'list', filters: { createdAfter: '', createdBefore: '' } }, 'List'],
		[{ operation: 'list', filters: { verdict: "={{ $fromAI('Verdict') }}" } }, 'List: Verdict'],
		[{ operation: 'create', filters: { verdict: ['notPassed'] } }, 'Create'],
	])('%j: “%s”', (parameters, words) => {
		expect(subtitleOf(parameters)).toBe(words);
	});
});
