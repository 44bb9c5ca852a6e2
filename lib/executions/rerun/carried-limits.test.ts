// What a rerun may carry over of one loop: history events, and the size of its results.
import { expect, test } from 'vitest';
import type { Progress } from '../../compiler/rerun/resume-point.ts';
import { ApiProblem } from '../../problem.ts';
import { CarriedEvents, checkSize } from './carried-limits.ts';

const flow = { StartAt: 'a', States: { a: { Type: 'Pass', Output: '{% 0 %}', End: true } } } as const;
const done = (count: number, output: unknown = 0) =>
  new Map<number, Progress>(Array.from({ length: count }, (_, index) => [index, { output }]));
const codeOf = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ApiProblem) return error.problems?.[0]?.code;
    throw error;
  }
};

// Two events of the execution, six of each iteration that is kept, four of one with a Pass that runs.
test.each([
  ['25,000', 4165, 4167, undefined],
  ['25,004', 4165, 4168, 'too-many-events'],
  ['more than that', 5000, 5000, 'too-many-events'],
])('a loop that writes %s events', (_, kept, items, code) => {
  expect(codeOf(() => new CarriedEvents().add({ state: 'each', items, flow }, done(kept)))).toBe(code);
});

test('loops of one execution share its events', () => {
  const events = new CarriedEvents();
  events.add({ state: 'each', items: 3000, flow }, done(3000));
  expect(codeOf(() => events.add({ state: 'other', items: 2000, flow }, done(2000)))).toBe('too-many-events');
});

test.each([
  ['256 KB', 'a'.repeat(131_070), undefined],
  ['two bytes more', 'a'.repeat(131_071), 'too-large'],
  ['as many characters of two bytes', 'é'.repeat(131_070), 'too-large'],
])('results of %s', (_, output, code) => {
  expect(codeOf(() => checkSize('each', done(2, output)))).toBe(code);
});
