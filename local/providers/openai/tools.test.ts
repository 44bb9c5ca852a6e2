// The emulated model with tools, through OpenAI's own client: what it calls, what it makes of results, what is refused.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../shared/emulator.ts';
import { openaiKey } from './seed.ts';

type Request = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

let emulator: Emulator;
let client: OpenAI;
beforeAll(async () => {
  emulator = await startEmulator('openai', mkdtempSync(join(tmpdir(), 'openai-tools-')));
  client = new OpenAI({ apiKey: openaiKey, baseURL: `${emulator.url}/v1`, maxRetries: 0 });
});
afterAll(() => emulator.close());

const tool = (name: string, properties: object, required: string[] = Object.keys(properties), more = {}) => ({
  type: 'function' as const,
  function: {
    name,
    description: name,
    parameters: { type: 'object', properties, required, additionalProperties: false },
    ...more,
  },
});
const text = { type: 'string' };
const tools = [
  tool('github-add_comment', { repo_name: text, issue_number: { type: 'integer' }, body: text }),
  tool('github-create_issue', { title: text }),
  tool('github-search_issues', { query: text, repo_name: text, max_results: { type: 'integer' } }, ['query']),
  tool('gmail-list_messages', { query: text }, []),
];
const goal =
  'Answer issue #7 of acme/handbook. Search earlier issues first, then write a comment with what you found.\n\n' +
  'Describe how to roll back a release\n\nStep 4 says "roll back first" and not how.';

const ask = async (messages: Message[], rest: Partial<Request> = {}) => {
  const { choices, usage } = await client.chat.completions.create({ model: 'm', messages, tools, ...rest });
  const [choice] = choices;
  if (!choice) throw new Error('no choice');
  return { ...choice, usage };
};
/** What was called, and the messages with the results that `answer` gives. */
const called = ({ message }: Awaited<ReturnType<typeof ask>>) =>
  (message.tool_calls ?? []).flatMap((call) =>
    call.type === 'function'
      ? [{ id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) }]
      : [],
  );

test('what reads comes first, then what writes with what was read, each once; then an answer that names it all', async () => {
  const messages: Message[] = [{ role: 'user', content: goal }];
  const first = await ask(messages);
  expect(first.finish_reason).toBe('tool_calls');
  expect(first.usage).toMatchObject({ completion_tokens: 18 });
  const [search, ...more] = called(first);
  expect([search?.name, search?.arguments, more]).toEqual([
    'github-search_issues',
    { query: 'roll back', repo_name: 'acme/handbook' },
    [],
  ]);
  expect(called(await ask(messages))).toMatchObject([{ arguments: search?.arguments }]);

  const url = 'http://github/acme/handbook/issues/2';
  messages.push(first.message, {
    role: 'tool',
    tool_call_id: search?.id ?? '',
    content: JSON.stringify({
      issues: [{ number: 2, title: 'Say "roll back" \\ how', url }],
      total_count: 1,
    }),
  });
  const second = await ask(messages);
  const [comment] = called(second);
  const line = `- Say "roll back" \\ how: ${url}`;
  expect(comment).toMatchObject({
    name: 'github-add_comment',
    arguments: {
      repo_name: 'acme/handbook',
      issue_number: 7,
      body: `(emulated model) What was found on “roll back”:\n\n${line}`,
    },
  });

  messages.push(second.message, {
    role: 'tool',
    tool_call_id: comment?.id ?? '',
    content: '{"error":{"name":"NotFound","message":"no \\"issue\\" 7"}}',
  });
  const last = await ask(messages);
  expect(last).toMatchObject({ finish_reason: 'stop' });
  expect(last.message.content).toBe(
    `(emulated model) Tools used: github-search_issues, github-add_comment.\n\n${line}\n- github-add_comment failed: NotFound: no "issue" 7`,
  );
  const json = await ask(messages, {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        strict: true,
        schema: {
          type: 'object',
          properties: { link: { type: 'string' } },
          required: ['link'],
          additionalProperties: false,
        },
      },
    },
  });
  expect(JSON.parse(json.message.content ?? '')).toEqual({ link: url });
});

test('what the request does not speak of is not called, and tool_choice is heeded', async () => {
  const hello: Message[] = [{ role: 'user', content: 'Good morning to all of you there.' }];
  expect((await ask(hello)).message.content).toContain('(emulated model)');
  expect(called(await ask(hello, { tool_choice: 'required' }))).toMatchObject([
    { name: 'github-add_comment' },
  ]);
  const create = { type: 'function' as const, function: { name: 'github-create_issue' } };
  expect(called(await ask(hello, { tool_choice: create }))).toMatchObject([
    { name: 'github-create_issue', arguments: { title: 'Good morning to all of you there.' } },
  ]);
  const none = await ask([{ role: 'user', content: goal }], { tool_choice: 'none' });
  expect(none.finish_reason).toBe('stop');
});

test('calls can be streamed', async () => {
  const messages: Message[] = [{ role: 'user', content: goal }];
  const stream = await client.chat.completions.create({ model: 'm', messages, tools, stream: true });
  let streamed = '';
  for await (const chunk of stream)
    for (const call of chunk.choices[0]?.delta.tool_calls ?? []) streamed += call.function?.arguments ?? '';
  expect(JSON.parse(streamed)).toEqual(called(await ask(messages))[0]?.arguments);
});

const call = { id: 'call_1', type: 'function' as const, function: { name: 'a', arguments: '{}' } };
const user: Message = { role: 'user', content: 'x' };
const strict = (properties: object, required: string[]) => tool('a', properties, required, { strict: true });
test.each<[string, Partial<Request>, string, string | null, string | null]>([
  [
    'a result of no call',
    { messages: [user, { role: 'tool', tool_call_id: 'call_1', content: 'x' }] },
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    'messages.[1].role',
    null,
  ],
  [
    'a call without its result',
    {
      messages: [
        user,
        { role: 'assistant', tool_calls: [call, { ...call, id: 'call_2' }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'x' },
        user,
      ],
    },
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_2",
    'messages.[3].role',
    null,
  ],
  [
    'a name with a dot',
    { tools: [tool('github.add_comment', {})] },
    "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    'tools[0].function.name',
    'invalid_value',
  ],
  [
    'a long name',
    { tools: [tool('x'.repeat(65), {})] },
    "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    'tools[0].function.name',
    'string_above_max_length',
  ],
  [
    'no tools',
    { tools: [] },
    "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    'tools',
    'empty_array',
  ],
  [
    'a choice of a tool that is not offered',
    {
      tools: [tool('a', {})],
      tool_choice: { type: 'function', function: { name: 'b' } },
    },
    "Tool choice 'b' not found in 'tools' parameter.",
    'tool_choice',
    null,
  ],
  [
    'a choice without tools',
    { tool_choice: 'required' },
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    'tool_choice',
    null,
  ],
  [
    'a choice at the top',
    { tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'object', oneOf: [] } } }] },
    "Invalid schema for function 'a': schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
    'tools[0].function.parameters',
    'invalid_function_parameters',
  ],
  [
    'strict, and an optional parameter',
    { tools: [strict({ b: text, c: text }, ['b'])] },
    "Invalid schema for function 'a': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'c'.",
    'tools[0].function.parameters',
    'invalid_function_parameters',
  ],
  [
    'strict, and a keyword that it does not have',
    { tools: [strict({ b: { type: 'array', items: { type: 'string', minLength: 1 } } }, ['b'])] },
    "Invalid schema for function 'a': In context=('properties', 'b', 'items'), 'minLength' is not permitted.",
    'tools[0].function.parameters',
    'invalid_function_parameters',
  ],
])('%s is 400', async (_, request, message, param, code) => {
  const asked = client.chat.completions.create({ model: 'm', messages: [user], ...request });
  await expect(asked).rejects.toMatchObject({ status: 400, message: `400 ${message}`, param, code });
});
