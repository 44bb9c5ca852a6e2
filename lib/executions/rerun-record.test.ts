// The records of reruns in S3: who wrote first, which runs they name and in what order.
import { S3ServiceException } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import {
  addRerunRecord,
  deleteRerunRecord,
  markStarted,
  type RerunRecord,
  readRerunRecord,
  replaceRerunRecord,
  rerunsOf,
  stepKey,
} from './rerun-record.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
/** What S3 answers conditional writes with. */
let conflict: number | undefined;
/** When S3 says that the objects were written, by the ends of their keys. */
let written: Readonly<Record<string, number>> = {};
beforeAll(async () => {
  bench = await startS3();
  process.env['LOGS_BUCKET'] = bench.use('logs');
  await bench.s3.createBucket('logs');
  bench.client.middlewareStack.add(
    (next) => async (args) => {
      if ('IfNoneMatch' in args.input && conflict !== undefined) {
        const $metadata = { httpStatusCode: conflict };
        throw new S3ServiceException({ name: 'Refused', $fault: 'client', $metadata });
      }
      const answer = await next(args);
      if ('Contents' in answer.output) {
        for (const object of answer.output.Contents ?? []) {
          const at = Object.entries(written).find(([end]) => object.Key?.endsWith(end))?.[1];
          if (at !== undefined) object.LastModified = new Date(at);
        }
      }
      return answer;
    },
    { step: 'initialize' },
  );
});
afterAll(() => bench.close());

const record = (rerunOf: string, from: string): RerunRecord => ({
  rerun_of: rerunOf,
  request: { from, workflow: 'recorded', input: null },
  ...{ calls_of: null, values_of: 'w.before', base: '{}', steps: [] },
});

test('the first record stays until it is replaced or deleted', async () => {
  const [first, second] = [record('w.once', 'a'), record('w.once', 'b')];
  expect(await addRerunRecord('w.new', first, bench.client)).toBeUndefined();
  expect(await addRerunRecord('w.new', second, bench.client)).toEqual(first);
  expect(await readRerunRecord('w.new', 'w.once', bench.client)).toEqual(first);
  await replaceRerunRecord('w.new', second, bench.client);
  expect(await readRerunRecord('w.new', 'w.once', bench.client)).toEqual(second);
  await deleteRerunRecord('w.new', 'w.once', bench.client);
  expect(await readRerunRecord('w.new', 'w.once', bench.client)).toBeUndefined();
});

test('one that is written at the same moment counts as there, any other refusal is an error', async () => {
  const there = record('w.same', 'a');
  await addRerunRecord('w.new', there, bench.client);
  try {
    conflict = 409;
    expect(await addRerunRecord('w.new', record('w.same', 'b'), bench.client)).toEqual(there);
    conflict = 403;
    await expect(addRerunRecord('w.new', there, bench.client)).rejects.toMatchObject({ name: 'Refused' });
  } finally {
    conflict = undefined;
  }
});

test('reruns are listed as they were asked for; only those without a note of their start are asked about', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    await addRerunRecord(`w.${name}`, record('w.many', 'x'), bench.client);
  }
  await markStarted('w.a', 'w.many', bench.client);
  await markStarted('w.d', 'w.many', bench.client);
  written = { 'a.json': 3000, 'b.json': 4000, 'c.json': 1000, 'd.json': 2000 };
  const asked: string[] = [];
  const isThere = async (id: string) => {
    asked.push(id);
    return id === 'w.c';
  };
  expect(await rerunsOf('w.many', isThere, bench.client)).toEqual(['w.c', 'w.d', 'w.a']);
  expect(asked).toEqual(['w.c', 'w.b']);
});

test('a step of one iteration has a key of its own', () => {
  expect([stepKey('a'), stepKey('a', [1]), stepKey('a', [1, 2]), stepKey('a', [12])]).toEqual([
    'a',
    'a 1',
    'a 1 2',
    'a 12',
  ]);
});
