// What a request for a rerun or a redrive starts and keeps, also when it is repeated, whatever became of the first one.
import { ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startS3 } from '../../../local/s3/testing/s3.ts';
import { definition } from '../../compiler/testing/compile.ts';
import { workflowStore } from '../../stores/workflows.ts';
import { readRerunRecord, replaceRerunRecord } from '../rerun-record.ts';
import { endedBadly, history, started } from '../testing/history.ts';
import { redriveExecution } from './redrive.ts';
import { rerunExecution } from './rerun.ts';

const PREFIX = 'arn:aws:states:us-east-1:1:stateMachine:p-';
const DAY = new Date('2026-03-01T00:00:00.000Z');

let bench: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  bench = await startS3();
  Object.assign(process.env, { STATE_MACHINE_ARN_PREFIX: PREFIX, LOGS_BUCKET: bench.use('logs') });
  await bench.s3.createBucket('logs');
});
afterAll(() => bench.close());

let asked: string[] = [];
/** By name; the one that is run again has ended. */
let runs: Set<string>;
let refusal: Error | undefined;
let ran: string;
let status: 'ABORTED' | 'FAILED';
beforeEach(() => {
  asked = [];
  ran = plain;
  status = 'ABORTED';
  runs = new Set(['before']);
  refusal = undefined;
});

const steps = [{ id: 'a', transform: 1 }];
const plain = JSON.stringify(definition({ id: 'w', steps }));
const watched = JSON.stringify(definition({ id: 'w', steps, on_failure: [{ id: 'told', transform: 2 }] }));
const described = (name: string) => {
  if (!runs.has(name)) throw new ExecutionDoesNotExist({ message: name, $metadata: {} });
  return { status: name === 'before' ? status : 'RUNNING', startDate: DAY, input: '{}' };
};
const sfn = new SFNClient({ region: 'us-east-1' });
sfn.middlewareStack.add(
  (_, { commandName }) =>
    async ({ input }) => {
      const answer = (): object => {
        switch (commandName) {
          case 'DescribeExecutionCommand':
            return described(('executionArn' in input && input.executionArn?.split(':').at(-1)) || '');
          case 'DescribeStateMachineForExecutionCommand':
            return { definition: ran };
          case 'UpdateStateMachineCommand':
            asked.push('published');
            return { stateMachineVersionArn: `${PREFIX}w:1` };
          case 'StartExecutionCommand':
            if (refusal) throw refusal;
            if ('name' in input) runs.add(input.name ?? '');
            asked.push('started');
            return {};
          case 'RedriveExecutionCommand':
            asked.push('redriven');
            return {};
          case 'GetExecutionHistoryCommand':
            return { events: history(started, endedBadly('Failed', 'E', 'said')) };
          default:
            return {};
        }
      };
      return { response: undefined, output: { $metadata: {}, ...answer() } };
    },
  { step: 'initialize' },
);

const run = { id: 'w.before', user: 'ada' };
const clients = () => ({ s3: bench.client, sfn, store: workflowStore(bench.client, 'logs') });
const rerun = (idempotencyKey?: string, from = 'start') =>
  rerunExecution({ ...run, from, workflow: 'recorded', idempotencyKey }, clients());
const keys = async () => {
  const { Contents = [] } = await bench.list({ Prefix: 'reruns/w/before/' });
  return Contents.map(({ Key = '' }) => Key.slice('reruns/w/before/'.length));
};

test('a repeated key gives the run that there is, starts none, and refuses another request', async () => {
  const { id } = await rerun('twice');
  expect(asked.splice(0)).toEqual(['published', 'started']);
  expect((await rerun('twice')).id).toBe(id);
  await expect(rerun('twice', 'a')).rejects.toMatchObject({ type: 'idempotency-key-reused' });
  expect(asked).toEqual([]);
});

test('a run that has started is noted as such', async () => {
  const name = (await rerun('noted')).id.slice('w.'.length);
  expect((await keys()).filter((key) => key.startsWith(name))).toEqual([
    `${name}.json`,
    `${name}.json.started`,
  ]);
});

test('a key whose request started nothing gets a record of what starts now', async () => {
  const { id } = await rerun('interrupted');
  const record = await readRerunRecord(id, 'w.before', bench.client);
  if (!record) throw new Error('There is no record');
  await replaceRerunRecord(id, { ...record, base: 'of an earlier version' }, bench.client);
  runs.delete(id.slice('w.'.length));
  expect((await rerun('interrupted')).id).toBe(id);
  expect(await readRerunRecord(id, 'w.before', bench.client)).toEqual(record);
});

test('where the start is refused the record goes, unless a key may have made it that of another request', async () => {
  const before = await keys();
  refusal = new Error('refused');
  await expect(rerun()).rejects.toThrow('refused');
  expect(await keys()).toEqual(before);
  await expect(rerun('kept')).rejects.toThrow('refused');
  expect((await keys()).length).toBe(before.length + 1);
});

test.each([
  ['FAILED', 'no on_failure', () => plain],
  ['ABORTED', 'an on_failure, which did not run,', () => watched],
] as const)('a run that is %s, of a workflow with %s goes on itself', async (ended, _, definitionOf) => {
  status = ended;
  ran = definitionOf();
  expect((await redriveExecution(run, undefined, clients())).id).toBe('w.before');
  expect(asked).toEqual(['redriven']);
});

test('one whose on_failure has run gets a rerun by the definition that it had, once for a key', async () => {
  status = 'FAILED';
  ran = watched;
  const { id } = await redriveExecution(run, 'again', clients());
  expect((await redriveExecution(run, 'again', clients())).id).toBe(id);
  expect(asked).toEqual(['published', 'started']);
  expect((await readRerunRecord(id, 'w.before', bench.client))?.request).toEqual({
    ...{ from: null, workflow: 'recorded', input: null },
  });
});
