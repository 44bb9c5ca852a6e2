// A template's schema and rendering.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { growthOfEight } from '../../test/support/growth.ts';
import { render, template } from './template.ts';

const summary = {
  id: 'email_summary',
  name: 'Email summary',
  system_prompt: 'Answer in {{language}}.',
  user_prompt: 'Summarise:\n{{ email_content }}\n({{ email_content }})',
  variables: { email_content: { description: 'the mail' }, language: { default: 'English' } },
  model: 'gpt-4o-mini',
  temperature: 0.2,
};

const messages = (value: unknown) =>
  template.safeParse(value).error?.issues.map(({ path, message }) => [`/${path.join('/')}`, message]);

test('variables are inserted into both prompts; defaults replace missing ones', () => {
  expect(render(template.parse(summary), { email_content: 'Hello', unused: 1 })).toEqual({
    ok: true,
    prompt: {
      system_prompt: 'Answer in English.',
      user_prompt: 'Summarise:\nHello\n(Hello)',
      model: 'gpt-4o-mini',
      temperature: 0.2,
    },
  });
});

test.each([
  ['}} & $eval("x") & {{language}} {% 1 %} $& $1'],
  ['{{ email_content }}'],
  ['line\u2028break\nand "quotes" \\'],
])('a value stays text: %s', (value) => {
  const result = render(template.parse(summary), { email_content: value });
  expect(result.ok && result.prompt.user_prompt).toBe(`Summarise:\n${value}\n(${value})`);
});

test('values other than strings are inserted as JSON', () => {
  const one = template.parse({ id: 'a', name: 'A', user_prompt: '{{x}}', variables: ['x'] });
  const text = (x: unknown) => {
    const result = render(one, { x });
    return result.ok && result.prompt.user_prompt;
  };
  expect([5, false, 0, '', ['a']].map(text)).toEqual(['5', 'false', '0', '', '[\n  "a"\n]']);
});

test('every missing variable is named; null counts as missing, and so do inherited names', () => {
  const two = template.parse({
    id: 'a',
    name: 'A',
    user_prompt: '{{x}}{{toString}}',
    variables: ['x', 'toString'],
  });
  expect(render(two, { x: null, y: 1 })).toEqual({
    ok: false,
    missing: ['x', 'toString'],
    message: 'The template a needs the variables x, toString; given: x, y',
  });
  expect(render(template.parse(summary), {})).toMatchObject({
    missing: ['email_content'],
    message: 'The template email_summary needs the variable email_content; given: none',
  });
});

test('a template is refused with the places of its mistakes', () => {
  expect(messages({ ...summary, user_prompt: 'a {{ wrong }} {{ a.b }}', system_prompt: '{{ }}' })).toEqual([
    ['/system_prompt', '{{ }} is no placeholder; it would be {{ name }}'],
    ['/user_prompt', 'uses the variable wrong, which is not among variables'],
    ['/user_prompt', '{{ a.b }} is no placeholder; it would be {{ name }}'],
  ]);
  expect(messages({ ...summary, id: '../x' })?.[0]?.[0]).toBe('/id');
  expect(messages({ ...summary, temprature: 1 })).toEqual([['/', 'Unrecognized key: "temprature"']]);
});

test('its JSON Schema can be generated for both directions', () => {
  expect(z.toJSONSchema(template, { io: 'input' }).required).toEqual(['id', 'name', 'user_prompt']);
  expect(z.toJSONSchema(template, { io: 'output' }).required).toEqual([
    'id',
    'name',
    'user_prompt',
    'variables',
  ]);
});

test('braces that are never closed are text, however many there are', async () => {
  const open = (length: number) => ({ id: 't', name: 'T', user_prompt: `a }} ${'{{'.repeat(length)}` });
  expect(render(template.parse(open(2)), {})).toEqual({ ok: true, prompt: { user_prompt: 'a }} {{{{' } });
  expect(await growthOfEight((length) => messages(open(length)), 5000)).toBeLessThan(30);
});

test('a prompt that would be longer than any model takes is not made', () => {
  const long = { id: 't', name: 'T', user_prompt: '{{ a }}'.repeat(40), variables: ['a'] };
  const rendered = (length: number) => render(template.parse(long), { a: 'x'.repeat(length) });
  expect(rendered(100_000).ok).toBe(true);
  expect(rendered(100_001)).toEqual({
    ok: false,
    missing: [],
    message: 'A prompt of the template t would have more than 4000000 characters',
  });
});

test('of very many wrong placeholders a hundred are told', () => {
  expect(messages({ id: 't', name: 'T', user_prompt: '{{ a }}'.repeat(5000) })).toHaveLength(100);
});

test('settings of the model go along with the prompt; null is one that is not sent', () => {
  const settings = { temperature: null, top_p: 0.5, reasoning_effort: 'low', max_tokens: null };
  const parsed = template.parse({ id: 'x', name: 'X', user_prompt: 'Hi', ...settings });
  expect(render(parsed, {})).toEqual({ ok: true, prompt: { user_prompt: 'Hi', ...settings } });
  for (const wrong of [{ temperature: 3 }, { top_p: 2 }, { reasoning_effort: 'much' }, { max_tokens: 0 }])
    expect(template.safeParse({ id: 'x', name: 'X', user_prompt: 'Hi', ...wrong }).success).toBe(false);
});
