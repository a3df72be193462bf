// Lets a tool import the nodes' own sources (.ts, which name their imports without an extension) without a build:
// node --import ./tools/nodeSources.mjs …
import { registerHooks } from 'node:module';

registerHooks({
	resolve(specifier, context, next) {
		const isOfSources = /^\.\.?\//.test(specifier) && context.parentURL?.endsWith('.ts');
		const resolved = next(isOfSources ? `${specifier}.ts` : specifier, context);
		return resolved.url.endsWith('.ts') ? { ...resolved, format: 'module-typescript' } : resolved;
	},
});
