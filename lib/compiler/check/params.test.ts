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

test('null leaves an optional parameter out, and no parameter that there is not', () => {
  const given = { repo_name: 'a/b', title: 't' };
  expect(codes(issue({ ...given, body: null }))).toEqual([]);
  expect(codes(issue({ ...given, bodi: null }))).toEqual(['unknown-parameter /steps/0/params/bodi']);
  expect(codes(issue({ ...given, title: null }))).toEqual(['invalid-parameter /steps/0/params/title']);
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

test('a parameter that refers to a definition, in itself and under names of the caller’s', () => {
  const query = (params: object) => ({
    id: 'w',
    inputs: { n: { type: 'number' }, flag: { type: 'boolean' }, any: {} },
    steps: [{ id: 'a', action: 'notion.query_pages', params }],
    output: ['{{ inputs.n }}', '{{ inputs.flag }}', '{{ inputs.any }}'],
  });
  const at = (code: string, pointer: string) => [`${code} /steps/0/params/${pointer}`];
  const nested = (equals: unknown) => ({ filter: { and: [{ equals: 'x' }, { and: [{ equals }] }] } });
  expect(codes(query(nested('x')))).toEqual([]);
  expect(codes(query(nested('{{ inputs.any }}')))).toEqual([]);
  expect(codes(query(nested(5)))).toEqual(at('invalid-parameter', 'filter/and/1/and/0/equals'));
  expect(codes(query(nested('{{ inputs.flag }}')))).toEqual(at('type-mismatch', 'filter/and/1/and/0/equals'));
  expect(codes(query({ filter: { equal: 'x' } }))).toEqual(at('unknown-parameter', 'filter/equal'));
  expect(codes(query({ filter: '{{ inputs.n }}' }))).toEqual(at('type-mismatch', 'filter'));
  const properties = (one: unknown) => query({ properties: { 'One name': 'x', other: one } });
  expect(codes(properties(7))).toEqual([]);
  expect(codes(properties('{{ inputs.n }}'))).toEqual([]);
  // One problem, not one for each alternative.
  expect(codes(properties('too long'))).toEqual(at('invalid-parameter', 'properties/other'));
  expect(codes(properties(true))).toEqual(at('invalid-parameter', 'properties/other'));
  expect(codes(properties('{{ inputs.flag }}'))).toEqual(at('type-mismatch', 'properties/other'));
});
