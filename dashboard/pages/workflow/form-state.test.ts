// What the form begins with, how it changes between fields and JSON, and what outlives a reload.
import { expect, test } from 'vitest';
import { beginForm, readDraft, readInput, switchMode, WHOLE, writeDraft } from './form-state.ts';
import type { Declarations } from './input-texts.ts';
import { prefillOf, runOf } from './prefill.ts';

const declared: Declarations = {
  repo: { type: 'string' },
  most: { type: 'integer', default: 20 },
  flags: { type: 'object', required: false },
};
const none = { prefill: '', runInput: undefined, lastInput: undefined };
const shown = (options: Partial<Parameters<typeof beginForm>[1]>) => {
  const { source, texts, unplaced, linkMistake } = beginForm(declared, { ...none, ...options });
  return {
    source,
    texts: Object.fromEntries(texts),
    unplaced: unplaced.map(({ name }) => name),
    linkMistake,
  };
};

test('it begins with the defaults, with what was used last over them', () => {
  expect(shown({})).toMatchObject({ source: 'defaults', texts: { most: '20' } });
  expect(shown({ lastInput: { repo: 'a/b', gone: 1 } })).toEqual({
    source: 'last',
    texts: { most: '20', repo: 'a/b' },
    unplaced: [],
    linkMistake: undefined,
  });
});

test('a link fills in the whole input, or input by input, and counts more than what was used last', () => {
  const last = { repo: 'last' };
  const whole = prefillOf(`?show=json&input=${encodeURIComponent('{"repo":"a&b","most":9007199254740993}')}`);
  expect(shown({ prefill: whole, lastInput: last })).toMatchObject({
    source: 'link',
    texts: { repo: 'a&b', most: '9007199254740993' },
  });
  expect(shown({ prefill: prefillOf('?repo=a%2Fb&most=x&other=1'), lastInput: last })).toMatchObject({
    texts: { repo: 'a/b', most: 'x' },
    unplaced: ['other'],
  });
});

test('a link whose input is no JSON says so', () => {
  expect(shown({ prefill: prefillOf('?input=%7B') })).toMatchObject({
    source: 'link',
    texts: { most: '20' },
    linkMistake: 'Line 1, column 2: close brace expected.',
  });
});

test('a link may name the run whose input is taken over', () => {
  const prefill = prefillOf('?from=mail.3f2c');
  expect(runOf(prefill)).toBe('mail.3f2c');
  expect(shown({ prefill, runInput: { repo: 'a/b', most: 1, gone: true } })).toMatchObject({
    source: 'run',
    texts: { repo: 'a/b', most: '1' },
    unplaced: ['gone'],
  });
  expect(shown({ prefill, lastInput: { repo: 'last' } })).toMatchObject({ source: 'defaults' });
});

test('there and back it is the same input', () => {
  const form = beginForm(declared, { ...none, lastInput: { repo: '', flags: { a: [1] } } });
  const json = switchMode(declared, form, 'json');
  if (!('form' in json)) throw new Error('refused');
  expect(json.form.json).toBe(JSON.stringify({ repo: '', most: 20, flags: { a: [1] } }, null, 2));
  const back = switchMode(declared, json.form, 'form');
  if (!('form' in back)) throw new Error('refused');
  expect(readInput(declared, back.form).input).toEqual({ repo: '', most: 20, flags: { a: [1] } });
});

test('it stays as it is when the other way could not show it', () => {
  const form = beginForm(declared, none);
  const texts = new Map([['flags', '{']]);
  expect(switchMode(declared, { ...form, texts }, 'json')).toEqual({
    mistakes: new Map([['flags', 'Line 1, column 2: close brace expected.']]),
  });
  const json = (text: string) => switchMode(declared, { ...form, mode: 'json', json: text }, 'form');
  expect(json('{"repo":1,"x":2}')).toEqual({
    mistakes: new Map([
      ['repo', 'The input is of the type string: 1'],
      ['x', 'The workflow has no such input: 2'],
    ]),
  });
  expect(json('')).toEqual({ mistakes: new Map([[WHOLE, 'There is no JSON here']]) });
});

test('a value whose input is gone is still there after a look at the JSON', () => {
  const form = { ...beginForm(declared, none), texts: new Map([['gone', 'typed']]) };
  const json = switchMode(declared, form, 'json');
  if (!('form' in json)) throw new Error('refused');
  expect(json.form.json).toBe('{}');
  const back = switchMode(declared, json.form, 'form');
  expect('form' in back && [...back.form.texts]).toEqual([['gone', 'typed']]);
});

test('what was typed outlives a reload, under the same link alone', () => {
  const form = { ...beginForm(declared, none), texts: new Map([['repo', 'typed']]) };
  const draft = writeDraft(form, 'repo=x');
  expect(readDraft(draft, 'repo=x')).toMatchObject({ source: 'draft', mode: 'form', texts: form.texts });
  expect(readDraft(draft, '')).toBeUndefined();
  expect(readDraft('', '')).toBeUndefined();
  expect(readDraft('{"prefill":"","mode":"form"}', '')).toBeUndefined();
});
