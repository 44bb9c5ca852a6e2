// A workflow that is deleted while runs of it wait for a decision.
import { afterAll, expect, test } from 'vitest';
import { startApprovals } from '../../test/support/approvals.ts';

const stack = await startApprovals();
const { call, asking, get, decide, ended } = stack;
afterAll(() => stack.close());

const remove = (id: string) => call('DELETE', `/workflows/${id}`, { headers: { 'if-match': '*' } });
const create = (id: string) =>
  call('POST', '/workflows', { body: { id, steps: [{ id: 'a', transform: 1 }] } });

test('its runs go on waiting, can be read and decided, and its id is taken until they have ended', async () => {
  const { id, run } = await asking('send');
  expect((await remove('send')).status).toBe(204);
  expect((await get(id)).body.status).toBe('pending');
  const { items } = (await call('GET', '/approvals')).body;
  expect(items.map((item: { id: string }) => item.id)).toContain(id);
  expect((await call('GET', `/executions/${run}`)).body.status).toBe('running');
  const taken = await create('send');
  expect([taken.status, taken.body.detail]).toEqual([
    409,
    'The workflow send was deleted, and executions of it have not ended yet: decide or stop those that wait (GET /executions?workflow_id=send&status=running), or choose another id',
  ]);
  expect((await decide(id, { decision: 'approve' })).status).toBe(200);
  expect(await ended(run)).toMatchObject({ status: 'succeeded', output: { decision: 'approved' } });
  expect((await create('send')).status).toBe(201);
});

test('a run that waits is stopped, and frees the id', async () => {
  const { run } = await asking('send_as_admin');
  await remove('send_as_admin');
  const stopped = await call('POST', `/executions/${run}/stop`, { body: {} });
  expect(stopped.body.status).toBe('aborted');
  expect((await create('send_as_admin')).status).toBe(201);
});
