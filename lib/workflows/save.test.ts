// Saving with schedules when something breaks at any of its calls, with the real clients against local services.
import {
  ConflictException,
  CreateScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { ListStateMachineVersionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import {
  breaking,
  desiredBy,
  NOW,
  newWorkflow,
  now,
  oldWorkflow,
  read,
  schedules,
  workflow,
} from '../../test/support/schedules.ts';
import { workflowStore } from '../stores/workflows.ts';
import { deleteWorkflow } from './delete.ts';
import { setScheduleEnabled } from './list-schedules.ts';
import { createWorkflow, replaceWorkflow } from './save.ts';

let api: ApiStack;
let scheduler: SchedulerClient;
beforeAll(async () => {
  api = await startApiStack({ scheduleClock: { now: () => NOW.getTime(), schedule: () => () => {} } });
  scheduler = new SchedulerClient({});
});
afterAll(() => api.close());

test('schedules are created, updated in place, replaced and deleted with the workflow', async () => {
  const first = await createWorkflow(oldWorkflow('whole'), 'ada', undefined, { now });
  expect(await schedules('whole')).toEqual(desiredBy(first?.document));
  const made = await schedules('whole');
  expect(made.map(({ schedule, state, start, input }) => [schedule, state, start, input]).sort()).toEqual([
    ['cron(0 6 1 * ? *)', 'DISABLED', undefined, '{}'],
    ['cron(0 9 * * ? *)', 'ENABLED', undefined, '{}'],
    ['rate(1 hour)', 'ENABLED', '2026-03-01T11:20:30.000Z', '{}'],
  ]);
  const second = await replaceWorkflow(newWorkflow('whole'), 'ada', 'whole', '*', { now });
  expect(second.document.state_machine_version_arn).not.toBe(first?.document.state_machine_version_arn);
  expect(await schedules('whole')).toEqual(desiredBy(second.document));
  const changed = await schedules('whole');
  expect(changed.map(({ schedule, input }) => [schedule, input]).sort()).toEqual([
    ['cron(0 7 1 * ? *)', '{}'],
    ['cron(0 9 * * ? *)', '{"name":"Grace"}'],
    ['rate(2 hours)', '{}'],
  ]);
  const name = (list: typeof made) => list.find(({ schedule }) => schedule === 'cron(0 9 * * ? *)')?.name;
  expect(name(changed)).toBe(name(made));
  await deleteWorkflow('whole', '*');
  expect(await schedules('whole')).toEqual([]);
});

test('whatever there is is replaced, also what two others have saved meanwhile, and no more than two', async () => {
  await createWorkflow(workflow('contended', 'x', []), 'ada', undefined, { now });
  const store = workflowStore();
  const overtaken = async (times: number) => {
    let left = times;
    const write: typeof store.write = async (id, document, condition) => {
      left -= 1;
      return left >= 0 ? undefined : store.write(id, document, condition);
    };
    return replaceWorkflow(workflow('contended', 'x', []), 'bo', 'contended', '*', {
      now,
      store: { ...store, write },
    });
  };
  expect((await overtaken(2)).document).toMatchObject({ version: 2, updated_by: 'bo' });
  await expect(overtaken(3)).rejects.toMatchObject({ type: 'precondition-failed' });
});

test('a schedule that was paused stays so, however often the file is saved that knows nothing of it', async () => {
  const id = 'stays_paused';
  const hourly = workflow(id, 'x', [{ schedule: 'rate(1 hour)' }]);
  await createWorkflow(hourly, 'ada', undefined, { now });
  const paused = { state: 'paused', paused_by: 'operator', paused_at: NOW.toISOString() };
  const pause = (user: string, at = now) => setScheduleEnabled(`${id}.0`, false, user, { now: at });
  expect(await pause('operator')).toMatchObject(paused);
  // A second pause leaves who has paused it, and when.
  expect(await pause('ada', () => new Date(NOW.getTime() + 1))).toMatchObject(paused);
  for (let n = 0; n < 2; n++) await replaceWorkflow(hourly, 'ada', id, '*', { now });
  expect((await schedules(id)).map(({ state }) => state)).toEqual(['DISABLED']);
  await setScheduleEnabled(`${id}.0`, true, 'operator', { now });
  await replaceWorkflow(hourly, 'ada', id, '*', { now });
  expect((await schedules(id)).map(({ state }) => state)).toEqual(['ENABLED']);
});

test('a later save keeps the rhythm of a rate', async () => {
  await createWorkflow(oldWorkflow('rhythm'), 'ada', undefined, { now });
  const later = () => new Date('2026-03-02T13:00:00Z');
  await replaceWorkflow(oldWorkflow('rhythm'), 'ada', 'rhythm', '*', { now: later });
  const [rate] = (await schedules('rhythm')).filter(({ schedule }) => schedule === 'rate(1 hour)');
  expect(rate?.start).toBe('2026-03-02T13:20:30.000Z');
});

test('a schedule that has ended is not created', async () => {
  const triggers = [
    { schedule: 'at(2026-03-01T10:00:00)' },
    { schedule: 'rate(1 day)', end_date: '2026-02-28T00:00:00Z' },
    { schedule: 'at(2026-03-01T10:30:00)' },
  ];
  await createWorkflow(workflow('over', 'x', triggers), 'ada', undefined, { now });
  expect((await schedules('over')).map(({ schedule }) => schedule)).toEqual(['at(2026-03-01T10:30:00)']);
});

describe('when one call fails', () => {
  test.each(['refused', 'answer lost'] as const)(
    '(%s) a failed save leaves the old workflow with its old schedules, a successful one has the new',
    async (how) => {
      const id = how === 'refused' ? 'refused' : 'lost';
      await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
      const old = await read(id);
      const oldSchedules = await schedules(id);
      let failures = 0;
      for (let at = 0; ; at++) {
        const broken = breaking(at, how);
        const saved = await replaceWorkflow(newWorkflow(id), 'ada', id, '*', broken.dependencies).catch(
          (error: Error) => error.message,
        );
        if (broken.attempts() <= at) {
          expect(saved).toMatchObject({ document: { version: 2 } });
          break;
        }
        failures++;
        const document = await read(id);
        expect(await schedules(id), `call ${at}`).toEqual(desiredBy(document));
        if (how === 'refused') {
          expect([saved, document, await schedules(id)], `call ${at}`).toEqual(['broken', old, oldSchedules]);
        } else if (document?.version !== 1) {
          // The document was written and only its answer lost: the save is in force.
          await deleteWorkflow(id, '*');
          await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
        }
      }
      expect(await schedules(id)).toEqual(desiredBy(await read(id)));
      // read, publish, list, two prepared, write, list, five settled, read again
      expect(failures).toBeGreaterThanOrEqual(12);
    },
  );

  test('a schedule that Scheduler refuses is refused before the new version is in force', async () => {
    const id = 'unwritten';
    await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
    const calls: string[] = [];
    const store = workflowStore();
    const counted: typeof store = {
      ...store,
      write: (...args) => {
        calls.push('write');
        return store.write(...args);
      },
    };
    const refusing = {
      async send(command: Parameters<SchedulerClient['send']>[0]) {
        if (command instanceof CreateScheduleCommand) {
          calls.push(`create ${command.input.State}`);
          throw new ValidationException({ message: 'no', Message: 'no', $metadata: {} });
        }
        return scheduler.send(command);
      },
      // As in `breaking`.
    } as unknown as Pick<SchedulerClient, 'send'>;
    await expect(
      replaceWorkflow(newWorkflow(id), 'ada', id, '*', { store: counted, scheduler: refusing, now }),
    ).rejects.toThrow('no');
    expect(calls).toEqual(['create DISABLED', 'create DISABLED']);
    expect((await read(id))?.version).toBe(1);
  });

  test('a failed creation leaves nothing that could start', async () => {
    for (let at = 0; ; at++) {
      const broken = breaking(at, 'refused');
      await createWorkflow(newWorkflow('created'), 'ada', undefined, broken.dependencies).catch(() => {});
      if (broken.attempts() <= at) break;
      expect([await read('created'), await schedules('created')], `call ${at}`).toEqual([undefined, []]);
    }
    expect(await schedules('created')).toHaveLength(3);
  });
});

test('after a crash at any call the document decides, and the next save repairs the rest', async () => {
  for (let at = 0; ; at++) {
    const id = `crash${at}`;
    await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
    const old = await read(id);
    const broken = breaking(at, 'crash');
    await replaceWorkflow(newWorkflow(id), 'ada', id, '*', broken.dependencies).catch(() => {});
    if (broken.attempts() <= at) break;
    if ((await read(id))?.version === 1) {
      const enabled = (list: ReturnType<typeof desiredBy>) => list.filter(({ state }) => state === 'ENABLED');
      expect(enabled(await schedules(id)), `call ${at}`).toEqual(enabled(desiredBy(old)));
    }
    await replaceWorkflow(newWorkflow(id), 'ada', id, '*', { now });
    expect(await schedules(id), `call ${at}`).toEqual(desiredBy(await read(id)));
  }
});

test('one of several concurrent saves wins, and the schedules are the winner’s', async () => {
  const id = 'raced';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  for (let round = 0; round < 8; round++) {
    const etag = (await workflowStore().read(id))?.etag ?? '';
    const writers = [1, 2, 3].map((hour) =>
      replaceWorkflow(
        workflow(id, `${round} ${hour}`, [
          { schedule: `cron(${round} ${hour} * * ? *)` },
          { schedule: 'rate(1 hour)', input: { name: `${hour}` } },
        ]),
        'ada',
        id,
        etag,
        { now },
      ),
    );
    const results = await Promise.allSettled(writers);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await schedules(id)).toEqual(desiredBy(await read(id)));
  }
});

test('saves that overtake each other end with the schedules of the last', async () => {
  const id = 'overtaken';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  // The first save is held at its first update until the second one is through.
  let overtaken: Promise<unknown> | undefined;
  const held = {
    async send(command: Parameters<SchedulerClient['send']>[0]) {
      if (command instanceof UpdateScheduleCommand) {
        overtaken ??= replaceWorkflow(oldWorkflow(id), 'grace', id, '*', { now });
        await overtaken;
      }
      return scheduler.send(command);
    },
    // As in `breaking`.
  } as unknown as Pick<SchedulerClient, 'send'>;
  await replaceWorkflow(newWorkflow(id), 'ada', id, '*', { scheduler: held, now });
  expect((await read(id))?.updated_by).toBe('grace');
  expect(await schedules(id)).toEqual(desiredBy(await read(id)));
});

test('a conflict in Scheduler is reported as such, and the old workflow stays', async () => {
  const id = 'busy';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  const old = await schedules(id);
  let conflicts = 1;
  const busy = {
    async send(command: Parameters<SchedulerClient['send']>[0]) {
      if (command instanceof UpdateScheduleCommand && conflicts-- > 0) {
        throw new ConflictException({ message: 'busy', Message: 'busy', $metadata: {} });
      }
      return scheduler.send(command);
    },
    // As in `breaking`.
  } as unknown as Pick<SchedulerClient, 'send'>;
  await expect(
    replaceWorkflow(newWorkflow(id), 'ada', id, '*', { scheduler: busy, now }),
  ).rejects.toMatchObject({
    type: 'precondition-failed',
  });
  expect([(await read(id))?.version, await schedules(id)]).toEqual([1, old]);
});

test('a version that a schedule starts exists after any number of saves', async () => {
  const id = 'pruned';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  const client = new SFNClient({});
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-pruned';
  for (let n = 0; n < 25; n++) {
    const document = n % 2 ? newWorkflow(id) : oldWorkflow(id);
    // Of some saves the schedules cannot be brought to the new version: they stay at the old one.
    const { dependencies } = breaking(n % 3 ? 6 : 1e9, 'refused');
    await replaceWorkflow(document, 'ada', id, '*', dependencies).catch(() => {});
    const { stateMachineVersions = [] } = await client.send(
      new ListStateMachineVersionsCommand({ stateMachineArn }),
    );
    const there = stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
    for (const { version } of await schedules(id)) expect(there, `save ${n}`).toContain(version);
  }
});
