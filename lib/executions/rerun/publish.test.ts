// The version that a rerun runs: published, started and deleted, whoever else does the same.
import {
  ConflictException,
  ExecutionAlreadyExists,
  SFNClient,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import { definition } from '../../compiler/testing/compile.ts';
import { startRerun } from './publish.ts';

const body = { message: 'said', $metadata: {} };
const conflict = () => new ConflictException(body);
const gone = () => new StateMachineDoesNotExist(body);

let asked: string[] = [];
let errors: Record<string, (() => Error)[]> = {};
beforeEach(() => {
  asked = [];
  errors = {};
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:us-east-1:1:stateMachine:p-';
});
const sfn = new SFNClient({ region: 'us-east-1' });
sfn.middlewareStack.add(
  (_, { commandName = '' }) =>
    async ({ input }) => {
      const name = commandName.replace(/(StateMachine)?(Version)?Command$/, '');
      asked.push(name);
      const error = errors[name]?.shift();
      if (error) throw error();
      const stateMachineVersionArn = 'publish' in input && input.publish ? 'arn:1' : undefined;
      return { response: undefined, output: { $metadata: {}, stateMachineVersionArn } };
    },
  { step: 'initialize' },
);
const run = {
  ...{ workflowId: 'w', name: 'again', input: '{}' },
  definition: definition({ id: 'w', steps: [{ id: 'a', transform: 1 }] }),
};
const start = () => startRerun(run, sfn, 0);
const once = ['Update', 'StartExecution', 'Delete'];

test('the version is gone once the run has begun, also one that was there already', async () => {
  await start();
  expect(asked.splice(0)).toEqual(once);
  errors = { StartExecution: [() => new ExecutionAlreadyExists(body)] };
  await start();
  expect(asked).toEqual(once);
});

test('a version that stays behind does no harm', async () => {
  errors = { Delete: [conflict] };
  await start();
  expect(asked).toEqual(once);
});

test('while somebody else saves it is published again, four times at most', async () => {
  errors = { Update: [conflict, conflict, conflict] };
  await start();
  expect(asked.splice(0)).toEqual(['Update', 'Update', 'Update', ...once]);
  errors = { Update: [conflict, conflict, conflict, conflict] };
  await expect(start()).rejects.toBeInstanceOf(ConflictException);
  expect(asked).toEqual(['Update', 'Update', 'Update', 'Update']);
});

test('a version that was deleted before its run began is published again, four times at most', async () => {
  errors = { StartExecution: [gone, gone, gone] };
  await start();
  expect(asked.splice(0)).toEqual([...once, ...once, ...once, ...once]);
  errors = { StartExecution: [gone, gone, gone, gone] };
  await expect(start()).rejects.toMatchObject({ problems: [{ code: 'workflow-deleted' }] });
  expect(asked).toEqual([...once, ...once, ...once, ...once]);
});

test.each([gone, () => new StateMachineDeleting(body)])(
  'of a workflow that is gone that is said: %s',
  async (error) => {
    errors = { Update: [error] };
    await expect(start()).rejects.toMatchObject({
      type: 'not-rerunnable',
      problems: [{ code: 'workflow-deleted', pointer: '/workflow' }],
    });
    expect(asked).toEqual(['Update']);
  },
);

test('what does not fit into a request is not sent', async () => {
  const States = { a: { Type: 'Pass', Output: 'x'.repeat(1_100_000), End: true } } as const;
  await expect(startRerun({ ...run, definition: { ...run.definition, States } }, sfn)).rejects.toMatchObject({
    problems: [{ code: 'too-large', pointer: '/from' }],
  });
  expect(asked).toEqual([]);
});
