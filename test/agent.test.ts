// Steps of the kind `agent` on the local engine: the real turn action against a scripted model, with scripted tools.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildCatalogue } from '../infrastructure/build-catalogue.ts';
import { type Answer, type Run, run } from './support/run-compiled.ts';
import { invoke, type ProviderServer, startProviderServer } from './support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: agentTurn } = await import('../functions/actions/openai/agent-turn.ts');
const catalogue = await buildCatalogue();

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/openai/default', '{"api_key":"sk-test"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const message = (said: object) => ({
  body: { model: 'gpt-4o-1', choices: [{ finish_reason: 'stop', message: said }], usage },
});
/** The model answers. */
const says = (content: string) => message({ role: 'assistant', content });
let asked = 0;
/** The model wants tools called: a name, and arguments as an object or as it wrote them. */
const calls = (...wanted: [name: string, args: object | string][]) =>
  message({
    role: 'assistant',
    content: null,
    tool_calls: wanted.map(([name, args]) => ({
      id: `call_${asked++}`,
      type: 'function',
      function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    })),
  });
/** What the model was sent in a request. */
const sent = (index: number) => Object(server.asked[index]?.json);
const toolResults = (index: number): string[] =>
  sent(index)
    .messages.filter((each: { role: string }) => each.role === 'tool')
    .map((each: { content: string }) => each.content);

const failure = (name: string, text: string): Error => Object.assign(new Error(text), { name });

/** Runs a workflow whose agents ask the scripted model; `tools` answers what they call. */
function start(document: object, input: object, tools: Answer): Promise<Run> {
  const answer: Answer = async (call, count) => {
    if (call.function !== 'openai-agent-turn') return tools(call, count);
    try {
      const options = call.event.connection === undefined ? {} : { connection: call.event.connection };
      return await invoke(agentTurn, call.event.input, options);
    } catch (error) {
      return error;
    }
  };
  return run(document, input, answer, catalogue);
}

const agent = (given: object, rest: object = {}) => ({
  id: 'w',
  steps: [{ id: 'answer', agent: { goal: 'Find it', tools: ['notion.search_pages'], ...given }, ...rest }],
});
const pages = { pages: [{ id: 'p1', title: 'Holidays', url: 'https://n/p1' }] };

beforeEach(() => {
  asked = 0;
});

test('asks, calls, tells the result, and ends with the answer', async () => {
  server.answer(calls(['notion-search_pages', { query: 'holidays' }]), says('They are on p1.'));
  const result = await start(agent({}), {}, () => pages);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      text: 'They are on p1.',
      turns: 2,
      tool_calls: 1,
      usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
    },
    states: [
      'answer',
      'answer.turn',
      'answer.calls',
      'answer.notion.search_pages',
      'answer',
      'answer.turn',
      'answer.output',
    ],
  });
  expect(toolResults(1)).toEqual([JSON.stringify(pages)]);
});
