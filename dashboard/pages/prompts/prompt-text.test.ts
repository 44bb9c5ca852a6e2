// A prompt rendered while it is typed.
import { expect, test } from 'vitest';
import { render, template } from '../../../lib/template-format/template.ts';
import { declared, renderedParts, usedVariables } from './prompt-text.ts';

const text = 'Hi {{ name }}, {{count}} of {{ other }}{{ not a name }} {{ open';

test('variables are found where they are used, each once', () => {
  expect(usedVariables(text, '{{ name }} {{x}}')).toEqual(['name', 'count', 'other', 'x']);
});

test('a value, a default, a missing variable and what is no variable are told apart', () => {
  const variables = { name: {}, count: { default: 3 }, other: { default: null } };
  expect(renderedParts(text, variables, { name: '{{ count }}', other: '' })).toEqual([
    { kind: 'text', text: 'Hi ' },
    { kind: 'value', text: '{{ count }}' },
    { kind: 'text', text: ', ' },
    { kind: 'value', text: '3' },
    { kind: 'text', text: ' of ' },
    { kind: 'missing', text: 'other' },
    { kind: 'unknown', text: '{{ not a name }}' },
    { kind: 'text', text: ' {{ open' },
  ]);
});

test('it is what the API renders', () => {
  const checked = template.parse({
    id: 't',
    name: 'T',
    user_prompt: 'a {{ x }}\n{{y}} { {z} }',
    variables: { x: {}, y: { default: { a: [1] } } },
  });
  const rendered = render(checked, { x: 'X {{ y }}' });
  const parts = renderedParts(checked.user_prompt, checked.variables, { x: 'X {{ y }}' });
  expect(rendered.ok && rendered.prompt.user_prompt).toBe(parts.map((part) => part.text).join(''));
});

test('variables that are used are declared, with what was said of them', () => {
  expect(declared(['b', 'c'], { a: {}, b: { default: 1 } })).toEqual({ b: { default: 1 }, c: {} });
});
