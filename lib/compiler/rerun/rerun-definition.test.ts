// Definitions of reruns: which states they have, what these assign, and that validators accept them.
import validate from 'asl-validator';
import { expect, test } from 'vitest';
import { definition } from '../testing/compile.ts';
import { rerunDefinition } from './rerun-definition.ts';

const comment = 'flow version 7 for flow.new, a rerun of flow.old';

const loop = definition({
  id: 'flow',
  steps: [
    { id: 'before', transform: '{{ $uuid() }}' },
    {
      id: 'each',
      for_each: [1, 2, 3],
      steps: [
        { id: 'first', transform: '{{ item }}' },
        { id: 'second', transform: '{{ steps.first + index }}' },
      ],
    },
    { id: 'after', transform: ['{{ steps.before }}', '{{ steps.each }}'] },
  ],
});

test('what was given is assigned by a first state, and states that nothing leads to any more are left out', () => {
  const made = rerunDefinition(
    loop,
    {
      state: 'after',
      input: null,
      variables: { step_before: 'a {% b', step_each: [[1], []] },
    },
    { comment },
  );
  expect(Object.keys(made.States)).toEqual(['after', 'workflow.rerun.1']);
  expect(made.StartAt).toBe('workflow.rerun.1');
  expect(made.States['workflow.rerun.1']).toEqual({
    Type: 'Pass',
    Comment: 'What the run that goes on here had',
    Assign: { step_before: '{% "a \\u007b% b" %}', step_each: '{% [[1],[]] %}' },
    Output: '{% null %}',
    Next: 'after',
  });
  expect(validate(made).errors).toEqual([]);
});

test('an iteration is told where it begins: at its end, in the middle, or at the start', () => {
  const made = rerunDefinition(
    loop,
    {
      state: 'each',
      input: null,
      variables: { step_before: 'x' },
      within: {
        state: 'each',
        progress: new Map([
          [0, { output: null }],
          [1, { state: 'second', input: null, variables: { step_first: 2, index_each: 1 } }],
        ]),
      },
    },
    { comment },
  );
  expect(made.States['workflow.rerun.2']).toMatchObject({
    Assign: { step_before: 'x', rerun_each: { 0: { carried: true, output: null }, 1: { entry: 1 } } },
    Next: 'each',
  });
  const each = made.States['each'];
  if (each?.Type !== 'Map') throw new Error('The loop is no Map');
  const { StartAt, States } = each.ItemProcessor;
  expect([StartAt, States[StartAt]]).toEqual([
    'each.rerun.3',
    {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.rerun.carried = true %}', Next: 'each.rerun.4' },
        { Condition: '{% $states.input.rerun.entry = 1 %}', Next: 'each.rerun.1' },
      ],
      Default: 'first',
    },
  ]);
  expect(States['each.rerun.1']).toMatchObject({ Assign: { step_first: 2, index_each: 1 }, Next: 'second' });
  expect(each.Assign?.['rerun_each']).toBe('{% null %}');
  expect(validate(made).errors).toEqual([]);
});
