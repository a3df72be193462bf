// The JSON schemas of the nodes' default output, which n8n's editor shows before the first run. They are made from the types.
// `npm run schemas` writes them; a test compares them with the types and with real output.
import { createGenerator } from 'ts-json-schema-generator';
import { format, resolveConfig } from 'prettier';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const NODE = 'nodes/DocumentLiveness/__schema__/v1.0.0/documentLiveness';

type Schema = { [keyword: string]: unknown };

/** Each type with the place where it is, and the files that describe items of it. */
const TYPES = [
	{
		type: 'SimplifiedRecord',
		source: 'nodes/verifik/record/simplify.ts',
		files: ['list', 'get', 'create'].map((operation) => `${NODE}/${operation}.json`),
	},
	{
		type: 'Report',
		source: 'nodes/DocumentLiveness/actions/report.operation.ts',
		files: [`${NODE}/report.json`],
	},
	{
		type: 'TriggerItem',
		source: 'nodes/DocumentLivenessTrigger/pollIo.ts',
		files: ['nodes/DocumentLivenessTrigger/__schema__/v1.0.0.json'],
	},
];

/** The schemas as their files hold them. */
export async function outputSchemas(): Promise<Array<{ path: string; text: string }>> {
	const made = TYPES.map(async ({ type, source, files }) => {
		const generator = createGenerator({
			path: join(root, source),
			tsconfig: join(root, 'tsconfig.json'),
			type,
			topRef: false,
			skipTypeCheck: true,
		});
		const { definitions, ...schema } = generator.createSchema(type) as Schema & {
			definitions: Record<string, Schema>;
		};
		const plain = { ...plainSchema(schema, definitions), version: 1 };
		const options = { ...(await resolveConfig(join(root, files[0]!))), parser: 'json' };
		const text = await format(JSON.stringify(plain), options);
		return files.map((file) => ({ path: join(root, file), text }));
	});
	return (await Promise.all(made)).flat();
}

/** A schema in the form of n8n's own: only types, no references, and without null where another type is possible. */
function plainSchema(schema: Schema, definitions: Record<string, Schema>): Schema {
	if (typeof schema.$ref === 'string') {
		const name = decodeURIComponent(schema.$ref.replace('#/definitions/', ''));
		return plainSchema(definitions[name]!, definitions);
	}
	if (Array.isArray(schema.anyOf)) {
		const other = (schema.anyOf as Schema[]).find(({ type }) => type !== 'null');
		return plainSchema(other!, definitions);
	}
	const type = [schema.type].flat().find((one) => one !== 'null');
	const { properties, items } = schema as { properties?: Record<string, Schema>; items?: Schema };
	return {
		type,
		...(properties && {
			properties: Object.fromEntries(
				Object.entries(properties).map(([key, one]) => [key, plainSchema(one, definitions)]),
			),
		}),
		...(items && { items: plainSchema(items, definitions) }),
	};
}

if (import.meta.main) {
	for (const { path, text } of await outputSchemas()) await writeFile(path, text);
}

/** What a file holds, for comparison. */
export async function storedSchema(path: string): Promise<string> {
	return await readFile(path, 'utf8').catch(() => '');
}
