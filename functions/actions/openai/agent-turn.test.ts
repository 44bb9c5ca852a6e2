// openai.agent_turn: what the model is sent, and what becomes of its answer. Whole loops: test/language/agent.test.ts.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler } = await import('./agent-turn.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/openai/default', '{"api_key":"sk-test"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const reply = (message: object, finish_reason = 'stop') => ({
  body: { model: 'gpt-4o-mini-1', choices: [{ finish_reason, message }], usage },
});
const wants = (name: string, text: string, id = 'call_1') => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});
const comment = {
  name: 'github.add_comment',
  description: 'Comments on an issue.',
  parameters: {
    type: 'object',
    properties: { body: { type: 'string' } },
    required: ['body'],
    additionalProperties: false,
  },
  writes: true,
};
const search = {
  name: 'github.search_issues',
  description: 'Searches.',
  parameters: { type: 'object', properties: { query: { type: 'string', minLength: 1 } } },
};
const sent = (index = 0) => Object(server.asked[index]?.json);

test('a first turn: goal, instructions, tools with names that OpenAI accepts, strict where possible', async () => {
  server.answer(
    reply({ content: null, tool_calls: [wants('github-add_comment', '{"body":"Hi"}')] }, 'tool_calls'),
  );
  const input = { goal: 'Say hi', instructions: 'Be kind.', tools: [comment, search], temperature: 0 };
  const output = await invoke(handler, input);
  expect(sent()).toEqual({
    model: 'gpt-4o-mini',
    temperature: 0,
    messages: [
      { role: 'system', content: expect.stringMatching(/^Be kind\.\n\nWork towards the goal/) },
      { role: 'user', content: 'Say hi' },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'github-add_comment',
          description: 'Comments on an issue.',
          parameters: comment.parameters,
          strict: true,
        },
      },
      {
        type: 'function',
        function: {
          name: 'github-search_issues',
          description: 'Searches.',
          parameters: search.parameters,
          strict: false,
        },
      },
    ],
  });
  expect(output).toMatchObject({
    done: false,
    text: '',
    tool_calls: [{ id: 'call_1', tool: 'github.add_comment', arguments: { body: 'Hi' } }],
    refused_calls: [],
    usage,
    conversation: { turns: 1, tool_calls: 1, usage, corrected: false },
  });
});

test('the next turn continues with the conversation and the results', async () => {
  server.answer(
    reply({
      content: 'I look.',
      tool_calls: [
        wants('github-search_issues', '{"query":"a"}'),
        wants('rm -rf /'.repeat(20), '{}', 'call_2'),
      ],
    }),
    reply({ content: 'Done.' }),
  );
  const tools = [search];
  const first = await invoke(handler, { goal: 'Find', tools });
  expect(first).toMatchObject({
    text: 'I look.',
    refused_calls: [{ id: 'call_2', problem: expect.stringContaining('There is no tool') }],
  });
  const results = [{ id: 'call_1', tool: 'github.search_issues', content: '{"issues":[]}' }];
  const second = await invoke(handler, { conversation: first['conversation'], results, tools });
  expect(sent(1).messages.slice(2)).toEqual([
    {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [
        wants('github-search_issues', '{"query":"a"}'),
        wants(`${'rm--rf--'.repeat(20)}`.slice(0, 64), '{}', 'call_2'),
      ],
    },
    { role: 'tool', tool_call_id: 'call_2', content: expect.stringContaining('NotCalled') },
    { role: 'tool', tool_call_id: 'call_1', content: '{"issues":[]}' },
  ]);
  expect(second).toMatchObject({
    done: true,
    tool_calls: [],
    answer: {
      text: 'Done.',
      turns: 2,
      tool_calls: 1,
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    },
  });
  expect(second).not.toHaveProperty('conversation');
});

test('calls with truncated arguments are refused to the model, not made', async () => {
  server.answer(reply({ content: null, tool_calls: [wants('github-add_comment', '{"body":"He')] }, 'length'));
  expect(await invoke(handler, { goal: 'x', tools: [comment] })).toMatchObject({
    tool_calls: [],
    refused_calls: [{ tool: 'github.add_comment', problem: 'The arguments are not JSON' }],
  });
});

test('a turn without tools sends none', async () => {
  server.answer(reply({ content: 'Hi.' }));
  await invoke(handler, { goal: 'x' });
  expect(sent()).not.toHaveProperty('tools');
});

test.each([
  [
    'neither a goal nor a conversation',
    {},
    'The input is invalid. (whole): needs exactly one of goal and conversation',
  ],
  [
    'a goal that is too large',
    { goal: 'x'.repeat(130_000) },
    /^The goal and the instructions have \d+ bytes as JSON/,
  ],
  [
    'a schema that is none',
    { goal: 'x', output_schema: { type: 'object', properties: 5 } },
    'A schema given to the model is not a valid JSON Schema',
  ],
])('%s is InvalidInput', async (_, input, message) => {
  server.answer(reply({ content: '{}' }));
  await expect(invoke(handler, input)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

test('a refusal and a content filter are InvalidInput, as for every call of a model', async () => {
  server.answer(reply({ content: null, refusal: 'No.' }), reply({ content: '' }, 'content_filter'));
  await expect(invoke(handler, { goal: 'x' })).rejects.toMatchObject({
    message: 'The model refused to answer: No.',
  });
  await expect(invoke(handler, { goal: 'x' })).rejects.toMatchObject({ name: 'InvalidInput' });
});

test('after the last turn a model that calls tools is MaxTurnsExceeded, one that answers is not', async () => {
  const call = reply({ content: null, tool_calls: [wants('github-add_comment', '{"body":"Hi"}')] });
  server.answer(call, reply({ content: 'Hi.' }));
  const input = { goal: 'x', tools: [comment], max_turns: 1 };
  await expect(invoke(handler, input)).rejects.toMatchObject({
    name: 'MaxTurnsExceeded',
    message: 'max_turns (1) is reached, and the model still wants to call github.add_comment',
  });
  expect(await invoke(handler, input)).toMatchObject({ done: true });
});
