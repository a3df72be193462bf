// A chat model that follows a script, behind the HTTP API that n8n's OpenAI nodes speak: it stands in for a model that
// cannot be had here. It sees the tools as a model does, and what they gave.
import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';

export type Tool = { name: string; description: string; parameters: Record<string, unknown> };

/** What the model says next: a tool to call, or an answer. */
type Turn = { tool: string; arguments: Record<string, unknown> } | { answer: string };

/** Called with what the model knows; `results` holds what the tools gave so far, as text. */
export type Script = (seen: { tools: Tool[]; results: string[] }) => Turn;

export type ScriptedModel = { url: string; close(): Promise<void> };

export async function startScriptedModel(script: Script): Promise<ScriptedModel> {
	const app = Fastify({ forceCloseConnections: true, bodyLimit: 16 * 1024 * 1024 });
	app.post<{ Body: { messages: any[]; tools?: any[] } }>(
		'/v1/chat/completions',
		async ({ body }) => {
			const turn = script({
				tools: (body.tools ?? []).map(({ function: tool }) => tool),
				results: body.messages.filter(({ role }) => role === 'tool').map(({ content }) => content),
			});
			const message =
				'answer' in turn
					? { role: 'assistant', content: turn.answer }
					: {
							role: 'assistant',
							content: null,
							tool_calls: [
								{
									id: `call_${body.messages.length}`,
									type: 'function',
									function: { name: turn.tool, arguments: JSON.stringify(turn.arguments) },
								},
							],
						};
			return {
				id: 'chatcmpl-scripted',
				object: 'chat.completion',
				created: 0,
				model: 'scripted',
				choices: [{ index: 0, message, finish_reason: 'answer' in turn ? 'stop' : 'tool_calls' }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			};
		},
	);
	await app.listen({ host: '127.0.0.1', port: 0 });
	const { port } = app.server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/v1`, close: async () => await app.close() };
}
