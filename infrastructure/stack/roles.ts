// The roles of the deployment: one for each function, one for all state machines, one for all schedules.
import type { LambdaFunction } from './functions.ts';
import { onExecutions, onIterations, onStateMachines, type Permission, writeLogs } from './permissions.ts';

/** A CloudFormation resource, as far as it is used here. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** `github-create-issue` -> `GithubCreateIssueRole`, the logical id of the function's role. */
export function roleId(functionName: string): string {
  const words = functionName.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Role`;
}

/** A role for each function with what that needs, and those of the state machines and schedules. */
export function roles(functions: readonly LambdaFunction[], stage: string): Record<string, Resource> {
  const functionRoles = functions.map(({ name, kind, permissions }): [string, Resource] => [
    roleId(name),
    role(
      'lambda.amazonaws.com',
      [writeLogs(name), ...permissions, ...(kind === 'event' ? [sendUnhandled] : [])],
      stage,
    ),
  ]);
  return {
    ...Object.fromEntries(functionRoles),
    StateMachineRole: stateMachineRole(functions, stage),
    ScheduleRole: scheduleRole(stage),
  };
}

/** Lambda sends an event that could not be handled to the queue with the function's own role. */
const sendUnhandled: Permission = {
  actions: ['sqs:SendMessage'],
  resources: [`sqs:\${AWS::Region}:\${AWS::AccountId}:\${UnrecordedExecutionsQueue.QueueName}`],
};

/**
 * State machines invoke the functions of actions and steps, start each other and the iterations of their distributed
 * loops, which are executions too (developer guide, "IAM policies for using Distributed Map states"), and nothing else.
 */
function stateMachineRole(functions: readonly LambdaFunction[], stage: string): Resource {
  const called = functions.filter(({ kind }) => kind === 'action' || kind === 'step');
  const resources = called.map(
    ({ name }) => `lambda:\${AWS::Region}:\${AWS::AccountId}:function:ai-orchestra-{stage}-${name}`,
  );
  return role(
    'states.amazonaws.com',
    [{ actions: ['lambda:InvokeFunction'], resources }, ...runExecutions],
    stage,
    ofThisAccount,
  );
}

/** Step Functions waits for child executions by an EventBridge rule, which it creates once for each account. */
const runExecutions: readonly Permission[] = [
  onStateMachines('states:StartExecution'),
  onExecutions('states:DescribeExecution', 'states:StopExecution'),
  // Redriving a run redrives the iterations of its distributed loops that failed.
  onIterations('states:RedriveExecution'),
  {
    actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
    resources: [
      `events:\${AWS::Region}:\${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
    ],
  },
];

/** The service may assume the role for this account's resources alone. */
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** Schedules start workflows, and send failed starts to the queue. */
function scheduleRole(stage: string): Resource {
  const sendUnstarted: Permission = {
    actions: ['sqs:SendMessage'],
    resources: [`sqs:\${AWS::Region}:\${AWS::AccountId}:\${UnstartedRunsQueue.QueueName}`],
  };
  return role(
    'scheduler.amazonaws.com',
    [onStateMachines('states:StartExecution'), sendUnstarted],
    stage,
    ofThisAccount,
  );
}

function role(
  service: string,
  permissions: readonly Permission[],
  stage: string,
  condition?: object,
): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sts:AssumeRole',
            ...(condition && { Condition: condition }),
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'needs',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: permissions.map((permission) => statement(permission, stage)),
          },
        },
      ],
    },
  };
}

function statement({ actions, resources, passedToService }: Permission, stage: string): object {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: resources.map((resource) =>
      resource === '*'
        ? resource
        : { 'Fn::Sub': `arn:\${AWS::Partition}:${resource.replaceAll('{stage}', stage)}` },
    ),
    ...(passedToService && { Condition: { StringEquals: { 'iam:PassedToService': passedToService } } }),
  };
}
