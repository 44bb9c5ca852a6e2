// openai.agent_turn: what the model is sent, and what becomes of its answer. Whole loops: test/language/agent.test.ts.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler } = await import('./agent-turn.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set(
    '/ai-orchestra/test/connections/openai/default',
    // A server of one's own, which speaks Chat Completions.
    JSON.stringify({ api_key: 'sk-test', base_url: `${server.url}/v1` }),
  );
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
    model: 'gpt-5.4-mini',
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

test('a number that is larger than any is refused to the model, in arguments and in its answer', async () => {
  server.answer(reply({ content: null, tool_calls: [wants('github-add_comment', '{"body":{"n":1e400}}')] }));
  expect(await invoke(handler, { goal: 'x', tools: [comment] })).toMatchObject({
    tool_calls: [],
    refused_calls: [{ problem: 'The arguments have a number that is larger than any, at /body/n' }],
  });
  server.answer(reply({ content: '{"n":1e400}' }));
  const { conversation } = await invoke(handler, {
    goal: 'x',
    tools: [comment],
    output_schema: { type: 'object' },
  });
  expect(JSON.stringify(conversation)).toContain('it has a number that is larger than any, at /n.');
});

test.each([
  ['8202522731445525542', false],
  ['-9007199254740993', false],
  ['9007199254740992', true],
  ['1e22', true],
])('an argument %s is called with only when a tool is given that number', async (number, isGiven) => {
  const tools = [{ ...search, parameters: { type: 'object', properties: { at: { type: 'object' } } } }];
  const written = `{"at":{"id":${number}}}`;
  for (const given of [written, { at: { id: JSON.rawJSON(number) } }]) {
    server.answer(
      reply({
        content: null,
        tool_calls: [{ function: { name: 'github-search_issues', arguments: given } }],
      }),
    );
    const output = await invoke(handler, { goal: 'x', tools });
    expect(output).toMatchObject(
      isGiven
        ? { tool_calls: [{ arguments: { at: { id: Number(number) } } }], refused_calls: [] }
        : {
            tool_calls: [],
            refused_calls: [
              {
                problem:
                  'The arguments have a number with more digits than a tool is given, at /at/id; a text keeps them',
              },
            ],
          },
    );
    if (!isGiven)
      expect(JSON.stringify(output['conversation'])).toContain(JSON.stringify(written).slice(1, -1));
  }
});

test.each(['8202522731445525542', '[8202522731445525542]'])(
  'arguments that are %s are no object',
  async (text) => {
    server.answer(reply({ content: null, tool_calls: [wants('github-search_issues', text)] }));
    expect(await invoke(handler, { goal: 'x', tools: [search] })).toMatchObject({
      tool_calls: [],
      refused_calls: [{ problem: 'The arguments have to be a JSON object' }],
      conversation: { messages: [{}, {}, { calls: [{ arguments: `{"invalid_arguments":"${text}"}` }] }, {}] },
    });
  },
);

test('whole numbers beyond 2^53 keep their digits in the answer', async () => {
  const output_schema = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
  server.answer(reply({ content: '{"id":8202522731445525542}' }));
  const { answer } = await invoke(handler, { goal: 'x', output_schema });
  expect(JSON.stringify(Object(answer).json)).toBe('{"id":8202522731445525542}');
});

test('a call whose arguments did not come before the limit of tokens is refused, and the ones before it are made', async () => {
  const tools = [{ ...search, parameters: { type: 'object', properties: {} } }];
  const calls = [wants('github-search_issues', '', 'a'), wants('github-search_issues', '', 'b')];
  server.answer(
    reply({ content: null, tool_calls: calls }, 'length'),
    reply({ content: null, tool_calls: calls }),
  );
  expect(await invoke(handler, { goal: 'x', tools })).toMatchObject({
    tool_calls: [{ id: 'a', arguments: {} }],
    refused_calls: [{ id: 'b', problem: 'The limit of tokens was reached before the arguments' }],
  });
  expect(await invoke(handler, { goal: 'x', tools })).toMatchObject({
    tool_calls: [{ id: 'a' }, { id: 'b' }],
  });
});

test('ids that are missing or come again get own ones, in the calls, the conversation and the results', async () => {
  const tools = [comment];
  const call = (body: string, id: string | null) => ({
    ...wants('github-add_comment', JSON.stringify({ body })),
    id,
  });
  server.answer(
    reply({ content: null, tool_calls: [call('1', ''), call('2', null), call('3', 'c1'), call('4', 'c1')] }),
    reply({ content: null, tool_calls: [call('5', 'c1'), call('6', 'call02000'), call('7', 'c2')] }),
    reply({ content: 'Done.' }),
  );
  const results = ({ tool_calls }: Record<string, unknown>) =>
    Object.values(Object(tool_calls)).map((each) => ({
      id: Object(each).id,
      tool: comment.name,
      content: '{}',
    }));
  const bodies = ({ tool_calls }: Record<string, unknown>) =>
    Object.values(Object(tool_calls)).map((each) => [Object(each).id, Object(each).arguments.body]);
  const first = await invoke(handler, { goal: 'x', tools });
  expect(bodies(first)).toEqual([
    ['call01000', '1'],
    ['call01001', '2'],
    ['c1', '3'],
    ['call01002', '4'],
  ]);
  const second = await invoke(handler, {
    conversation: first['conversation'],
    results: results(first),
    tools,
  });
  expect(bodies(second)).toEqual([
    ['call02000', '5'],
    ['call02001', '6'],
    ['c2', '7'],
  ]);
  await invoke(handler, { conversation: second['conversation'], results: results(second), tools });
  const said: { role: string; tool_call_id?: string; tool_calls?: { id: string }[] }[] = sent(2).messages;
  const called = said.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
  expect(called).toEqual(['call01000', 'call01001', 'c1', 'call01002', 'call02000', 'call02001', 'c2']);
  expect(said.flatMap(({ tool_call_id = [] }) => tool_call_id)).toEqual(called);
});

test.each([
  ['an object', { body: 'x' }, { body: 'x' }, '{"body":"x"}'],
  ['escaped twice', JSON.stringify('{"body":"x"}'), { body: 'x' }, '{"body":"x"}'],
  ['half of a character', '{"body":"\\ud83d"}', { body: '\ufffd' }, '{"body":"\ufffd"}'],
  ['ended by a comma', '{"body":"x",}', { body: 'x' }, '{"body":"x"}'],
  ['within a fence', '```json\n{"body":"x"}\n```', { body: 'x' }, '{"body":"x"}'],
  ['null', null, undefined, '{}'],
  ['nothing', '', undefined, '{}'],
  ['no JSON', '{"body":', undefined, '{"invalid_arguments":"{\\"body\\":"}'],
  ['a list', '[1]', undefined, '{"invalid_arguments":"[1]"}'],
])(
  'arguments that are %s: what is called, and what the conversation keeps as an object',
  async (_, given, called, kept) => {
    const call = { id: 'c', function: { name: 'github-add_comment', arguments: given } };
    server.answer(reply({ content: null, tool_calls: [call] }));
    const output = await invoke(handler, { goal: 'x', tools: [comment] });
    expect(output['tool_calls']).toEqual(called ? [{ id: 'c', tool: comment.name, arguments: called }] : []);
    expect(Object(output['conversation']).messages[2].calls[0].arguments).toBe(kept);
  },
);

test.each([
  'github.add_comment',
  'functions.github-add_comment',
  'functions:github.add_comment',
  'github-add_comment<|channel|>commentary',
])('a tool by the name %s', async (name) => {
  server.answer(
    reply({ content: null, tool_calls: [{ id: 'c', function: { name, arguments: '{"body":"x"}' } }] }),
  );
  const output = await invoke(handler, { goal: 'x', tools: [comment] });
  expect(output['tool_calls']).toEqual([{ id: 'c', tool: comment.name, arguments: { body: 'x' } }]);
});

test('several calls in the arguments of one are as many calls', async () => {
  const arguments_ = '{"body":"x"}\n{"body":"y"}';
  server.answer(
    reply({
      content: null,
      tool_calls: [{ id: 'c', function: { name: 'github-add_comment', arguments: arguments_ } }],
    }),
  );
  const output = await invoke(handler, { goal: 'x', tools: [comment] });
  expect(output['tool_calls']).toEqual([
    { id: 'c', tool: comment.name, arguments: { body: 'x' } },
    { id: 'call01000', tool: comment.name, arguments: { body: 'y' } },
  ]);
});

test('what Gemini and DeepSeek want back with a call is sent back, and does not go to the tool', async () => {
  const extra_content = { google: { thought_signature: 'c2lnbmF0dXJl' } };
  const call = {
    id: 'c',
    function: { name: 'github-add_comment', arguments: '{"body":"x"}' },
    extra_content,
  };
  server.answer(
    reply({ content: null, reasoning_content: 'I comment.', tool_calls: [call] }),
    reply({ content: 'Done.' }),
  );
  const first = await invoke(handler, { goal: 'x', tools: [comment] });
  expect(first['tool_calls']).toEqual([{ id: 'c', tool: comment.name, arguments: { body: 'x' } }]);
  await invoke(handler, {
    conversation: first['conversation'],
    results: [{ id: 'c', tool: comment.name, content: '{}' }],
    tools: [comment],
  });
  expect(Object(server.asked[1]?.json).messages[2]).toEqual({
    role: 'assistant',
    content: null,
    reasoning_content: 'I comment.',
    tool_calls: [
      {
        id: 'c',
        type: 'function',
        function: { name: 'github-add_comment', arguments: '{"body":"x"}' },
        extra_content,
      },
    ],
  });
});

test.each([
  '<tool_call>\n{"name":"github-add_comment","arguments":{"body":"x"}}\n</tool_call>',
  ' [TOOL_CALLS][{"name":"github-add_comment"}]',
  '<|python_tag|>{"name":"github-add_comment"}',
  '<function=github-add_comment>{"body":"x"}</function>',
])('a call that is written as text is neither made nor an answer: %s', async (content) => {
  server.answer(reply({ content }), reply({ content }));
  const first = await invoke(handler, { goal: 'x', tools: [comment] });
  expect(first).toMatchObject({ done: false, tool_calls: [] });
  expect(Object(first['conversation']).messages.at(-1)).toEqual({
    role: 'user',
    content:
      'This is a call that is written as text, and nothing was called. Call the function itself, or answer.',
  });
  await expect(
    invoke(handler, { conversation: first['conversation'], tools: [comment] }),
  ).rejects.toMatchObject({
    name: 'InvalidModelOutput',
    message: expect.stringContaining(
      'it is a call that is written as text, which the server did not read as one',
    ),
  });
  // Without tools it is a text as any other.
  server.answer(reply({ content }));
  expect(await invoke(handler, { goal: 'x' })).toMatchObject({ done: true });
});

test('a call without a name is refused to the model, and the conversation goes on', async () => {
  const nameless = { id: 'c', function: { arguments: '{}' } };
  server.answer(reply({ content: null, tool_calls: [nameless] }), reply({ content: 'Done.' }));
  const first = await invoke(handler, { goal: 'x', tools: [comment] });
  expect(first).toMatchObject({
    tool_calls: [],
    refused_calls: [{ tool: 'unnamed', problem: 'There is no tool "unnamed". Tools: github-add_comment' }],
  });
  expect(await invoke(handler, { conversation: first['conversation'], tools: [comment] })).toMatchObject({
    done: true,
  });
});

test('an empty answer goes back once, and then fails the step; one that used up its tokens fails it at once', async () => {
  server.answer(reply({ content: '' }), reply({ content: null }), reply({ content: null }, 'length'));
  const first = await invoke(handler, { goal: 'x', tools: [comment] });
  expect(first).toMatchObject({ done: false, tool_calls: [], conversation: { corrected: true } });
  const next = invoke(handler, { conversation: first['conversation'], tools: [comment] });
  await expect(next).rejects.toMatchObject({
    name: 'InvalidModelOutput',
    message: "The model's answer does not fit: it is empty. It was: ",
  });
  expect(sent(1).messages.at(-1)).toEqual({
    role: 'user',
    content: 'This answer is empty. Go on, or say what came of it.',
  });
  await expect(invoke(handler, { goal: 'x' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringMatching(/^The limit of tokens was used up, by reasoning perhaps/),
  });
});

test('JSON in a fence fits the schema, and no turn is spent on it', async () => {
  const output_schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
  server.answer(reply({ content: '```json\n{"a":"b"}\n```' }));
  expect(await invoke(handler, { goal: 'x', output_schema })).toMatchObject({
    done: true,
    answer: { json: { a: 'b' }, turns: 1 },
  });
});

test('how much the model reasons is sent', async () => {
  server.answer(reply({ content: 'Hi.' }));
  await invoke(handler, { goal: 'x', reasoning_effort: 'none', temperature: null });
  expect(sent()).toMatchObject({ reasoning_effort: 'none' });
  expect(sent()).not.toHaveProperty('temperature');
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

test.each<[string, string, object]>([
  ['an empty answer', '', {}],
  ['a call that is written as text', '<tool_call>{"name":"x"}</tool_call>', { tools: [comment] }],
  ['an answer that is no JSON', 'No.', { output_schema: { type: 'object', properties: {} } }],
])('%s in the last turn is not asked for again: none is left', async (_, content, more) => {
  const last = { goal: 'x', tools: [], max_turns: 1, ...more };
  server.answer(reply({ content }));
  await expect(invoke(handler, last)).rejects.toMatchObject({ name: 'InvalidModelOutput' });
  // With a turn left it is.
  server.answer(reply({ content }));
  expect(await invoke(handler, { ...last, max_turns: 2 })).toMatchObject({
    done: false,
    conversation: { turns: 1, corrected: true },
  });
});
