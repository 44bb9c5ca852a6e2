// How long the end of a run is waited for, and how large its input may be.
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, expect, test } from 'vitest';
import type { WorkflowDocument, WorkflowStore } from '../stores/workflows.ts';
import { KnownConnections } from './known-connections.ts';
import { checkedInput, startExecution } from './start.ts';

const document: WorkflowDocument = {
  workflow: { id: 'w', steps: [{ id: 'a', transform: 1 }] },
  version: 1,
  created_at: '2026-03-01T00:00:00.000Z',
  updated_at: '2026-03-01T00:00:00.000Z',
  updated_by: 'ada',
  state_machine_version_arn: 'arn:w:1',
};
const unused = () => {
  throw new Error('is not used');
};
const store: WorkflowStore = {
  read: async (id) => ({ id, document, etag: '"1"', lastModified: new Date(0), metadata: {} }),
  ...{ readDeleting: unused, write: unused, delete: unused, ids: unused },
};
const sfn = new SFNClient({ region: 'us-east-1' });
const connections = new KnownConnections({ ssm: new SSMClient({ region: 'us-east-1' }) });
/** How often the run is found to run still. */
let polls = 0;
beforeEach(() => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:us-east-1:1:stateMachine:p-';
});
sfn.middlewareStack.add(
  (_, { commandName }) =>
    async () => {
      const startDate = new Date(0);
      if (commandName === 'StartExecutionCommand')
        return { response: undefined, output: { $metadata: {}, startDate } };
      polls -= 1;
      const ended = { status: 'SUCCEEDED', stopDate: new Date(1000), output: '5' };
      const described = { startDate, input: '{}', ...(polls < 0 ? ended : { status: 'RUNNING' }) };
      return { response: undefined, output: { $metadata: {}, ...described } };
    },
  { step: 'initialize' },
);
const run = (waitSeconds: number | undefined) =>
  startExecution(
    { workflowId: 'w', user: 'ada', input: {}, inputPointer: '/input', waitSeconds },
    { store, sfn, connections },
  );

test('its result is the answer when it ends within the seconds', async () => {
  polls = 4;
  expect(await run(10)).toMatchObject({
    execution: { status: 'succeeded', output: 5 },
    isResult: true,
    waited: 10,
  });
  expect(polls).toBe(-1);
});

test('a run that takes longer is told to run', async () => {
  polls = 1_000_000;
  expect(await run(0.1)).toMatchObject({ execution: { status: 'running' }, isResult: false, waited: 0.1 });
  expect(polls).toBeLessThan(1_000_000);
});

test('without a wait it is not asked for', async () => {
  polls = 3;
  expect(await run(undefined)).toMatchObject({ execution: { status: 'running' }, isResult: false });
  expect(polls).toBe(3);
});

test('the bytes of an input count, not its letters', () => {
  const inputs = { t: { type: 'string' } } as const;
  const check = (t: string) =>
    checkedInput(
      { input: { t }, inputPointer: '/input' },
      { ...document, workflow: { ...document.workflow, inputs } },
    );
  // 262,144 bytes, of which eight are around the text.
  const largest = 'ä'.repeat(131_068);
  expect(Buffer.byteLength(check(largest))).toBe(262_144);
  expect(() => check(`${largest}x`)).toThrow('The input has 262145 bytes; Step Functions allows 262144');
});
