// One action on many runs.
import { expect, test } from 'vitest';
import { type BulkPlan, type BulkState, startBulk, statusesOf } from './bulk.ts';
import type { Run } from './run-list.ts';
import { run } from './testing/run.ts';

const runs = (length: number) => Array.from({ length }, (_, n) => run(n, { status: 'running' }));

function started(plan: Partial<BulkPlan>) {
  const states: BulkState[] = [];
  const bulk = startBulk(
    {
      action: 'stop',
      runs: [],
      act: async () => undefined,
      titleOf: (error) => (error instanceof Error ? error.message : ''),
      onChange: (state) => states.push(state),
      ...plan,
    },
    'batch',
  );
  return { ...bulk, last: () => states.at(-1) };
}

test('every run is tried once, with a key of its own, at most four at a time', async () => {
  let atOnce = 0;
  let most = 0;
  const keys: string[] = [];
  const { done, last } = started({
    runs: runs(10),
    act: async (_run, key) => {
      keys.push(key);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      return undefined;
    },
  });
  await done;
  expect(most).toBe(4);
  expect(new Set(keys).size).toBe(10);
  expect(keys[0]).toBe('batch-greeting.0');
  expect(last()).toMatchObject({ total: 10, phase: 'done', hasMore: false });
});

test('one that is refused says why, and the others go on', async () => {
  const { done, last } = started({
    runs: runs(3),
    act: async ({ id }) => {
      if (id === 'greeting.1') throw new Error('It has ended');
      return `new.${id}`;
    },
  });
  await done;
  const told = last()?.outcomes.map(({ run: { id }, problem, made }) => [id, problem, made]);
  expect(told?.sort()).toEqual([
    ['greeting.0', undefined, 'new.greeting.0'],
    ['greeting.1', 'It has ended', undefined],
    ['greeting.2', undefined, 'new.greeting.2'],
  ]);
});

test('what is called off midway begins no further run, and keeps what was done', async () => {
  const begun: string[] = [];
  const bulk = started({
    runs: runs(50),
    act: async ({ id }) => {
      begun.push(id);
      if (begun.length === 6) bulk.cancel();
      return undefined;
    },
  });
  await bulk.done;
  expect(begun.length).toBeLessThanOrEqual(9);
  expect(bulk.last()).toMatchObject({ phase: 'cancelled', total: 50 });
  expect(bulk.last()?.outcomes).toHaveLength(begun.length);
});

test('further runs are read as those before are done, and none is left out or taken twice', async () => {
  async function* further() {
    for (let n = 2; n < 9; n += 1) yield run(n);
  }
  const { done, last } = started({ runs: runs(2), more: further() });
  await done;
  expect(
    last()
      ?.outcomes.map(({ run: { id } }) => id)
      .sort(),
  ).toEqual(runs(9).map(({ id }) => id));
  expect(last()).toMatchObject({ total: 9, hasMore: false, phase: 'done', problem: undefined });
});

test('each action is for the runs that it can be done with', () => {
  expect(statusesOf).toEqual({
    stop: ['running'],
    redrive: ['failed', 'timed_out', 'aborted'],
    rerun: ['succeeded', 'failed', 'timed_out', 'aborted'],
  });
});

test('what is done cannot be called off', async () => {
  const { done, cancel, last } = started({ runs: runs(2) });
  await done;
  cancel();
  expect(last()?.phase).toBe('done');
});

test('further runs are read one by one, and one that came after it was called off is left as it is', async () => {
  const acted: string[] = [];
  let reads = 0;
  let most = 0;
  const given: PromiseWithResolvers<IteratorResult<Run>>[] = [];
  const bulk = started({
    runs: [],
    more: {
      next: async () => {
        reads += 1;
        most = Math.max(most, reads);
        const next = Promise.withResolvers<IteratorResult<Run>>();
        given.push(next);
        const result = await next.promise;
        reads -= 1;
        return result;
      },
    },
    act: async ({ id }) => {
      acted.push(id);
      return undefined;
    },
  });
  await new Promise(setImmediate);
  given[0]?.resolve({ value: run(0), done: false });
  await new Promise(setImmediate);
  bulk.cancel();
  given[1]?.resolve({ value: run(1), done: false });
  for (let at = 2; at < 5; at += 1) {
    await new Promise(setImmediate);
    given[at]?.resolve({ value: undefined, done: true });
  }
  await bulk.done;
  expect([most, acted, bulk.last()?.phase]).toEqual([1, ['greeting.0'], 'cancelled']);
});

test('further runs that cannot be read are said', async () => {
  // biome-ignore lint/correctness/useYield: it fails before the first
  async function* further(): AsyncGenerator<Run> {
    throw new Error('Too many requests');
  }
  const { done, last } = started({ runs: runs(2), more: further() });
  await done;
  expect(last()).toMatchObject({ total: 2, problem: 'Too many requests', phase: 'done' });
  expect(last()?.outcomes).toHaveLength(2);
});
