// The effects test in short, as `npm test` has time for it; `npm run effects-test` makes 500 runs of each action.
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../../infrastructure/build-catalogue.ts';
import { effectsTest } from './effects-test.ts';
import { writingActions } from './writing-actions.ts';

test('every action that writes takes part', async () => {
  const writing = (await buildCatalogue()).filter(({ effect }) => effect === 'write');
  const taking = new Set(writingActions.map(({ path }) => path.replace('/', '.').replaceAll('-', '_')));
  expect([...taking].sort()).toEqual(writing.map(({ id }) => id).sort());
});

test('under faults at each point no call takes effect twice, and none is told that did not', {
  timeout: 120_000,
}, async () => {
  const found = await effectsTest({ seed: 3 });
  expect(found.flatMap(({ action, wrong }) => wrong.map((line) => `${action}: ${line}`))).toEqual([]);
  expect(found.map(({ runs, succeeded, outcomeUnknown }) => runs - succeeded - outcomeUnknown)).toEqual(
    found.map(() => 0),
  );
});
