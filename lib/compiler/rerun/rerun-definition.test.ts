// Definitions of reruns: which states they have, what these assign, and that validators accept them.
import validate from 'asl-validator';
import { expect, test } from 'vitest';
import { isObject } from '../../json.ts';
import type { State } from '../asl/definition.ts';
import { definition } from '../testing/compile.ts';
import { withinVariableLimit } from './carried-values.ts';
import { rerunDefinition } from './rerun-definition.ts';
import type { Progress } from './resume-point.ts';

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

test('calls are those of the first run and were tried before, which asking a person is not told', () => {
  const base = definition({
    id: 'flow',
    steps: [
      { id: 'ask', approval: { message: 'Go on?' } },
      { id: 'issue', action: 'github.create_issue', params: { repo_name: 'a/b', title: 't' } },
    ],
  });
  const executionOf = (state: State | undefined) => {
    const { Payload } = state?.Type === 'Task' ? state.Arguments : {};
    return isObject(Payload) && isObject(Payload['execution']) ? Payload['execution'] : {};
  };
  const before = executionOf(base.States['issue']);
  expect(Object.keys(before)).toEqual(expect.arrayContaining(['id', 'step_id', 'started_at', 'first_try']));
  const callsOf = { id: 'arn:flow.old', started_at: '2026-03-01T00:00:00.000Z' };
  const made = rerunDefinition(base, undefined, { comment, callsOf });
  const { first_try: _, ...rest } = before;
  expect(executionOf(made.States['issue'])).toEqual({
    ...rest,
    calls_of: 'arn:flow.old',
    started_at: '2026-03-01T00:00:00.000Z',
  });
  expect(made.States['ask']).toEqual(base.States['ask']);
  expect(rerunDefinition(base, undefined, { comment }).States).toEqual(base.States);
});

test('its calls, and the runs that it starts, read the large values of the first run, which asking a person does not', () => {
  const base = definition({
    id: 'flow',
    steps: [
      { id: 'ask', approval: { message: 'Go on?' } },
      { id: 'read', action: 'gmail.list_messages' },
      { id: 'sub', workflow: 'other', input: { a: 1 } },
    ],
  });
  const { States } = rerunDefinition(base, undefined, { comment, valuesOf: 'arn:first' });
  expect(States['ask']).toEqual(base.States['ask']);
  expect(States['read']).toMatchObject({ Arguments: { Payload: { execution: { values_of: 'arn:first' } } } });
  expect(States['sub']).toMatchObject({
    Arguments: { Input: { a: 1, AI_ORCHESTRA_VALUES_OF_EXECUTION_ID: 'arn:first' } },
  });
});

test('deadlines begin anew', () => {
  const inner = { id: 'in', action: 'gmail.list_messages' };
  const base = definition({
    id: 'flow',
    steps: [{ id: 'block', parallel: { a: [inner] }, timeout_seconds: 60 }],
  });
  const point = { state: 'block', input: null, variables: { until_block: 1000, step_x: 2 } };
  expect(rerunDefinition(base, point, { comment }).States['workflow.rerun.1']).toMatchObject({
    Assign: { until_block: '{% $millis() + 60000 %}', step_x: 2 },
  });
});

test('what only the default of a choice leads to stays', () => {
  const base = definition({
    id: 'flow',
    inputs: { n: { type: 'integer' } },
    steps: [
      {
        id: 'either',
        switch: [{ when: '{{ inputs.n > 1 }}', steps: [{ id: 'large', return: 1 }] }],
        else: [{ id: 'small', return: 2 }],
      },
    ],
  });
  const made = rerunDefinition(base, undefined, { comment });
  expect(Object.keys(made.States)).toEqual(Object.keys(base.States));
});

test('one state assigns 262,144 bytes, and no more', () => {
  // The name, and the brackets and quotation marks of its JSON, have eight.
  const entry = (bytes: number) => ['a', 'x'.repeat(bytes - 8)] as const;
  const sizes = (...bytes: number[]) => withinVariableLimit(bytes.map(entry)).map(({ length }) => length);
  expect(sizes(131_072, 131_072)).toEqual([2]);
  expect(sizes(131_072, 131_073)).toEqual([1, 1]);
  expect(sizes(300_000, 10)).toEqual([1, 1]);
  expect(sizes()).toEqual([0]);
});

test('what an iteration of a distributed loop was given is given to it again, whatever else it had', () => {
  const base = definition({
    id: 'flow',
    inputs: { list: { type: 'array' } },
    steps: [
      {
        id: 'each',
        mode: 'distributed',
        for_each: '{{ inputs.list }}',
        steps: [
          { id: 'first', transform: '{{ item }}' },
          { id: 'second', transform: '{{ steps.first & item }}' },
        ],
      },
    ],
  });
  const made = rerunDefinition(
    base,
    {
      state: 'each',
      input: null,
      variables: {},
      within: {
        state: 'each',
        progress: new Map([
          [
            2,
            { state: 'second', input: 5, variables: { step_first: 'x', input_each: { item: 1 }, step_b: 2 } },
          ],
        ]),
      },
    },
    { comment },
  );
  const each = made.States['each'];
  if (each?.Type !== 'Map') throw new Error('The loop is no Map');
  expect(each.ItemProcessor.States['each.rerun.1']).toEqual({
    Type: 'Pass',
    Comment: 'What the run that goes on here had',
    Assign: { input_each: '{% $states.input %}', step_first: 'x', step_b: 2 },
    Output: '{% 5 %}',
    Next: 'second',
  });
  expect(
    Object.keys(
      each.ItemProcessor.States['each.rerun.1']?.Type === 'Pass'
        ? (each.ItemProcessor.States['each.rerun.1'].Assign ?? {})
        : {},
    ),
  ).toEqual(['input_each', 'step_first', 'step_b']);
  expect(each.ItemSelector).toMatchObject({
    item: '{% $states.context.Map.Item.Value %}',
    rerun:
      '{% ($found := ($type($rerun_each) = "object" ? $lookup($rerun_each, $string($states.context.Map.Item.Index)) : null); $exists($found) ? $found : null) %}',
  });
});

test('branches are told where they begin, each by its place; those that had not begun are left as they were', () => {
  const base = definition({
    id: 'flow',
    steps: [
      {
        id: 'both',
        parallel: {
          a: [{ id: 'a1', transform: 1 }],
          b: [
            { id: 'b1', transform: 2 },
            { id: 'b2', transform: '{{ steps.b1 }}' },
          ],
          c: [{ id: 'c1', transform: 3 }],
        },
      },
    ],
  });
  const made = rerunDefinition(
    base,
    {
      state: 'both',
      input: { x: '12345678901234567890' },
      variables: {},
      within: {
        state: 'both',
        progress: new Map<number, Progress>([
          [0, { output: [1, 'y'] }],
          [1, { state: 'b2', input: null, variables: { step_b1: 2 } }],
          [7, { state: 'none', input: null, variables: {} }],
        ]),
      },
    },
    { comment },
  );
  const { StartAt, States } = made;
  expect([made.Comment, StartAt, Object.keys(States)]).toEqual([
    comment,
    'workflow.rerun.2',
    ['both', 'workflow.rerun.2'],
  ]);
  expect(States['workflow.rerun.2']).toMatchObject({
    Assign: { rerun_both: { 0: { carried: true, output: [1, 'y'] }, 1: { entry: 1 }, 7: {} } },
    Output: { x: '12345678901234567890' },
    Next: 'both',
  });
  const both = States['both'];
  if (both?.Type !== 'Parallel') throw new Error('There are no branches');
  expect(both.Branches.map((branch) => Object.keys(branch.States))).toEqual([
    ['both.rerun.3', 'both.rerun.4', 'a1'],
    ['both.rerun.5', 'both.rerun.6', 'both.rerun.1', 'b1', 'b2'],
    ['both.rerun.7', 'both.rerun.8', 'c1'],
  ]);
  expect(both.Branches[1]?.States['both.rerun.5']).toEqual({
    Type: 'Choice',
    Choices: [
      { Condition: '{% $lookup($rerun_both, "1").carried = true %}', Next: 'both.rerun.6' },
      { Condition: '{% $lookup($rerun_both, "1").entry = 1 %}', Next: 'both.rerun.1' },
    ],
    Default: 'b1',
  });
  expect(both.Branches[0]?.States['both.rerun.4']).toEqual({
    Type: 'Pass',
    Comment: 'It had ended',
    Output: '{% $lookup($rerun_both, "0").output %}',
    End: true,
  });
  expect(validate(made).errors).toEqual([]);
});
