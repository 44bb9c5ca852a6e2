// The index of runs against S3: any order, loss and repetition of events, filters, pages, and what a page costs.
import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { listExecutions } from './list.ts';
import { RunIndex } from './run-index.ts';
import { type RunRow, rowFile, rowOfFile } from './run-row.ts';
import { summarizeRuns } from './runs-summary.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let calls: string[] = [];
let index: RunIndex;
let bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  s3.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.push(commandName.replace('Command', ''));
        return next(args);
      },
    { step: 'initialize' },
  );
});
afterAll(() => s3.close());

async function emptyIndex(): Promise<void> {
  bucket = await s3.newBucket();
  index = new RunIndex(s3.client, bucket);
  calls = [];
}

const at = (ms: number) => new Date(Date.UTC(2026, 2, 1) + ms).toISOString();

function running(id: string, startedMs: number, more: Partial<RunRow> = {}): RunRow {
  return {
    id,
    status: 'running',
    started_at: at(startedMs),
    ended_at: null,
    redrive_count: 0,
    rerun_of: null,
    mended_by: null,
    workflow_version: null,
    trigger: null,
    input_preview: '{}',
    error: null,
    tokens: null,
    cost_usd: null,
    ...more,
  };
}

const ended = (
  id: string,
  startedMs: number,
  status: RunRow['status'] = 'succeeded',
  more: Partial<RunRow> = {},
): RunRow =>
  running(id, startedMs, {
    status,
    ended_at: at(startedMs + 10),
    error:
      status === 'succeeded' ? null : { name: 'RateLimited', step_id: 'ask', message: 'Too many requests' },
    ...more,
  });

type Query = Partial<Parameters<typeof listExecutions>[0]>;

async function ids(query: Query = {}): Promise<string[]> {
  return (await walk(query)).map(({ id }) => id);
}

async function walk(query: Query = {}) {
  const items = [];
  let cursor: string | undefined;
  do {
    const page = await listExecutions({ limit: 100, ...query, ...(cursor && { cursor }) }, index);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

describe('a row in a key', () => {
  const text = fc.string({ unit: 'binary', maxLength: 400 });
  const trigger = fc.oneof(
    fc.constant(null),
    fc.record({ type: fc.constant('api' as const), user: fc.option(text) }),
    fc.record({ type: fc.constant('webhook' as const), delivery: fc.option(text) }),
  );
  const longId = `${'w'.repeat(48)}.${'n'.repeat(80)}`;

  test('fits S3’s limit in every folder, whatever its texts are, and is read again', () => {
    fc.assert(
      fc.property(text, text, text, text, trigger, (name, step_id, message, input_preview, trigger) => {
        const row = ended(longId, 0, 'timed_out', {
          error: { name, step_id, message },
          input_preview,
          trigger,
          tokens: Number.MAX_SAFE_INTEGER,
          cost_usd: 12_345.678_901_234_567,
          redrive_count: 1000,
          rerun_of: `${'w'.repeat(48)}.${'r'.repeat(80)}`,
          mended_by: `${'w'.repeat(48)}.${'m'.repeat(80)}`,
        });
        const file = rowFile(row);
        expect(file).toMatch(/^[\w.-]+~[\w-]+$/);
        expect(`runs/workflow-status/${'w'.repeat(48)}/timed_out/${file}`.length).toBeLessThanOrEqual(1024);
        const read = rowOfFile(file);
        expect(read).toMatchObject({ id: longId, status: 'timed_out', started_at: at(0), ended_at: at(10) });
        expect(read && rowFile(read)).toBe(file);
      }),
    );
  });

  test('keeps short texts whole, in one line', () => {
    const row = ended('w.1', 5, 'failed', {
      rerun_of: 'w.before',
      mended_by: 'w.after',
      error: { name: 'E', step_id: 's', message: 'two\nlines' },
      input_preview: '{"query":"ä😀"}',
      trigger: { type: 'workflow', execution_id: 'parent.1' },
      workflow_version: 7,
      tokens: 12,
      cost_usd: 0.000_012,
    });
    expect(rowOfFile(rowFile(row))).toEqual({
      ...row,
      error: { name: 'E', step_id: 's', message: 'two lines' },
    });
  });

  test.each(['', 'x', '8227676799999-w.1', '8227676799999-w.1~', '8227676799999-w.1~W10', '1-w.1~W10'])(
    'the key %j is no row',
    (file) => expect(rowOfFile(file)).toBeUndefined(),
  );
});

describe('events', () => {
  beforeEach(emptyIndex);

  /** What happens to one run, as each event is recorded. */
  const story = (id: string, startedMs: number): readonly RunRow[] => [
    running(id, startedMs),
    ended(id, startedMs, 'failed'),
    running(id, startedMs, { redrive_count: 1 }),
    ended(id, startedMs, 'succeeded', { redrive_count: 1, ended_at: at(startedMs + 50) }),
  ];
  const record = (row: RunRow, knows: boolean) =>
    row.ended_at === null
      ? index.started(row)
      : index.ended(row, knows ? running(row.id, Date.parse(row.started_at) - Date.parse(at(0))) : undefined);

  test('in any order, some of them lost or repeated, leave the latest that was told', async () => {
    const events = [...story('w.1', 0), ...story('v.2', 7)];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events, ...events], { minLength: 1 }),
        fc.boolean(),
        fc.boolean(),
        async (told, atOnce, knows) => {
          await emptyIndex();
          if (atOnce) await Promise.all(told.map((row) => record(row, knows)));
          else for (const row of told) await record(row, knows);
          const expected = ['v.2', 'w.1'].flatMap((id) => {
            const last = events.findLast((row) => row.id === id && told.includes(row));
            return last ? [[id, last.status, last.redrive_count]] : [];
          });
          const shown = (rows: Awaited<ReturnType<typeof walk>>) =>
            rows.map(({ id, status, redrive_count }) => [id, status, redrive_count]);
          expect(shown(await walk())).toEqual(expected);
          for (const status of ['running', 'failed', 'succeeded'] as const)
            expect(shown(await walk({ status })), status).toEqual(
              expected.filter(([, one]) => one === status),
            );
          expect(shown(await walk({ error: 'RateLimited' }))).toEqual(
            expected.filter(([, one]) => one === 'failed'),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  /** The calls of S3 that these events cost. */
  const costOf = async (...events: readonly [RunRow, RunRow?][]) => {
    for (const [row, beginning] of events)
      await (row.ended_at === null ? index.started(row) : index.ended(row, beginning));
    return Object.fromEntries(
      [...Map.groupBy(calls.splice(0), (name) => name)].map(([name, all]) => [name, all.length]),
    );
  };
  const leftOf = async (prefix: string) => {
    const { KeyCount } = await s3.list({ Prefix: prefix });
    calls = [];
    return KeyCount;
  };
  const schedule = { trigger: { type: 'schedule' } } as const;

  test('of a run cost a key when it starts, two when it ends, and one for a trigger that is not the API', async () => {
    expect(await costOf([running('w.1', 0)])).toEqual({ PutObject: 1 });
    const end = await costOf([ended('w.1', 0), running('w.1', 0)]);
    expect(end).toEqual({ PutObject: 2, DeleteObject: 1 });
    expect(await costOf([running('w.2', 1, schedule)])).toEqual({ PutObject: 1 });
    const scheduled = await costOf([ended('w.2', 1, 'succeeded', schedule), running('w.2', 1, schedule)]);
    expect(scheduled).toEqual({ PutObject: 3, DeleteObject: 1 });
    const api = { trigger: { type: 'api', user: 'ada' } } as const;
    const byApi = await costOf([ended('w.3', 2, 'succeeded', api), running('w.3', 2, api)]);
    expect(byApi).toEqual({ PutObject: 2, DeleteObject: 1 });
    expect(await leftOf('runs/running/')).toBe(0);
  });

  test('of a run that failed, and can be redriven, cost its error’s keys and a look at its other rows', async () => {
    const failed: [RunRow, RunRow] = [ended('w.1', 0, 'failed'), running('w.1', 0)];
    expect(await costOf([running('w.1', 0)], failed)).toEqual({
      PutObject: 1 + 5,
      ListObjectsV2: 2,
      DeleteObject: 1,
    });
    const again = { redrive_count: 1 };
    expect(await costOf([running('w.1', 0, again)])).toEqual({
      PutObject: 1,
      ListObjectsV2: 1,
      DeleteObject: 5,
    });
    expect(await leftOf('runs/')).toBe(1);
    const end = await costOf([ended('w.1', 0, 'succeeded', again), running('w.1', 0)]);
    expect(end).toEqual({ PutObject: 2, ListObjectsV2: 2, DeleteObject: 1 });
    expect(await leftOf('runs/')).toBe(2);
  });

  test('whose start is told after their end leave a row that the first list removes', async () => {
    await index.ended(ended('w.1', 0), running('w.1', 0));
    await index.started(running('w.1', 0));
    expect(await leftOf('runs/running/')).toBe(1);
    for (const query of [{ status: 'running' as const }, { status: 'running' as const, workflow_id: 'w' }])
      expect(await walk(query), JSON.stringify(query)).toEqual([]);
    expect(await leftOf('runs/running/')).toBe(0);
    for (const query of [{}, { workflow_id: 'w' }, { status: 'succeeded' as const }]) {
      await index.started(running('w.1', 0));
      expect(
        (await walk(query)).map(({ status }) => status),
        JSON.stringify(query),
      ).toEqual(['succeeded']);
      expect(await leftOf('runs/running/')).toBe(0);
    }
  });

  test('of an end that another writer has removed meanwhile leave no key in any folder', async () => {
    const again = { redrive_count: 1 };
    await index.ended(ended('w.1', 0, 'succeeded', again));
    const late = ended('w.1', 0, 'failed');
    let isRemoved = false;
    const overtaken = {
      // The wrapper passes a command on and gives back what came: it has the client's own overloads.
      async send(command: Parameters<typeof s3.client.send>[0]) {
        if (command instanceof ListObjectsV2Command && !isRemoved) {
          isRemoved = true;
          await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `runs/all/${rowFile(late)}` }));
        }
        return s3.client.send(command);
      },
    } as unknown as Pick<S3Client, 'send'>;
    await new RunIndex(overtaken, bucket).ended(late);
    expect(isRemoved).toBe(true);
    expect(await leftOf('runs/')).toBe(2);
  });

  test('of runs that started at once and whose ids begin alike stay apart', async () => {
    for (const id of ['w.12', 'w.1']) {
      await index.started(running(id, 0));
      await index.ended(ended(id, 0, 'failed'));
    }
    await index.started(running('w.1', 0, { redrive_count: 1 }));
    const statuses = (await walk()).map(({ id, status }) => `${id} ${status}`);
    expect(statuses).toEqual(['w.12 failed', 'w.1 running']);
  });

  test('whose error or step has a long name are found by the whole of it', async () => {
    const long = { name: `E${'x'.repeat(99)}`, step_id: `s${'y'.repeat(99)}`, message: '' };
    await index.add(ended('long.1', 0, 'failed', { error: long }));
    expect(await ids({ error: long.name })).toEqual(['long.1']);
    expect(await ids({ workflow_id: 'long', status: 'failed', error: long.name })).toEqual(['long.1']);
    expect(await ids({ step: long.step_id })).toEqual(['long.1']);
  });

  test('that are given up are not written', async () => {
    await expect(index.add(ended('w.1', 0), AbortSignal.abort())).rejects.toThrow('aborted');
    expect(await leftOf('runs/')).toBe(0);
  });

  test('that say as much of an end leave the row that was written last', async () => {
    await index.ended(ended('w.1', 0, 'failed', { input_preview: '{"a":1}' }));
    await index.ended(ended('w.1', 0, 'failed', { input_preview: '{"b":2}' }));
    expect((await walk()).map(({ input_preview }) => input_preview)).toEqual(['{"b":2}']);
    expect(await leftOf('runs/')).toBe(5);
  });

  test('of an execution that the API cannot name are not indexed', async () => {
    await index.started(running('w.größe', 0));
    await index.ended(ended('w.größe', 0));
    expect(calls).toEqual([]);
  });
});

describe('lists', () => {
  const statuses = ['succeeded', 'failed', 'timed_out', 'aborted', 'running'] as const;
  const triggers = [
    { type: 'api', user: 'ada' },
    { type: 'schedule' },
    { type: 'webhook', delivery: 'd1' },
    null,
  ] as const;
  const all = Array.from({ length: 60 }, (_, number) => {
    const status = statuses[number % 5] ?? 'running';
    const id = `${['a', 'ab', 'b'][number % 3]}.${number % 7}${number}`;
    const more = { trigger: triggers[number % 4] ?? null };
    const error = {
      name: number % 2 ? 'RateLimited' : 'NotFound',
      step_id: number % 4 ? 'ask' : 'fetch',
      message: '',
    };
    if (status === 'running') return running(id, number * 1000, more);
    return ended(id, number * 1000, status, status === 'succeeded' ? more : { ...more, error });
  });
  async function fill(): Promise<void> {
    await emptyIndex();
    await Promise.all(all.map((row) => (row.ended_at === null ? index.started(row) : index.add(row))));
    calls = [];
  }

  const started = (id: string) => all.find((row) => row.id === id)?.started_at ?? '';

  describe('of an index that does not change', () => {
    beforeAll(fill);
    beforeEach(() => {
      calls = [];
    });

    test.each<[Query, (row: RunRow) => boolean]>([
      [{}, () => true],
      [{ workflow_id: 'a' }, ({ id }) => id.startsWith('a.')],
      [{ status: 'failed' }, ({ status }) => status === 'failed'],
      [{ status: 'running' }, ({ status }) => status === 'running'],
      [{ status: 'failed_or_timed_out' }, ({ status }) => status === 'failed' || status === 'timed_out'],
      [
        { status: 'failed_or_timed_out', workflow_id: 'a' },
        ({ status, id }) => (status === 'failed' || status === 'timed_out') && id.startsWith('a.'),
      ],
      [
        { status: 'failed_or_timed_out', error: 'NotFound' },
        ({ status, error }) => (status === 'failed' || status === 'timed_out') && error?.name === 'NotFound',
      ],
      [{ status: 'succeeded' }, ({ status }) => status === 'succeeded'],
      [
        { status: 'succeeded', workflow_id: 'ab' },
        ({ status, id }) => status === 'succeeded' && id.startsWith('ab.'),
      ],
      [
        { status: 'aborted', workflow_id: 'b' },
        ({ status, id }) => status === 'aborted' && id.startsWith('b.'),
      ],
      [{ trigger: 'schedule' }, ({ trigger }) => trigger?.type === 'schedule'],
      [{ error: 'NotFound' }, ({ error }) => error?.name === 'NotFound'],
      [
        { error: 'NotFound', step: 'ask', status: 'timed_out' },
        ({ error, status }) =>
          error?.name === 'NotFound' && error.step_id === 'ask' && status === 'timed_out',
      ],
      [{ id: 'b.3' }, ({ id }) => id.startsWith('b.3')],
      [{ id: '3' }, ({ id }) => id.split('.')[1]?.startsWith('3') ?? false],
      [
        { since: at(20_000), until: at(40_000) },
        ({ started_at }) => started_at >= at(20_000) && started_at < at(40_000),
      ],
      [{ since: at(59_001) }, () => false],
    ])('%j gives what it says, page by page, the latest first', async (query, isWanted) => {
      const wanted = all
        .filter(isWanted)
        .map(({ id }) => id)
        .reverse();
      for (const limit of [1, 4, 100]) expect(await ids({ ...query, limit }), `by ${limit}`).toEqual(wanted);
    });

    test('each page costs two calls', async () => {
      const queries: Query[] = [
        {},
        { workflow_id: 'a' },
        { status: 'failed' },
        { status: 'failed_or_timed_out' },
        { status: 'failed_or_timed_out', error: 'NotFound' },
        { trigger: 'api' },
        { id: 'b' },
      ];
      for (const query of queries) {
        await listExecutions({ limit: 10, ...query }, index);
        expect(calls.splice(0), JSON.stringify(query)).toEqual(['ListObjectsV2', 'ListObjectsV2']);
      }
    });
  });

  describe('of an index that changes', () => {
    beforeEach(fill);

    test('each page costs two calls with two hundred workflows too', async () => {
      await Promise.all(Array.from({ length: 200 }, (_, n) => index.ended(ended(`w${n}.1`, 100_000 + n))));
      calls = [];
      const { items } = await listExecutions({ limit: 1000 }, index);
      expect([items.length, calls]).toEqual([260, ['ListObjectsV2', 'ListObjectsV2']]);
    });

    test('a run that ends between two pages is on one of them', async () => {
      const first = await listExecutions({ limit: 3 }, index);
      for (const row of all)
        if (row.ended_at === null) await index.ended({ ...row, status: 'aborted', ended_at: at(90_000) });
      const rest = await listExecutions({ limit: 100, cursor: first.nextCursor ?? '' }, index);
      expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    });

    test('more than a thousand running runs come page by page', async () => {
      const many = Array.from({ length: 1005 }, (_, n) => running(`m.${n}`, 200_000 + n));
      for (let n = 0; n < many.length; n += 100)
        await Promise.all(many.slice(n, n + 100).map((row) => index.started(row)));
      const found = await ids();
      expect(found).toEqual([...all, ...many].map(({ id }) => id).reverse());
    });

    test('a summary groups the failures since a time by error and step, and counts what runs', async () => {
      const { failed, running } = await summarizeRuns(new Date(at(30_000)), index);
      expect(calls).toEqual(Array(3).fill('ListObjectsV2'));
      const wanted = all.filter(
        ({ status, started_at }) => ['failed', 'timed_out'].includes(status) && started_at >= at(30_000),
      );
      expect([failed.count, failed.more, running]).toEqual([
        wanted.length,
        false,
        {
          count: 12,
          more: false,
          latest: all
            .filter(({ ended_at }) => ended_at === null)
            .slice(-5)
            .toReversed()
            .map(({ id, started_at }) => ({ id, workflow_id: id.split('.')[0], started_at })),
        },
      ]);
      const of = (name: string, step: string) =>
        wanted.filter(({ error }) => error?.name === name && error.step_id === step);
      expect(
        failed.groups.map((group) => [group.error_name, group.step_id, group.count, group.latest.id]),
      ).toEqual(
        [
          ['RateLimited', 'ask'],
          ['NotFound', 'fetch'],
          ['NotFound', 'ask'],
        ]
          .map(
            ([name = '', step = '']) =>
              [name, step, of(name, step).length, of(name, step).at(-1)?.id ?? ''] as const,
          )
          .toSorted(([, , , a], [, , , b]) => (started(a) < started(b) ? 1 : -1)),
      );
      // One that was redriven has not failed.
      const redriven = wanted.at(-1);
      if (redriven) await index.started({ ...redriven, status: 'running', ended_at: null, redrive_count: 1 });
      const after = await summarizeRuns(new Date(at(30_000)), index);
      expect([after.failed.count, after.running.count]).toEqual([wanted.length - 1, 13]);
    });

    test('what somebody else put there is passed over', async () => {
      await s3.put('runs/all/0000000000000-a.1~e30', '');
      await s3.put('runs/all/nothing', '');
      expect(await ids({ limit: 7 })).toEqual(all.map(({ id }) => id).reverse());
    });
  });
});
