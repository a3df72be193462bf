// Who may import whom: the rooms of the published code, as CONTRIBUTING draws them.
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** Of nodes/verifik, topmost first: imports run down this list only. */
const ROOMS = ['report', 'list', 'record', 'api', 'http', 'token', 'errors'];

const files = ['credentials', 'nodes'].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => join(folder, file).split(sep).join('/')),
);

/** The files of ours that a file imports. */
function importsOf(file: string): string[] {
	const specifiers = [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/g)];
	return specifiers.map(([, specifier]) => {
		const path = normalize(join(dirname(file), specifier!))
			.split(sep)
			.join('/');
		return [`${path}.ts`, `${path}/index.ts`, path].find((one) => files.includes(one)) ?? path;
	});
}

const roomOf = (file: string) => /^nodes\/verifik\/(\w+)\//.exec(file)?.[1];

test('every file of nodes/verifik is in a room, and imports only from its own and those below', () => {
	const wrong = files.flatMap((file) => {
		if (!file.startsWith('nodes/verifik/')) return [];
		const level = ROOMS.indexOf(roomOf(file) ?? '');
		const isWrong = (one: string) => level < 0 || ROOMS.indexOf(roomOf(one) ?? '') < level;
		return importsOf(file)
			.filter(isWrong)
			.map((one) => `${file} -> ${one}`);
	});
	expect(wrong).toEqual([]);
});

test('what a poll decides knows neither n8n nor the panel', () => {
	const wrong = files
		.filter((file) => file.startsWith('nodes/DocumentLivenessTrigger/poll/'))
		.filter((file) =>
			/from 'n8n-|\/shared\/|\.\.\/(parameters|pollHost|pollIo)'/.test(readFileSync(file, 'utf8')),
		);
	expect(wrong).toEqual([]);
});

test('nothing imports itself by way of others', () => {
	const done = new Set<string>();
	const circles: string[] = [];
	const visit = (file: string, way: string[]) => {
		if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
		if (done.has(file) || way.includes(file)) return;
		for (const one of importsOf(file)) visit(one, [...way, file]);
		done.add(file);
	};
	for (const file of files) visit(file, []);
	expect(circles).toEqual([]);
});

test('no name is exported twice', () => {
	const names = files.flatMap((file) => {
		const exported =
			/^export (?:abstract |async )?(?:class|const|function\*?|type|interface) (\w+)/gm;
		return [...readFileSync(file, 'utf8').matchAll(exported)].map(([, name]) => name!);
	});
	expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
