// The event bus: which events reach which Lambda, and what a failing one is given.
import { expect, test } from 'vitest';
import { createEventBus, DeliveryFailed } from './event-bus.ts';
import { matchesPattern, type Pattern } from './event-pattern.ts';

const event = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  resources: ['arn:one', 'arn:two'],
  detail: { status: 'FAILED', attempts: 3, stopDate: null, name: 'Run-7' },
};

test.each<[string, Pattern, boolean]>([
  ['a literal', { source: ['aws.states'] }, true],
  ['one of several literals', { detail: { status: ['SUCCEEDED', 'FAILED'] } }, true],
  ['no literal', { detail: { status: ['SUCCEEDED'] } }, false],
  ['all fields', { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } }, false],
  ['a number', { detail: { attempts: [3] } }, true],
  ['a number is no string', { detail: { attempts: ['3'] } }, false],
  ['null', { detail: { stopDate: [null] } }, true],
  ['a member of a list', { resources: ['arn:two'] }, true],
  ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
  ['another prefix', { source: [{ prefix: 'my.' }] }, false],
  ['a suffix', { detail: { name: [{ suffix: '-7' }] } }, true],
  ['any case', { detail: { name: [{ 'equals-ignore-case': 'RUN-7' }] } }, true],
  ['anything but this', { detail: { status: [{ 'anything-but': ['FAILED', 'ABORTED'] }] } }, false],
  ['anything but another', { detail: { status: [{ 'anything-but': 'RUNNING' }] } }, true],
  ['anything but a prefix', { detail: { name: [{ 'anything-but': { prefix: 'Run' } }] } }, false],
  ['anything but a wildcard', { detail: { name: [{ 'anything-but': { wildcard: 'R*-*' } }] } }, false],
  ['anything but another wildcard', { detail: { name: [{ 'anything-but': { wildcard: '*/*' } }] } }, true],
  ['a range', { detail: { attempts: [{ numeric: ['>', 2, '<=', 3] }] } }, true],
  ['another range', { detail: { attempts: [{ numeric: ['>', 3] }] } }, false],
  ['a field that exists', { detail: { name: [{ exists: true }] } }, true],
  ['a field that does not', { detail: { error: [{ exists: false }] } }, true],
  ['a missing field', { detail: { error: ['x'] } }, false],
  ['a name of every object', { toString: [{ exists: true }] }, false],
  ['fields below a value', { source: { deeper: ['x'] } }, false],
])('%s', (_, pattern, expected) => {
  expect(matchesPattern(pattern, event)).toBe(expected);
});

function recorder(failures: number) {
  const calls: [string, unknown][] = [];
  let left = failures;
  const invoke = async (functionName: string, payload: string) => {
    calls.push([functionName, JSON.parse(payload)]);
    return left-- > 0 ? { functionError: 'Unhandled' } : {};
  };
  return { calls, invoke };
}

const rules = [
  { name: 'ended', pattern: { detail: { status: ['FAILED'] } }, functionNames: ['record', 'tell'] },
  { name: 'other', pattern: { source: ['aws.s3'] }, functionNames: ['never'] },
];

test('an event reaches the targets of the rules that match, once', async () => {
  const { calls, invoke } = recorder(0);
  await createEventBus({ rules, invoke }).put(event);
  expect(calls).toEqual([
    ['record', event],
    ['tell', event],
  ]);
});

test('a failed call is made again until the target takes the event', async () => {
  const { calls, invoke } = recorder(3);
  await createEventBus({ rules, invoke, retryDelaysMs: [1, 1] }).put(event);
  expect(calls).toHaveLength(5);
});

test('a target that fails at every try rejects the event', async () => {
  const { calls, invoke } = recorder(Number.POSITIVE_INFINITY);
  await expect(createEventBus({ rules, invoke, retryDelaysMs: [1] }).put(event)).rejects.toThrow(
    DeliveryFailed,
  );
  expect(calls).toHaveLength(4);
});

test('a call that rejects counts as a failure', async () => {
  let calls = 0;
  const invoke = async () => {
    if (++calls < 3) throw new Error('unreachable');
    return {};
  };
  await createEventBus({ rules, invoke, retryDelaysMs: [1] }).put(event);
  expect(calls).toBe(4);
});

test('closing ends the pauses between tries', async () => {
  const { invoke } = recorder(Number.POSITIVE_INFINITY);
  const bus = createEventBus({ rules, invoke, retryDelaysMs: [3_600_000] });
  const put = bus.put(event);
  await bus.close();
  await expect(put).rejects.toThrow('Rule ended: record did not take the event');
});
