// Params against the input schema of their action, as far as what expressions give is known.
import { expect, test } from 'vitest';
import { codes } from '../testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const issue = (params: unknown) => ({
  id: 'w',
  steps: [{ id: 'a', action: 'github.create_issue', params }],
});

test('an expression whose value is not known hides only what depends on it', () => {
  const expression = '{{ inputs.x }}';
  const withInput = (params: unknown) => ({ ...issue(params), inputs: { x: {} } });
  expect(codes(withInput({ repo_name: expression, title: expression, labels: expression }))).toEqual([]);
  expect(codes(withInput({ repo_name: expression, labels: [expression, 5] }))).toEqual([
    'missing-parameter /steps/0/params',
    'invalid-parameter /steps/0/params/labels/1',
  ]);
  const chat = (params: unknown) => ({
    id: 'w',
    inputs: { x: {} },
    steps: [{ id: 'a', action: 'openai.chat', params }],
  });
  expect(codes(chat({ stop: ['a', expression] }))).toEqual([]);
  expect(codes(chat({ stop: { a: expression } }))).toEqual([]);
  expect(codes(chat({ stop: [1] }))).toEqual(['invalid-parameter /steps/0/params/stop']);
  expect(codes(chat({ messages: [{ role: 'usr', content: expression }, { role: expression }] }))).toEqual([
    'invalid-parameter /steps/0/params/messages/0/role',
    'missing-parameter /steps/0/params/messages/1',
  ]);
  expect(codes(chat({ variables: { any: [expression], thing: 1 } }))).toEqual([]);
});

test.each([
  ['{{ inputs.text }}', []],
  ['{{ inputs.number }}', []],
  ['{{ inputs.unknown }}', []],
  ['{{ steps.fetch.result_size_estimate }}', []],
  ['{{ steps.fetch.messages[0].attachments.size }}', []],
  ['{{ inputs.nullable }}', []],
  ['{{ steps.fetch }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ steps.fetch.messages }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ steps.fetch.messages[0].subject }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ steps.fetch.messages.subject }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ inputs.number }}0', ['type-mismatch /steps/1/params/max_results']],
  ['{{ inputs.number > 1 }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ inputs.number > 1 ? "a" : 1 }}', []],
  ['{{ inputs.list }}', ['type-mismatch /steps/1/params/max_results']],
])('an integer parameter given %s', (max_results, expected) => {
  const document = {
    id: 'w',
    inputs: {
      text: {},
      number: { type: 'number' },
      unknown: {},
      list: { type: 'array' },
      nullable: { type: 'integer', default: null },
    },
    steps: [fetch, { id: 'b', action: 'gmail.list_messages', params: { max_results } }],
  };
  expect(codes(document)).toEqual(expected);
});
