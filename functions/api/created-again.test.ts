// What is remembered of a definition belongs to one state machine, also where another one has got its name.
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExecutedWorkflows } from '../../lib/executions/executed-workflow.ts';
import { type ApiStack, executionCalls, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const { start } = executionCalls(() => api);

test('a workflow that is deleted and created again has the kinds of its own steps', async () => {
  const workflows = new ExecutedWorkflows();
  const kinds: unknown[] = [];
  for (const step of [
    { id: 'old', transform: 1 },
    { id: 'new', set: { x: 1 } },
  ]) {
    await api.request('POST', '/workflows', { body: { id: 'again', steps: [step] } });
    const { body } = await start({}, { prefer: 'wait=20' }, 'again');
    const arn = `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${body.id.replace('.', ':')}`;
    const workflow = await workflows.ofExecution(arn, new SFNClient({}));
    kinds.push([workflow.version, ...workflow.kinds]);
    await api.request('DELETE', '/workflows/again', { headers: { 'if-match': '*' } });
  }
  expect(kinds).toEqual([
    [1, ['old', 'transform']],
    [1, ['new', 'set']],
  ]);
});
