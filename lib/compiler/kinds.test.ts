// The table of step kinds: it is complete, and what each kind says of itself is what comes out.
import { expect, test } from 'vitest';
import { type StepKind, stepKinds } from '../workflow-format/steps.ts';
import type { States } from './asl/definition.ts';
import { hasTryState, KINDS, kindOf } from './kinds.ts';
import { parse } from './parse.ts';
import { catalogue } from './testing/catalogue.ts';
import { definition, result } from './testing/compile.ts';
import type { ParsedStep } from './tree/parsed.ts';

const inner = [{ id: 'within', transform: 1 }];

/** A step of each kind, the shortest. */
const EXAMPLES: { readonly [K in StepKind]: object } = {
  action: { action: 'openai.summarize', params: { text: 'x' } },
  agent: { agent: { goal: 'x', tools: ['gmail.list_messages'] } },
  approval: { approval: { message: 'x' } },
  fail: { fail: { error: 'Broken' } },
  for_each: { for_each: [1], steps: inner },
  parallel: { parallel: { left: inner } },
  return: { return: 1 },
  set: { set: { total: 1 } },
  switch: { switch: [{ when: '{{ inputs.x }}', steps: inner }] },
  transform: { transform: 1 },
  wait: { wait: 'PT1S' },
  workflow: { workflow: 'other' },
};
const kinds = Object.keys(EXAMPLES) as StepKind[];

function compiled(kind: StepKind, more: object = {}, rest: object = {}): States {
  return definition({
    id: 'w',
    inputs: { x: {} },
    steps: [{ id: 'it', ...EXAMPLES[kind], ...more }],
    ...rest,
  });
}

function parsed(kind: StepKind, more: object = {}): ParsedStep {
  const [step] =
    parse({ id: 'w', steps: [{ id: 'it', ...EXAMPLES[kind], ...more }] }, catalogue, () => {})?.steps ?? [];
  if (!step) throw new Error(`The example of ${kind} is no step`);
  return step;
}

test('the table has the kinds of the format, and a kind that is left out of it does not compile', () => {
  expect(Object.keys(KINDS).sort()).toEqual(Object.keys(stepKinds).sort());
  const { wait: _, ...others } = KINDS;
  // @ts-expect-error: `wait` is missing.
  const incomplete: typeof KINDS = others;
  // @ts-expect-error: an entry is for steps of its own kind.
  const mistaken: typeof KINDS = { ...KINDS, wait: KINDS.set };
  expect([incomplete, mistaken]).toHaveLength(2);
});

test.each(kinds)('%s: its own state can have a Catch when the kind says so', (kind) => {
  const type = compiled(kind).States['it']?.Type;
  expect(['Task', 'Map', 'Parallel'].includes(type ?? '')).toBe(KINDS[kind].canCatch);
});

test.each(kinds.filter((kind) => KINDS[kind].endsRun !== true))(
  '%s: what fails in it is caught by a state that is called as the step',
  (kind) => {
    const { it } = compiled(kind, { on_error: 'continue' }).States;
    const wrapped = it?.Type === 'Parallel' && Object.hasOwn(it.Branches[0]?.States ?? {}, 'it.try');
    expect([it && 'Catch' in it, wrapped]).toEqual([true, !KINDS[kind].canCatch]);
  },
);

test.each(kinds.filter((kind) => KINDS[kind].endsRun !== true))(
  '%s: the workflow’s output is given by its own state or by one of its own, as the kind says',
  (kind) => {
    const { States } = compiled(kind, {}, { output: '{{ steps.it }}' });
    const step = parsed(kind);
    const can = kindOf(step).canGiveOutput?.({ parsed: step }) ?? true;
    expect(Object.hasOwn(States, 'workflow.output')).toBe(!can);
  },
);

test.each(kinds)('%s: what it says of Express workflows is what is reported of them', (kind) => {
  const { ok, ...rest } = result({
    id: 'w',
    type: 'express',
    inputs: { x: {} },
    steps: [{ id: 'it', ...EXAMPLES[kind] }],
  });
  const refused = 'problems' in rest && rest.problems.some(({ code }) => code === 'not-in-express');
  expect([ok, refused]).toEqual([!refused, ['approval', 'workflow'].includes(kind)]);
});

test('only a step that is to be caught, tried again or ended in time needs a state around its own', () => {
  const tries = [
    {},
    { when: true },
    { retry: { max_attempts: 2 } },
    { on_error: 'continue' },
    { timeout_seconds: 5 },
  ];
  expect(tries.map((more) => hasTryState(parsed('switch', more)))).toEqual([false, false, true, true, true]);
  expect(tries.map((more) => hasTryState(parsed('for_each', more)))).toEqual(tries.map(() => false));
});
