// Where a rerun goes on, by the visits of the run before.
import { expect, test } from 'vitest';
import type { Definition } from '../../compiler/asl/definition.ts';
import { definition } from '../../compiler/testing/compile.ts';
import { ApiProblem } from '../../problem.ts';
import type { Visit } from '../visit.ts';
import { assignedBefore } from './carried-variables.ts';
import { continuationOf } from './continuation.ts';
import type { RecordedRun } from './recorded-run.ts';

const open = (state: string, more: Partial<Visit> = {}): Visit => ({
  ...{ state, type: 'Pass', enteredAt: '2026-03-01T00:00:00.000Z', enteredWith: '{"n":1}' },
  ...{ within: undefined, index: [], after: undefined, attempts: 0, failed: false },
  ...more,
});
const left = (state: string, more: Partial<Visit> = {}): Visit =>
  open(state, { exitedAt: '2026-03-01T00:00:01.000Z', exitedWith: '{"n":1}', ...more });
const runOf = (...visits: Visit[]): RecordedRun => {
  const byPlace = Map.groupBy(visits, ({ within }) => within);
  return { visits, iterations: new Map(), inside: (around) => byPlace.get(around) ?? [] };
};
const step = (id: string, more: object = {}) => ({ id, transform: '{{ inputs.n + 1 }}', ...more });
const workflow = (steps: object[], more: object = {}): Definition =>
  definition({ id: 'w', inputs: { n: { type: 'integer' } }, steps, ...more });
const goesOn = (ran: Definition, visits: Visit[], from?: string) =>
  continuationOf(
    runOf(...visits),
    { ran, next: ran },
    {
      ...{ from, beginsSteps: false, variables: (_, before) => assignedBefore(before) },
    },
  );

const three = workflow([step('a'), step('b'), step('c')]);

test('at the state that was not left, with what those before it have assigned', () => {
  const visits = [left('a', { assigned: { step_a: '2' } }), open('b', { error: { name: 'E', message: '' } })];
  const { point, isKept, isNamed } = goesOn(three, visits);
  expect(point).toEqual({ state: 'b', input: { n: 1 }, variables: { step_a: 2 } });
  expect([isKept('a', undefined), isKept('b', undefined), isNamed]).toEqual([true, false, false]);
});

test('where the first state failed all begins anew', () => {
  expect(goesOn(three, [open('a', { error: { name: 'E', message: '' } })]).point).toBeUndefined();
  expect(goesOn(three, [left('a'), open('b')], 'a').point).toBeUndefined();
});

test('of a run that was stopped between two states at the next one, unless a failure led elsewhere', () => {
  expect(goesOn(three, [left('a', { assigned: { step_a: '2' } })]).point).toEqual({
    ...{ state: 'b', input: { n: 1 }, variables: { step_a: 2 } },
  });
  expect(goesOn(three, [left('a', { error: { name: 'E', message: '' } })]).point).toBeUndefined();
  expect(goesOn(three, [left('a', { failed: true })]).point).toBeUndefined();
});

test('a state that only names the error of the one before leads back to that one', () => {
  const failed = left('b', { error: { name: 'E', message: '' } });
  const visits = [left('a'), failed, open('b.late', { type: 'Fail', after: failed })];
  expect(goesOn(three, visits).point?.state).toBe('b');
});

test('a named step is none of those that ran after a failure, within them either', () => {
  const handled = workflow([step('a'), step('b')], {
    on_failure: [{ id: 'tell', for_each: [1, 2], steps: [step('note')] }],
  });
  const [steps] = Object.keys(handled.States);
  const around = left(steps ?? '', { type: 'Parallel', failed: true });
  const inSteps = open('a', { within: around, error: { name: 'E', message: '' } });
  const tell = open('tell', { type: 'Map' });
  const note = open('note', { within: tell, index: [0] });
  for (const from of ['tell', 'note'])
    expect(goesOn(handled, [around, inSteps, tell, note], from).isNamed, from).toBe(false);
  expect(goesOn(handled, [around, inSteps, tell, note], 'a').isNamed).toBe(true);
});

const loops = workflow([
  {
    id: 'both',
    parallel: {
      a: [{ id: 'one', for_each: '{{ [1..inputs.n] }}', steps: [step('in_one')] }],
      b: [{ id: 'two', for_each: '{{ [1..inputs.n] }}', steps: [step('in_two')] }],
    },
  },
]);
const inLoops = (items: number) => {
  const both = open('both', { type: 'Parallel' });
  return [
    both,
    ...['one', 'two'].flatMap((id) => {
      const loop = open(id, { type: 'Map', within: both, items });
      return [loop, left(`in_${id}`, { within: loop, index: [0], exitedWith: '7' })];
    }),
  ];
};

test('the loops of one run share the events that it may have', () => {
  const codeOf = (items: number) => {
    try {
      return goesOn(loops, inLoops(items)).point?.state;
    } catch (error) {
      return error instanceof ApiProblem ? error.problems?.[0]?.code : error;
    }
  };
  expect([codeOf(2000), codeOf(4000), codeOf(7000)]).toEqual(['both', 'too-many-events', 'too-many-events']);
});
