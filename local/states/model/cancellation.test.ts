// Cancelling a tree: what is under what was cancelled is cancelled, also what comes under it later.
import { expect, test } from 'vitest';
import { Cancellation, Cancelled } from './cancellation.ts';

const never = (cancellation: Cancellation) => cancellation.race<void>(() => () => {});

test('what is under it is cancelled with it, and what is above or beside it is not', async () => {
  const top = new Cancellation();
  const [left, right] = [new Cancellation(top), new Cancellation(top)];
  const leaf = new Cancellation(left);
  const waiting = never(leaf);
  left.cancel();
  await expect(waiting).rejects.toBeInstanceOf(Cancelled);
  expect([top, left, right, leaf].map(({ cancelled }) => cancelled)).toEqual([false, true, false, true]);
});

test('what comes under one that is cancelled is so from the start', async () => {
  const top = new Cancellation();
  top.cancel();
  const late = new Cancellation(top);
  expect(() => late.throwIfCancelled()).toThrow(Cancelled);
  await expect(never(late)).rejects.toBeInstanceOf(Cancelled);
});

test('one that is released is left alone', () => {
  const top = new Cancellation();
  const inner = new Cancellation(top);
  inner.release();
  top.cancel();
  expect(inner.cancelled).toBe(false);
});
