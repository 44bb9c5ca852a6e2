// Deleting with schedules when something breaks at any of its calls, and when others save meanwhile.
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
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
import { workflowVersion } from '../compiler/asl/definition.ts';
import { ApiProblem } from '../problem.ts';
import { workflowStore } from '../stores/workflows.ts';
import { deleteWorkflow } from './delete.ts';
import { setScheduleEnabled } from './list-schedules.ts';
import { createWorkflow, replaceWorkflow } from './save.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack({ scheduleClock: { now: () => NOW.getTime(), schedule: () => () => {} } });
});
afterAll(() => api.close());

describe('when one call fails', () => {
  const later = () => new Date(NOW.getTime() + 60_001);

  test.each(['refused', 'answer lost', 'crash'] as const)(
    '(%s) whichever call fails, the workflow is unchanged or its id reserved, and the next deletion leaves nothing',
    async (how) => {
      for (let at = 0; ; at++) {
        const id = `deleted-${how.slice(0, 3)}-${at}`;
        await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
        const old = await schedules(id);
        const broken = breaking(at, how);
        await deleteWorkflow(id, '*', broken.dependencies).catch(() => {});
        if (broken.attempts() <= at) {
          expect([await read(id), await schedules(id)]).toEqual([undefined, []]);
          // read, mark, list and the state machine, three deleted, read again, delete
          expect(at).toBeGreaterThanOrEqual(9);
          break;
        }
        if (await read(id)) expect(await schedules(id), `call ${at}`).toEqual(old);
        else if (await workflowStore().readDeleting(id)) {
          await expect(createWorkflow(oldWorkflow(id), 'ada', undefined, { now })).rejects.toMatchObject({
            type: 'being-deleted',
          });
        } else expect(await schedules(id), `call ${at}`).toEqual([]);
        await deleteWorkflow(id, '*', { now: later }).catch((error: Error) =>
          expect(error).toMatchObject({ type: 'not-found' }),
        );
        expect([await read(id), await schedules(id)], `call ${at}`).toEqual([undefined, []]);
        expect(await workflowStore().readDeleting(id)).toBeUndefined();
      }
    },
  );

  test('a deletion cleans up after an interrupted save of a workflow that never existed', async () => {
    // The document is looked for twice, the definition published, schedules listed and three prepared: no document.
    const { dependencies } = breaking(7, 'crash');
    await expect(createWorkflow(newWorkflow('stray'), 'ada', undefined, dependencies)).rejects.toThrow(
      'broken',
    );
    expect(await schedules('stray')).toHaveLength(3);
    await expect(deleteWorkflow('stray', '*')).rejects.toMatchObject({ type: 'not-found' });
    expect(await schedules('stray')).toEqual([]);
  });

  test('a failed creation after an interrupted deletion leaves that deletion as it was', async () => {
    const id = 'place';
    for (let at = 0; ; at++) {
      await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
      // read, mark, then nothing more
      const { dependencies } = breaking(2, 'crash');
      await expect(deleteWorkflow(id, '*', dependencies)).rejects.toThrow('broken');
      expect(await schedules(id)).toHaveLength(3);
      const broken = breaking(at, 'refused');
      const saved = await createWorkflow(newWorkflow(id), 'ada', undefined, {
        ...broken.dependencies,
        now: later,
      }).catch(() => undefined);
      if (broken.attempts() <= at) {
        expect(saved?.document.version).toBe(1);
        break;
      }
      expect([await read(id), await workflowStore().readDeleting(id)], `call ${at}`).toMatchObject([
        undefined,
        { document: { workflow: { steps: [{ transform: 'old' }] } } },
      ]);
      await deleteWorkflow(id, '*', { now: () => new Date(later().getTime() + 60_001) });
      expect(await schedules(id), `call ${at}`).toEqual([]);
    }
    expect(await schedules(id)).toEqual(desiredBy(await read(id), later()));
  });
});

test('a pause that others overtake each time says so, and pauses nothing', async () => {
  const id = 'overtaken';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  const store = workflowStore();
  let writes = 0;
  const overtaken: typeof store = {
    ...store,
    async write(...args) {
      writes += 1;
      await replaceWorkflow(oldWorkflow(id), 'grace', id, '*', { now });
      return store.write(...args);
    },
  };
  await expect(setScheduleEnabled(`${id}.0`, false, 'ada', { store: overtaken, now })).rejects.toMatchObject({
    type: 'precondition-failed',
  });
  expect([writes, (await read(id))?.version, (await read(id))?.paused_schedules]).toEqual([3, 4, undefined]);
  expect(await schedules(id)).toEqual(desiredBy(await read(id)));
});

test('after concurrent creations, replacements, pauses and deletions the schedules match the document', async () => {
  const id = 'churn';
  const store = workflowStore();
  for (let round = 0; round < 15; round++) {
    const save = (hour: number) =>
      createWorkflow(workflow(id, `${hour}`, [{ schedule: `cron(${round} ${hour} * * ? *)` }]), 'ada');
    const remove = () => deleteWorkflow(id, '*');
    await save(1).catch(() => {});
    const results = await Promise.allSettled([
      remove(),
      save(2),
      replaceWorkflow(workflow(id, '3', [{ schedule: 'rate(3 hours)' }]), 'ada', id, '*'),
      setScheduleEnabled(`${id}.0`, false, 'ada'),
      ...(round % 2 ? [remove(), save(4)] : []),
    ]);
    const failures = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const failure of failures) expect(failure).toBeInstanceOf(ApiProblem);
    expect(await store.readDeleting(id)).toBeUndefined();
    const document = await read(id);
    const starts = (list: ReturnType<typeof desiredBy>) =>
      list.map(({ name, state, version }) => ({ name, state, version }));
    expect(starts(await schedules(id)), `round ${round}`).toEqual(starts(desiredBy(document)));
    if (!document) continue;
    const stateMachineArn = document.state_machine_version_arn;
    const { definition = '' } = await new SFNClient({}).send(
      new DescribeStateMachineCommand({ stateMachineArn }),
    );
    expect(workflowVersion(JSON.parse(definition).Comment), `round ${round}`).toBe(document.version);
  }
});

test('the schedules of a creation whose version was deleted meanwhile start the version published again', async () => {
  const id = 'again';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  // It looked before the first one was there, and that one is deleted before the document is written.
  const store = workflowStore();
  let looks = 0;
  const late: typeof store = {
    ...store,
    read: async (other) => (looks++ === 0 ? undefined : store.read(other)),
    write: async (...parameters) => {
      if (await store.read(id)) await deleteWorkflow(id, '*', { now });
      // Others have published versions 1 and 2 of theirs, and did not come to write their documents.
      const stuck = { ...store, write: async () => undefined };
      for (const text of ['x', 'y']) {
        await createWorkflow(workflow(id, text, []), 'eve', undefined, { store: stuck, now });
      }
      late.write = store.write;
      return store.write(...parameters);
    },
  };
  const saved = await createWorkflow(newWorkflow(id), 'grace', undefined, { store: late, now });
  expect(saved?.document.state_machine_version_arn).toMatch(/:3$/);
  expect(await read(id)).toEqual(saved?.document);
  expect(await schedules(id)).toEqual(desiredBy(saved?.document));
});
