// Which calls are one: the attempts of a call, and no two calls that differ in anything that tells calls apart.
import { expect, test } from 'vitest';
import { callKey, earliestAttempt } from './call-key.ts';
import type { ActionEvent } from './invocation/action-event.ts';

const call = (execution: Partial<ActionEvent['execution']> = {}, input: unknown = { a: 1 }): ActionEvent => ({
  input,
  execution: { id: 'run', workflow_id: 'w', step_id: 'step', ...execution },
});

test('a key is 32 hexadecimal digits, the same for each attempt, whatever the step was given', () => {
  const key = callKey(call());
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(callKey(call({}, { a: 2 }))).toBe(key);
  const retry = { attempt: 2, max_attempts: 4, interval_seconds: 1, backoff_rate: 2 };
  expect(callKey({ ...call(), retry })).toBe(key);
});

test('another run, step, iteration or turn is another call; what stands beside each other does not run together', () => {
  const calls = [
    call(),
    call({ id: 'run2' }),
    call({ step_id: 'step2' }),
    call({ call_id: '0' }),
    call({ call_id: '1' }),
    call({ call_id: '1.0' }),
    call({ call_id: '10' }),
    call({ step_id: 'step1', call_id: '0' }),
    call({ step_id: 'step', call_id: '10.0' }),
    call({ id: 'runstep', step_id: '' }),
    call({ repeats: true }),
    call({ repeats: true }, { a: 2 }),
  ];
  expect(new Set(calls.map(callKey)).size).toBe(calls.length);
});

test('a step that may start over with other data makes another call of it, and the same one of the same data', () => {
  expect(callKey(call({ repeats: true }))).toBe(callKey(call({ repeats: true }, { a: 1 })));
});

test('an earlier try is no older than the start of the execution, whose clock may be ahead; or than a redrive may be', () => {
  expect(earliestAttempt({ started_at: '2026-03-02T09:30:00.5Z' }).toISOString()).toBe(
    '2026-03-02T09:20:00.500Z',
  );
  expect(earliestAttempt({}, Date.parse('2026-03-20T00:00:00Z')).toISOString()).toBe(
    '2026-03-05T00:00:00.000Z',
  );
});

test('a call of a rerun is a try of the call of the run that it goes on with', () => {
  const again = call({ id: 'rerun', calls_of: 'run' });
  expect(callKey(again)).toBe(callKey(call()));
  expect(callKey(call({ id: 'rerun' }))).not.toBe(callKey(call()));
});
