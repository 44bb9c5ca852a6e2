// What is marked in a text, how badly, and what mends it.
import { expect, test } from 'vitest';
import { catalogue } from '../../../../lib/compiler/testing/catalogue.ts';
import { checkText } from './check-text.ts';

const account = {
  actions: catalogue,
  deployment: { function_arn_prefix: '', state_machine_arn_prefix: '', api_url: '' },
};
const saved = { read: async () => undefined, ids: async () => [] };

/** Of each problem how bad it is, its code and what is marked. */
async function marked(text: string) {
  const found = await checkText(text, account, saved, Date.UTC(2026, 2, 1));
  return found.map(({ severity, code, from, to }) => [severity, code, text.slice(from, to)]);
}
const workflow = (value: unknown, more: object = {}) =>
  JSON.stringify({ id: 'w', ...more, steps: [{ id: 'a', transform: value }], output: '{{ steps.a }}' });

test('a text that is nested too deep says so at the first bracket that is too many, and nothing else', async () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(await checkText(nested(201), account, saved, 0)).toEqual([
    {
      ...{ severity: 'error', code: 'invalid-json', pointer: '' },
      message: 'This is not valid JSON: nested deeper than 200 levels',
      ...{ from: 200, to: 201 },
    },
  ]);
  expect((await marked(nested(200))).map(([, code]) => code)).not.toContain('invalid-json');
});

test('a mistake is an error, what only looks like one a warning', async () => {
  expect(await marked(workflow('{{ steps.b }}'))).toEqual([['error', 'unknown-reference', 'b']]);
  expect(await marked(workflow(1, { inputs: { unread: { type: 'string' } } }))).toEqual([
    ['warning', 'unused-input', '"unread"'],
  ]);
  expect(await marked(workflow(1))).toEqual([]);
});

test('what reading the text as JSON would lose is an error where it stands, before the warnings', async () => {
  const text = workflow(1, { inputs: { unread: { type: 'string' } } }).replace(
    '"transform":1',
    '"transform":1,"transform":1e999',
  );
  expect(await marked(text)).toEqual([
    ['error', 'duplicate-key', '"transform"'],
    ['error', 'inexact-number', '1e999'],
    ['warning', 'unused-input', '"unread"'],
  ]);
});

test('in an expression the name is marked, elsewhere the whole string', async () => {
  expect(await marked(workflow('x {{ $lenght("é") }}'))).toEqual([['error', 'unknown-function', '$lenght']]);
  expect(await marked(workflow(1).replace('"id":"w"', '"id":"w w"'))).toEqual([
    ['error', 'invalid-id', '"w w"'],
  ]);
});

test('a mistake that has a fix brings what it changes in the text, and what it means', async () => {
  const text = workflow(1).replace('"output"', '"ouput"');
  const [found] = await checkText(text, account, saved, 0);
  const offset = text.indexOf('"ouput"');
  expect([found?.code, found?.fix]).toEqual([
    'unknown-key',
    {
      verb: 'Change to',
      what: 'output',
      change: { offset, length: '"ouput"'.length, text: '"output"' },
    },
  ]);
});
