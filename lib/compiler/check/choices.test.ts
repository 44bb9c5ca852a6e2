// Params that may be one of several.
import { expect, test } from 'vitest';
import type { JsonSchema } from '../../actions/catalogue.ts';
import { compile } from '../compile.ts';
import { formatProblem } from '../problems/format.ts';
import { catalogue } from '../testing/catalogue.ts';

/** What is said of these params of an action whose input has this schema. */
function told(input: JsonSchema, params: object): string[] {
  const compiled = compile(
    { id: 'w', inputs: { x: {} }, steps: [{ id: 'a', action: 'gmail.list_messages', params }] },
    {
      catalogue: catalogue.map((action) => ({
        ...action,
        input: { ...action.input, required: [], ...input },
      })),
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'https://api',
    },
  );
  return compiled.ok ? [] : compiled.problems.map(formatProblem);
}

const mail = {
  properties: { to: { type: 'string', description: 'Who' }, subject: {}, answers: {}, body: {} },
  anyOf: [{ required: ['to', 'subject'] }, { required: ['answers'] }],
} as const;
const one = {
  properties: { a: {}, b: {}, c: {} },
  oneOf: [{ required: ['a'] }, { required: ['b'] }],
} as const;
const either = { properties: { a: { description: 'An a' }, b: {} }, not: { required: ['a', 'b'] } } as const;
const expression = '{{ inputs.x }}';

test.each([
  [
    mail,
    { body: expression },
    'gmail.list_messages needs at least one of to with subject and answers, and has none [missing-parameter]\n    to: Who. subject. answers',
  ],
  [
    mail,
    { body: 'x', subject: expression },
    'gmail.list_messages needs to beside subject [missing-parameter]\n    to: Who. subject. answers',
  ],
  [
    mail,
    { to: expression },
    'gmail.list_messages needs subject beside to [missing-parameter]\n    to: Who. subject. answers',
  ],
  [
    one,
    { c: expression },
    'gmail.list_messages needs exactly one of a and b, and has none [missing-parameter]\n    a. b',
  ],
  [
    one,
    { a: expression, b: expression },
    'gmail.list_messages needs exactly one of a and b, not a and b [invalid-parameter]\n    a. b',
  ],
  [
    either,
    { a: 'x', b: expression },
    'gmail.list_messages takes only one of a and b [invalid-parameter]\n    a: An a. b',
  ],
])('which parameters %j needs does not depend on what expressions give: %j', (input, params, expected) => {
  expect(told(input, params)).toEqual([`/steps/0/params: ${expected}`]);
});

test.each([
  [mail, { to: expression, subject: 's' }],
  [mail, { subject: 's', answers: expression }],
  [one, { a: expression, c: 1 }],
  [either, { a: expression }],
  [either, { a: null, b: 1 }],
  [either, {}],
])('a choice of %j that is made: %j', (input, params) => {
  expect(told(input, params)).toEqual([]);
});

const format = {
  oneOf: [
    {
      type: 'object',
      properties: {
        type: { const: 'schema' },
        schema: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            of: { type: 'object', properties: { deep: { type: 'integer' } }, required: ['deep'] },
          },
          required: ['name', 'of'],
        },
      },
      required: ['type', 'schema'],
    },
    { type: 'object', properties: { type: { const: 'none' } }, required: ['type'] },
    { type: 'null' },
  ],
} as const;

test('what alternatives look like is told, as far as they are objects', () => {
  expect(told({ properties: { format } }, { format: { type: 'shema' } })).toEqual([
    expect.stringMatching(
      /\n {4}One of \{"type": "schema", "schema": \{"name": "…", "of": \{…\}\}\} or \{"type": "none"\}\.$/,
    ),
  ]);
  expect(
    told({ properties: { format: { anyOf: [{ type: 'string' }, { type: 'number' }] } } }, { format: [] }),
  ).toEqual([
    '/steps/0/params/format: format must be a string or a number as the action describes it, not [] [invalid-parameter]',
  ]);
});

test('where it is plain which alternative is meant, what is wrong with it is told, and nothing of the others', () => {
  const wrong = (value: object) => told({ properties: { format } }, { format: value });
  expect(wrong({ type: 'schema', schema: { name: 1, of: { deep: 1 } } })).toEqual([
    '/steps/0/params/format/schema/name: format.schema.name must be a string, not 1 [invalid-parameter]',
  ]);
  expect(wrong({ type: 'schema', schema: { name: 'n', of: {} } })).toEqual([
    '/steps/0/params/format/schema/of: gmail.list_messages needs the parameter deep [missing-parameter]\n    Parameters: deep.',
  ]);
  expect(wrong({ type: 'schema' })).toEqual([
    expect.stringContaining('/steps/0/params/format: gmail.list_messages needs the parameter schema'),
  ]);
  expect(wrong({ type: 'schema', schema: { name: 'n', of: expression } })).toEqual([]);
});
