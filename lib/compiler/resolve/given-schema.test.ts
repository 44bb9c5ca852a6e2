// What is known of an output whose schema the step's own params give.
import { expect, test } from 'vitest';
import { codes, result } from '../testing/compile.ts';

const schema = {
  type: 'object',
  properties: {
    category: { type: 'string', enum: ['bug', 'spam'] },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['category', 'tags'],
  additionalProperties: false,
};

const asked = (given: unknown, output: unknown) => ({
  id: 'w',
  inputs: { schema: { type: 'object' } },
  steps: [
    {
      id: 'ask',
      action: 'openai.chat',
      params: {
        messages: [{ role: 'user', content: '{{ $string(inputs.schema) }}' }],
        response_format: { type: 'json_schema', json_schema: { name: 'k', schema: given } },
      },
    },
  ],
  output,
});

test.each([
  ['{{ steps.ask.json.categry }}', ['unknown-field /output:19']],
  ['{{ steps.ask.json.category.name }}', ['unknown-field /output:28']],
  ['{{ steps.ask.json.category + 1 }}', ['type-mismatch /output:28']],
  ['{{ $sum(steps.ask.json.tags) }}', ['type-mismatch /output:4']],
  ['{{ steps.ask.json.category = "bug" and "x" in steps.ask.json.tags }}', []],
  ['{{ steps.ask.json.tags[0] & steps.ask.text }}', []],
])('a literal schema: %s', (output, expected) => {
  expect(codes(asked(schema, output))).toEqual(expected);
});

test('a text that the schema does not have is never equal', () => {
  const { warnings } = result(asked(schema, '{{ steps.ask.json.category = "bugs" }}'));
  expect(warnings.filter(({ code }) => code !== 'unused-input')).toMatchObject([
    { code: 'unlikely-comparison', hint: 'Possible values: "bug", "spam".' },
  ]);
});

test('a schema that an expression gives says nothing before the run', () => {
  expect(codes(asked('{{ inputs.schema }}', '{{ steps.ask.json.categry }}'))).toEqual([]);
});

test('what is no schema is a problem, and nothing is known of the field', () => {
  const wrong = { type: 'object', properties: { a: 'string' } };
  expect(codes(asked(wrong, '{{ steps.ask.json.b }}'))).toEqual([
    'invalid-schema /steps/0/params/response_format/json_schema/schema/properties/a',
  ]);
});
