// What the emulated Responses API refuses, as OpenAI does.
import { expect, test } from 'vitest';
import { encryptedReasoning } from './encrypted-reasoning.ts';
import { checkResponses } from './refusals.ts';

const user = { role: 'user', content: 'Hello' };
const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
const result = { type: 'function_call_output', call_id: 'c1', output: '{}' };
const reasoning = { type: 'reasoning', summary: [], encrypted_content: encryptedReasoning('x') };
const check = (rest: object) =>
  checkResponses({ model: 'gpt-5.6-luna', input: [user], store: false, ...rest });

test.each([
  ['a text', { input: 'Hello' }],
  ['a whole turn', { input: [user, reasoning, call, result, { role: 'assistant', content: 'Done.' }] }],
  [
    'two calls, then their results',
    { input: [user, call, { ...call, call_id: 'c2' }, { ...result, call_id: 'c2' }, result] },
  ],
  [
    'reasoning before a text',
    { input: [user, reasoning, { role: 'assistant', content: 'a', phase: 'commentary' }] },
  ],
  [
    'a temperature where the model does not reason',
    { reasoning: { effort: 'none' }, model: 'gpt-5.4', temperature: 0 },
  ],
  [
    'tools while it reasons',
    { tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: false }] },
  ],
  ['a format', { text: { format: { type: 'json_object' }, verbosity: 'low' }, input: 'As JSON' }],
])('taken: %s', (_, rest) => {
  expect(check(rest)).toBeUndefined();
});

test.each([
  ['a field that is none', { horizon: 1 }, "Unknown parameter: 'horizon'.", 'horizon', 'unknown_parameter'],
  [
    'a response that is not there',
    { previous_response_id: 'resp_1' },
    "Previous response with id 'resp_1' not found.",
    'previous_response_id',
    'previous_response_not_found',
  ],
  [
    'a field of the older API',
    { response_format: {} },
    "In the Responses API, this parameter has moved to 'text.format'.",
    'response_format',
    'unsupported_parameter',
  ],
  [
    'a field of a message that is none',
    { input: [{ ...user, reasoning_content: 'x' }] },
    "Unknown parameter: 'input[0].reasoning_content'.",
    'input[0].reasoning_content',
    'unknown_parameter',
  ],
  [
    'a role of the older API',
    { input: [{ role: 'tool', content: 'x' }] },
    "'input[0].role'",
    'input[0].role',
    'invalid_type',
  ],
  [
    'a call without its id',
    { input: [user, { type: 'function_call', name: 'f', arguments: '{}' }] },
    "Missing required parameter: 'input[1].call_id'.",
    'input[1].call_id',
    'missing_required_parameter',
  ],
  [
    'a name that no function can have',
    { input: [user, { ...call, name: 'a.b' }, result] },
    "Invalid 'input[1].name': string does not match pattern.",
    'input[1].name',
    'invalid_value',
  ],
  [
    'a result without its call',
    { input: [user, result] },
    'No tool call found for function call output with call_id c1.',
    'input',
    null,
  ],
  ['a result before its call', { input: [user, result, call] }, 'No tool call found', 'input', null],
  [
    'a call without its result',
    { input: [user, call] },
    'No tool output found for function call c1.',
    'input',
    null,
  ],
  [
    'reasoning with nothing behind it',
    { input: [user, reasoning] },
    "of type 'reasoning' was provided without its required following item.",
    'input',
    null,
  ],
  [
    'reasoning before what the user says',
    { input: [reasoning, user] },
    'without its required following item',
    'input',
    null,
  ],
  [
    'reasoning that somebody has changed',
    { input: [user, { ...reasoning, encrypted_content: `${reasoning.encrypted_content}x` }, call, result] },
    'could not be verified',
    null,
    'invalid_encrypted_content',
  ],
  [
    'reasoning by its id alone, where nothing is stored',
    { input: [user, { type: 'reasoning', id: 'rs_1', summary: [] }, call, result] },
    "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
    'input',
    null,
  ],
  [
    'a tool in the form of the older API',
    { tools: [{ type: 'function', function: { name: 'f' } }] },
    "Missing required parameter: 'tools[0].name'.",
    'tools[0].name',
    'missing_required_parameter',
  ],
  [
    'a strict tool that is not closed',
    {
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: true }],
    },
    "'additionalProperties' is required to be supplied and to be false.",
    'tools[0].parameters',
    'invalid_function_parameters',
  ],
  [
    'a strict schema that is not closed',
    { text: { format: { type: 'json_schema', name: 'a', schema: { type: 'object' }, strict: true } } },
    "Invalid schema for response_format 'a'",
    'text.format.schema',
    'invalid_json_schema',
  ],
  [
    'a format in the form of the older API',
    { text: { format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } } },
    "Missing required parameter: 'text.format.name'.",
    'text.format.name',
    'missing_required_parameter',
  ],
  [
    'JSON of which no message speaks',
    { text: { format: { type: 'json_object' } } },
    "the word 'json'",
    'input',
    null,
  ],
  [
    'a small limit',
    { max_output_tokens: 15 },
    'Expected a value >= 16, but got 15',
    'max_output_tokens',
    'integer_below_min_value',
  ],
  [
    'a temperature where it reasons',
    { temperature: 0 },
    "'temperature' is not supported with this model",
    'temperature',
    'unsupported_parameter',
  ],
  [
    'an effort where no model reasons',
    { model: 'gpt-4o', reasoning: { effort: 'low' } },
    "'reasoning.effort'",
    'reasoning.effort',
    'unsupported_parameter',
  ],
  [
    'an effort that the model does not have',
    { reasoning: { effort: 'minimal' } },
    "'minimal' is not supported",
    'reasoning.effort',
    'unsupported_value',
  ],
  [
    'encrypted reasoning of a model that does not reason',
    { model: 'gpt-4o', include: ['reasoning.encrypted_content'] },
    'Encrypted content is not supported with this model.',
    'include',
    null,
  ],
  [
    'a verbosity of an older model',
    { model: 'gpt-4.1', text: { verbosity: 'low' } },
    "'low' is not supported with the 'gpt-4.1' model",
    'text.verbosity',
    'unsupported_value',
  ],
])('refused: %s', (_, rest, message, param, code) => {
  const refusal = check(rest);
  expect(refusal?.[0]).toContain(message);
  expect(refusal?.slice(1)).toEqual([param, code]);
});
