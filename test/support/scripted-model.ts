// Agents on the local engine: the real action of a turn, a model that says what a test tells it, tools that a test answers.
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { invoke, type ProviderServer, type Reply, startProviderServer } from './provider-server.ts';
import { type Answer, type Run, run } from './run-compiled.ts';
import { createRetryingClock } from './test-clock.ts';

/** What each answer of the model uses: of one without a price. */
export const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost_usd: null };

/** What notion.search_pages finds. */
export const pages = { pages: [{ id: 'p1', title: 'Holidays', url: 'https://n/p1' }] };

/** A workflow with one agent, `answer`, that searches pages unless something else is given. */
export function agent(given: object, rest: object = {}) {
  return {
    id: 'w',
    steps: [{ id: 'answer', agent: { goal: 'Find it', tools: ['notion.search_pages'], ...given }, ...rest }],
  };
}

export function failure(name: string, text: string): Error {
  return Object.assign(new Error(text), { name });
}

function message(said: object): Reply {
  return { body: { model: 'gpt-4o-1', choices: [{ finish_reason: 'stop', message: said }], usage } };
}

/** The model answers. */
export function says(content: string): Reply {
  return message({ role: 'assistant', content });
}

export interface ScriptedModel {
  /** Where it is told its answers, and keeps what it was asked. */
  readonly server: ProviderServer;
  /** The model wants tools called: a name, and arguments as an object or as it wrote them. Ids are `call_0`, `call_1` … */
  calls(...wanted: [name: string, args: object | string][]): Reply;
  /** What the model was sent in a request. */
  sent(index: number): ReturnType<typeof Object>;
  /** What it was told of its calls in a request. */
  toolResults(index: number): string[];
  /** Runs a workflow whose agents ask it; `tools` answers what they call. */
  start(document: object, input: object, tools: Answer): Promise<Run>;
  /** Forgets answers, requests and ids. */
  reset(): void;
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  const { handler } = await import('../../functions/actions/openai/agent-turn.ts');
  const catalogue = await buildCatalogue();
  const server = await startProviderServer();
  server.stored.set(
    '/ai-orchestra/test/connections/openai/default',
    // A server of one's own, which speaks Chat Completions.
    JSON.stringify({ api_key: 'sk-test', base_url: `${server.url}/v1` }),
  );
  let asked = 0;
  const sent = (index: number) => Object(server.asked[index]?.json);
  return {
    server,
    sent,
    calls: (...wanted) =>
      message({
        role: 'assistant',
        content: null,
        tool_calls: wanted.map(([name, args]) => ({
          id: `call_${asked++}`,
          type: 'function',
          function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
        })),
      }),
    toolResults: (index) =>
      sent(index)
        .messages.filter((each: { role: string }) => each.role === 'tool')
        .map((each: { content: string }) => each.content),
    start(document, input, tools) {
      const answer: Answer = async (call, count) => {
        if (call.function !== 'openai-agent-turn') return tools(call, count);
        try {
          const options = call.event.connection === undefined ? {} : { connection: call.event.connection };
          return await invoke(handler, call.event.input, options);
        } catch (error) {
          return error;
        }
      };
      return run(document, input, answer, catalogue, createRetryingClock());
    },
    reset() {
      asked = 0;
      server.reset();
    },
  };
}
