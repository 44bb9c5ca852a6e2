// What started a run, in the index, in the run itself and in its log: a person, a step of another workflow, a rerun.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, executionCalls, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack({ records: true });
});
afterAll(() => api.close());

const { start, until } = executionCalls(() => api);
const read = async (path: string) => (await api.request('GET', path)).body;
const rowsOf = async (workflow: string) => (await read(`/executions?workflow_id=${workflow}`)).items;

const child = {
  id: 'child',
  inputs: { text: { type: 'string' } },
  steps: [{ id: 'said', transform: '{{ inputs }}' }],
  output: '{{ steps.said }}',
};
const parent = {
  id: 'parent',
  steps: [{ id: 'calls', workflow: 'child', input: { text: 'hello' } }],
  output: '{{ steps.calls }}',
};

test('a run that a step started names the run of that step, and has the inputs that the step gave and no other', async () => {
  for (const body of [child, parent]) await api.request('POST', '/workflows', { body });
  const { id } = (await start({}, {}, 'parent')).body;
  await until(id, 'succeeded');
  const trigger = { type: 'workflow', execution_id: id };
  const input = { text: 'hello' };
  await expect
    .poll(() => rowsOf('child'))
    .toMatchObject([{ status: 'succeeded', trigger, input_preview: '{"text":"hello"}' }]);
  const [{ id: started }] = await rowsOf('child');
  expect(await read(`/executions/${started}`)).toMatchObject({ trigger, input, output: input });
  expect(await read(`/executions/${started}/log`)).toMatchObject({ trigger, input, output: input });
  expect((await read('/executions?trigger=workflow')).items).toHaveLength(1);
  expect(await read(`/executions/${id}`)).toMatchObject({
    trigger: { type: 'api', user: 'editor' },
    output: input,
  });
});

test('a rerun says who asked for it, also of a run that a step started', async () => {
  const [{ id }] = await rowsOf('child');
  const { body } = await api.request('POST', `/executions/${id}/rerun`, {
    role: 'admin',
    body: { from: 'start', workflow: 'current' },
  });
  const trigger = { type: 'rerun', user: 'admin' };
  expect(body).toMatchObject({ rerun_of: id, trigger, input: { text: 'hello' } });
  await until(body.id, 'succeeded');
  await expect
    .poll(async () => (await read('/executions?trigger=rerun')).items)
    .toMatchObject([{ id: body.id, status: 'succeeded', trigger }]);
});
