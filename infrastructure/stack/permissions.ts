// The permissions of functions on AWS: IAM actions on ARNs. `{stage}` and CloudFormation's `${…}` are filled in by roles.ts.
import { CONNECTION_PROVIDERS } from '../../lib/connections/credentials.ts';
import { OAUTH_PROVIDERS } from '../../lib/connections/oauth-clients.ts';

export interface Permission {
  readonly actions: readonly string[];
  /** ARNs as Fn::Sub templates, without `arn:${AWS::Partition}:` at their start; `*` where AWS knows nothing narrower. */
  readonly resources: readonly string[];
  /** The service that a role may be passed to (iam:PassRole). */
  readonly passedToService?: string;
}

/** The folder that a bucket's documents are in. */
const folders = {
  WorkflowsBucket: 'workflows',
  TemplatesBucket: 'templates',
  LogsBucket: 'executions',
} as const;
type Bucket = keyof typeof folders;

const here = `\${AWS::Region}:\${AWS::AccountId}`;
const stateMachines = `states:${here}:stateMachine:ai-orchestra-{stage}-*`;
// Also those of iterations of distributed loops, `execution:<state machine>/<label>:<name>`.
const executions = `states:${here}:execution:ai-orchestra-{stage}-*:*`;
const iterations = `states:${here}:execution:ai-orchestra-{stage}-*/*:*`;
const mapRuns = `states:${here}:mapRun:ai-orchestra-{stage}-*/*:*`;

/** `s3:PutObject` and the like on the documents of a bucket. */
export function onObjects(bucket: Bucket, ...actions: readonly string[]): Permission {
  return { actions, resources: [`s3:::\${${bucket}}/${folders[bucket]}/*`] };
}

/** Reading and listing. Without s3:ListBucket S3 answers 403, not 404, for an object that does not exist. */
export function readObjects(bucket: Bucket): readonly Permission[] {
  return [
    onObjects(bucket, 's3:GetObject'),
    { actions: ['s3:ListBucket'], resources: [`s3:::\${${bucket}}`] },
  ];
}

/** Reading and listing the older versions of objects. */
export function readObjectVersions(bucket: Bucket): readonly Permission[] {
  return [
    onObjects(bucket, 's3:GetObjectVersion'),
    { actions: ['s3:ListBucketVersions'], resources: [`s3:::\${${bucket}}`] },
  ];
}

/** Approvals, which are in the same bucket as the logs. */
const approvals = `s3:::\${LogsBucket}/approvals/*`;
export const readApprovals: readonly Permission[] = [
  { actions: ['s3:GetObject'], resources: [approvals] },
  { actions: ['s3:ListBucket'], resources: [`s3:::\${LogsBucket}`] },
];
export const writeApprovals: Permission = {
  actions: ['s3:DeleteObject', 's3:PutObject'],
  resources: [approvals],
};

/** Records of calls, in the same bucket too. */
const calls = `s3:::\${LogsBucket}/calls/*`;
export const recordCalls: readonly Permission[] = [
  { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resources: [calls] },
  { actions: ['s3:ListBucket'], resources: [`s3:::\${LogsBucket}`] },
];

/**
 * The large values of runs, in the same bucket too. Without s3:ListBucket S3 answers 403 for one that is not there, which
 * lib/actions/large-values/store.ts knows.
 */
export const largeValues: Permission = {
  actions: ['s3:GetObject', 's3:PutObject'],
  resources: [`s3:::\${LogsBucket}/values/*`],
};

/** Reading them, for whoever is given an address. */
export const readLargeValues: Permission = { ...largeValues, actions: ['s3:GetObject'] };

/** What is kept of reruns, in the same bucket too. */
const reruns = `s3:::\${LogsBucket}/reruns/*`;
export const readReruns: Permission = { actions: ['s3:GetObject'], resources: [reruns] };
export const writeReruns: Permission = {
  actions: ['s3:DeleteObject', 's3:PutObject'],
  resources: [reruns],
};

/** Records of refused deliveries, in the same bucket too. */
export const refusedDeliveries: readonly Permission[] = [
  { actions: ['s3:PutObject'], resources: [`s3:::\${LogsBucket}/deliveries/*`] },
  { actions: ['s3:ListBucket'], resources: [`s3:::\${LogsBucket}`] },
];

/** The index of runs, whose objects are empty. */
export const indexRuns: readonly Permission[] = [
  { actions: ['s3:DeleteObject', 's3:PutObject'], resources: [`s3:::\${RunsBucket}/runs/*`] },
  { actions: ['s3:ListBucket'], resources: [`s3:::\${RunsBucket}`] },
];

/** Also on their versions, aliases and tasks: Step Functions asks for the right on the state machine. */
export function onStateMachines(...actions: readonly string[]): Permission {
  return { actions, resources: [stateMachines] };
}

export function onExecutions(...actions: readonly string[]): Permission {
  return { actions, resources: [executions] };
}

/** On the iterations of distributed loops alone. */
export function onIterations(...actions: readonly string[]): Permission {
  return { actions, resources: [iterations] };
}

/** On the Map Runs of distributed loops. */
export function onMapRuns(...actions: readonly string[]): Permission {
  return { actions, resources: [mapRuns] };
}

/** On the schedules of this stage's group. */
export function onSchedules(...actions: readonly string[]): Permission {
  return { actions, resources: [`scheduler:${here}:schedule/ai-orchestra-{stage}/*`] };
}

/**
 * Scheduler authorises listing for all groups of the account, even when it is limited to one
 * (https://github.com/aws/aws-cdk/issues/38201).
 */
export const listSchedules: Permission = {
  actions: ['scheduler:ListSchedules'],
  resources: [`scheduler:${here}:schedule/*/*`],
};

/** Passing schedules the role that they start executions with, and no other service. */
export const passScheduleRole: Permission = {
  actions: ['iam:PassRole'],
  resources: [`iam::\${AWS::AccountId}:role/\${ScheduleRole}`],
  passedToService: 'scheduler.amazonaws.com',
};

/** Passing state machines the role that they run with, and no other service. */
export const passStateMachineRole: Permission = {
  actions: ['iam:PassRole'],
  resources: [`iam::\${AWS::AccountId}:role/\${StateMachineRole}`],
  passedToService: 'states.amazonaws.com',
};

/** On the users and groups of the user pool. */
export function onUsers(...actions: readonly string[]): Permission {
  return { actions, resources: [`cognito-idp:${here}:userpool/\${UserPool}`] };
}

/** Step Functions has no narrower resource for it (service authorization reference, "Actions defined by AWS Step Functions"). */
export const testState: Permission = { actions: ['states:TestState'], resources: ['*'] };

/**
 * Reading one provider's connections. They are encrypted with the key aws/ssm, whose own policy lets every
 * principal of the account decrypt through Parameter Store, so that no permission on the key is needed.
 */
export function readConnections(provider: string): Permission {
  return {
    actions: ['ssm:GetParameter'],
    resources: [connectionsOf(provider)],
  };
}

/**
 * Finding which connections there are, by name. It gives no secret, where ssm:GetParametersByPath on the connections alone
 * would let whoever has it read them all. AWS knows nothing narrower (Systems Manager user guide, "Restricting access to
 * Parameter Store parameters using IAM policies").
 */
export const describeConnections: Permission = { actions: ['ssm:DescribeParameters'], resources: ['*'] };

function connectionsOf(provider: string): string {
  return `ssm:${here}:parameter/ai-orchestra/{stage}/connections/${provider}/*`;
}

/** Reading, trying, writing and deleting the connections of every provider. */
export const manageConnections: Permission = {
  actions: ['ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'],
  resources: CONNECTION_PROVIDERS.map(connectionsOf),
};

/** Keeping the tokens that replace those of one provider's connections, and claims of who replaces them. */
export function replaceTokens(provider: string): Permission {
  return {
    actions: ['ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'],
    resources: [`ssm:${here}:parameter/ai-orchestra/{stage}/connection-tokens/${provider}/*`],
  };
}

/** Keeping the tokens by which Notion verifies addresses, for an admin to read; with no right to read them, or a secret. */
export const keepVerificationTokens: Permission = {
  actions: ['ssm:PutParameter'],
  resources: [`ssm:${here}:parameter/ai-orchestra/{stage}/connection-tokens/webhook/*`],
};

/** Reading the OAuth clients that an admin has written. */
export const readOAuthClients: Permission = {
  actions: ['ssm:GetParameter'],
  resources: OAUTH_PROVIDERS.map(
    (provider) => `ssm:${here}:parameter/ai-orchestra/{stage}/oauth-clients/${provider}`,
  ),
};

/** Which authorizations were answered, in the same bucket as the logs. */
export const rememberAuthorizations: readonly Permission[] = [
  { actions: ['s3:PutObject'], resources: [`s3:::\${LogsBucket}/authorizations/*`] },
];

/** What is known of connections besides their secrets, in the same bucket as the workflows. */
const descriptions = `s3:::\${WorkflowsBucket}/connections/*`;
export const connectionDescriptions: Permission = {
  actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
  resources: [descriptions],
};
export const readConnectionDescriptions: Permission = {
  actions: ['s3:GetObject'],
  resources: [descriptions],
};

/** Writing down that a run has found a grant gone. */
export const markConnections: readonly Permission[] = [
  { actions: ['s3:GetObject', 's3:PutObject'], resources: [descriptions] },
  { actions: ['s3:ListBucket'], resources: [`s3:::\${WorkflowsBucket}`] },
];

/** Writing the function's own log group, which the stack creates. */
export function writeLogs(functionName: string): Permission {
  return {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [`logs:${here}:log-group:/aws/lambda/ai-orchestra-{stage}-${functionName}:*`],
  };
}
