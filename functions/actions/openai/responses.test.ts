// The actions at OpenAI itself: what the Responses API is sent, and what becomes of its answers.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: chat } = await import('./chat.ts');
const { handler: turn } = await import('./agent-turn.ts');

let server: ProviderServer;
const connect = (id: string, secret: object) =>
  server.stored.set(
    `/ai-orchestra/test/connections/openai/${id}`,
    JSON.stringify({ api_key: 'sk-test', ...secret }),
  );
beforeAll(async () => {
  server = await startProviderServer();
  connect('default', {});
});
beforeEach(() => server.reset());
afterAll(() => server.close());

/** As OpenAI counts (SDK, ResponseUsage). */
const usage = {
  input_tokens: 40,
  input_tokens_details: { cached_tokens: 16, cache_write_tokens: 8 },
  output_tokens: 12,
  output_tokens_details: { reasoning_tokens: 9 },
  total_tokens: 52,
};
const counted = {
  prompt_tokens: 40,
  completion_tokens: 12,
  total_tokens: 52,
  cached_tokens: 16,
  cache_write_tokens: 8,
  reasoning_tokens: 9,
  // 32 and 12 tokens at $0.75 and $4.50 a million; cached ones at a tenth.
  cost_usd: 0.0000732,
};
const response = (output: object[], rest: object = {}) => ({
  body: {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'gpt-5.4-mini-2026-03-17',
    output,
    usage,
    ...rest,
  },
});
const said = (text: string, rest: object = {}) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
  ...rest,
});
const thought = (encrypted_content: string) => ({
  id: 'rs_1',
  type: 'reasoning',
  summary: [],
  encrypted_content,
});
const call = (name: string, text: string, call_id: string) => ({
  id: `fc_${call_id}`,
  type: 'function_call',
  status: 'completed',
  name,
  arguments: text,
  call_id,
});
const refusal = (error: object) => ({
  status: 400,
  body: { error: { type: 'invalid_request_error', ...error } },
});
const messages = [{ role: 'user', content: 'Hello' }];
const sent = () => server.asked.map(({ json }) => Object(json));

test('a chat is stored nowhere; the output is as that of Chat Completions, with cached and reasoning tokens', async () => {
  server.answer(response([thought('E1'), said('Hi.')]));
  const settings = { temperature: 0, top_p: 1, reasoning_effort: 'low', verbosity: 'low', max_tokens: 5 };
  expect(await invoke(chat, { messages, ...settings })).toEqual({
    text: 'Hi.',
    model: 'gpt-5.4-mini-2026-03-17',
    finish_reason: 'stop',
    usage: counted,
  });
  expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v1/responses' });
  expect(server.asked[0]?.headers.authorization).toBe('Bearer sk-test');
  expect(sent()).toEqual([
    {
      model: 'gpt-5.4-mini',
      input: messages,
      store: false,
      include: ['reasoning.encrypted_content'],
      temperature: 0,
      top_p: 1,
      max_output_tokens: 16,
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
    },
  ]);
});

test('a schema goes along in text.format', async () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' } },
    required: ['a'],
    additionalProperties: false,
  };
  const json_schema = { name: 'answer', schema };
  server.answer(response([said('{"a":1}')]), response([said('{}')]));
  expect(
    await invoke(chat, { messages, response_format: { type: 'json_schema', json_schema } }),
  ).toMatchObject({
    json: { a: 1 },
  });
  await invoke(chat, { messages, response_format: { type: 'json_object' } });
  expect(sent().map(({ text }) => text)).toEqual([
    { format: { type: 'json_schema', name: 'answer', schema, strict: true } },
    { format: { type: 'json_object' } },
  ]);
});

test.each([
  ['OpenAI itself', {}, '/v1/responses'],
  ['a server of its own', { base_url: 'own' }, '/own/chat/completions'],
  ['one that speaks the newer API', { base_url: 'own', api: 'responses' }, '/own/responses'],
  ['OpenAI by the older API', { api: 'chat_completions' }, '/v1/chat/completions'],
])('the connection says which API is called: %s', async (id, secret, path) => {
  const name = id.replaceAll(' ', '_').toLowerCase();
  connect(name, { ...secret, ...('base_url' in secret && { base_url: `${server.url}/own` }) });
  server.answerBy((asked) =>
    asked.path.endsWith('/responses')
      ? response([said('Hi.')])
      : { body: { choices: [{ finish_reason: 'stop', message: { content: 'Hi.' } }] } },
  );
  expect(await invoke(chat, { messages }, { connection: name })).toMatchObject({ text: 'Hi.' });
  expect(server.asked.map((asked) => asked.path)).toEqual([path]);
});

const search = {
  name: 'github.search_issues',
  description: 'Searches.',
  parameters: { type: 'object', properties: { query: { type: 'string' } } },
};
const results = ['call_1', 'call_2'].map((id) => ({ id, tool: search.name, content: '{"issues":[]}' }));

test('an agent gets back what it thought, each thought right before what it led to, and no ids of OpenAI', async () => {
  const first = [
    thought('E1'),
    said('I look.', { phase: 'commentary' }),
    thought('E2'),
    call('github-search_issues', '{"query":"a"}', 'call_1'),
    call('github-search_issues', '{"query":"b"}', 'call_2'),
  ];
  server.answer(response(first), response([thought('E3'), said('Done.', { phase: 'final_answer' })]));
  const { conversation } = await invoke(turn, { goal: 'Find', tools: [search] });
  const output = await invoke(turn, { conversation, results, tools: [search] });
  expect(output).toMatchObject({ done: true, answer: { text: 'Done.', usage: { reasoning_tokens: 18 } } });
  expect(sent()[0].tools).toEqual([
    {
      type: 'function',
      name: 'github-search_issues',
      description: 'Searches.',
      parameters: search.parameters,
      strict: false,
    },
  ]);
  expect(sent()[1].input.slice(2)).toEqual([
    { type: 'reasoning', summary: [], encrypted_content: 'E1' },
    { role: 'assistant', content: 'I look.', phase: 'commentary' },
    { type: 'reasoning', summary: [], encrypted_content: 'E2' },
    { type: 'function_call', call_id: 'call_1', name: 'github-search_issues', arguments: '{"query":"a"}' },
    { type: 'function_call', call_id: 'call_2', name: 'github-search_issues', arguments: '{"query":"b"}' },
    { type: 'function_call_output', call_id: 'call_1', output: '{"issues":[]}' },
    { type: 'function_call_output', call_id: 'call_2', output: '{"issues":[]}' },
  ]);
});

test('an agent whose connection speaks the older API meanwhile goes on without its thoughts', async () => {
  connect('older', { api: 'chat_completions' });
  const wants = [
    thought('E1'),
    said('I look.', { phase: 'commentary' }),
    thought('E2'),
    call('github-search_issues', '{}', 'call_1'),
  ];
  server.answer(response(wants), {
    body: { choices: [{ finish_reason: 'stop', message: { content: 'Done.' } }] },
  });
  const { conversation } = await invoke(turn, { goal: 'Find', tools: [search] });
  const next = { conversation, results: results.slice(0, 1), tools: [search] };
  expect(await invoke(turn, next, { connection: 'older' })).toMatchObject({ done: true });
  expect(sent()[1].messages.slice(2)).toEqual([
    {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'github-search_issues', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '{"issues":[]}' },
  ]);
});

test('thoughts that OpenAI cannot read, as after a change of the key’s organization, are left out, and those after are kept', async () => {
  const wants = [thought('E1'), call('github-search_issues', '{}', 'call_1')];
  server.answer(
    response(wants),
    refusal({
      message: 'The encrypted content E1 could not be verified.',
      param: null,
      code: 'invalid_encrypted_content',
    }),
    response([thought('E2'), said('Done.')]),
  );
  const { conversation } = await invoke(turn, { goal: 'Find', tools: [search], model: 'rotated' });
  const again = { conversation, results: results.slice(0, 1), tools: [search], model: 'rotated' };
  expect(await invoke(turn, again)).toMatchObject({ done: true });
  expect(sent()[1].input[2]).toEqual({ type: 'reasoning', summary: [], encrypted_content: 'E1' });
  expect(sent()[2].input.map(({ type }: { type?: string }) => type)).toEqual([
    undefined,
    undefined,
    'function_call',
    'function_call_output',
  ]);
  // Another conversation's thoughts are sent.
  server.answer(response([said('Done.')]));
  await invoke(turn, again);
  expect(sent()[3].input[2]).toMatchObject({ type: 'reasoning' });
});

test.each([
  ['temperature', { temperature: 0 }, { param: 'temperature', code: 'unsupported_parameter' }],
  ['reasoning', { reasoning_effort: 'low' }, { param: 'reasoning.effort', code: 'unsupported_value' }],
  ['text', { verbosity: 'low' }, { param: 'text.verbosity', code: 'unsupported_value' }],
  [
    'include',
    {},
    { message: 'Encrypted content is not supported with this model.', param: 'include', code: null },
  ],
])('what the model refuses is left out: %s', async (field, setting, error) => {
  server.answer(refusal({ message: 'No.', ...error }), response([said('Hi.')]));
  expect(await invoke(chat, { messages, model: `no-${field}`, ...setting })).toMatchObject({ text: 'Hi.' });
  expect(sent().map((body) => Object.hasOwn(body, field))).toEqual([true, false]);
});

test('of several models the next one is asked when one is limited or down; the output says which answered', async () => {
  const models = ['gpt-6-sol', 'gpt-5.4-mini', 'gpt-5.4-nano'];
  const limited = {
    status: 429,
    headers: { 'retry-after': '30' },
    body: { error: { message: 'Slow down' } },
  };
  server.answer(
    limited,
    { status: 503, body: {} },
    response([said('Hi.')], { model: 'gpt-5.4-nano-2026-03-17' }),
  );
  expect(await invoke(chat, { messages, models })).toMatchObject({
    text: 'Hi.',
    model: 'gpt-5.4-nano-2026-03-17',
  });
  expect(sent().map(({ model }) => model)).toEqual(models);
  server.reset();
  server.answer(limited, limited);
  const retry = { attempt: 0, max_attempts: 3 };
  await expect(invoke(turn, { goal: 'x', models: ['a', 'b'] }, { retry })).rejects.toMatchObject({
    name: 'RetryAfter',
    message: '30',
  });
  expect(sent().map(({ model }) => model)).toEqual(['a', 'b']);
  server.reset();
  await expect(invoke(chat, { messages, model: 'a', models: ['b'] })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('has both model and models'),
  });
});
