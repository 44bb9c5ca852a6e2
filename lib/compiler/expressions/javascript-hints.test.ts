// What people bring from other languages, and what is only probably a mistake: told in words.
import { expect, test } from 'vitest';
import * as errors from '../../errors.ts';
import { compile } from '../compile.ts';
import { formatProblem } from '../problems/format.ts';
import { catalogue } from '../testing/catalogue.ts';
import { codes, problems, result } from '../testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const issue = (params: unknown) => steps({ id: 'a', action: 'github.create_issue', params });

test.each([
  [{ transform: '$.inputs.l' }, ['json-path /steps/0/transform']],
  [{ transform: '$.other' }, []],
  [{ transform: '{{ inputs.l[from = inputs.s] }}' }, ['root-in-path /steps/0/transform']],
  [{ transform: '{{ inputs.l.{"t": title, "n": execution.id} }}' }, ['root-in-path /steps/0/transform']],
  [{ transform: '{{ inputs.l[from = inputs.other].inputs.s }}' }, []],
  [
    { action: 'gmail.list_messages', retry: { on: ['RateLimitd', 'Lambda.Unknown', 'MyError'] } },
    ['unlikely-error /steps/0/retry/on/0'],
  ],
])('%j only warns', (step, expected) => {
  const compiled = result({ id: 'w', inputs: { l: {}, s: {} }, steps: [{ id: 'a', ...step }] });
  const warnings = compiled.ok ? compiled.warnings.filter(({ code }) => code !== 'unused-input') : undefined;
  expect(warnings?.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(expected);
});

test('errors that actions throw are likely', () => {
  const on = Object.keys(errors).filter(
    (name) => !['OrchestraError', 'RetryAfter'].includes(name) && /^[A-Z]/.test(name),
  );
  const compiled = result(steps({ ...fetch, retry: { on } }));
  expect(on).toContain('RateLimited');
  // A name that is none of these is nearest to one of them, so each has to be known.
  expect(compiled.ok && compiled.warnings).toEqual([]);
});

const printed = (document: unknown) => problems(document).map(formatProblem);

test('what people bring from other languages is told in one problem', () => {
  expect(printed({ StartAt: 'a', States: { a: { Type: 'Pass', End: true } } })).toEqual([
    'the workflow: This is a definition in Amazon States Language, which workflows are compiled to [wrong-type]\n    It looks like {"id": "my_workflow", "steps": [ … ]}.',
  ]);
  expect(printed({ ...steps(fetch), inputs: { n: 'string' } })).toEqual([
    '/inputs/n: n must be an object, not a string ("string") [wrong-type]\n    An input is declared by an object: {"type": "string"}.',
  ]);
  expect(printed(steps({ ...fetch, if: '{{ true }}' }))).toEqual([
    '/steps/0/if: There is no key "if" here [unknown-key]\n    Did you mean when? Keys: id, when, default, comment, connection, timeout_seconds, retry, on_error, action, on_unknown, background, params.',
  ]);
  expect(printed(steps({ ...fetch, retry: 3 }))).toEqual([
    '/steps/0/retry: retry must be an object, not a number (3) [wrong-type]',
  ]);
});

test('a parameter that is null is left out where it may be', () => {
  expect(codes(issue({ repo_name: 'o/r', title: 't', body: null }))).toEqual([]);
  expect(codes(issue({ repo_name: 'o/r', title: null }))).toEqual([
    'invalid-parameter /steps/0/params/title',
  ]);
});

test('lengths are counted in characters and items, one of them in the singular', () => {
  const messages = [
    ...problems({ id: 'w', name: '', steps: [{ id: 'a', transform: 1 }] }),
    ...problems(issue({ repo_name: 'o/r', title: '' })),
    ...problems(steps({ id: 'a', agent: { goal: 'x', tools: [] } })),
    ...problems(steps({ id: 'a', fail: { error: 'x'.repeat(257) } })),
  ].map(({ message }) => message.split(', not')[0]);
  expect(messages).toEqual([
    'name must have at least 1 character',
    'title must have at least 1 character',
    'tools must have at least 1 item',
    'error must have at most 256 characters',
  ]);
});

test('a choice of parameters, and a form that a parameter has to have, are told in words', () => {
  const choosing = catalogue.map((action) => ({
    ...action,
    input: {
      ...action.input,
      properties: { a: { type: 'string', description: 'An a', pattern: '^a$' }, b: { type: 'string' } },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
      required: [],
    },
  }));
  const told = (params: object) => {
    const compiled = compile(steps({ ...fetch, params }), {
      catalogue: choosing,
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'https://api',
    });
    return compiled.ok ? [] : compiled.problems.map(formatProblem);
  };
  expect(told({})).toEqual([
    '/steps/0/params: gmail.list_messages needs exactly one of a and b, and has none [missing-parameter]\n    a: An a. b',
  ]);
  expect(told({ a: 'a', b: 'b' })).toEqual([
    '/steps/0/params: gmail.list_messages needs exactly one of a and b, not a and b [invalid-parameter]\n    a: An a. b',
  ]);
  expect(told({ a: 'x' })).toEqual([
    '/steps/0/params/a: a cannot be "x" [invalid-parameter]\n    What it is: An a',
  ]);
});

test('the name of a method of every object, which jsonata calls, is no key', () => {
  expect(codes(steps({ id: 'a', transform: { a: { hasOwnProperty: 1 } } }))).toEqual([
    'forbidden-key /steps/0/transform/a/hasOwnProperty',
  ]);
});

test('a name that is also a value is said to stand in backticks', () => {
  const document = (expression: string) => ({
    id: 'w',
    inputs: { true: {} },
    steps: [{ id: 'a', transform: expression }],
  });
  expect(printed(document('{{ inputs.true }}'))).toEqual([
    '/steps/0/transform, column 11: The literal value true cannot be used as a step within a path expression [expression-syntax]\n    A name that is also a value needs backticks: `true`.',
  ]);
  expect(printed(document('{{ inputs.`true` = true }}'))).toEqual([]);
});

test('what is fixed on saving is no expression', () => {
  expect(printed({ ...steps(fetch), concurrency: { limit: '{{ inputs.n }}' } })).toEqual([
    '/concurrency/limit: limit must be a number, not a string ("{{ inputs.n }}") [wrong-type]\n    It is fixed when the workflow is saved, so it cannot be an expression.',
  ]);
});

test('a whole number is not broken', () => {
  const withDefault = (value: unknown) => ({
    id: 'w',
    inputs: { n: { type: 'integer', default: value } },
    steps: [{ id: 'a', transform: '{{ inputs.n }}' }],
  });
  expect(codes(withDefault(1.5))).toEqual(['default-mismatch /inputs/n/default']);
  expect(codes(withDefault(2))).toEqual([]);
});
