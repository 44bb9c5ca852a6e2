// What a rerun by another definition carries over, and what does not fit it.
import { expect, test } from 'vitest';
import type { States } from '../../compiler/asl/definition.ts';
import { definition } from '../../compiler/testing/compile.ts';
import { parseExactly } from '../../exact-json.ts';
import { ApiProblem } from '../../problem.ts';
import type { Visit } from '../visit.ts';
import { CarriedValues } from './carried-types.ts';
import { assignedBefore } from './carried-variables.ts';
import { checkedVariables, checkWithin } from './changed-definition.ts';

const visit = (state: string, more: Partial<Visit> = {}): Visit => ({
  ...{ state, type: 'Pass', enteredAt: '2026-03-01T00:00:00.000Z', exitedAt: '2026-03-01T00:00:01.000Z' },
  ...{ within: undefined, index: [], after: undefined, attempts: 0, failed: false },
  ...more,
});
/** Steps whose values are computed, so that each has a state; what the last one reads is kept. */
const flow = (...steps: object[]) => definition({ id: 'w', inputs: { n: { type: 'integer' } }, steps });
const step = (id: string, value = '{{ inputs.n + 1 }}', more: object = {}) => ({
  id,
  transform: value,
  ...more,
});
const variables = (
  ran: ReturnType<typeof flow>,
  next: ReturnType<typeof flow>,
  before: Visit[],
  at: string,
): unknown => {
  try {
    return checkedVariables({ ran, next }, before, at, ran);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return error.problems?.[0]?.code;
  }
};

test('what belongs to the run before is not carried: tries, names of errors, what a rerun has brought', () => {
  const assigned = {
    ...{ step_a: '1', var_n: '"x"', error_a: '{"name":"E"}', failures: '2' },
    ...{ tries_a: '1', call_tries_a: '1', late_a: '1', rerun_a: '1', failure: '{}' },
  };
  const later = { step_a: '2' };
  expect(assignedBefore([visit('a', { assigned }), visit('b'), visit('a', { assigned: later })])).toEqual({
    ...{ step_a: 2, var_n: 'x', error_a: { name: 'E' }, failures: 2 },
  });
});

const ran = flow(step('a'), step('b', '{{ steps.a }}'), step('c', '{{ steps.b }}'));

test('what only the mended steps read is the output of the step before, where it has ended', () => {
  const next = flow(step('a'), step('b', '{{ steps.a }}'), step('c', '{{ [steps.a, steps.b] }}'));
  const ended = [visit('a', { output: 1 }), visit('b', { output: 2, assigned: { step_b: '2' } })];
  expect(variables(ran, next, ended, 'c')).toEqual({ step_a: 1, step_b: 2 });
  const { exitedAt: _, ...open } = visit('a', { output: 1 });
  expect(variables(ran, next, [open, ...ended.slice(1)], 'c')).toEqual({ step_b: 2 });
});

test('of a variable that several steps have set the last value counts', () => {
  const set = (id: string, n: number) => ({ id, set: { n: `{{ inputs.n + ${n} }}` } });
  const both = flow(set('one', 1), set('two', 2), step('c', '{{ vars.n }}'));
  const before = [
    visit('one', { output: { n: 1 } }),
    visit('two', { output: { n: 2 } }),
    visit('x', { output: {} }),
  ];
  expect(variables(both, both, before, 'c')).toEqual({ var_n: 2 });
});

test('a step that was added before, and one that has moved behind, are refused; the one where it goes on is not', () => {
  const before = [visit('a'), visit('b')];
  expect(
    variables(
      ran,
      flow(step('a'), step('x', '{{ steps.a }}'), step('b', '{{ steps.x }}'), step('c', '{{ steps.b }}')),
      before,
      'c',
    ),
  ).toBe('step-added');
  expect(
    variables(ran, flow(step('b'), step('c', '{{ steps.b }}'), step('a', '{{ steps.c }}')), before, 'c'),
  ).toBe('step-moved');
  // It was asked whether it runs, and runs again.
  const asked = flow(
    step('a'),
    step('b', '{{ steps.a }}', { when: '{{ steps.a > 1 }}', default: 0 }),
    step('c', '{{ steps.b }}'),
  );
  expect(
    variables(asked, asked, [visit('a', { assigned: { step_a: '1' } }), visit('b.when')], 'b'),
  ).toMatchObject({
    step_a: 1,
  });
});

test('a step of another kind is refused only where what it gave is read', () => {
  const other = (last: string) =>
    flow({ id: 'a', set: { x: '{{ inputs.n }}' } }, step('b', '{{ vars.x }}'), step('c', last));
  const before = [visit('a', { output: 1 }), visit('b', { output: 2 })];
  expect(variables(ran, other('{{ steps.a }}'), before, 'c')).toBe('step-changed');
  expect(variables(ran, other('{{ steps.b }}'), before, 'c')).toEqual({ step_b: 2 });
});

test('iterations and branches stay only in a loop over the same items, and among as many branches', () => {
  const loop = (items: unknown) => flow({ id: 'each', for_each: items, steps: [step('in', '{{ item }}')] });
  const both = (...names: string[]) =>
    flow({ id: 'each', parallel: Object.fromEntries(names.map((name) => [name, [step(`in_${name}`)]])) });
  const code = (before: States, next: States) => {
    try {
      checkWithin('each', { ran: before, next });
      return undefined;
    } catch (error) {
      return error instanceof ApiProblem ? error.problems?.[0]?.code : error;
    }
  };
  expect([
    code(loop([1, 2]), loop([1, 2])),
    code(loop([1, 2]), loop([2, 1])),
    code(both('a', 'b'), both('c', 'd')),
    code(both('a', 'b'), both('a', 'b', 'c')),
    code(both('a'), loop([1])),
    code(loop([1]), flow(step('other'))),
  ]).toEqual([
    undefined,
    'items-changed',
    undefined,
    'branches-changed',
    'branches-changed',
    'branches-changed',
  ]);
});

test('what ended flows gave is compared by the one step that ends the mended flow', () => {
  const carried = new CarriedValues();
  carried.addVariables({ step_a: parseExactly('9007199254740993') });
  const end = { Type: 'Pass', Output: 1, End: true } as const;
  carried.addOutput({ StartAt: 'z', States: { z: end } }, 'of z');
  carried.addOutput({ StartAt: 'z', States: { 'z.output': end, z: end } }, 'of z too');
  carried.addOutput({ StartAt: 'x', States: { x: end, y: end } }, 'of one of two');
  expect([...carried.all]).toEqual([
    ['step_a', [9007199254740992]],
    ['step_z', ['of z', 'of z too']],
  ]);
});
