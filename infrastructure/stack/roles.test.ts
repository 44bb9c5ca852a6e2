// What the roles allow, exactly, for each kind of function.
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { buildCatalogue } from '../build-catalogue.ts';
import { type LambdaFunction, lambdaFunctions } from './functions.ts';
import { type Resource, roles } from './roles.ts';

const STAGE = 'prod';
const arn = (service: string, rest: string) =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;

let functions: readonly LambdaFunction[];
let made: Record<string, Resource>;

beforeAll(async () => {
  functions = lambdaFunctions(await buildCatalogue());
  made = roles(functions, STAGE);
});

const statement = z.object({
  Effect: z.literal('Allow'),
  Action: z.array(z.string()),
  Resource: z.array(
    z.union([
      z.literal('*'),
      z.strictObject({ 'Fn::Sub': z.string() }).transform((value) => value['Fn::Sub']),
    ]),
  ),
  Condition: z.unknown().optional(),
});
const role = z.object({
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })]),
});

/** What a role allows: the resources by action. */
function allowed(id: string): Record<string, string[]> {
  const [{ PolicyDocument }] = role.parse(made[id]?.Properties).Policies;
  const resources: Record<string, string[]> = {};
  for (const { Action, Resource } of PolicyDocument.Statement)
    for (const action of Action) resources[action] = [...(resources[action] ?? []), ...Resource];
  return resources;
}

const log = (name: string) => [arn('logs', `log-group:/aws/lambda/ai-orchestra-prod-${name}:*`)];
const connections = (provider: string) => [
  arn('ssm', `parameter/ai-orchestra/prod/connections/${provider}/*`),
];

/** Of every action: the large values of runs. */
const values = [`arn:\${AWS::Partition}:s3:::\${LogsBucket}/values/*`];

test('an action may write its log, keep large values and read its own provider’s connections', () => {
  expect(allowed('GithubCreateIssueRole')).toEqual({
    'logs:CreateLogStream': log('github-create-issue'),
    'logs:PutLogEvents': log('github-create-issue'),
    'ssm:GetParameter': connections('github'),
    's3:GetObject': values,
    's3:PutObject': values,
  });
  expect(allowed('GmailListMessagesRole')['ssm:GetParameter']).toEqual(connections('google'));
});

test('an action that renders templates may read them', () => {
  expect(allowed('OpenaiChatRole')).toEqual({
    'logs:CreateLogStream': log('openai-chat'),
    'logs:PutLogEvents': log('openai-chat'),
    'ssm:GetParameter': connections('openai'),
    's3:GetObject': [`arn:\${AWS::Partition}:s3:::\${TemplatesBucket}/templates/*`, ...values],
    's3:PutObject': values,
    's3:ListBucket': [`arn:\${AWS::Partition}:s3:::\${TemplatesBucket}`],
  });
});

test('an action whose calls are recorded may write the records', () => {
  expect(allowed('GmailSendMessageRole')).toEqual({
    'logs:CreateLogStream': log('gmail-send-message'),
    'logs:PutLogEvents': log('gmail-send-message'),
    'ssm:GetParameter': connections('google'),
    's3:DeleteObject': [`arn:\${AWS::Partition}:s3:::\${LogsBucket}/calls/*`],
    's3:GetObject': [`arn:\${AWS::Partition}:s3:::\${LogsBucket}/calls/*`, ...values],
    's3:PutObject': [`arn:\${AWS::Partition}:s3:::\${LogsBucket}/calls/*`, ...values],
    's3:ListBucket': [`arn:\${AWS::Partition}:s3:::\${LogsBucket}`],
  });
});

test('functions that need nothing of AWS may write their log alone', () => {
  for (const id of ['AuthorizerRole', 'ApiAuthRole', 'ApiHealthRole', 'ApiActionsRole', 'ApiDocsRole']) {
    expect(Object.keys(allowed(id)), id).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  }
});

test('state machines may invoke the functions of actions and steps, run this stage’s workflows and loops, and nothing else', () => {
  const called = functions.filter(({ kind }) => kind === 'action' || kind === 'step');
  expect(called.length).toBeGreaterThanOrEqual(13);
  expect(called.map(({ name }) => name)).toContain('request-approval');
  expect(allowed('StateMachineRole')).toEqual({
    'lambda:InvokeFunction': called.map(({ name }) => arn('lambda', `function:ai-orchestra-prod-${name}`)),
    'states:StartExecution': [arn('states', 'stateMachine:ai-orchestra-prod-*')],
    'states:DescribeExecution': [arn('states', 'execution:ai-orchestra-prod-*:*')],
    'states:StopExecution': [arn('states', 'execution:ai-orchestra-prod-*:*')],
    'states:RedriveExecution': [arn('states', 'execution:ai-orchestra-prod-*/*:*')],
    ...Object.fromEntries(
      ['DescribeRule', 'PutRule', 'PutTargets'].map((action) => [
        `events:${action}`,
        [arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule')],
      ]),
    ),
  });
});

test('the log is written from histories and Map Runs of this stage’s executions', () => {
  const executions = [arn('states', 'execution:ai-orchestra-prod-*:*')];
  const mapRuns = [arn('states', 'mapRun:ai-orchestra-prod-*/*:*')];
  expect(allowed('RecordExecutionRole')).toMatchObject({
    'states:DescribeStateMachineForExecution': executions,
    'states:GetExecutionHistory': executions,
    'states:DescribeMapRun': mapRuns,
    'states:ListExecutions': mapRuns,
  });
});

test('what stores and decides approvals may touch approvals alone, and answer this stage’s workflows', () => {
  const approvals = [`arn:\${AWS::Partition}:s3:::\${LogsBucket}/approvals/*`];
  for (const [id, name] of [
    ['ApiApprovalsRole', 'api-approvals'],
    ['RequestApprovalRole', 'request-approval'],
  ] as const) {
    expect(allowed(id), id).toEqual({
      'logs:CreateLogStream': log(name),
      'logs:PutLogEvents': log(name),
      's3:GetObject': approvals,
      's3:PutObject': approvals,
      's3:DeleteObject': approvals,
      's3:ListBucket': [`arn:\${AWS::Partition}:s3:::\${LogsBucket}`],
      'states:SendTaskSuccess': [arn('states', 'stateMachine:ai-orchestra-prod-*')],
      'states:GetExecutionHistory': [arn('states', 'execution:ai-orchestra-prod-*:*')],
    });
  }
});

test('starting Express workflows is allowed for this stage’s, and writing logs and the index of runs alone', () => {
  const logs = `arn:\${AWS::Partition}:s3:::\${LogsBucket}`;
  const index = `arn:\${AWS::Partition}:s3:::\${RunsBucket}`;
  const connections = `arn:\${AWS::Partition}:s3:::\${WorkflowsBucket}/connections/*`;
  expect(allowed('ApiExecutionsRole')).toMatchObject({
    'states:StartSyncExecution': [arn('states', 'stateMachine:ai-orchestra-prod-*')],
    's3:PutObject': [connections, `${logs}/executions/*`, `${index}/runs/*`],
    's3:DeleteObject': [`${index}/runs/*`],
  });
});

test('what anybody may call writes records of refused deliveries, and nothing else', () => {
  expect(allowed('ApiHooksRole')['s3:PutObject']).toEqual([
    `arn:\${AWS::Partition}:s3:::\${LogsBucket}/deliveries/*`,
  ]);
});

test('schedules may start this stage’s workflows and keep what they could not start', () => {
  expect(allowed('ScheduleRole')).toEqual({
    'states:StartExecution': [arn('states', 'stateMachine:ai-orchestra-prod-*')],
    'sqs:SendMessage': [arn('sqs', `\${UnstartedRunsQueue.QueueName}`)],
  });
});

test('older versions are read of workflows and templates by what lists them, and by what shows and repeats runs', () => {
  const reading = (bucket: string) =>
    Object.keys(made).filter((id) =>
      allowed(id)['s3:ListBucketVersions']?.includes(`arn:\${AWS::Partition}:s3:::\${${bucket}}`),
    );
  expect(reading('WorkflowsBucket')).toEqual(['ApiExecutionsRole', 'ApiRerunsRole', 'ApiWorkflowsRole']);
  expect(reading('TemplatesBucket')).toEqual(['ApiTemplatesRole']);
});

test('testing a step writes nothing itself', () => {
  expect(
    Object.keys(allowed('ApiTestStepRole')).filter((action) => /Put|Delete|Start|Update|Create/.test(action)),
  ).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  expect(Object.keys(made).filter((id) => allowed(id)['states:TestState'])).toEqual(['ApiTestStepRole']);
});

test('the API of connections alone writes and deletes connections; what refreshes tokens keeps those of its provider', () => {
  const writing = ['ssm:PutParameter', 'ssm:DeleteParameter'];
  const writers = Object.keys(made).filter((id) => writing.some((action) => allowed(id)[action]));
  const tokens = arn('ssm', 'parameter/ai-orchestra/prod/connection-tokens/notion/*');
  const refreshing = [
    'NotionAddFileRole',
    'NotionAppendToPageRole',
    'NotionCreatePageRole',
    'NotionGetPageRole',
    'NotionSearchPagesRole',
  ];
  expect(writers.filter((id) => id !== 'ApiConnectionsRole')).toEqual(['ApiHooksRole', ...refreshing]);
  for (const id of refreshing) for (const action of writing) expect(allowed(id)[action]).toEqual([tokens]);
  // Tokens that Notion sends to addresses: written, and neither read nor deleted.
  expect(writing.map((action) => allowed('ApiHooksRole')[action])).toEqual([
    [arn('ssm', 'parameter/ai-orchestra/prod/connection-tokens/webhook/*')],
    undefined,
  ]);
  expect(allowed('ApiHooksRole')['ssm:GetParameter']).toEqual([
    arn('ssm', 'parameter/ai-orchestra/prod/connections/webhook/*'),
  ]);
  const connections = ['openai', 'github', 'notion', 'google', 'webhook', 'http'].map((provider) =>
    arn('ssm', `parameter/ai-orchestra/prod/connections/${provider}/*`),
  );
  for (const action of writing)
    expect(allowed('ApiConnectionsRole')[action]).toEqual([...connections, tokens]);
  const clients = ['google', 'notion', 'github'].map((provider) =>
    arn('ssm', `parameter/ai-orchestra/prod/oauth-clients/${provider}`),
  );
  expect(allowed('ApiConnectionsRole')['ssm:GetParameter']).toEqual([...connections, ...clients, tokens]);
});

test('saving workflows finds which connections there are, and reads none', () => {
  const ofParameters = (id: string) =>
    Object.entries(allowed(id)).filter(([action]) => action.startsWith('ssm:'));
  expect(ofParameters('ApiWorkflowsRole')).toEqual([['ssm:DescribeParameters', ['*']]]);
  expect(Object.keys(made).filter((id) => allowed(id)['ssm:DescribeParameters'])).toEqual([
    'ApiConnectionsRole',
    'ApiExecutionsRole',
    'ApiWorkflowsRole',
  ]);
});

test('saving workflows changes schedules of this stage’s group alone', () => {
  const schedules = [arn('scheduler', 'schedule/ai-orchestra-prod/*')];
  expect(allowed('ApiWorkflowsRole')).toMatchObject({
    'scheduler:CreateSchedule': schedules,
    'scheduler:DeleteSchedule': schedules,
    'scheduler:UpdateSchedule': schedules,
    'scheduler:ListSchedules': [arn('scheduler', 'schedule/*/*')],
  });
});

test('only the functions that save workflows and test steps may pass roles on: to Step Functions and to Scheduler, each its own', () => {
  const passing = Object.entries(made).flatMap(([id, { Properties }]) => {
    const [{ PolicyDocument }] = role.parse(Properties).Policies;
    return PolicyDocument.Statement.filter(({ Action }) => Action.includes('iam:PassRole')).map((value) => ({
      id,
      ...value,
    }));
  });
  expect(passing).toEqual([
    {
      id: 'ApiTestStepRole',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${StateMachineRole}`],
      Condition: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
    },
    {
      id: 'ApiWorkflowsRole',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${StateMachineRole}`],
      Condition: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
    },
    {
      id: 'ApiWorkflowsRole',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${ScheduleRole}`],
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ]);
});
