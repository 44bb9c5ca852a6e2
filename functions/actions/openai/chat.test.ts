// openai.chat and its siblings: what the model is sent, and what comes back.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: chat } = await import('./chat.ts');
const { handler: generateCompletion } = await import('./generate-completion.ts');
const { handler: summarize } = await import('./summarize.ts');
const { handler: generateSop } = await import('./generate-sop.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set(
    '/ai-orchestra/test/connections/openai/default',
    // A server of one's own, which speaks Chat Completions.
    JSON.stringify({ api_key: 'sk-test', base_url: `${server.url}/v1` }),
  );
  const template = {
    id: 'triage',
    name: 'Triage',
    system_prompt: 'You sort mail.',
    user_prompt: 'Sort: {{ mail }}',
    variables: ['mail'],
    model: 'gpt-4o',
    temperature: 0.1,
    max_tokens: 50,
  };
  server.stored.set('/templates-bucket/templates/triage.json', JSON.stringify(template));
  server.stored.set('/templates-bucket/templates/broken.json', '{"id":"broken"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const completion = (message: object, finish_reason = 'stop') => ({
  body: {
    id: 'c1',
    object: 'chat.completion',
    model: 'gpt-5.4-mini-2026-03-17',
    choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
    usage: { ...usage, prompt_tokens_details: { cached_tokens: 0 } },
  },
});
const messages = [{ role: 'user', content: 'Hello' }];
const schema = {
  type: 'object',
  properties: { a: { type: 'integer' } },
  required: ['a'],
  additionalProperties: false,
};
const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } };

test('messages are sent as they are, with the default model; the output has text, model and usage', async () => {
  server.answer(completion({ content: 'Hi.' }));
  expect(await invoke(chat, { messages })).toEqual({
    text: 'Hi.',
    model: 'gpt-5.4-mini-2026-03-17',
    finish_reason: 'stop',
    // 5 tokens at $0.75 a million, 2 at $4.50.
    usage: { ...usage, cached_tokens: 0, cost_usd: 0.00001275 },
  });
  expect(server.asked).toHaveLength(1);
  expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
  expect(server.asked[0]?.headers.authorization).toBe('Bearer sk-test');
  expect(server.asked[0]?.json).toEqual({ model: 'gpt-5.4-mini', messages });
});

test("a template gives prompts, model, temperature and limit; the step's own take precedence", async () => {
  server.answer(completion({ content: 'bill' }), completion({ content: 'bill' }));
  await invoke(chat, { template: 'triage', variables: { mail: '}} & $eval("x") & {{ {% 1 %}' } });
  await invoke(chat, {
    template: 'triage',
    variables: { mail: 'M' },
    model: 'o4-mini',
    temperature: 1,
    max_tokens: 9,
  });
  expect(server.asked.map(({ json }) => json)).toEqual([
    {
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'You sort mail.' },
        { role: 'user', content: 'Sort: }} & $eval("x") & {{ {% 1 %}' },
      ],
      temperature: 0.1,
      max_completion_tokens: 50,
    },
    {
      model: 'o4-mini',
      messages: [
        { role: 'system', content: 'You sort mail.' },
        { role: 'user', content: 'Sort: M' },
      ],
      temperature: 1,
      max_completion_tokens: 9,
    },
  ]);
});

test('requested JSON is parsed; the schema is strict unless it says otherwise', async () => {
  server.answer(
    completion({ content: '{"a":1}' }),
    completion({ content: '{"a":1}' }),
    completion({ content: '{"b":2}' }),
  );
  expect(await invoke(chat, { messages, response_format })).toMatchObject({
    text: '{"a":1}',
    json: { a: 1 },
  });
  const loose = { type: 'json_schema', json_schema: { name: 'answer', schema, strict: false } };
  await invoke(chat, { messages, response_format: loose });
  expect(await invoke(chat, { messages, response_format: { type: 'json_object' } })).toMatchObject({
    json: { b: 2 },
  });
  expect(server.asked.map(({ json }) => Object(json).response_format)).toEqual([
    { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    loose,
    { type: 'json_object' },
  ]);
});

test.each([
  [
    'cut off by a filter',
    completion({ content: '{"a":' }, 'content_filter'),
    'InvalidInput',
    'The model\'s JSON is cut off by its content filter: {"a":',
  ],
  [
    'empty for no reason',
    completion({ content: '' }, 'tool_calls'),
    'InvalidInput',
    'The model answered nothing (finish_reason: tool_calls)',
  ],
  [
    'cut off',
    completion({ content: '{"a":' }, 'length'),
    'InvalidInput',
    'The model\'s JSON is cut off by the limit of tokens; raise max_tokens: {"a":',
  ],
  [
    'a refusal',
    completion({ content: null, refusal: 'I cannot help.' }),
    'InvalidInput',
    'The model refused to answer: I cannot help.',
  ],
  [
    'filtered',
    completion({ content: null }, 'content_filter'),
    'InvalidInput',
    "The model's content filter refused the answer",
  ],
])('an answer that is %s is a named error', async (_what, reply, name, message) => {
  server.answer(reply);
  await expect(invoke(chat, { messages, response_format })).rejects.toMatchObject({ name, message });
});

test('an empty answer that is complete is an answer', async () => {
  server.answer(completion({ content: '' }));
  expect(await invoke(chat, { messages })).toMatchObject({ text: '', finish_reason: 'stop' });
});

test.each([
  ['JSON in a fence', '```json\n{"a":1}\n```'],
  ['JSON after a thought', '<think>a or b?</think>{"a":1}'],
])('%s is JSON, and the text stays as it was', async (_, content) => {
  server.answer(completion({ content }));
  expect(await invoke(chat, { messages, response_format })).toMatchObject({ text: content, json: { a: 1 } });
});

test('a text has no thought before it; one that is nothing else is an error that tells it', async () => {
  server.answer(completion({ content: '<think>Secretly: no.</think>\n\nYes.' }));
  expect(await invoke(chat, { messages })).toMatchObject({ text: 'Yes.' });
  for (const content of ['<think>Secretly: no.', '<think>Secretly: no.</think>']) {
    server.answer(completion({ content }));
    await expect(invoke(chat, { messages })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: `The model gave reasoning and no answer; its reasoning: ${content}`,
    });
  }
});

test('a setting that is null is not sent, whatever the template has', async () => {
  server.answer(completion({ content: 'bill' }));
  const none = { temperature: null, top_p: null, reasoning_effort: null, max_tokens: null };
  await invoke(chat, { template: 'triage', variables: { mail: 'M' }, ...none });
  expect(Object.keys(Object(server.asked[0]?.json))).toEqual(['model', 'messages']);
});

test('each setting is sent under the name that models which reason take', async () => {
  server.answer(completion({ content: 'Hi.' }));
  await invoke(chat, {
    messages,
    temperature: 1,
    top_p: 0.5,
    reasoning_effort: 'low',
    verbosity: 'high',
    max_tokens: 9,
  });
  expect(server.asked[0]?.json).toEqual({
    model: 'gpt-5.4-mini',
    messages,
    temperature: 1,
    top_p: 0.5,
    reasoning_effort: 'low',
    verbosity: 'high',
    max_completion_tokens: 9,
  });
});

test.each([
  [
    'by a code',
    { param: 'temperature', code: 'unsupported_value' },
    "Unsupported value: 'temperature' does not support 0 with this model.",
  ],
  ['by an older one', { param: null, code: null }, 'Unrecognized request argument supplied: temperature'],
  [
    'in LiteLLM’s words',
    { param: null, code: '400' },
    "litellm.UnsupportedParamsError: o1 does not support parameters: ['temperature'], for model=o1.",
  ],
])(
  'a setting that is refused %s is left out, at once in the calls that follow',
  async (how, refusal, words) => {
    const refused = {
      status: 400,
      body: { error: { message: words, type: 'invalid_request_error', ...refusal } },
    };
    server.answer(refused, completion({ content: 'Hi.' }), completion({ content: 'Hi again.' }));
    const input = { messages, model: how, temperature: 0, verbosity: 'low' };
    expect(await invoke(chat, input)).toMatchObject({ text: 'Hi.' });
    expect(await invoke(chat, input)).toMatchObject({ text: 'Hi again.' });
    expect(server.asked.map(({ json }) => json)).toEqual([
      { model: how, messages, temperature: 0, verbosity: 'low' },
      { model: how, messages, verbosity: 'low' },
      { model: how, messages, verbosity: 'low' },
    ]);
  },
);

test('a setting that is refused again, or was not sent, is InvalidInput', async () => {
  const error = { message: 'No.', param: 'top_p', code: 'unsupported_parameter' };
  const refused = { status: 400, body: { error } };
  server.answer(refused, refused);
  await expect(invoke(chat, { messages, model: 'strict', top_p: 0.5 })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'OpenAI answered 400: No.',
  });
  expect(server.asked).toHaveLength(2);
});

test('a quota that is used up is Unauthorized, whether the code or the type says so', async () => {
  for (const error of [
    { code: 'insufficient_quota', type: 'x', message: 'Pay' },
    { code: null, type: 'insufficient_quota', message: 'Pay' },
  ]) {
    server.answer({ status: 429, body: { error } });
    await expect(invoke(chat, { messages })).rejects.toMatchObject({ name: 'Unauthorized' });
  }
});

test('an answer is read whatever its Content-Type is; a dropped one can be tried again', async () => {
  const { body } = completion({ content: 'Hi.' });
  server.answer({ headers: { 'content-type': 'text/plain' }, body }, 'drop midway');
  expect(await invoke(chat, { messages })).toMatchObject({ text: 'Hi.' });
  await expect(invoke(chat, { messages })).rejects.toMatchObject({ name: 'ProviderUnavailable' });
});

test.each([
  [{}, 'InvalidInput', 'The input is invalid. (whole): needs exactly one of template and messages'],
  [
    { template: 'triage', messages },
    'InvalidInput',
    'The input is invalid. (whole): needs exactly one of template and messages',
  ],
  [
    { messages, variables: {} },
    'InvalidInput',
    'The input is invalid. (whole): has variables, which only a template takes',
  ],
  [
    { template: 'triage', variables: { male: 'x' } },
    'InvalidInput',
    'The template triage needs the variable mail; given: male (/variables)',
  ],
  [{ template: 'nowhere' }, 'NotFound', 'The template nowhere does not exist'],
  [
    { template: 'broken' },
    'InvalidInput',
    'The stored template broken is not valid: /name: Invalid input: expected string, received undefined',
  ],
])('refused before the model is called: %j', async (input, name, message) => {
  await expect(invoke(chat, input)).rejects.toMatchObject({ name, message });
  expect(server.asked).toEqual([]);
});

test.each(['../x', 'templates/x', 'x'.repeat(65), 'X', ''])('not a template id: %s', async (template) => {
  await expect(invoke(chat, { template })).rejects.toMatchObject({
    name: 'InvalidInput',
    message:
      'The input is invalid. /template: must start with a letter and have a-z, 0-9, _ and -, at most 64 characters',
  });
});

test('generate_completion sends its prompts and settings', async () => {
  server.answer(completion({ content: 'Hi.' }));
  const input = {
    prompt: 'Hello',
    system_prompt: 'Be kind.',
    temperature: 0,
    max_tokens: 5,
    model: 'gpt-4o',
  };
  expect(await invoke(generateCompletion, input)).toMatchObject({ text: 'Hi.' });
  expect(server.asked[0]?.json).toEqual({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello' },
    ],
    temperature: 0,
    max_completion_tokens: 5,
  });
});

test('summarize and generate_sop keep the text apart from the instructions', async () => {
  server.answer(completion({ content: 'Short.' }), completion({ content: '# SOP' }));
  expect(await invoke(summarize, { text: 'Long.', max_length: 20 })).toMatchObject({ text: 'Short.' });
  expect(await invoke(generateSop, { task_description: 'Onboarding' })).toMatchObject({ text: '# SOP' });
  const sent = server.asked.map(({ json }) => Object(json).messages);
  expect(sent[0][0].content).toContain('at most 20 words');
  expect(server.asked.map(({ json }) => Object.keys(Object(json)))).toEqual([
    ['model', 'messages'],
    ['model', 'messages'],
  ]);
  expect(sent[0][1]).toEqual({ role: 'user', content: 'Long.' });
  expect(sent[1][1]).toEqual({ role: 'user', content: 'Onboarding' });
});
