// The history events that a definition is counted with: to the event, and on each way that a run can take.
import { expect, test } from 'vitest';
import type { States } from './asl/definition.ts';
import { codes, definition, problems } from './testing/compile.ts';

const value = (id: string) => ({ id, transform: 1 });
const action = { id: 'act', action: 'gmail.list_messages' };
/** Four events an iteration: its start and end, and its step’s. */
const literal = (id: string, length: number) => ({
  id,
  mode: 'inline',
  for_each: Array(length).fill(1),
  steps: [value(`in_${id}`)],
});
const computed = (id: string, rest = {}) => ({
  id,
  for_each: '{{ inputs.list }}',
  steps: [value(`in_${id}`)],
  ...rest,
});
const workflow = (...steps: unknown[]) => ({ id: 'w', inputs: { list: { type: 'array' } }, steps });

/** How many items each computed loop may have, by its id. */
function limits({ States }: States): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, state] of Object.entries(States)) {
    if (state.Type === 'Parallel') for (const branch of state.Branches) Object.assign(found, limits(branch));
    if (state.Type !== 'Map') continue;
    const limit = /\$count\(\$items\) > (\d+)/.exec(String(state.Items))?.[1];
    if (limit !== undefined) found[name] = Number(limit);
    Object.assign(found, limits(state.ItemProcessor));
  }
  return found;
}
const limitsOf = (document: object) => limits(definition(document));

test.each([
  // The execution and the loop have 6, 6,247 iterations 24,988, the action 5.
  ['24,999', [literal('each', 6247), action], []],
  ['25,000', [literal('each', 6248), value('a')], []],
  ['25,001', [literal('each', 6247), action, value('a')], ['event-budget /steps/0/for_each']],
])('%s events', (_, steps, problems) => {
  expect(codes(workflow(...steps))).toEqual(problems);
});

test('a computed loop has what is left of 20,000 events', () => {
  // Two of the execution and four of the loop are not its own, nor are those of the other steps.
  expect(limitsOf(workflow(computed('one')))).toEqual({ one: Math.floor((20_000 - 6) / 4) });
  expect(limitsOf(workflow(action, computed('one')))).toEqual({ one: Math.floor((20_000 - 6 - 5) / 4) });
  const between = { ...computed('one'), for_each: '{{ $append(inputs.list, 1) }}' };
  expect(limitsOf(workflow(...Array.from({ length: 3 }, (_, n) => value(`v${n}`)), between))).toEqual({
    one: Math.floor((20_000 - 6 - 6) / 4),
  });
});

test('a computed loop within on_error takes part in the sharing', () => {
  const handled = { ...action, on_error: [computed('again')] };
  const { again, after } = limitsOf(workflow(handled, computed('after')));
  // 2 of the execution, 5 of the action, 4 of each loop: two loops share the rest.
  expect([again, after]).toEqual([2498, 2498]);
  expect(Math.floor((20_000 - 2 - 5 - 8) / 2 / 4)).toBe(2498);
});

test('what runs after a Catch counts, also where nothing runs without it', () => {
  const long = { ...action, on_error: [literal('long', 3000)] };
  // The handler's 12,004 events are on the longest way; what is sure to run has but few.
  expect(limitsOf(workflow(long, computed('after')))).toEqual({
    after: Math.floor((20_000 - 2 - 5 - 12_004 - 4) / 4),
  });
  expect(codes(workflow({ ...action, on_error: [literal('long', 7000)] }))).toEqual([]);
});

test('loops in a literal loop share its share', () => {
  const nested = { ...literal('outer', 10), steps: [computed('inner')] };
  const { inner } = limitsOf(workflow(nested));
  // 2 of the execution, 4 of the outer loop; each of its iterations has 2 of its own and 4 of the inner loop.
  expect(inner).toBe(Math.floor((20_000 - 6 - 10 * 6) / 10 / 4));
});

test('a task that waits beyond its answer has one event more', () => {
  const other = { id: 'other', workflow: 'x' };
  expect(limitsOf(workflow(other, computed('one')))).toEqual({ one: Math.floor((20_000 - 6 - 6) / 4) });
});

test('an iteration is told of by the id of its loop, also where the loop has a state around it', () => {
  const inner = { ...literal('inner', 13_000), mode: 'inline' };
  const outer = {
    id: 'outer',
    for_each: '{{ inputs.list }}',
    mode: 'distributed',
    on_item_error: 'continue',
    tolerated_failures: 1,
    steps: [inner],
  };
  const [problem] = problems(workflow(outer));
  expect(problem?.message).toMatch(/^An iteration of outer writes at least 520\d\d history events;/);
});

test('of branches all count, of cases the longest', () => {
  const both = { id: 'p', parallel: { left: [value('l')], right: [value('r')] } };
  expect(limitsOf(workflow(both, computed('one')))).toEqual({ one: Math.floor((20_000 - 6 - 8) / 4) });
  const cases = {
    id: 's',
    switch: [{ when: '{{ inputs.list }}', steps: [action] }],
    else: [value('l')],
  };
  expect(limitsOf(workflow(cases, computed('one')))).toEqual({ one: Math.floor((20_000 - 6 - 7) / 4) });
});

test('a distributed loop writes six events, those of its Map Run with them', () => {
  const inner = { id: 'inner', for_each: [1], mode: 'distributed', steps: [{ id: 'a', transform: 1 }] };
  const loop = (count: number) =>
    codes({
      id: 'w',
      steps: [{ id: 'each', mode: 'inline', for_each: Array(count).fill(1), steps: [inner] }],
    });
  // With the iteration's two, the run's two and the outer loop's four.
  expect(loop((25_000 - 6 - 2) / 8)).toEqual([]);
  expect(loop((25_000 - 6 - 2) / 8 + 1)).toEqual(['event-budget /steps/0/for_each']);
});
