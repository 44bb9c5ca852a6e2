// The forms in which servers of Chat Completions answer, as one action's output or one error.
import { expect, test } from 'vitest';
import { readAnswer } from './chat-answer.ts';

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const asked = { model: 'asked', headers: undefined };
const read = (body: unknown) => readAnswer(typeof body === 'string' ? body : JSON.stringify(body), asked);
const answer = (message: object, rest: object = {}, choice: object = {}) => ({
  model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message, ...choice }],
  usage,
  ...rest,
});
const zero = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

function thrown(body: unknown): unknown {
  try {
    return read(body);
  } catch (error) {
    return error;
  }
}

test.each([
  ['as OpenAI has it', usage, usage],
  ['null', null, zero],
  ['absent', undefined, zero],
  ['empty', {}, zero],
  ['a list', [], zero],
  ['a text', 'none', zero],
  [
    'without the answer’s',
    { prompt_tokens: 5, total_tokens: 5 },
    { ...zero, prompt_tokens: 5, total_tokens: 5 },
  ],
  ['without the sum', { prompt_tokens: 5, completion_tokens: 2 }, usage],
  [
    'with nulls',
    { prompt_tokens: 5, completion_tokens: null, total_tokens: null },
    { ...zero, prompt_tokens: 5, total_tokens: 5 },
  ],
  ['as texts', { prompt_tokens: '5', completion_tokens: '2', total_tokens: '7' }, usage],
  ['with fractions', { prompt_tokens: 5.5, completion_tokens: 2.2, total_tokens: 7.7 }, usage],
  [
    'below zero',
    { prompt_tokens: -1, completion_tokens: 2, total_tokens: 2 },
    { prompt_tokens: 0, completion_tokens: 2, total_tokens: 2 },
  ],
  ['under other names', { input_tokens: 5, output_tokens: 2 }, usage],
])('usage that is %s', (_, given, counted) => {
  expect(read(answer({ content: 'ok' }, { usage: given })).completion).toEqual({
    text: 'ok',
    model: 'm',
    finish_reason: 'stop',
    usage: { ...counted, cost_usd: null },
  });
});

test.each([undefined, null, '', 5.5, {}])('without a model (%j) it is the one that was asked', (model) => {
  const { completion } = read(answer({ content: 'ok' }, { model }));
  expect(completion.model).toBe(model === 5.5 ? '5.5' : 'asked');
});

test.each([
  [
    'parts',
    [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
    'ab',
  ],
  ['parts of the other API', [{ type: 'output_text', text: 'ab' }], 'ab'],
  ['texts', ['a', 'b'], 'ab'],
  ['one part', { type: 'text', text: 'ab' }, 'ab'],
  [
    'a thought before it',
    [
      { type: 'thinking', thinking: [{ type: 'text', text: 'x' }] },
      { type: 'text', text: 'ab' },
    ],
    'ab',
  ],
  [
    'a picture beside it',
    [
      { type: 'image_url', image_url: { url: 'data:' } },
      { type: 'text', text: 'ab' },
    ],
    'ab',
  ],
  [
    'text within a text',
    [
      { type: 'text', text: { value: 'a', annotations: [] } },
      { type: 'text', text: { value: 'b' } },
    ],
    'ab',
  ],
  [
    'pieces of a stream',
    [
      { type: 'response.output_text.delta', delta: 'a' },
      { type: 'x.delta', delta: 'b' },
    ],
    'ab',
  ],
  ['parts with content', [{ type: 'text', content: 'ab' }], 'ab'],
  [
    'a thought in a piece',
    [
      { type: 'reasoning.delta', delta: 'x' },
      { type: 'text', text: 'ab' },
    ],
    'ab',
  ],
  ['what was said aloud', [{ type: 'output_audio', transcript: 'ab', data: 'UklG' }], 'ab'],
  ['an object of JSON mode with such names', { delta: 'a', content: 'b' }, '{"delta":"a","content":"b"}'],
  ['nulls among the parts', [null, { type: 'text', text: 'ab' }], 'ab'],
  ['an object that JSON mode gave', { a: 1 }, '{"a":1}'],
  ['a number', 5, '5'],
  ['half of a character', 'a\ud83d', 'a\ufffd'],
  ['half of a character in a part', [{ type: 'text', text: '\udd25b' }], '\ufffdb'],
  ['a character in two parts', ['\ud83d', '\udd25'], '🔥'],
  ['nothing', null, ''],
  ['an empty list', [], ''],
])('content that is %s', (_, content, text) => {
  expect(read(answer({ content })).completion.text).toBe(text);
});

test('a model that speaks is quoted; one piece of a stream is an answer', () => {
  const audio = { id: 'a1', data: 'UklG', transcript: 'Hello.' };
  expect(read(answer({ content: null, audio })).completion.text).toBe('Hello.');
  expect(read(answer({ content: 'Written.', audio })).completion.text).toBe('Written.');
  expect(read({ choices: [{ index: 0, delta: { content: 'ok' } }] }).completion.text).toBe('ok');
});

test('of several choices the one with the lowest index counts', () => {
  const choice = (index: number | undefined, content: string) => ({ index, message: { content } });
  const text = (...choices: unknown[]) => read({ choices }).completion.text;
  expect(text(choice(1, 'b'), choice(0, 'a'))).toBe('a');
  expect(text(choice(2, 'c'), choice(1, 'b'))).toBe('b');
  expect(text(choice(undefined, 'a'), choice(undefined, 'b'))).toBe('a');
  expect(text(null, choice(1, 'b'))).toBe('b');
});

test.each([
  ['null', null, undefined],
  ['absent', undefined, undefined],
  ['one of its own', 'eos_token', 'eos_token'],
  ['a number', 3, undefined],
])('finish_reason that is %s', (_, finish_reason, told) => {
  expect(read(answer({ content: 'ok' }, {}, { finish_reason })).completion.finish_reason).toBe(told);
});

test('a body with nothing but an answer, also after a byte order mark, is one', () => {
  const reply = {
    completion: { text: 'ok', model: 'asked', usage: { ...zero, cost_usd: null } },
    toolCalls: [],
  };
  const body = JSON.stringify({ choices: [{ message: { content: 'ok' } }] });
  expect(read(body)).toEqual(reply);
  expect(read(`\uFEFF${body}`)).toEqual(reply);
  expect(read({ error: null, choices: [{ text: 'ok', error: {} }] })).toEqual(reply);
});

const call = (given: object, rest: object = {}) => ({
  ...rest,
  function: { name: 'f', arguments: '{}', ...given },
});
test.each([
  ['as OpenAI has it', [call({}, { id: 'c', type: 'function' })], [{ id: 'c', name: 'f', arguments: '{}' }]],
  ['without type and id', [call({})], [{ id: '', name: 'f', arguments: '{}' }]],
  ['with null as id', [call({}, { id: null })], [{ id: '', name: 'f', arguments: '{}' }]],
  ['with a number as id', [call({}, { id: 3 })], [{ id: '3', name: 'f', arguments: '{}' }]],
  [
    'with an object as arguments',
    [call({ arguments: { a: 'x\ud83d' } })],
    [{ id: '', name: 'f', arguments: '{"a":"x\ufffd"}' }],
  ],
  ['with null as arguments', [call({ arguments: null })], [{ id: '', name: 'f', arguments: '' }]],
  ['without arguments', [call({ arguments: undefined })], [{ id: '', name: 'f', arguments: '' }]],
  ['with spaces around the name', [call({ name: ' f\n' })], [{ id: '', name: 'f', arguments: '{}' }]],
  ['one call instead of a list', call({}, { id: 'c' }), [{ id: 'c', name: 'f', arguments: '{}' }]],
  ['without a function', [{ id: 'c' }], [{ id: 'c', name: '', arguments: '' }]],
  ['flat', [{ id: 'c', name: 'f', arguments: '{}' }], [{ id: 'c', name: 'f', arguments: '{}' }]],
  ['with parameters', [{ name: 'f', parameters: { a: 1 } }], [{ id: '', name: 'f', arguments: '{"a":1}' }]],
  [
    'several in one',
    [call({ arguments: '{"a":1}{"a":2}' }, { id: 'c' })],
    [
      { id: 'c', name: 'f', arguments: '{"a":1}' },
      { id: '', name: 'f', arguments: '{"a":2}' },
    ],
  ],
  [
    'an empty object before it',
    [call({ arguments: '{}{"a":1}' }, { id: 'c' })],
    [{ id: 'c', name: 'f', arguments: '{"a":1}' }],
  ],
  ['null', null, []],
  ['null in a list', [null], []],
])('tool calls: %s', (_, tool_calls, calls) => {
  expect(read(answer({ content: null, tool_calls })).toolCalls).toEqual(calls);
});

test('what a gateway puts into two choices is one answer: words, and calls', () => {
  const tool_calls = [call({}, { id: 'c' })];
  const two = (finish_reason: string) => ({
    choices: [
      { finish_reason, message: { content: 'I search.' } },
      { finish_reason, message: { content: null, tool_calls } },
    ],
  });
  expect(read(two('tool_calls'))).toMatchObject({
    completion: { text: 'I search.' },
    toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }],
  });
  // Another answer, which was not asked for.
  expect(read(two('stop')).toolCalls).toEqual([]);
});

test('a call in the form of before', () => {
  const function_call = { name: 'f', arguments: '{"a":1}' };
  const calls = [{ id: '', ...function_call }];
  expect(read(answer({ content: null, function_call })).toolCalls).toEqual(calls);
  const both = { content: null, function_call, tool_calls: [call({}, { id: 'c' })] };
  expect(read(answer(both)).toolCalls).toEqual([{ id: 'c', name: 'f', arguments: '{}' }]);
});

test.each([
  ['a code', { code: 429, message: 'Slow down' }, 'RateLimited', 'OpenAI answered 429: Slow down'],
  ['a code as text', { code: '429', message: 'Slow down' }, 'RateLimited', 'OpenAI answered 429: Slow down'],
  [
    'a word for a code',
    { code: 'rate_limit_exceeded', message: 'Slow down' },
    'RateLimited',
    'OpenAI answered 429: Slow down',
  ],
  [
    'a type',
    { type: 'rate_limit_error', code: null, message: 'Slow' },
    'RateLimited',
    'OpenAI answered 429: Slow',
  ],
  [
    'a status in words',
    { code: 8, status: 'RESOURCE_EXHAUSTED', message: 'Slow' },
    'RateLimited',
    'OpenAI answered 429: Slow',
  ],
  ['no credit', { code: 402, message: 'Pay' }, 'Unauthorized', 'OpenAI answered 402: Pay'],
  [
    'no credit, as a limit',
    { code: 429, message: 'insufficient balance (1008)', type: 'insufficient_balance_error' },
    'Unauthorized',
    'OpenAI answered 429: insufficient balance (1008)',
  ],
  [
    'no credit, as a failure',
    { code: 500, message: 'insufficient balance (1008)', type: 'api_error' },
    'Unauthorized',
    'OpenAI answered 500: insufficient balance (1008)',
  ],
  [
    'a used up quota',
    { code: 'insufficient_quota', message: 'Pay' },
    'Unauthorized',
    'OpenAI answered 402: Pay',
  ],
  ['a wrong key', { code: 'invalid_api_key', message: 'No' }, 'Unauthorized', 'OpenAI answered 401: No'],
  ['an unknown model', { code: 'model_not_found', message: 'No' }, 'NotFound', 'OpenAI answered 404: No'],
  [
    'a request that is too long',
    { code: 'context_length_exceeded', message: 'Long' },
    'InvalidInput',
    'OpenAI answered 400: Long',
  ],
  ['a mistake', { code: 400, message: 'Bad' }, 'InvalidInput', 'OpenAI answered 400: Bad'],
  ['a failure', { code: 502, message: 'Upstream' }, 'ProviderUnavailable', 'OpenAI answered 502: Upstream'],
  [
    'an overload',
    { type: 'overloaded_error', message: 'Busy' },
    'ProviderUnavailable',
    'OpenAI answered 503: Busy',
  ],
  ['no code', { message: 'Broken' }, 'ProviderUnavailable', 'OpenAI answered 500: Broken'],
  [
    'a code that is no status',
    { code: 7, message: 'Broken' },
    'ProviderUnavailable',
    'OpenAI answered 500: Broken',
  ],
  ['no message', { code: 503 }, 'ProviderUnavailable', 'OpenAI answered 503: {"code":503}'],
  ['a text', 'model is loading', 'ProviderUnavailable', 'OpenAI answered 500: model is loading'],
  [
    'the words of the provider behind it',
    { code: 429, message: 'Provider returned error', metadata: { raw: 'try later' } },
    'RateLimited',
    'OpenAI answered 429: Provider returned error (try later)',
  ],
])('an error within an answer of 200: %s', (_, error, name, message) => {
  expect(thrown({ error })).toMatchObject({ name, message });
  expect(thrown([{ error }])).toMatchObject({ name, message });
  expect(thrown(answer({ content: 'half an ans' }, { error }))).toMatchObject({ name, message });
  expect(thrown(answer({ content: '' }, {}, { finish_reason: 'error', error }))).toMatchObject({
    name,
    message,
  });
});

test('an error within an answer of 200 tells when to come again', () => {
  expect(() =>
    readAnswer('{"error":{"code":429,"message":"Slow"}}', {
      ...asked,
      headers: new Headers({ 'retry-after': '7' }),
    }),
  ).toThrow('OpenAI answered 429: Slow (retry_after_seconds: 7)');
  const limited = (headers: unknown) =>
    thrown({ error: { code: 429, message: 'Slow', metadata: { headers } } });
  const used = { 'X-RateLimit-Limit': '50', 'X-RateLimit-Remaining': '0' };
  expect(limited({ ...used, 'X-RateLimit-Reset': 17 })).toMatchObject({ retryAfterSeconds: 17 });
  expect(limited({ ...used, 'X-RateLimit-Reset': `${Date.now() - 1}` })).toMatchObject({
    retryAfterSeconds: 0,
  });
  for (const none of [null, 'x', { 'a b': 'x\n', 'X-RateLimit-Reset': { a: 1 } }])
    expect(limited(none)).toMatchObject({ name: 'RateLimited', retryAfterSeconds: undefined });
});

test.each([
  [
    'an error of vLLM',
    { object: 'error', message: 'Too long', code: 400 },
    'InvalidInput',
    'OpenAI answered 400: Too long',
  ],
  [
    'a message beside choices',
    { message: 'half', choices: [] },
    'InvalidInput',
    'OpenAI answered without a choice: {"message":"half","choices":[]}',
  ],
  [
    'a choice that ended in an error',
    answer({ content: 'half' }, {}, { finish_reason: 'error' }),
    'ProviderUnavailable',
    'OpenAI answered 500: the answer ended in an error',
  ],
  [
    'no choices',
    { usage },
    'InvalidInput',
    'OpenAI answered without a choice: {"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}',
  ],
  [
    'an empty list of choices',
    { choices: [] },
    'InvalidInput',
    'OpenAI answered without a choice: {"choices":[]}',
  ],
  [
    'a choice that is null',
    { choices: [null] },
    'InvalidInput',
    'OpenAI answered without a choice: {"choices":[null]}',
  ],
  [
    'another object',
    { ok: true },
    'ProviderUnavailable',
    'OpenAI answered in an unknown format (unexpected: /choices)',
  ],
  ['null', null, 'ProviderUnavailable', 'OpenAI answered in an unknown format (unexpected: /choices)'],
  ['nothing', '', 'ProviderUnavailable', 'OpenAI answered something that is not JSON'],
  ['a page', '<html>', 'ProviderUnavailable', 'OpenAI answered something that is not JSON'],
  [
    'a stream',
    'data: {"choices":[]}',
    'InvalidInput',
    'OpenAI answered with a stream, which was not asked for: data: {"choices":[]}',
  ],
  [
    'a refusal',
    answer({ content: null, refusal: 'No.' }),
    'InvalidInput',
    'The model refused to answer: No.',
  ],
  [
    'a refusal among parts',
    answer({ content: [{ type: 'refusal', refusal: 'No.' }] }),
    'InvalidInput',
    'The model refused to answer: No.',
  ],
  [
    'a filter',
    answer({ content: null }, {}, { finish_reason: 'content_filter' }),
    'InvalidInput',
    "The model's content filter refused the answer",
  ],
  [
    'tokens that were used up',
    answer({ content: null }, {}, { finish_reason: 'length' }),
    'InvalidInput',
    'The limit of tokens was used up, by reasoning perhaps, before the model answered anything; raise max_tokens or lower reasoning_effort',
  ],
  [
    'tokens that a thought used up',
    answer({ content: '<think>Hm' }, {}, { finish_reason: 'MAX_TOKENS' }),
    'InvalidInput',
    'The limit of tokens was used up, by reasoning perhaps, before the model answered anything; raise max_tokens or lower reasoning_effort',
  ],
  [
    'reasoning alone',
    answer({ content: '', reasoning_content: 'Hm' }),
    'InvalidInput',
    'The model gave reasoning and no answer; its reasoning: Hm',
  ],
])('%s', (_, body, name, message) => {
  expect(thrown(body)).toMatchObject({ name, message });
});

test.each(['content_filter: RECITATION', 'PROHIBITED_CONTENT', 'SAFETY', 'sensitive', 'refusal'])(
  'an empty answer that ended with %s was refused',
  (finish_reason) => {
    expect(thrown(answer({ content: '' }, {}, { finish_reason }))).toMatchObject({
      name: 'InvalidInput',
      message: "The model's content filter refused the answer",
    });
  },
);

test.each(['model_length', 'model_context_window_exceeded', 'MAX_TOKENS'])(
  'an empty answer that ended with %s was cut',
  (finish_reason) => {
    expect(thrown(answer({ content: '' }, {}, { finish_reason }))).toMatchObject({
      message: expect.stringMatching(/^The limit of tokens was used up/),
    });
  },
);

test('an answer that is cut off or filtered, and not empty, counts; so does one beside its reasoning', () => {
  const told = (message: object, finish_reason: string) =>
    read(answer(message, {}, { finish_reason })).completion;
  expect(told({ content: 'half' }, 'length')).toMatchObject({ text: 'half', finish_reason: 'length' });
  expect(told({ content: 'half' }, 'content_filter')).toMatchObject({ text: 'half' });
  expect(told({ content: 'ok', reasoning_content: 'Hm' }, 'stop')).toMatchObject({ text: 'ok' });
  expect(told({ content: 'ok', refusal: '' }, 'stop')).toMatchObject({ text: 'ok' });
});

test.each<[object, string, string]>([
  [{ message: 'Slow down', code: 429 }, 'RateLimited', '429: Slow down'],
  [{ code: 'Throttling.RateQuota', message: 'Slow', request_id: 'r' }, 'RateLimited', '429: Slow'],
  [{ code: 'InvalidApiKey', message: 'No' }, 'Unauthorized', '401: No'],
  [{ message: 'No', code: 'no_such_code' }, 'ProviderUnavailable', '500: No'],
  [{ message: 'Forbidden' }, 'ProviderUnavailable', '500: Forbidden'],
  [{ detail: 'Bad', status: 422 }, 'InvalidInput', '422: Bad'],
  [{ error_code: 503, error_msg: 'Busy' }, 'ProviderUnavailable', '503: Busy'],
  [{ success: false, errors: [{ code: 404, message: 'None' }] }, 'NotFound', '404: None'],
  [{ base_resp: { status_code: 401, status_msg: 'Who?' } }, 'Unauthorized', '401: Who?'],
  [{ base_resp: { status_code: 1002, status_msg: 'rate limit' } }, 'RateLimited', '429: rate limit'],
  [{ base_resp: { status_code: 1004, status_msg: 'Who?' } }, 'Unauthorized', '401: Who?'],
  [{ base_resp: { status_code: 1008, status_msg: 'Pay' } }, 'Unauthorized', '402: Pay'],
  [{ base_resp: { status_code: 2013, status_msg: 'Bad' } }, 'InvalidInput', '400: Bad'],
  [{ base_resp: { status_code: 1000, status_msg: 'Broken' } }, 'ProviderUnavailable', '500: Broken'],
])('an error that is the whole body: %j', (body, name, message) => {
  expect(thrown(body)).toMatchObject({ name, message: `OpenAI answered ${message}` });
});
