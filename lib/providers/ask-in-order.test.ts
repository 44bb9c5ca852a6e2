// Which of several models answers, and what becomes of it when none does.
import { expect, test } from 'vitest';
import { InvalidInput, ProviderUnavailable, RateLimited } from '../errors.ts';
import { askInOrder } from './ask-in-order.ts';

const never = new AbortController().signal;

/** @param answers of the models in order: an error is thrown */
async function ask(answers: readonly (string | Error)[], remainingMs = 60_000) {
  const asked: string[] = [];
  const models = answers.map((_, index) => `m${index}`);
  const answer = askInOrder(models, { signal: never, remainingMs: () => remainingMs }, async (model) => {
    asked.push(model);
    const given = answers[models.indexOf(model)] ?? '';
    if (given instanceof Error) throw given;
    return given;
  });
  const outcome = await answer.catch((error: unknown) => error);
  return { asked, outcome };
}

test.each([
  ['the first one', ['a', 'b'], 'a', 1],
  ['the next one after a limit', [new RateLimited('slow'), 'b', 'c'], 'b', 2],
  ['the last one', [new ProviderUnavailable('down'), new RateLimited('slow'), 'c'], 'c', 3],
])('answers: %s', async (_, answers, outcome, count) => {
  expect(await ask(answers)).toEqual({ asked: ['m0', 'm1', 'm2'].slice(0, count), outcome });
});

test('an error of the request is no reason to ask another one', async () => {
  const refused = new InvalidInput('no');
  expect(await ask([refused, 'b'])).toEqual({ asked: ['m0'], outcome: refused });
});

test('the error of a model that is alone stays as it is', async () => {
  const limited = new RateLimited('slow', 7);
  expect((await ask([limited])).outcome).toBe(limited);
});

test('when all are limited the shortest wait counts', async () => {
  const { outcome } = await ask([
    new RateLimited('slow', 60),
    new RateLimited('slower'),
    new RateLimited('x', 20),
  ]);
  expect(outcome).toMatchObject({ name: 'RateLimited', retryAfterSeconds: 20 });
  expect(String(outcome)).toContain(
    'No model answered. m0: slow (retry_after_seconds: 60); m1: slower; m2: x',
  );
  const untold = await ask([new RateLimited('slow'), new RateLimited('slower')]);
  expect(untold.outcome).toMatchObject({ name: 'RateLimited', retryAfterSeconds: undefined });
});

test('when one of them only failed, the error is one that is tried again soon', async () => {
  const { outcome } = await ask([new RateLimited('slow', 60), new ProviderUnavailable('down')]);
  expect(outcome).toMatchObject({
    name: 'ProviderUnavailable',
    message: 'No model answered. m0: slow (retry_after_seconds: 60); m1: down',
  });
});

test('one that hangs has its share of the time, the last one all that is left', async () => {
  const signals: AbortSignal[] = [];
  const answer = await askInOrder(
    ['a', 'b'],
    { signal: never, remainingMs: () => 21.5 },
    async (model, signal) => {
      signals.push(signal);
      if (model === 'b') return 'answer';
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new ProviderUnavailable('hung')));
      });
      return 'never';
    },
  );
  expect([answer, signals[1] === never]).toEqual(['answer', true]);
});

test('when the whole call has ended no other model is asked', async () => {
  const ended = AbortSignal.abort();
  const asked: string[] = [];
  const answer = askInOrder(['a', 'b'], { signal: ended, remainingMs: () => 0 }, async (model) => {
    asked.push(model);
    throw new ProviderUnavailable('aborted');
  });
  await expect(answer).rejects.toThrow('aborted');
  expect(asked).toEqual(['a']);
});
