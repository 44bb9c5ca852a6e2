// What steps and templates say of a model's settings, as OpenAI's models take or refuse it: over a whole stack.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ seed: true });
  const template = {
    id: 'cold',
    name: 'Cold',
    user_prompt: 'Say {{ word }}',
    variables: ['word'],
    temperature: 0.2,
    top_p: 0.5,
    max_tokens: 500,
  };
  expect((await stack.call('POST', '/templates', { body: template })).status).toBe(201);
});
afterAll(() => stack.close());
afterEach(() => stack.faults.openai.clear());

async function run(id: string, step: object, inputs: object = {}) {
  const saved = await stack.call('POST', '/workflows', {
    body: { id, inputs, steps: [{ id: 'ask', ...step }] },
  });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  return start(id);
}

async function start(id: string, input: object = {}) {
  const { body } = await stack.call('POST', `/workflows/${id}/executions`, {
    body: { input },
    headers: { prefer: 'wait=25' },
  });
  const sent = stack.faults.openai.requests.map(({ body: text }) => JSON.parse(text));
  return { status: body.status, error: body.error, sent };
}

const chat = (params: object) => ({
  action: 'openai.chat',
  params: { template: 'cold', variables: { word: 'hello' }, ...params },
});

test('a temperature that the model refuses is left out', async () => {
  const { status, error, sent } = await run('refused', chat({ model: 'gpt-5.6-luna', top_p: null }));
  expect([status, error]).toEqual(['succeeded', null]);
  expect(sent.map(({ temperature }) => temperature)).toEqual([0.2, undefined]);
});

test('null switches off what the template sets, written or as the value of an expression', async () => {
  const off = { temperature: null, top_p: null };
  const written = await run('written', chat({ model: 'gpt-5.6-luna', ...off }));
  expect(written.status).toBe('succeeded');
  expect(written.sent).toEqual([
    {
      model: 'gpt-5.6-luna',
      input: [{ role: 'user', content: 'Say hello' }],
      store: false,
      include: ['reasoning.encrypted_content'],
      max_output_tokens: 500,
    },
  ]);
  stack.faults.openai.clear();
  const none = '{{ inputs.none }}';
  const settings = {
    temperature: none,
    top_p: none,
    max_tokens: none,
    reasoning_effort: none,
    verbosity: none,
  };
  const given = await run('given', chat({ model: 'o4-mini', ...settings }), { none: { required: false } });
  expect(given.status).toBe('succeeded');
  expect(Object.keys(given.sent[0])).toEqual(['model', 'input', 'store', 'include']);
});

test('of several models the next one answers when one is limited, in steps and in agents', async () => {
  const limited = { status: 429, headers: { 'retry-after': '60' }, body: '{"error":{"message":"slow"}}' };
  const models = ['gpt-6-sol', 'gpt-5.4-mini'];
  stack.faults.openai.inject([limited]);
  const asked = await run('fallback', {
    action: 'openai.generate_completion',
    params: { prompt: 'Hello', models },
  });
  expect([asked.status, asked.sent.map(({ model }) => model)]).toEqual(['succeeded', models]);
  stack.faults.openai.clear();
  stack.faults.openai.inject([limited]);
  const goal = { goal: 'Search issues about the rota', tools: ['github.search_issues'] };
  const agent = await run(
    'fallback_agent',
    { agent: { ...goal, models: '{{ inputs.models }}' } },
    { models: { default: models } },
  );
  expect([agent.status, agent.error, agent.sent.map(({ model }) => model)]).toEqual([
    'succeeded',
    null,
    [...models, models[0]],
  ]);
});

test('what ships runs on a model that reasons', async () => {
  const template = { template: 'email_summary', variables: { email_content: 'Dear all' } };
  expect((await run('summary', chat({ ...template, model: 'gpt-6-luna' }))).status).toBe('succeeded');
  expect((await start('simple_ai_completion', { model: 'o4-mini' })).status).toBe('succeeded');
});

test('an agent on a model that reasons gets its thoughts back, and calls its tools while it reasons', async () => {
  const agent = {
    goal: 'Search issues about the rota',
    tools: ['github.search_issues'],
    model: 'gpt-5.6-luna',
    reasoning_effort: 'high',
    verbosity: 'low',
  };
  const { status, sent } = await run('reasoning', { agent });
  expect(status).toBe('succeeded');
  expect(sent.map(({ reasoning, text }) => [reasoning, text])).toEqual(
    Array(2).fill([{ effort: 'high' }, { verbosity: 'low' }]),
  );
  expect(sent[1].input.slice(2)).toMatchObject([
    { type: 'reasoning', encrypted_content: expect.stringMatching(/^gAAAAA/) },
    { type: 'function_call', name: 'github-search_issues' },
    { type: 'function_call_output' },
  ]);
});
