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

test.each([
  ['a value outside its enumeration', '{"kind":"A"}', '/kind must be one of "bug", "spam"'],
  ['a wrong type', '{"kind":7}', '/kind must be a string; /kind must be one of "bug", "spam"'],
  ['a further property', '{"kind":"bug","why":"x"}', 'it must not have "why", which is not known here'],
  ['a list', '[{"kind":"bug"}]', 'it must be an object'],
  ['a missing field', '{}', 'it must have "kind"'],
  ['null', 'null', 'it must be an object'],
  ['a wrong last one of two keys', '{"kind":"bug","kind":"A"}', '/kind must be one of "bug", "spam"'],
  ['a wrong value in a fence', '```json\n{"kind":"A"}\n```', '/kind must be one of "bug", "spam"'],
])('an answer that breaks its schema by %s is an error with the text', async (_what, content, problem) => {
  server.answer(completion({ content }), completion({ content }));
  await expect(invoke(chat, { messages, response_format: inKinds })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `The model's answer does not fit response_format: ${problem}. It was: ${content}`,
  });
  expect(server.asked).toHaveLength(1);
  // What need not keep to the schema passes as it is.
  const loose = { type: 'json_schema', json_schema: { name: 'answer', schema: kinds, strict: false } };
  expect(await invoke(chat, { messages, response_format: loose })).toMatchObject({ text: content });
});

test.each(['[]', '"x"', '7', 'null'])('any JSON object that is %s is an error', async (content) => {
  server.answer(completion({ content }));
  await expect(invoke(chat, { messages, response_format: { type: 'json_object' } })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `The model's answer does not fit response_format: it must be an object. It was: ${content}`,
  });
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
  server.answer(completion({ content }));
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
  await expect(invoke(chat, { messages, response_format: format })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: problem
      ? `The model's answer does not fit response_format: ${problem}. It was: ${content}`
      : `The model's JSON has a number that is larger than any, at /id: ${content}`,
  });
});

test('an invalid schema is refused before the model is called', async () => {
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'text' } } };
  await expect(invoke(chat, { messages, response_format: format })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'A schema given to the model is not a valid JSON Schema',
  });
  expect(server.asked).toEqual([]);
});
