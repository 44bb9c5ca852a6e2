// Distributed loops on the local engine: what they give, do and log, beside the same loops inline.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examplesFolder } from '../infrastructure/update-goldens.ts';
import { type Answer, type Run, run } from './support/run-compiled.ts';

const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** The states that each iteration of the run's only distributed loop entered, by index. */
const iterations = ({ mapRuns }: Run): string[][] =>
  [...mapRuns.values()].flatMap((mapRun) =>
    mapRun.iterations.map(({ history }) =>
      history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []),
    ),
  );

const example = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(examplesFolder, 'for_each_distributed.workflow.json'), 'utf8'));

test('for_each_distributed', async () => {
  const answer: Answer = ({ event }) => {
    const { title } = event.input as { title: string };
    return title.startsWith('b') ? failure('NotFound', 'gone') : { number: title.length, url: 'u', title };
  };
  const result = await run(await example(), { repo_name: 'o/r', titles: ['a', 'b', 'c'] }, answer);
  console.log(JSON.stringify(result.log, null, 1), result.status, result.cause);
  expect(iterations(result)).toEqual([['open'], ['open', 'open.output'], ['open']]);
});
