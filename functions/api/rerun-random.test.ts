// Random workflows that fail at random calls and are rerun until they succeed: they give what a run without a failure
// gives, and make each call once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, executionCalls, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const { start, get } = executionCalls(() => api);

/** Numbers from 0 to below `below`, the same ones for the same seed (the minimal standard generator of Park and Miller). */
function numbers(seed: number) {
  let state = seed * 7919 + 1;
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

interface Steps {
  readonly steps: readonly { readonly id: string; readonly [key: string]: unknown }[];
  /** How many calls of the action they make. */
  readonly calls: number;
}

/** One call after the other, so that their order tells them apart. */
function randomSteps(random: (below: number) => number, depth: number, name: string): Steps {
  const made = Array.from({ length: 1 + random(3) }, (_, index) => step(random, depth, `${name}${index}`));
  return {
    steps: made.flatMap(({ steps }) => steps),
    calls: made.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function step(random: (below: number) => number, depth: number, id: string): Steps {
  const kind = depth === 0 ? random(2) : random(6);
  if (kind === 1) return { steps: [{ id, transform: { of: id } }], calls: 0 };
  if (kind === 0 || kind === 5)
    return { steps: [{ id, action: 'test.echo', params: { text: id } }], calls: 1 };
  const inner = randomSteps(random, depth - 1, `${id}_`);
  if (kind === 2) {
    const items = Array.from({ length: 2 + random(2) }, (_, index) => index);
    const mode = depth === 2 && random(2) === 0 ? 'distributed' : 'inline';
    const loop = { id, for_each: items, mode, max_concurrency: 1, steps: inner.steps };
    return { steps: [loop], calls: inner.calls * items.length };
  }
  if (kind === 3) {
    const other = [{ id: `${id}_other`, transform: 'other' }];
    return { steps: [{ id, parallel: { one: inner.steps, two: other } }], calls: inner.calls };
  }
  return {
    steps: [{ id, switch: [{ when: true, steps: inner.steps }], else: [{ id: `${id}_else`, transform: 0 }] }],
    calls: inner.calls,
  };
}

async function ended(id: string) {
  for (;;) {
    const execution = await get(id);
    if (execution.status !== 'running') return execution;
  }
}

/** `RERUN_SEEDS=150` tries more of them. */
const SEEDS = Number(process.env['RERUN_SEEDS'] ?? 8);

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('workflow %i', async (seed) => {
  const random = numbers(seed);
  const { steps, calls } = randomSteps(random, 2, 's');
  const onFailure = random(2) === 0 ? {} : { on_failure: [{ id: 'told', transform: '{{ error.name }}' }] };
  const output = Object.fromEntries(steps.map(({ id }) => [id, `{{ steps.${id} }}`]));
  const id = `random_${seed}`;
  const saved = await api.request('POST', '/workflows', { body: { id, steps, output, ...onFailure } });
  if (saved.status !== 201) throw new Error(saved.text);
  let made = 0;
  /** Answers calls with their number until so many were made. */
  const succeed = async (upTo: number) => {
    for (; made < upTo; made += 1) await api.answerAction({ output: { text: `${made}` } });
  };

  const undisturbed = (await start({}, {}, id)).body.id;
  await succeed(calls);
  const expected = await ended(undisturbed);
  expect(expected.status).toBe('succeeded');

  made = 0;
  let run = (await start({}, {}, id)).body.id;
  const failures = Array.from({ length: Math.min(3, calls) }, () => random(calls)).toSorted((a, b) => a - b);
  for (const failure of failures) {
    await succeed(failure);
    await api.answerAction({ error: 'InvalidInput', message: 'not now' });
    expect((await ended(run)).status).toBe('failed');
    run = (await api.request('POST', `/executions/${run}/rerun`, { body: {} })).body.id;
  }
  await succeed(calls);
  const last = await ended(run);
  expect([last.status, last.output]).toEqual(['succeeded', expected.output]);
});
