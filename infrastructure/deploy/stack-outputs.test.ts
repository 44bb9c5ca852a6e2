// Reading a stack's outputs, with the real client against a server that answers as CloudFormation does.
import { createServer } from 'node:http';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, expect, test } from 'vitest';
import { seedSettings, stackOutputs } from './stack-outputs.ts';

const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A client whose CloudFormation gives this answer to everything, and the requests that it sent. */
async function cloudFormation(status: number, xml: string) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push((await request.toArray()).join(''));
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = new CloudFormationClient({
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  closing.push(
    () => server.close(),
    () => client.destroy(),
  );
  return { client, requests };
}

const outputs = {
  HttpApiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com',
  UserPoolId: 'eu-west-1_abc',
  WorkflowsBucket: 'ai-orchestra-prod-workflows-123456789012',
  TemplatesBucket: 'ai-orchestra-prod-templates-123456789012',
  StateMachineArnPrefix: 'arn:aws:states:eu-west-1:123456789012:stateMachine:ai-orchestra-prod-',
  StateMachineRoleArn: 'arn:aws:iam::123456789012:role/ai-orchestra-prod-StateMachineRole-1',
  FunctionArnPrefix: 'arn:aws:lambda:eu-west-1:123456789012:function:ai-orchestra-prod-',
  ScheduleGroup: 'ai-orchestra-prod',
  ScheduleRoleArn: 'arn:aws:iam::123456789012:role/ai-orchestra-prod-ScheduleRole-1',
  UnstartedRunsQueueArn: 'arn:aws:sqs:eu-west-1:123456789012:ai-orchestra-prod-unstarted-runs',
};

function describeStacks(pairs: Record<string, string>): string {
  const members = Object.entries(pairs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
    <Stacks><member><StackName>ai-orchestra-prod</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>
    <CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${members.join('')}</Outputs></member></Stacks>
    </DescribeStacksResult></DescribeStacksResponse>`;
}

test('the outputs of a stage’s stack become the settings for saving documents in it', async () => {
  const { client, requests } = await cloudFormation(200, describeStacks({ ...outputs, HttpApiId: 'abc' }));
  const found = await stackOutputs('prod', client);
  expect(found).toEqual(outputs);
  expect(new URLSearchParams(requests[0]).get('StackName')).toBe('ai-orchestra-prod');
  expect(found && seedSettings(found)).toEqual({
    WORKFLOWS_BUCKET: outputs.WorkflowsBucket,
    TEMPLATES_BUCKET: outputs.TemplatesBucket,
    STATE_MACHINE_ARN_PREFIX: outputs.StateMachineArnPrefix,
    STATE_MACHINE_ROLE_ARN: outputs.StateMachineRoleArn,
    FUNCTION_ARN_PREFIX: outputs.FunctionArnPrefix,
    API_URL: outputs.HttpApiUrl,
    SCHEDULE_GROUP: outputs.ScheduleGroup,
    SCHEDULE_ROLE_ARN: outputs.ScheduleRoleArn,
    UNSTARTED_RUNS_QUEUE_ARN: outputs.UnstartedRunsQueueArn,
    CATALOGUE_FILE: expect.stringMatching(/^\/.*\/build\/catalogue\.json$/),
  });
});

test('there are none for a stack that does not exist, or whose first deployment has not got to its outputs', async () => {
  const missing = await cloudFormation(
    400,
    `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
     <Code>ValidationError</Code><Message>Stack with id ai-orchestra-prod does not exist</Message></Error></ErrorResponse>`,
  );
  expect(await stackOutputs('prod', missing.client)).toBeUndefined();
  const created = await cloudFormation(200, describeStacks({ ServerlessDeploymentBucketName: 'bucket' }));
  expect(await stackOutputs('prod', created.client)).toBeUndefined();
});

test('any other refusal is an error', async () => {
  const { client } = await cloudFormation(
    403,
    `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
     <Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`,
  );
  await expect(stackOutputs('prod', client)).rejects.toThrow(
    'The security token included in the request is expired',
  );
});
