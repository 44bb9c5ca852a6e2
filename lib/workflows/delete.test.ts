// Deleting while others save, step by step: at each point where the two can meet, on the local S3 and Step Functions.
import {
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, clientWith, startApiStack } from '../../test/support/api-stack.ts';
import { stateMachineArn } from '../arns.ts';
import { workflowStore } from '../stores/workflows.ts';
import { deleteWorkflow } from './delete.ts';
import { readDefinition } from './read.ts';
import { createWorkflow, replaceWorkflow } from './save.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const document = (id: string, text: string) => ({ id, steps: [{ id: 'text', transform: text }] });
const create = (id: string, text: string, sfn = new SFNClient({}), now?: () => Date) =>
  createWorkflow(document(id, text), 'ada', undefined, { sfn, ...(now && { now }) });

/** What its executions give, which is what its document says. */
async function runs(id: string, text: string) {
  expect((await api.request('GET', `/workflows/${id}`)).body.steps[0].transform).toBe(text);
  const run = await api.request('POST', `/workflows/${id}/executions`, {
    body: {},
    headers: { prefer: 'wait=20' },
  });
  expect(run.body).toMatchObject({ status: 'succeeded', output: text });
}

test('while the state machine is being deleted the workflow does not exist and its id is taken', async () => {
  await create('held', 'old');
  const meanwhile = clientWith(DeleteStateMachineCommand, 'before', async () => {
    expect((await api.request('GET', '/workflows/held')).status).toBe(404);
    expect((await api.request('GET', '/workflows')).body.items).toEqual([]);
    expect((await api.request('POST', '/workflows/held/executions', { body: {} })).status).toBe(404);
    const again = await api.request('POST', '/workflows', { body: document('held', 'new') });
    expect([again.status, again.body.type]).toEqual([409, '/docs#being-deleted']);
    const headers = { 'if-match': '*' };
    expect((await api.request('DELETE', '/workflows/held', { headers })).status).toBe(409);
    const put = await api.request('PUT', '/workflows/held', { body: document('held', 'new'), headers });
    expect(put.status).toBe(412);
  });
  await deleteWorkflow('held', '*', { sfn: meanwhile });
  expect((await api.request('DELETE', '/workflows/held', { headers: { 'if-match': '*' } })).status).toBe(404);
  await create('held', 'new');
  await runs('held', 'new');
});

test('a create whose state machine is deleted before its document is written publishes it again', async () => {
  await create('gone', 'first');
  // It looked before the first one was there: the document is hidden from its first look.
  const store = workflowStore();
  let looks = 0;
  const blind = { ...store, read: async (id: string) => (looks++ === 0 ? undefined : store.read(id)) };
  const sfn = clientWith(UpdateStateMachineCommand, 'after', () => deleteWorkflow('gone', '*'));
  const saved = await createWorkflow(document('gone', 'second'), 'ada', undefined, { store: blind, sfn });
  expect(saved?.document.version).toBe(1);
  await runs('gone', 'second');
});

test('a version number that belongs to another definition by then is detected', async () => {
  await create('swapped', 'first');
  const store = workflowStore();
  let looks = 0;
  const blind = { ...store, read: async (id: string) => (looks++ === 0 ? undefined : store.read(id)) };
  const sfn = clientWith(UpdateStateMachineCommand, 'after', async () => {
    await deleteWorkflow('swapped', '*');
    // Two others publish their versions 1 and 2, and do not come to write their documents.
    const stuck = { ...store, write: async () => undefined };
    expect(
      await createWorkflow(document('swapped', 'x'), 'eve', undefined, { store: stuck }),
    ).toBeUndefined();
    expect(
      await createWorkflow(document('swapped', 'y'), 'eve', undefined, { store: stuck }),
    ).toBeUndefined();
  });
  await createWorkflow(document('swapped', 'second'), 'ada', undefined, { store: blind, sfn });
  await runs('swapped', 'second');
});

test('a replacement that is published when the workflow is deleted changes nothing', async () => {
  await create('replaced', 'first');
  const sfn = clientWith(UpdateStateMachineCommand, 'after', () => deleteWorkflow('replaced', '*'));
  await expect(
    replaceWorkflow(document('replaced', 'second'), 'ada', 'replaced', '*', { sfn }),
  ).rejects.toMatchObject({ type: 'precondition-failed' });
  expect((await api.request('GET', '/workflows/replaced')).status).toBe(404);
});

test('a deletion whose schedules cannot be told deletes the state machine all the same, and keeps the id', async () => {
  await create('unscheduled', 'old');
  const described = new DescribeStateMachineCommand({ stateMachineArn: stateMachineArn('unscheduled') });
  const scheduler = { send: () => Promise.reject(new Error('Scheduler is gone')) };
  await expect(deleteWorkflow('unscheduled', '*', { scheduler })).rejects.toThrow('Scheduler is gone');
  await expect(new SFNClient({}).send(described)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(create('unscheduled', 'new')).rejects.toMatchObject({ type: 'being-deleted' });
});

test('an interrupted deletion is completed by the next one, or replaced by a new workflow, after a minute', async () => {
  const later = () => new Date(Date.now() + 60_001);
  for (const id of ['broken-a', 'broken-b']) {
    await create(id, 'old');
    const broken = clientWith(DeleteStateMachineCommand, 'before', () =>
      Promise.reject(new Error('cut off')),
    );
    await expect(deleteWorkflow(id, '*', { sfn: broken })).rejects.toThrow('cut off');
    await expect(deleteWorkflow(id, '*')).rejects.toMatchObject({ type: 'being-deleted' });
    await expect(create(id, 'new')).rejects.toMatchObject({ type: 'being-deleted' });
  }
  await deleteWorkflow('broken-a', '*', { now: later });
  expect(await workflowStore().readDeleting('broken-a')).toBeUndefined();
  await create('broken-b', 'new', new SFNClient({}), later);
  await runs('broken-b', 'new');
});

test('the definition of a workflow that is deleted after its document was read is not found', async () => {
  await create('read', 'old');
  const sfn = clientWith(DescribeStateMachineCommand, 'before', () => deleteWorkflow('read', '*'));
  await expect(readDefinition('read', { sfn })).rejects.toMatchObject({ type: 'not-found' });
});
