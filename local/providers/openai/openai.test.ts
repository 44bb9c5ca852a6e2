// The emulated OpenAI through OpenAI's own client.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../shared/emulator.ts';
import { openaiKey } from './seed.ts';

let emulator: Emulator;
let client: OpenAI;
const clientWith = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${emulator.url}/v1`, maxRetries: 0 });

beforeAll(async () => {
  emulator = await startEmulator('openai', mkdtempSync(join(tmpdir(), 'openai-')));
  client = clientWith(openaiKey);
});
afterAll(() => emulator.close());

const mail =
  'Hello team, the release moved to 2026-11-24 because the release tests failed. Please check the release notes. ' +
  'Lunch is at noon. Write to anna@acme.example about the release.';
const schema = {
  type: 'object',
  properties: {
    title: { type: 'string', maxLength: 40 },
    category: { type: 'string', enum: ['invoice', 'release', 'other'] },
    priority: { type: 'integer', minimum: 1, maximum: 5 },
    due: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
    sender: { type: 'string', format: 'email' },
    urgent: { type: 'boolean' },
    amount: { anyOf: [{ type: 'null' }, { type: 'integer' }] },
    actions: { type: 'array', minItems: 2, maxItems: 4, items: { $ref: '#/$defs/action' } },
  },
  required: ['title', 'category', 'priority', 'due', 'sender', 'urgent', 'amount', 'actions'],
  additionalProperties: false,
  $defs: {
    action: {
      type: 'object',
      properties: { text: { type: 'string', minLength: 1 }, done: { type: 'boolean' } },
      required: ['text', 'done'],
      additionalProperties: false,
    },
  },
};

test('a summary is an extract of the text, says that it is emulated, and is the same every time', async () => {
  const ask = () =>
    client.chat.completions.create({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: 'You summarise mail.' },
        { role: 'user', content: `Summarise this mail:\n\n${mail}` },
      ],
    });
  const [first, second] = [await ask(), await ask()];
  const text = first.choices[0]?.message.content;
  expect(text).toBe(
    '(emulated model) Hello team, the release moved to 2026-11-24 because the release tests failed. Please check the release notes. ' +
      'Write to anna@acme.example about the release.',
  );
  expect(second.choices[0]?.message.content).toBe(text);
  expect(first.model).toBe('gpt-5-mini');
  expect(first.usage).toMatchObject({ prompt_tokens: 63, completion_tokens: 43, total_tokens: 106 });
});

test('a standard operating procedure has its sections and the steps of the task', async () => {
  const { choices } = await client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [
      { role: 'system', content: 'You write standard operating procedures.' },
      {
        role: 'user',
        content: 'Create an SOP for this task: Onboard a new engineer. Order a laptop. Plan week one.',
      },
    ],
  });
  const text = choices[0]?.message.content ?? '';
  expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual([
    '# Standard operating procedure: Onboard a new engineer (emulated model)',
    '## Purpose',
    '## Scope',
    '## Responsibilities',
    '## Procedure',
    '## Records',
  ]);
  expect(text).toContain('1. Onboard a new engineer.\n2. Order a laptop.\n3. Plan week one.\n');
  expect(text).toContain('(emulated model)');
});

test('max_tokens cuts the answer and says so', async () => {
  const { choices, usage } = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    max_tokens: 5,
    messages: [{ role: 'user', content: mail }],
  });
  expect(choices[0]?.finish_reason).toBe('length');
  expect(choices[0]?.message.content).toHaveLength(20);
  expect(usage?.completion_tokens).toBe(5);
});

test.each([
  ['Subject: Bug: nothing is saved\n\nCan you help?', 'bug'],
  ['Subject: Debugging\n\nWhen is the other course?', 'question'],
  ['Subject: News\n\nSee https://acme.example/?id=1 for more.', 'other'],
  ['> Why?\n\nBecause.', 'other'],
])('%j is of the kind %s', async (content, kind) => {
  const kinds = {
    type: 'object',
    properties: { kind: { type: 'string', enum: ['bug', 'question', 'other'] } },
    required: ['kind'],
    additionalProperties: false,
  };
  const { choices } = await client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content }],
    response_format: { type: 'json_schema', json_schema: { name: 'kinds', strict: true, schema: kinds } },
  });
  expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ kind });
});

test('response_format json_schema gives an instance of the schema with values of the text', async () => {
  const { choices } = await client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: mail }],
    response_format: { type: 'json_schema', json_schema: { name: 'mail', strict: true, schema } },
  });
  const instance: unknown = JSON.parse(choices[0]?.message.content ?? '');
  expect(new Ajv({ validateFormats: false }).validate(schema, instance)).toBe(true);
  expect(instance).toMatchObject({ category: 'release', due: '2026-11-24', sender: 'anna@acme.example' });
});

test('the Responses API answers with text, and with an instance for text.format', async () => {
  const text = await client.responses.create({
    model: 'gpt-5-mini',
    instructions: 'Summarise.',
    input: mail,
  });
  expect(text.output_text).toContain('(emulated model)');
  expect(text.usage?.input_tokens).toBe(56);
  const structured = await client.responses.create({
    model: 'gpt-5-mini',
    input: mail,
    text: { format: { type: 'json_schema', name: 'mail', strict: false, schema } },
  });
  expect(JSON.parse(structured.output_text)).toMatchObject({ category: 'release', due: '2026-11-24' });
  expect(structured.usage?.input_tokens).toBe(50);
});

test('a streamed answer is the same text', async () => {
  const messages = [{ role: 'user' as const, content: `Summarise: ${mail}` }];
  const stream = await client.chat.completions.create({ model: 'gpt-5-mini', messages, stream: true });
  let streamed = '';
  for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? '';
  const whole = await client.chat.completions.create({ model: 'gpt-5-mini', messages });
  expect(streamed).toBe(whole.choices[0]?.message.content);
});

test('a missing key and a wrong key are 401 in the shape of OpenAI, the key masked', async () => {
  const wrong = clientWith('sk-wrong-key-1234567890').models.list();
  await expect(wrong).rejects.toMatchObject({
    status: 401,
    code: 'invalid_api_key',
    message:
      '401 Incorrect API key provided: sk-w***************7890. You can find your API key at https://platform.openai.com/account/api-keys.',
  });
  const missing = await fetch(`${emulator.url}/v1/chat/completions`, { method: 'POST', body: '{}' });
  expect(missing.status).toBe(401);
  expect(await missing.json()).toMatchObject({ error: { type: 'invalid_request_error', code: null } });
});

test.each([
  ['{"messages":[{"role":"user","content":"x"}]}', 'you must provide a model parameter', null],
  ['{"model":"gpt-5"}', "Missing required parameter: 'messages'.", 'missing_required_parameter'],
  [
    '{"model":"gpt-5","messages":[]}',
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    'empty_array',
  ],
])('%s is 400', async (body, message, code) => {
  const response = await fetch(`${emulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${openaiKey}`, 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { message, type: 'invalid_request_error', code } });
});

test('a setting that the model does not take is 400, with its name and a code', async () => {
  const asked = client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'Hello' }],
    temperature: 0.2,
  });
  await expect(asked).rejects.toMatchObject({
    status: 400,
    type: 'invalid_request_error',
    param: 'temperature',
    code: 'unsupported_value',
  });
});

test.each([
  ['itself', { $ref: '#' }],
  ['a chain', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }],
  ['a required property', { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] }],
  ['an option', { anyOf: [{ $ref: '#' }, { type: 'string' }] }],
  ['items', { type: 'array', minItems: 2, items: { $ref: '#' } }],
])('a schema that leads back to itself comes to an end: %s', async (_how, recursive) => {
  const { choices } = await client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: mail }],
    response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: recursive } },
  });
  expect(() => JSON.parse(choices[0]?.message.content ?? '')).not.toThrow();
});

test('a summary of several mails has a line for each: who, and the first thing that is said', async () => {
  const mails = [
    'From: "Northwind Billing" <billing@northwind.example>\nDate: 2026-11-22\nSubject: Invoice\n\nHello,\n\ninvoice 1187 over 1,240.50 € is due\non Friday.\nPlease pay.',
    'From: alerts@status.example\nDate: 2026-11-22\nSubject: [Resolved] Error rate\n\nError rate\n\nIt was 4.2 % for an hour.\n\nIncident 903 · Unsubscribe [https://status.example/u]',
    'From: Mei <mei@acme.example>\nDate: 2026-11-22\nSubject: Nothing to say\n\n',
  ];
  const { choices } = await client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [
      { role: 'system', content: 'You summarise mail.' },
      { role: 'user', content: `Summarise these mails:\n\n${mails.join('\n\n---\n\n')}` },
    ],
  });
  expect(choices[0]?.message.content).toBe(
    '(emulated model) Northwind Billing: invoice 1187 over 1,240.50 € is due on Friday.\n' +
      'alerts@status.example: It was 4.2 % for an hour.\n' +
      'Mei: Nothing to say',
  );
});

test('a response in the background comes to its end look by look, unless it is cancelled; then it is gone', async () => {
  const begin = (input: string) =>
    client.responses.create({ model: 'gpt-5.4-mini', input, background: true, store: true });
  const { id, status, background, usage } = await begin('Hello');
  expect([status, background, usage]).toEqual(['queued', true, null]);
  expect((await client.responses.retrieve(id)).status).toBe('in_progress');
  const completed = await client.responses.retrieve(id);
  expect([completed.status, completed.output_text]).toEqual([
    'completed',
    expect.stringContaining('emulated model'),
  ]);
  expect((await client.responses.cancel(id)).status).toBe('completed');
  await client.responses.delete(id);
  await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });

  const other = await begin('Please stay in progress');
  for (let look = 0; look < 3; look++)
    expect((await client.responses.retrieve(other.id)).status).toBe('in_progress');
  expect((await client.responses.cancel(other.id)).status).toBe('cancelled');
  expect((await client.responses.cancel(other.id)).status).toBe('cancelled');
  await expect(client.responses.cancel('resp_none')).rejects.toMatchObject({ status: 404 });
});
