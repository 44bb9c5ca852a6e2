// openai.chat with a response_format: an answer that does not keep to it is an error, whatever the server lets pass.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: chat } = await import('./chat.ts');

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

const completion = ({ content }: { content: string }) => ({
  body: { choices: [{ finish_reason: 'stop', message: { role: 'assistant', content } }] },
});
const messages = [{ role: 'user', content: 'Hello' }];
const kinds = {
  type: 'object',
  properties: { kind: { type: 'string', enum: ['bug', 'spam'] } },
  required: ['kind'],
  additionalProperties: false,
};
const inKinds = { type: 'json_schema', json_schema: { name: 'answer', schema: kinds } };

const failsTwice = (problem: string, text: string) => ({
  name: 'InvalidModelOutput',
  message: `The model's answer does not fit response_format, also when it was told why: ${problem}. It was: ${text}`,
});
/** What the model was told of its first answer. */
const told = () => Object(server.asked[1]?.json).messages;

test.each([
  ['a value outside its enumeration', '{"kind":"A"}', '/kind must be one of "bug", "spam"'],
  ['a wrong type', '{"kind":7}', '/kind must be a string; /kind must be one of "bug", "spam"'],
  ['a further property', '{"kind":"bug","why":"x"}', 'it must not have "why", which is not known here'],
  ['a list', '[{"kind":"bug"}]', 'it must be an object'],
  ['a missing field', '{}', 'it must have "kind"'],
  ['null', 'null', 'it must be an object'],
  ['a wrong last one of two keys', '{"kind":"bug","kind":"A"}', '/kind must be one of "bug", "spam"'],
  ['a wrong value in a fence', '```json\n{"kind":"A"}\n```', '/kind must be one of "bug", "spam"'],
  ['words', 'Sure!', 'it is not JSON'],
  ['a number that is larger than any', '{"kind":1e400}', 'it has a number that is larger than any, at /kind'],
])(
  'an answer that breaks its schema by %s goes back once, and is an error with the text then',
  async (_what, content, problem) => {
    const second = content.replace('"A"', '"B"');
    server.answer(completion({ content }), completion({ content: second }), completion({ content }));
    await expect(invoke(chat, { messages, response_format: inKinds })).rejects.toMatchObject(
      failsTwice(problem, second),
    );
    expect(server.asked).toHaveLength(2);
    expect(told()).toEqual([
      ...messages,
      { role: 'assistant', content },
      {
        role: 'user',
        content: `This answer does not fit: ${problem}. Answer again, with JSON that fits and nothing else.`,
      },
    ]);
    if (content === 'Sure!' || content.includes('1e400')) return;
    // What need not keep to the schema passes as it is.
    const loose = { type: 'json_schema', json_schema: { name: 'answer', schema: kinds, strict: false } };
    expect(await invoke(chat, { messages, response_format: loose })).toMatchObject({ text: content });
  },
);

test.each(['[]', '"x"', '7', 'null'])('any JSON object that is %s is an error', async (content) => {
  server.answer(completion({ content }), completion({ content }));
  await expect(invoke(chat, { messages, response_format: { type: 'json_object' } })).rejects.toMatchObject(
    failsTwice('it must be an object', content),
  );
});

test('an answer that fits when the model was told why is the answer, which costs what both do', async () => {
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const answer = (content: string) => ({
    body: { ...completion({ content }).body, model: 'gpt-5.4-mini', usage },
  });
  server.answer(answer('{"kind":"A"}'), answer('{"kind":"bug"}'));
  expect(await invoke(chat, { messages, response_format: inKinds })).toEqual({
    text: '{"kind":"bug"}',
    model: 'gpt-5.4-mini',
    finish_reason: 'stop',
    json: { kind: 'bug' },
    usage: { prompt_tokens: 200, completion_tokens: 20, total_tokens: 220, cost_usd: 0.00024 },
  });
});

test('an answer that a limit has cut off does not go back, which would not mend it', async () => {
  const { body } = completion({ content: '{"kind":' });
  server.answer({
    body: { choices: body.choices.map((choice) => ({ ...choice, finish_reason: 'length' })) },
  });
  await expect(invoke(chat, { messages, response_format: inKinds })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('cut off by the limit of tokens'),
  });
  expect(server.asked).toHaveLength(1);
});

test('an amount is a multiple of a cent, and a whole number beyond 2^53 fits', async () => {
  const amount = {
    type: 'object',
    properties: { a: { type: 'number', multipleOf: 0.01 }, b: { type: 'integer' } },
  };
  const content = '{"a":19.99,"b":9007199254740993}';
  server.answer(completion({ content }));
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema: amount } };
  expect(await invoke(chat, { messages, response_format: format })).toMatchObject({
    text: content,
    json: { a: 19.99 },
  });
});

test.each([
  ['an answer', '{"id":8202522731445525542,"price":19.90}', '{"id":8202522731445525542,"price":19.9}'],
  ['one in a fence', '```json\n{"ids":[-9223372036854775808]}\n```', '{"ids":[-9223372036854775808]}'],
  [
    'one with half a character',
    '{"id":8202522731445525542,"a":"\\ud83d"}',
    '{"id":8202522731445525542,"a":"\ufffd"}',
  ],
])('whole numbers beyond 2^53 keep their digits in the JSON of %s', async (_what, content, json) => {
  server.answer(completion({ content }));
  const output = await invoke(chat, { messages, response_format: { type: 'json_object' } });
  expect(JSON.stringify(output['json'])).toBe(json);
});

test.each([
  ['{"id":8202522731445525542}', '/id must be at most 1000'],
  ['{"id":1e400}', undefined],
  [`{"id":1${'0'.repeat(400)}}`, undefined],
  ['8202522731445525542', 'it must be an object'],
])('a number beyond 2^53 is compared with its schema as a number: %s', async (content, problem) => {
  const schema = { type: 'object', properties: { id: { type: 'integer', maximum: 1000 } } };
  server.answer(completion({ content }), completion({ content }));
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
  await expect(invoke(chat, { messages, response_format: format })).rejects.toMatchObject(
    failsTwice(problem ?? 'it has a number that is larger than any, at /id', content),
  );
});

test('an invalid schema is refused before the model is called', async () => {
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'text' } } };
  await expect(invoke(chat, { messages, response_format: format })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'A schema given to the model is not a valid JSON Schema',
  });
  expect(server.asked).toEqual([]);
});
