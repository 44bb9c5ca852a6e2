// Which connections a run's failures mark, against S3.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { expired } from '../connections/expired.ts';
import { ConnectionExpired } from '../errors.ts';
import { connectionStore } from '../stores/connections.ts';
import { descriptionOf } from './description.ts';
import { expiredCalls, markExpired } from './mark-expired.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  bench = await startS3();
});
afterAll(() => bench.close());

const { message } = expired('google/default', new ConnectionExpired('Google says: invalid_grant'));
const error = { name: 'ConnectionExpired', message };
const failure = { error, ended_at: '2026-01-02T00:00:00.000Z' };

test.each([
  ['of before', '2026-01-01T00:00:00.000Z', null, 'needs_reconnect'],
  ['connected again since', '2026-01-03T00:00:00.000Z', null, 'untested'],
  ['tried with success since', '2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z', 'untested'],
])('a connection %s', async (_name, updated, tested_at, status) => {
  const store = connectionStore(bench.client, await bench.newBucket());
  const description = { ...descriptionOf({ version: 4, modified: new Date(updated) }, undefined), tested_at };
  await store.write('google/default', { versions: { 4: description } }, { absent: true });
  await markExpired('mail.run', [failure, { error: null, ended_at: null }, failure], store);
  const marked = (await store.read('google/default'))?.document.versions[4];
  const last_failure = { at: failure.ended_at, message, execution_id: 'mail.run' };
  expect(marked).toEqual(status === 'untested' ? description : { ...description, status, last_failure });
});

test('one that nothing is known of, and errors in other words, mark nothing', async () => {
  const store = connectionStore(bench.client, await bench.newBucket());
  await markExpired(
    'mail.run',
    [failure, { ...failure, error: { ...error, message: 'google/default is gone' } }],
    store,
  );
  expect(await store.read('google/default')).toBeUndefined();
});

test('what somebody else writes meanwhile stays, and the mark is set on it', async () => {
  const store = connectionStore(bench.client, await bench.newBucket());
  const before = descriptionOf({ version: 1, modified: new Date('2026-01-01T00:00:00.000Z') }, undefined);
  await store.write('google/default', { versions: { 1: before } }, { absent: true });
  let isFirst = true;
  const write: typeof store.write = async (id, document, condition) => {
    if (isFirst && 'etag' in condition) {
      isFirst = false;
      await store.write(id, { versions: { 1: { ...before, label: 'New' } } }, condition);
    }
    return store.write(id, document, condition);
  };
  await markExpired('mail.run', [failure], { ...store, write });
  expect((await store.read('google/default'))?.document.versions[1]).toMatchObject({
    label: 'New',
    status: 'needs_reconnect',
  });
});

test('steps and the calls of an agent count, that it went on without too; other errors do not', () => {
  const other = { error: { name: 'Unauthorized', message }, ended_at: failure.ended_at };
  const done = { error: null, ended_at: failure.ended_at };
  const agent = { ...done, turns: [{ calls: [done, other] }, { calls: [{ ...failure, id: 'call' }] }] };
  expect(expiredCalls([done, failure, other, agent])).toEqual([failure, { ...failure, id: 'call' }]);
});
