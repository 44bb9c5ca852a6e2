// The AWS endpoint of the stack, as the AWS CLI and any SDK use it.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateActivityCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  const greet = {
    id: 'greet',
    inputs: { name: { default: 'Ada' } },
    steps: [{ id: 'say', transform: 'Hello {{ inputs.name }}' }],
  };
  expect((await stack.call('POST', '/workflows', { body: greet })).status).toBe(201);
});
afterAll(() => stack.close());

const stateMachineArn = () => `${stack.stack.settings.STATE_MACHINE_ARN_PREFIX}greet`;

test('an execution started past the API is in its lists and has a log', async () => {
  const sfn = new SFNClient(stack.stack.clientConfig);
  await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: stateMachineArn(),
      name: 'by-hand',
      input: '{"name":"Grace"}',
    }),
  );
  expect(await logOf(stack, 'greet.by-hand')).toMatchObject({
    status: 'succeeded',
    output: 'Hello Grace',
    workflow_version: 1,
  });
  await until(async () => {
    const { body } = await stack.call('GET', '/executions?workflow_id=greet&status=succeeded');
    expect(body.items).toMatchObject([{ id: 'greet.by-hand' }]);
  });
});

test('a schedule starts executions', async () => {
  const scheduler = new SchedulerClient(stack.stack.clientConfig);
  await scheduler.send(
    new CreateScheduleCommand({
      Name: 'hourly',
      // A rate without a start date is due when it is made.
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: stateMachineArn(),
        RoleArn: 'arn:aws:iam::000000000000:role/scheduler',
        Input: '{"name":"Scheduler"}',
      },
    }),
  );
  const sfn = new SFNClient(stack.stack.clientConfig);
  const input = await until(async () => {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: stateMachineArn() }),
    );
    const started = executions.find(({ name }) => name !== 'by-hand' && !name?.startsWith('greet'));
    if (!started) throw new Error('no execution was started');
    return (await sfn.send(new DescribeExecutionCommand({ executionArn: started.executionArn }))).input;
  });
  expect(input).toBe('{"name":"Scheduler"}');
});

test('buckets, secrets and functions are where they are on AWS', async () => {
  const { clientConfig, settings } = stack.stack;
  const s3 = new S3Client(clientConfig);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual([
    'ai-orchestra-local-logs',
    'ai-orchestra-local-runs',
    'ai-orchestra-local-templates',
    'ai-orchestra-local-workflows',
  ]);
  const saved = await s3.send(
    new GetObjectCommand({ Bucket: settings.WORKFLOWS_BUCKET, Key: 'workflows/greet.json' }),
  );
  expect(JSON.parse((await saved.Body?.transformToString()) ?? '')).toMatchObject({
    version: 1,
    workflow: { id: 'greet' },
  });

  const ssm = new SSMClient(clientConfig);
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: '/ai-orchestra/local/connections/github/default', WithDecryption: true }),
  );
  expect(Parameter).toMatchObject({ Type: 'SecureString', Value: '{"token":"emulated-github-token"}' });

  const lambda = new LambdaClient(clientConfig);
  const { Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: `${settings.FUNCTION_ARN_PREFIX}github-list-repositories`,
      Payload: JSON.stringify({ input: {}, execution: { id: 'e', workflow_id: 'w', step_id: 's' } }),
    }),
  );
  const { repositories } = JSON.parse(Buffer.from(Payload ?? []).toString());
  const names = repositories.map(({ full_name }: { full_name: string }) => full_name);
  expect(names.sort()).toEqual(['acme/handbook', 'demo/notes']);
});

test('an operation that is not served says so in AWS’s error shape', async () => {
  const sfn = new SFNClient({ ...stack.stack.clientConfig, maxAttempts: 1 });
  await expect(sfn.send(new CreateActivityCommand({ name: 'x' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('CreateActivity'),
  });
});
