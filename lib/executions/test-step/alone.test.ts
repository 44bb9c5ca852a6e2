// A state of a step as it is tested: nothing of the run around it is left.
import { expect, test } from 'vitest';
import { definition } from '../../compiler/testing/compile.ts';
import { aloneChoice, aloneStep, expressionsOf } from './alone.ts';
import { statesOfStep, stepsOf } from './step-states.ts';

const compiled = definition({
  id: 'w',
  inputs: { name: { type: 'string' } },
  steps: [
    { id: 'fetch', when: '{{ inputs.name = "x" }}', action: 'gmail.list_messages', on_error: 'continue' },
    { id: 'one', set: { total: 1 } },
    { id: 'two', set: { total: '{{ vars.total + 1 }}', text: '$states.context.Execution.Id' } },
    { id: 'value', transform: { of: '{{ steps.two }}', id: '{{ execution.id }}' } },
    {
      id: 'each',
      for_each: [1],
      steps: [
        { id: 'inner', transform: '{{ item }}' },
        { id: 'both', parallel: { a: [{ id: 'deep', transform: '{{ item & vars.text }}' }] } },
      ],
    },
  ],
  output: { all: '{{ steps.value }}' },
});
const own = (id: string) => {
  const states = statesOfStep(compiled, id);
  if (!states) throw new Error(`There is no step ${id}`);
  return states;
};

test('a call ends where it is, is not tried again or caught, and gives what its function gave', () => {
  const { own: state } = own('fetch');
  expect(state).toMatchObject({ Type: 'Task', Catch: expect.anything(), Retry: expect.anything() });
  if (state.Type !== 'Task') return;
  const { Arguments, ...rest } = { Arguments: undefined, ...aloneStep(state, 'fetch') };
  expect(rest).toEqual({
    QueryLanguage: 'JSONata',
    Type: 'Task',
    Resource: state.Resource,
    TimeoutSeconds: 300,
    Output: '{% $states.result.Payload %}',
    End: true,
  });
  const sent = JSON.stringify(Arguments);
  expect(sent).toContain('$tested_execution.Id');
  expect(sent).not.toContain('$states.context');
});

test('what a run leaves to the background, a test waits for', () => {
  const step = { id: 'think', action: 'openai.summarize', background: true, params: { text: 'x' } };
  const states = statesOfStep(definition({ id: 'w', steps: [step] }), 'think');
  const tested = states && JSON.stringify(aloneStep(states.own, 'think'));
  expect(JSON.stringify(states?.own)).toContain('"background"');
  expect(tested).toContain('"input":{"text":"x"}');
  expect(tested).not.toMatch(/background|\$until|\$ongoing/);
});

test('what a run tells of itself stands in a variable, but in texts', () => {
  const state = {
    Type: 'Pass',
    Output: {
      tries: ['{% $states.context.State.RetryCount + 1 %}'],
      id: '{% $states.context.Execution.Id & $states.context.Execution.Name %}',
      text: '$states.context.Execution.Id',
    },
  } as const;
  expect(aloneStep({ ...state, Next: 'x' }, 'a')).toEqual({
    QueryLanguage: 'JSONata',
    Type: 'Pass',
    Output: {
      tries: ['{% 0 + 1 %}'],
      id: '{% $tested_execution.Id & $tested_execution.Name %}',
      text: '$states.context.Execution.Id',
    },
    End: true,
  });
});

test.each([
  ['one', { total: 1 }],
  ['two', { total: '{% $var_total + 1 %}', text: '$states.context.Execution.Id' }],
  ['value', { of: '{% $step_two %}', id: '{% $tested_execution.Id %}' }],
])('%s gives what the step gives, not the workflow', (id, output) => {
  expect(JSON.parse(JSON.stringify(aloneStep(own(id).own, id)))).toEqual({
    ...{ QueryLanguage: 'JSONata', Type: 'Pass', End: true },
    Output: output,
  });
});

test('the last step gives what it has set, also where that is one variable, and not the output of the workflow', () => {
  const last = definition({
    id: 'w',
    steps: [{ id: 'only', set: { total: 1 } }],
    output: { all: '{{ vars.total }}' },
  });
  const state = statesOfStep(last, 'only')?.own;
  expect(state).toMatchObject({ Output: { all: '{% (1) %}' } });
  expect(state && aloneStep(state, 'only')).toMatchObject({ Output: { total: 1 } });
});

test('a choice keeps its rules and where it leads, and assigns nothing', () => {
  const state = {
    Type: 'Choice',
    Choices: [{ Condition: '{% $step_a %}', Next: 'b', Assign: { x: 1 }, Output: 2 }],
    Default: 'c',
    Assign: { y: 3 },
  } as const;
  const { Default: _, ...open } = state;
  const alone = {
    ...{ QueryLanguage: 'JSONata', Type: 'Choice' },
    Choices: [{ Condition: '{% $step_a %}', Next: 'b' }],
  };
  expect(aloneChoice(state)).toEqual({ ...alone, Default: 'c' });
  expect(aloneStep(open, 'a')).toEqual(alone);
});

test('the steps, and where each stands', () => {
  expect(stepsOf(compiled)).toEqual(['fetch', 'one', 'two', 'value', 'each', 'inner', 'both', 'deep']);
  const placed = ['fetch', 'value', 'each', 'inner', 'both', 'deep'].map((id) => {
    const { kind, loop, when } = own(id);
    return [id, kind, loop, when?.Type];
  });
  expect(placed).toEqual([
    ['fetch', 'gmail.list_messages', undefined, 'Choice'],
    ['value', 'transform', undefined, undefined],
    ['each', 'for_each', undefined, undefined],
    ['inner', 'transform', 'each', undefined],
    ['both', 'parallel', 'each', undefined],
    ['deep', 'transform', 'each', undefined],
  ]);
  expect(statesOfStep(compiled, 'gone')).toBeUndefined();
});

test('of a step that is tried as a whole the state that tries it is meant', () => {
  const step = { id: 'sum', transform: '{{ $number(inputs.name) }}', on_error: 'continue' };
  const handled = definition({
    ...{ id: 'w', inputs: { name: { type: 'string' } } },
    steps: [step, { id: 'last', transform: 1 }],
  });
  expect(statesOfStep(handled, 'sum')?.own.Type).toBe('Pass');
});

test('expressions are those of JSONata alone, wherever they stand', () => {
  expect(expressionsOf({ a: '{% $x %}', b: ['{{ no }}', { c: '{% $y %}' }], d: 1, e: null })).toEqual([
    '{% $x %}',
    '{% $y %}',
  ]);
});
