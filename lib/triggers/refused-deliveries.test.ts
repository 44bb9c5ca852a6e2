// What is kept of refused deliveries: little, for a while, and not more than so many a minute.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAwsServer } from '../../local/aws/server.ts';
import { createS3 } from '../../local/s3/s3.ts';
import { KEPT_DAYS, MOST_A_MINUTE, RefusedDeliveries } from './refused-deliveries.ts';

const MINUTE = 60_000;
let now = Date.parse('2026-03-01T10:00:00.000Z');
let s3: S3Client;
let calls: string[] = [];
let close: () => Promise<void>;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'refused-'));
  const service = createS3({ directory });
  await service.createBucket('logs', { versioned: true });
  const server = createAwsServer([service]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({
    region: 'us-east-1',
    endpoint: await server.listen(0),
    credentials,
    forcePathStyle: true,
  });
  s3.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        calls.push(`${commandName}`);
        return next(args);
      },
    { step: 'initialize' },
  );
  close = async () => {
    s3.destroy();
    await server.close();
    await service.close();
    await rm(directory, { recursive: true });
  };
});
afterAll(() => close());

const opened = () => new RefusedDeliveries({ s3, bucket: 'logs', now: () => new Date(now) });
const refusal = (hook: string, delivery: string | null = null) =>
  ({ hook, reason: 'wrong_signature', delivery }) as const;

test('ten a minute are kept for two weeks, in one of sixteen groups, without waiting long', async () => {
  expect([MOST_A_MINUTE, KEPT_DAYS]).toEqual([10, 14]);
  const sent: { readonly input: object; readonly isLimited: boolean }[] = [];
  const watched = {
    // The wrapper passes a command on and gives back what came: it has the client's own overloads.
    send(command: Parameters<typeof s3.send>[0], options?: { readonly abortSignal?: AbortSignal }) {
      sent.push({ input: command.input, isLimited: options?.abortSignal !== undefined });
      return s3.send(command, options);
    },
  } as unknown as S3Client;
  const refused = new RefusedDeliveries({ s3: watched, bucket: 'logs', now: () => new Date(now) });
  await refused.record(refusal('h23', 'x'.repeat(80)));
  // The SHA-256 of both names begins with a byte that 16 divides: they share a group.
  await refused.record(refusal('h48', 'other'));
  expect(
    sent.map(({ input, isLimited }) => [Object.values(input).join().includes('/0/'), isLimited]),
  ).toEqual(Array(4).fill([true, true]));
  expect((await refused.latest('h23', 20)).map(({ delivery }) => delivery)).toEqual(['x'.repeat(80)]);
  expect((await refused.latest('h48', 20)).map(({ delivery }) => delivery)).toEqual(['other']);
  now += MINUTE;
});

test('the latest come first, each webhook’s own, with ids that are not too long, and for two weeks', async () => {
  const refused = opened();
  await refused.record(refusal('mail', 'one'));
  now += MINUTE;
  await refused.record({ ...refusal('mail', 'x'.repeat(81)), reason: 'too_late' });
  await refused.record(refusal('mail.other', 'two'));
  await refused.record(refusal('mail.secret', `ghp_${'a'.repeat(36)}`));
  expect(await refused.latest('mail.secret', 1)).toMatchObject([{ delivery: null }]);
  const first = { received_at: '2026-03-01T10:01:00.000Z', reason: 'wrong_signature', delivery: 'one' };
  const second = { received_at: '2026-03-01T10:02:00.000Z', reason: 'too_late', delivery: null };
  expect(await refused.latest('mail', 20)).toEqual([second, first]);
  expect(await refused.latest('mail', 1)).toEqual([second]);
  now = Date.parse(first.received_at) + KEPT_DAYS * 24 * 60 * MINUTE + 1;
  expect(await refused.latest('mail', 20)).toEqual([second]);
});

test('a webhook that is sent to without end keeps some a minute, and asks S3 no more until then', async () => {
  // The last one knows nothing of what the others have kept.
  const [one, other, last] = [opened(), opened(), opened()];
  for (let count = 0; count < MOST_A_MINUTE; count += 1)
    await (count % 2 ? one : other).record(refusal('flood'));
  calls = [];
  await last.record(refusal('flood'));
  expect(calls.slice(0, 2)).toEqual(['PutObjectCommand', 'ListObjectsV2Command']);
  calls = [];
  for (let count = 0; count < 5; count += 1) await last.record(refusal('flood'));
  expect(calls).toEqual([]);
  expect(await one.latest('flood', 100)).toHaveLength(MOST_A_MINUTE);
  now += MINUTE;
  await last.record(refusal('flood'));
  expect(await one.latest('flood', 100)).toHaveLength(MOST_A_MINUTE + 1);
});

test.each([
  ['PreconditionFailed', 412],
  ['ConditionalRequestConflict', 409],
])('a place that somebody else takes at that moment is another one’s to try: %s', async (name, status) => {
  now += MINUTE;
  let refusals = 3;
  const taken = {
    async send(command: Parameters<typeof s3.send>[0], options?: { readonly abortSignal?: AbortSignal }) {
      if ('IfNoneMatch' in command.input && refusals-- > 0)
        throw new S3ServiceException({
          ...{ name, $fault: 'client', $metadata: { httpStatusCode: status }, message: '' },
        });
      return s3.send(command, options);
    },
  } as unknown as S3Client; // the client's own overloads
  const refused = new RefusedDeliveries({ s3: taken, bucket: 'logs', now: () => new Date(now) });
  await refused.record(refusal(`taken-${status}`, 'kept'));
  expect(await refused.latest(`taken-${status}`, 9)).toMatchObject([{ delivery: 'kept' }]);
  // Nothing else is taken for that.
  const down = {
    send: () =>
      Promise.reject(
        new S3ServiceException({ name: 'SlowDown', $fault: 'server', $metadata: { httpStatusCode: 503 } }),
      ),
  };
  const failing = new RefusedDeliveries({ s3: down, bucket: 'logs', now: () => new Date(now) });
  await expect(failing.record(refusal('down'))).rejects.toMatchObject({ name: 'SlowDown' });
});

test('of two hundred refused at once, by as many containers, ten are kept, and each asks S3 a few times', async () => {
  now += MINUTE;
  calls = [];
  await Promise.all(Array.from({ length: 200 }, () => opened().record(refusal('crowd'))));
  expect(await opened().latest('crowd', 1000)).toHaveLength(MOST_A_MINUTE);
  expect(calls.length).toBeLessThan(200 * 5);
  now += MINUTE;
  const one = opened();
  calls = [];
  await Promise.all(Array.from({ length: 200 }, () => one.record(refusal('crowd'))));
  expect(calls).toEqual(Array(2 * MOST_A_MINUTE).fill('PutObjectCommand'));
  expect(await one.latest('crowd', 1000)).toHaveLength(2 * MOST_A_MINUTE);
});

test('an address that nobody has takes as much room as one that somebody has: a few groups hold all', async () => {
  const refused = opened();
  for (let count = 0; count < 60; count += 1) await refused.record(refusal(`nobody-${count}`));
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: 'logs', Prefix: 'deliveries/' }),
  );
  const groups = new Set(Contents.map(({ Key = '' }) => Key.split('/')[1]));
  groups.delete('places');
  expect(groups.size).toBeLessThanOrEqual(16);
  expect(Contents.every(({ Size, Key = '' }) => Size === 0 && Key.length < 1024)).toBe(true);
});
