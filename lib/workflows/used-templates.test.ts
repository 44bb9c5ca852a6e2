// The templates that a workflow names, wherever the step stands.
import { expect, test } from 'vitest';
import { usedTemplates } from './used-templates.ts';

const chat = (template: string, more: object = {}) => ({
  id: `s_${template}`.replaceAll(/\W/g, ''),
  action: 'openai.chat',
  params: { template },
  ...more,
});

test('steps within steps name templates too, each is told once, and one that an expression gives is not known', () => {
  const steps = [
    chat('b'),
    { id: 'each', for_each: '{{ x }}', steps: [chat('a'), chat('b')] },
    { id: 'which', switch: [{ when: '{{ x }}', steps: [chat('c')] }], else: [chat('{{ inputs.template }}')] },
    { id: 'both', parallel: { one: [chat('d', { on_error: [chat('e')] })] } },
    { id: 'other', transform: { action: 1, params: { template: 'no step' } } },
  ];
  expect(usedTemplates({ id: 'w', steps, on_failure: [chat('f')] } as never)).toEqual([
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
  ]);
});
