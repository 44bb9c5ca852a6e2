// What is read of the workflows that a document calls.
import { expect, test } from 'vitest';
import { MAX_CALLED } from '../compiler/compile.ts';
import { type ReadSaved, savedWorkflows } from './saved-workflows.ts';

const steps = (ids: readonly string[]) => ids.map((id) => ({ id: `run_${id}`, workflow: id }));

/** Holds these workflows, each with the ids that it calls. */
function storeOf(calls: Readonly<Record<string, readonly string[]>>) {
  const read: string[] = [];
  const store: ReadSaved = {
    async read(id) {
      read.push(id);
      const called = calls[id];
      return called && { id, inputs: { name: { type: 'string' } }, steps: steps(called) };
    },
    ids: async () => Object.keys(calls),
  };
  return { store, read };
}

test('those that are called, and those that these call, each read once', async () => {
  const { store, read } = storeOf({ a: ['b', 'c'], b: ['c', 'a'], c: ['own'] });
  const found = await savedWorkflows({ id: 'own', steps: steps(['a', 'b']) }, [], store);
  expect(read).toEqual(['a', 'b', 'c']);
  expect([...found].map(([id, { calls }]) => [id, calls])).toEqual([
    ['a', ['b', 'c']],
    ['b', ['c', 'a']],
    ['c', ['own']],
  ]);
});

test('for one that does not exist the one that was probably meant', async () => {
  const { store } = storeOf({ digest: [], other: [] });
  const found = await savedWorkflows({ id: 'own', steps: steps(['digets']) }, [], store);
  expect([...found.keys()]).toEqual(['digest']);
});

test('a document that calls more than is allowed is refused without them: nothing is read', async () => {
  const { store, read } = storeOf({});
  const many = Array.from({ length: MAX_CALLED + 1 }, (_, n) => `w${n}`);
  expect((await savedWorkflows({ id: 'own', steps: steps(many) }, [], store)).size).toBe(0);
  expect(read).toEqual([]);
});
