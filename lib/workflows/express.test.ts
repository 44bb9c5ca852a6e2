// Workflows of both types under one id at the same time, at each point where they can meet.
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, clientWith, startApiStack } from '../../test/support/api-stack.ts';
import { workflowStore } from '../stores/workflows.ts';
import { deleteWorkflow } from './delete.ts';
import { createWorkflow } from './save.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

type Type = 'standard' | 'express';
/** Both types have the same definition. */
const document = (id: string, type: Type) => ({
  id,
  type,
  timeout_seconds: 25,
  steps: [{ id: 'text', transform: 'ran' }],
});
const create = (id: string, type: Type, sfn = new SFNClient({}), now?: () => Date) =>
  createWorkflow(document(id, type), 'ada', undefined, { sfn, ...(now && { now }) });

/** The id's workflow, state machine and runs are all of the type. */
async function is(id: string, type: Type) {
  expect((await api.request('GET', `/workflows/${id}`)).body.type).toBe(type);
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-${id}`;
  const machine = await new SFNClient({}).send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(machine.type).toBe(type.toUpperCase());
  const headers = { prefer: 'wait=20' };
  const run = await api.request('POST', `/workflows/${id}/executions`, { body: {}, headers });
  expect(run.body).toMatchObject({ status: 'succeeded', output: 'ran' });
}
/** Nothing keeps the id from being used. */
async function isFree(id: string) {
  expect(await workflowStore().read(id)).toBeUndefined();
  expect(await workflowStore().readDeleting(id)).toBeUndefined();
}

const both: readonly (readonly [Type, Type])[] = [
  ['standard', 'express'],
  ['express', 'standard'],
];

test.each(both)('a creation of the type %s is overtaken by one of the type %s', async (a, b) => {
  const id = `overtaken-${a}`;
  const sfn = clientWith(CreateStateMachineCommand, 'before', () => create(id, b));
  expect(await create(id, a, sfn)).toBeUndefined();
  await is(id, b);
});

test.each(both)(
  'a creation of the type %s finds the state machine of one of the type %s in progress',
  async (a, b) => {
    const id = `met-${a}`;
    // The first one has made its state machine when the second one comes, which takes it for left behind.
    const sfn = clientWith(CreateStateMachineCommand, 'after', () => create(id, b));
    expect(await create(id, a, sfn)).toBeUndefined();
    await is(id, b);
  },
);

test.each(both)('a state machine of the type %s is not deleted once its workflow exists', async (a, b) => {
  const id = `written-${a}`;
  // The second one has found the state machine when the first one's document is written.
  const store = workflowStore();
  let looks = 0;
  const blind = { ...store, read: async (one: string) => (looks++ === 0 ? undefined : store.read(one)) };
  await create(id, a);
  const second = await createWorkflow(document(id, b), 'eve', undefined, { store: blind });
  expect(second).toBeUndefined();
  await is(id, a);
});

test.each(both)(
  'a creation of the type %s whose state machine was replaced by one of the type %s gives up',
  async (a, b) => {
    const id = `replaced-${a}`;
    const store = workflowStore();
    const stuck = { ...store, write: async () => undefined };
    // Published; then the workflow of another is created and deleted, and one of the other type published.
    const sfn = clientWith(CreateStateMachineCommand, 'after', async () => {
      await new SFNClient({}).send(
        new DeleteStateMachineCommand({
          stateMachineArn: `arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-${id}`,
        }),
      );
      expect(await createWorkflow(document(id, b), 'eve', undefined, { store: stuck })).toBeUndefined();
    });
    await expect(create(id, a, sfn)).rejects.toMatchObject({ type: 'being-deleted' });
    await isFree(id);
    // What was left behind is no hindrance.
    await create(id, a);
    await is(id, a);
  },
);

test.each(both)(
  'an interrupted deletion of one of the type %s is replaced by one of the type %s',
  async (a, b) => {
    const id = `broken-${a}`;
    const later = () => new Date(Date.now() + 60_001);
    await create(id, a);
    const broken = clientWith(DeleteStateMachineCommand, 'before', () =>
      Promise.reject(new Error('cut off')),
    );
    await expect(deleteWorkflow(id, '*', { sfn: broken })).rejects.toThrow('cut off');
    await expect(create(id, b)).rejects.toMatchObject({ type: 'being-deleted' });
    await create(id, b, new SFNClient({}), later);
    await is(id, b);
  },
);

test('while an orphaned state machine is deleted, the id is taken; an interrupted cleanup is completed by the next creation', async () => {
  const id = 'left';
  const stuck = { ...workflowStore(), write: async () => undefined };
  await createWorkflow(document(id, 'standard'), 'eve', undefined, { store: stuck });
  const broken = clientWith(DeleteStateMachineCommand, 'before', async () => {
    expect((await api.request('POST', '/workflows', { body: document(id, 'standard') })).body.type).toBe(
      '/docs#being-deleted',
    );
    throw new Error('cut off');
  });
  await expect(create(id, 'express', broken)).rejects.toThrow('cut off');
  expect((await api.request('GET', `/workflows/${id}`)).status).toBe(404);
  await create(id, 'express', new SFNClient({}), () => new Date(Date.now() + 60_001));
  await is(id, 'express');
  await deleteWorkflow(id, '*');
  await isFree(id);
});
