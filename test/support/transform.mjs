// Lets jest read TypeScript: Node strips the types of .mts, the compiler turns .ts into CommonJS as the build does.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';
import ts from 'typescript';

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.');
const compilerOptions = {
	...options,
	declaration: false,
	inlineSourceMap: true,
	inlineSources: true,
};

export default {
	process(source, fileName) {
		if (fileName.endsWith('.mts')) return { code: stripTypeScriptTypes(source) };
		return { code: ts.transpileModule(source, { fileName, compilerOptions }).outputText };
	},
	getCacheKey(source, fileName) {
		return createHash('sha1')
			.update(
				`${process.version} ${ts.version} ${JSON.stringify(compilerOptions)} ${fileName}\n${source}`,
			)
			.digest('hex');
	},
};
