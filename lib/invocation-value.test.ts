// What a middleware hands on belongs to its own invocation.
import { expect, test } from 'vitest';
import { invocationValue } from './invocation-value.ts';

test('each context has a value of its own', () => {
  const caller = invocationValue<string>('caller');
  const [one, other] = [{}, {}];
  caller.set(one, 'ada');
  caller.set(other, 'bob');
  expect([caller.get(one), caller.get(other)]).toEqual(['ada', 'bob']);
});

test('what nobody has set is undefined when looked for, and an error when needed', () => {
  const caller = invocationValue<string>('caller');
  expect(caller.find({})).toBeUndefined();
  expect(() => caller.get({})).toThrow('The caller of the invocation is read before it is known');
});

test('undefined is a value too', () => {
  const caller = invocationValue<string | undefined>('caller');
  const context = {};
  caller.set(context, undefined);
  expect(caller.get(context)).toBeUndefined();
});
