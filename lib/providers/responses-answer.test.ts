// The forms of a response, as one reply or one error.
import { expect, test } from 'vitest';
import { readResponse } from './responses-answer.ts';

const read = (body: unknown) =>
  readResponse(typeof body === 'string' ? body : JSON.stringify(body), {
    model: 'asked',
    headers: undefined,
  });
const message = (content: unknown, rest: object = {}) => ({
  type: 'message',
  role: 'assistant',
  content,
  ...rest,
});
const text = (said: string) => [{ type: 'output_text', text: said }];

function thrown(body: unknown): unknown {
  try {
    return read(body);
  } catch (error) {
    return error;
  }
}

test.each([
  ['completed', { status: 'completed' }, 'stop'],
  ['without a status', {}, 'stop'],
  ['cut off', { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
  ['filtered', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'content_filter'],
  ['incomplete for no reason', { status: 'incomplete', incomplete_details: null }, 'incomplete'],
])('an answer that is %s says so in the words of Chat Completions', (_, rest, finish_reason) => {
  expect(read({ output: [message(text('ab'))], ...rest }).completion).toEqual({
    text: 'ab',
    model: 'asked',
    finish_reason,
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost_usd: null },
  });
});

test.each([
  [undefined, 0.000_75],
  ['default', 0.000_75],
  ['flex', null],
  ['priority', null],
])('a call costs the list price where the tier is the usual one: %s', (service_tier, cost) => {
  const usage = { input_tokens: 1_000, output_tokens: 0, total_tokens: 1_000 };
  const body = { output: [message(text('a'))], model: 'gpt-5.4-mini', usage, service_tier };
  expect(read(body).completion.usage.cost_usd).toBe(cost);
});

test('a call ends a turn as tool_calls; one without an id of its own has that of its item', () => {
  const output = [
    { type: 'function_call', call_id: 'c1', name: ' f ', arguments: '{}' },
    { type: 'function_call', id: 'fc_2', name: 'g' },
    // As Ollama has them in its own API.
    { type: 'function_call', call_id: 'c3', name: 'h', arguments: { a: 1 } },
    { type: 'web_search_call', id: 'ws_1' },
  ];
  expect(read({ output, status: 'completed' })).toMatchObject({
    completion: { text: '', finish_reason: 'tool_calls' },
    toolCalls: [
      { id: 'c1', name: 'f', arguments: '{}' },
      { id: 'fc_2', name: 'g', arguments: '' },
      { id: 'c3', name: 'h', arguments: '{"a":1}' },
    ],
  });
});

test('texts are joined; where one is marked as the final answer, it alone is', () => {
  const on = message(text('On it.'), { phase: 'commentary' });
  expect(read({ output: [message(text('a')), message(text('b'))] }).completion.text).toBe('ab');
  expect(read({ output: [on, message(text('{}'), { phase: 'final_answer' })] })).toMatchObject({
    completion: { text: '{}' },
    phase: 'final_answer',
  });
  expect(read({ output: [on] })).toMatchObject({ completion: { text: 'On it.' }, phase: 'commentary' });
});

test('reasoning that nothing follows, or that is not encrypted, is not kept', () => {
  const output = [
    { type: 'reasoning', summary: [] },
    message(text('a')),
    { type: 'reasoning', summary: [], encrypted_content: 'E' },
  ];
  expect(Object.keys(read({ output }))).toEqual(['completion', 'toolCalls']);
});

test.each([
  [
    'failed, with a limit',
    { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down' } },
    'RateLimited',
  ],
  ['failed', { status: 'failed', error: { code: 'server_error', message: 'Oops' } }, 'ProviderUnavailable'],
  ['failed for no reason', { status: 'failed', error: null, output: [] }, 'ProviderUnavailable'],
  [
    'failed by its prompt',
    { status: 'failed', error: { code: 'invalid_prompt', message: 'x' } },
    'InvalidInput',
  ],
  ['cancelled', { status: 'cancelled', output: [] }, 'ProviderUnavailable'],
  ['still queued', { status: 'queued', output: [] }, 'ProviderUnavailable'],
  ['of another API', { object: 'list', data: [] }, 'ProviderUnavailable'],
  ['paid for, without output', { usage: { input_tokens: 1 } }, 'InvalidInput'],
  ['no JSON', '<html>', 'ProviderUnavailable'],
  ['a refusal', { output: [message([{ type: 'refusal', refusal: 'No.' }])] }, 'InvalidInput'],
  [
    'used up by reasoning',
    {
      output: [{ type: 'reasoning' }],
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    },
    'InvalidInput',
  ],
  [
    'filtered with nothing said',
    { output: [], status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
    'InvalidInput',
  ],
])('a response that is %s is an error', (_, body, name) => {
  expect(thrown(body)).toMatchObject({ name });
});

test('an answer of nothing but a thought tells the thought', () => {
  const output = [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'I wonder.' }] }];
  expect(thrown({ output, status: 'completed' })).toMatchObject({
    name: 'InvalidInput',
    message: 'The model gave reasoning and no answer; its reasoning: I wonder.',
  });
});
