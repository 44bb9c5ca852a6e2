// The alias that other workflows start: it stands for the version in force, whatever breaks and whoever else saves.
import {
  ConflictException,
  DeleteStateMachineAliasCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ResourceNotFound,
  SFNClient,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import { breaking, NOW, newWorkflow, now, oldWorkflow, read } from '../../test/support/schedules.ts';
import { liveAliasArn } from '../arns.ts';
import { deleteWorkflow } from './delete.ts';
import { createWorkflow, replaceWorkflow } from './save.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack({ scheduleClock: { now: () => NOW.getTime(), schedule: () => () => {} } });
});
afterAll(() => api.close());

const sfn = () => new SFNClient({});
/** The version that the alias stands for; undefined when there is no alias. */
async function live(id: string): Promise<string | undefined> {
  const command = new DescribeStateMachineAliasCommand({ stateMachineAliasArn: liveAliasArn(id) });
  const found = await sfn()
    .send(command)
    .catch((error: unknown) => {
      if (error instanceof ResourceNotFound) return undefined;
      throw error;
    });
  return found?.routingConfiguration?.[0]?.stateMachineVersionArn;
}
const versionOf = async (id: string) => (await read(id))?.state_machine_version_arn;

/** A client that does something before it sends a command of the class. */
function clientThat(command: new (...parameters: never[]) => object, act: () => Promise<unknown>): SFNClient {
  const client = sfn();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === command.name) await act();
      return next(args);
    },
    { step: 'initialize' },
  );
  return client;
}

test('is made for a workflow that has none when one that runs it is saved', async () => {
  await createWorkflow(oldWorkflow('called'), 'ada', undefined, { now });
  const stateMachineAliasArn = liveAliasArn('called');
  await sfn().send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
  expect(await live('called')).toBeUndefined();
  const caller = { id: 'caller', steps: [{ id: 'run', workflow: 'called' }] };
  await createWorkflow(caller, 'ada', undefined, { now });
  expect(await live('called')).toBe(await versionOf('called'));
});

test('follows every save, and is deleted with the workflow', async () => {
  const created = await createWorkflow(oldWorkflow('follows'), 'ada', undefined, { now });
  expect(await live('follows')).toBe(created?.document.state_machine_version_arn);
  const replaced = await replaceWorkflow(newWorkflow('follows'), 'ada', 'follows', '*', { now });
  expect(replaced.document.state_machine_version_arn).not.toBe(created?.document.state_machine_version_arn);
  expect(await live('follows')).toBe(replaced.document.state_machine_version_arn);
  await deleteWorkflow('follows', '*');
  expect(await live('follows')).toBeUndefined();
});

test.each(['refused', 'answer lost'] as const)(
  'points to the version in force when any one call of a save is %s',
  async (how) => {
    const id = how === 'refused' ? 'refused' : 'lost';
    await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
    for (let at = 0; ; at++) {
      const broken = breaking(at, how);
      await replaceWorkflow(newWorkflow(id), 'ada', id, '*', broken.dependencies).catch(() => {});
      expect(await live(id), `call ${at}`).toBe(await versionOf(id));
      if (broken.attempts() <= at) break;
    }
  },
);

test('a creation that fails leaves none', async () => {
  for (let at = 0; ; at++) {
    const broken = breaking(at, 'refused');
    await createWorkflow(newWorkflow('created'), 'ada', undefined, broken.dependencies).catch(() => {});
    expect(await live('created'), `call ${at}`).toBe(await versionOf('created'));
    if (broken.attempts() <= at) break;
    expect(await live('created')).toBeUndefined();
  }
  expect(await live('created')).toBeDefined();
});

test('after a crash at any call the next save repairs it', async () => {
  for (let at = 0; ; at++) {
    const id = `crash${at}`;
    await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
    const broken = breaking(at, 'crash');
    await replaceWorkflow(newWorkflow(id), 'ada', id, '*', broken.dependencies).catch(() => {});
    if (broken.attempts() <= at) break;
    await replaceWorkflow(newWorkflow(id), 'ada', id, '*', { now });
    expect(await live(id), `call ${at}`).toBe(await versionOf(id));
  }
});

test('after concurrent saves it is the winner’s', async () => {
  const id = 'raced';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  for (let round = 0; round < 8; round++) {
    const writers = [1, 2, 3].map((n) =>
      replaceWorkflow({ id, steps: [{ id: 'text', transform: `${round} ${n}` }] }, 'ada', id, '*', { now }),
    );
    await Promise.allSettled(writers);
    expect(await live(id), `round ${round}`).toBe(await versionOf(id));
  }
});

test('a save that is overtaken at its alias ends with the last one’s', async () => {
  const id = 'overtaken';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  let overtaken: Promise<unknown> | undefined;
  const held = clientThat(UpdateStateMachineAliasCommand, async () => {
    overtaken ??= replaceWorkflow(oldWorkflow(id), 'grace', id, '*', { now });
    await overtaken;
  });
  await replaceWorkflow(newWorkflow(id), 'ada', id, '*', { sfn: held, now });
  expect((await read(id))?.updated_by).toBe('grace');
  expect(await live(id)).toBe(await versionOf(id));
});

/** Step Functions changes no alias while a version is being published or deleted. */
const refusing = (times: number) => {
  let left = times;
  return clientThat(UpdateStateMachineAliasCommand, async () => {
    if (left-- > 0) throw new ConflictException({ message: 'busy', $metadata: {} });
  });
};

test('is set again while Step Functions is busy with another version', async () => {
  await createWorkflow(oldWorkflow('busy'), 'ada', undefined, { now });
  await replaceWorkflow(newWorkflow('busy'), 'ada', 'busy', '*', { sfn: refusing(3), now });
  expect((await read('busy'))?.version).toBe(2);
  expect(await live('busy')).toBe(await versionOf('busy'));
});

test('when that does not end, the save is undone', async () => {
  await createWorkflow(oldWorkflow('undone'), 'ada', undefined, { now });
  await expect(
    replaceWorkflow(newWorkflow('undone'), 'ada', 'undone', '*', { sfn: refusing(6), now }),
  ).rejects.toMatchObject({ type: 'precondition-failed' });
  expect((await read('undone'))?.version).toBe(1);
  expect(await live('undone')).toBe(await versionOf('undone'));
});

test('the version that it points to exists after any number of saves', async () => {
  const id = 'pruned';
  await createWorkflow(oldWorkflow(id), 'ada', undefined, { now });
  for (let n = 0; n < 25; n++) {
    await replaceWorkflow(n % 2 ? newWorkflow(id) : oldWorkflow(id), 'ada', id, '*', { now });
    await sfn().send(new DescribeStateMachineCommand({ stateMachineArn: await live(id) }));
  }
});

const calls = (id: string, called: string) => ({ id, steps: [{ id: 'sub', workflow: called }] });
const plain = (id: string) => ({ id, steps: [{ id: 'text', transform: 1 }] });

test('a cycle that another save makes just before the document is written is found, and the save undone', async () => {
  await createWorkflow(plain('first'), 'ada');
  await createWorkflow(plain('second'), 'ada');
  const meanwhile = clientThat(UpdateStateMachineCommand, () =>
    replaceWorkflow(calls('second', 'first'), 'grace', 'second', '*'),
  );
  await expect(
    replaceWorkflow(calls('first', 'second'), 'ada', 'first', '*', { sfn: meanwhile }),
  ).rejects.toMatchObject({ type: 'invalid-workflow', problems: [{ code: 'workflow-cycle' }] });
  expect((await read('first'))?.version).toBe(1);
  expect(await live('first')).toBe(await versionOf('first'));
});

test('so is a workflow that was deleted meanwhile', async () => {
  await createWorkflow(plain('caller'), 'ada');
  await createWorkflow(plain('deleted'), 'ada');
  const meanwhile = clientThat(UpdateStateMachineCommand, () => deleteWorkflow('deleted', '*'));
  await expect(
    replaceWorkflow(calls('caller', 'deleted'), 'ada', 'caller', '*', { sfn: meanwhile }),
  ).rejects.toMatchObject({ type: 'invalid-workflow', problems: [{ code: 'unknown-workflow' }] });
  expect((await read('caller'))?.version).toBe(1);
});
