// Steps by the pointers that lead into them.
import { expect, test } from 'vitest';
import { stepPointer } from './step-pointer.ts';

test.each([
  ['/steps/0', '/steps/0'],
  ['/steps/10/params/text', '/steps/10'],
  ['/on_failure/1/set/a', '/on_failure/1'],
  ['/steps/2/steps/0/transform/text', '/steps/2/steps/0'],
  ['/steps/2/switch/1/steps/3/when', '/steps/2/switch/1/steps/3'],
  ['/steps/2/switch/1/when', '/steps/2'],
  ['/steps/0/else/1', '/steps/0/else/1'],
  ['/steps/0/on_error/0/parallel/left~1/4/id', '/steps/0/on_error/0/parallel/left~1/4'],
])('%s is in the step %s', (pointer, step) => {
  expect(stepPointer(pointer)).toBe(step);
});

test.each([
  ['/steps/1/params/steps/0/id', '/steps/1'],
  ['/steps/1/transform/0/id', '/steps/1'],
  ['/steps/1/for_each/0/id', '/steps/1'],
  ['/steps/1/input/on_error/0', '/steps/1'],
])('what only has the form of a step is a value: %s', (pointer, step) => {
  expect(stepPointer(pointer)).toBe(step);
});

test.each(['', '/steps', '/output/steps/0', '/output/0', '/inputs/steps/default/0', '/steps/x', '/steps/1x'])(
  '%s is in no step',
  (pointer) => {
    expect(stepPointer(pointer)).toBeUndefined();
  },
);
