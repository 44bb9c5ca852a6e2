// A prompt that is edited and sent.
import { expect, test } from 'vitest';
import { declaredOf, draftOf, emptyDraft, readDraft, type Template, templateOf } from './prompt-draft.ts';

const template: Template = {
  id: 'letter',
  name: 'Letter',
  user_prompt: 'Dear {{ name }}, {{ list }}',
  variables: { name: { description: 'Who' }, list: { default: [1, 2] } },
  temperature: 0.5,
  version: 3,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  updated_by: 'ada',
  warnings: [],
};

test('what was not touched is sent as it was', () => {
  const {
    version: _,
    created_at: __,
    updated_at: ___,
    updated_by: ____,
    warnings: _____,
    ...sent
  } = template;
  expect(templateOf(draftOf(template), template)).toEqual(sent);
});

test('variables follow the text: one that is used is declared, one that is not is left out', () => {
  const draft = { ...draftOf(template), user_prompt: '{{ name }} {{ city }}', model: 'gpt-5' };
  expect(templateOf(draft, template)).toMatchObject({
    variables: { name: { description: 'Who' }, city: {} },
    model: 'gpt-5',
  });
  const changed = { ...draft, variables: { city: { description: '', default: 'Rome' } } };
  expect(templateOf(changed, template).variables).toEqual({ city: { default: 'Rome' }, name: {} });
});

test('a draft is read as it was written, and nothing else is one', () => {
  const draft = draftOf(template);
  expect(readDraft(JSON.stringify(draft))).toEqual(draft);
  for (const text of ['', 'null', '{"name":1}', '[]x']) expect(readDraft(text)).toBeUndefined();
  expect(templateOf({ ...emptyDraft, id: 'n', name: 'N', user_prompt: 'Hi' }, undefined)).toEqual({
    id: 'n',
    name: 'N',
    user_prompt: 'Hi',
    variables: {},
  });
});

test('an empty default is none, in the preview too', () => {
  const draft = draftOf({ ...template, variables: { name: { default: '' }, list: { default: [1, 2] } } });
  expect(declaredOf(draft)).toEqual({ name: {}, list: { default: '[1,2]' } });
});
