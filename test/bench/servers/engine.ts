// The Step Functions engine with Lambda and S3, on one endpoint; its store is the file BENCH_DATABASE or in memory.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createAwsServer } from '../../../local/aws/server.ts';
import { localSignature } from '../../../local/aws/signature.ts';
import { createLambda } from '../../../local/lambda/lambda.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { createStates } from '../../../local/states/create-states.ts';
import { countingDefinition } from '../workflow.ts';
import { serve } from './serve.ts';

const place = { region: 'us-east-1', accountId: '000000000000' };
const roleArn = 'arn:aws:iam::000000000000:role/bench';
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
const lambda = createLambda({
  functions: { trivial: { file: path.join(import.meta.dirname, 'trivial-function.ts'), timeoutSeconds: 30 } },
  environment: {},
  logFile: path.join(folder, 'lambda.log'),
});
const s3 = createS3({ directory: path.join(folder, 's3') });
await s3.createBucket('items');
const server = createAwsServer([lambda, s3]);
const endpoint = await server.listen(0);
/** What waits for the end of an execution, by its ARN. */
const ends = new Map<string, () => void>();
const opening = performance.now();
const states = await createStates({
  ...place,
  database: process.env['BENCH_DATABASE'] ?? ':memory:',
  lambdaEndpoint: endpoint,
  onStatusChange: ({ detail }) => {
    if (detail.status !== 'RUNNING') ends.get(detail.executionArn)?.();
  },
});
server.add(states);
const openMs = (performance.now() - opening).toFixed(0);
const sfn = new SFNClient({ endpoint, region: place.region, credentials });

async function create(
  name: string,
  definition: string,
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Promise<string> {
  const created = await sfn.send(new CreateStateMachineCommand({ name, definition, type, roleArn }));
  return created.stateMachineArn ?? '';
}

const machine = (States: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States });

/** Runs an execution to its end and gives its milliseconds. */
async function run(stateMachineArn: string, input: unknown, expected: unknown): Promise<number> {
  const name = crypto.randomUUID();
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const ended = new Promise<void>((resolve) => ends.set(executionArn, resolve));
  const began = performance.now();
  await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  await ended;
  const ms = performance.now() - began;
  ends.delete(executionArn);
  const { status, output, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  if (status !== 'SUCCEEDED' || output !== JSON.stringify(expected))
    throw new Error(`${status} ${output} ${cause}`);
  return ms;
}

const counting = Object.fromEntries(
  await Promise.all(
    (['STANDARD', 'EXPRESS'] as const).flatMap((type) =>
      [10, 40].map(async (steps) => [
        `${type}_${steps}`,
        await create(`${type}_${steps}`, countingDefinition(steps), type),
      ]),
    ),
  ),
);
const looping = await create(
  'loop',
  machine({
    Begin: { Type: 'Pass', Assign: { n: 0 }, Next: 'Add' },
    Add: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Enough' },
    Enough: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $n < $states.context.Execution.Input.rounds %}', Next: 'Add' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed', Output: '{% $n %}' },
  }),
);
const single = await create('single', machine({ Pass: { Type: 'Pass', End: true } }));
const waiting = await create('wait', machine({ Wait: { Type: 'Wait', Seconds: 3600, End: true } }));
const mapping = await create(
  'map',
  machine({
    Map: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Arguments: { Bucket: 'items', Key: '{% $states.input.key %}' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Call',
        States: {
          Call: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'trivial', Payload: '{% $states.input %}' },
            Output: '{% $states.result.Payload %}',
            End: true,
          },
        },
      },
      Output: '{% $count($states.result) %}',
      End: true,
    },
  }),
);

/** Milliseconds of a loop with so many transitions. */
const loop = (transitions: number) => {
  const rounds = Math.round((transitions - 2) / 2);
  return run(looping, { rounds }, rounds);
};

/** Milliseconds of a distributed Map over so many items, each of which calls a function. */
async function map(items: number): Promise<number> {
  const key = `${items}.json`;
  const url = new URL(`/items/${key}`, endpoint);
  const headers = localSignature('s3');
  const body = JSON.stringify(Array.from({ length: items }, (_, index) => index));
  const { ok } = await fetch(url, { method: 'PUT', headers, body });
  if (!ok) throw new Error('The items could not be stored');
  return run(mapping, { key }, items);
}

/** Starts executions that wait for an hour. */
async function wait(executions: number): Promise<void> {
  for (let left = executions; left > 0; left -= 1)
    await sfn.send(new StartExecutionCommand({ stateMachineArn: waiting }));
}

/** Milliseconds of a ListExecutions. */
async function list(): Promise<number> {
  const began = performance.now();
  await sfn.send(new ListExecutionsCommand({ stateMachineArn: single }));
  return performance.now() - began;
}

serve(
  { endpoint, openMs, single, ...counting },
  async () => {
    sfn.destroy();
    await server.close();
    await states.close();
    await lambda.close();
    await s3.close();
    await rm(folder, { recursive: true });
  },
  { loop, map, wait, list },
);
